/*
 * Tokens without KMS, for tests: keys from files into a module, and servers below a guard.
 *   add MODULE SO-PIN LABEL PIN [ID KEY-LABEL KEY-FILE CHAIN-FILE|-]...
 *   remove MODULE SO-PIN LABEL [PIN]     with the PIN, its keys are destroyed first
 *   login MODULE SO-PIN LABEL PIN
 *   guard COMMAND... prints "guard PID", and stops the guard when standard input ends; 4: it ended before
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nsm/provision/certificates.h"
#include "nsm/provision/guard.h"
#include "nsm/provision/private_key.h"
#include "nsm/provision/token.h"

#define MAX_KEYS 8
#define MAX_TEXT 65536

struct loaded {
    natt_token_key rows[MAX_KEYS];
    mbedtls_pk_context keys[MAX_KEYS];
    mbedtls_x509_crt chains[MAX_KEYS];
    size_t count;
};

static natt_bytes read_file(char text[MAX_TEXT], const char *path)
{
    FILE *f = fopen(path, "rb");
    size_t len = f == NULL ? 0 : fread(text, 1, MAX_TEXT, f);
    if (f != NULL)
        (void)fclose(f);
    return (natt_bytes){(const uint8_t *)text, len};
}

static bool load_key(struct loaded *l, char **words, natt_provision_error *err)
{
    static char text[MAX_TEXT];
    bool weak, has_chain = strcmp(words[3], "-") != 0;
    size_t i = l->count++;
    mbedtls_pk_init(&l->keys[i]);
    mbedtls_x509_crt_init(&l->chains[i]);
    l->rows[i] = (natt_token_key){(unsigned)atoi(words[0]), words[1], &l->keys[i], has_chain ? &l->chains[i] : NULL};
    return natt_private_key_parse(&l->keys[i], read_file(text, words[2]), &weak, err) &&
           (!has_chain || natt_certificates_parse(&l->chains[i], read_file(text, words[3]), err));
}

static void free_keys(struct loaded *l)
{
    for (size_t i = 0; i < l->count; i++) {
        mbedtls_pk_free(&l->keys[i]);
        mbedtls_x509_crt_free(&l->chains[i]);
    }
}

static bool add(natt_pkcs11 *module, char **words, natt_provision_error *err)
{
    struct loaded l = {.count = 0};
    bool done = true;
    for (char **key = words + 2; done && key[0] != NULL && l.count < MAX_KEYS; key += 4)
        done = load_key(&l, key, err);
    natt_token_serial serial;
    done = done && natt_token_begin(module, words[0], &serial, err) &&
           natt_token_fill(module, words[0], &serial, words[1], l.rows, l.count, err);
    free_keys(&l);
    return done;
}

static const natt_token_serial any;

static bool run(natt_pkcs11 *module, const char *command, char **words, natt_provision_error *err)
{
    if (strcmp(command, "add") == 0)
        return add(module, words, err);
    if (strcmp(command, "login") == 0)
        return natt_token_login_works(module, words[0], &any, words[1], err);
    if (words[1] != NULL)
        (void)natt_token_destroy_keys(module, words[0], &any, words[1], NULL);
    return natt_token_remove(module, words[0], &any, err);
}

static int report(const natt_provision_error *err)
{
    char text[2048];
    (void)natt_provision_error_format(text, sizeof text, err);
    (void)fprintf(stderr, "%s\n", text);
    return 1;
}

static int guard(char **command)
{
    natt_guard g;
    natt_provision_error err;
    if (!natt_guard_start(&g, command, UINT64_MAX, &err))
        return report(&err);
    (void)printf("guard %d\n", (int)g.pid);
    (void)fflush(stdout);
    struct pollfd input = {STDIN_FILENO, POLLIN, 0};
    bool running = true;
    while (running && poll(&input, 1, 20) == 0)
        running = natt_guard_is_running(&g);
    natt_guard_stop(&g);
    return running ? 0 : 4;
}

int main(int argc, char **argv)
{
    natt_provision_error err;
    if (argc > 2 && strcmp(argv[1], "guard") == 0)
        return guard(argv + 2);
    if (argc < 5)
        return 2;
    natt_pkcs11 *module = natt_pkcs11_open(argv[2], argv[3], &err);
    bool done = module != NULL && run(module, argv[1], argv + 4, &err);
    natt_pkcs11_close(module);
    return done ? 0 : report(&err);
}
