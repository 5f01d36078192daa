/*
 * Signs on command: signer MODULE TOKEN PIN KEY-LABEL. For each line of standard input it prints a line, the CKR in
 * hex:
 *   sign a whole signature begin C_SignInit alone end C_Sign for the begun operation find the key again loop signatures
 *   until one fails or 20 s have passed; a line for each
 *   decrypt  with an RSA key of 2048 bits   login  in a new session, and find
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "nsm/provision/test/tls/session.h"

struct signer {
    struct session session;
    CK_OBJECT_HANDLE key;
    const char *label, *token, *pin;
};

static CK_MECHANISM ecdsa = {CKM_ECDSA, NULL, 0};
static const unsigned char digest[32] = {1};

static void say(CK_RV result)
{
    (void)printf("%lx\n", result);
    (void)fflush(stdout);
}

static CK_RV sign(struct signer *s)
{
    unsigned char out[256];
    CK_ULONG len = sizeof out;
    return session_sign(&s->session, &ecdsa, s->key, digest, sizeof digest, out, &len);
}

static CK_RV end(struct signer *s)
{
    unsigned char out[256];
    CK_ULONG len = sizeof out;
    return s->session.f->C_Sign(s->session.handle, (CK_BYTE *)(uintptr_t)digest, sizeof digest, out, &len);
}

static CK_RV loop(struct signer *s)
{
    CK_RV result = CKR_OK;
    for (time_t last = time(NULL) + 20; result == CKR_OK && time(NULL) < last; result = sign(s))
        say(CKR_OK);
    return result;
}

static CK_RV decrypt(struct signer *s)
{
    static const unsigned char in[256] = {0, 1};
    CK_MECHANISM raw = {CKM_RSA_X_509, NULL, 0};
    unsigned char out[sizeof in];
    CK_ULONG len = sizeof out;
    CK_RV result = s->session.f->C_DecryptInit(s->session.handle, &raw, s->key);
    return result != CKR_OK
               ? result
               : s->session.f->C_Decrypt(s->session.handle, (CK_BYTE *)(uintptr_t)in, sizeof in, out, &len);
}

static CK_RV login(struct signer *s)
{
    CK_RV result = session_reopen(&s->session, s->token, s->pin);
    return result == CKR_OK ? session_find(&s->session, &s->key, s->label) : result;
}

static CK_RV obey(struct signer *s, const char *word)
{
    if (strcmp(word, "sign\n") == 0)
        return sign(s);
    if (strcmp(word, "begin\n") == 0)
        return s->session.f->C_SignInit(s->session.handle, &ecdsa, s->key);
    if (strcmp(word, "end\n") == 0)
        return end(s);
    if (strcmp(word, "login\n") == 0)
        return login(s);
    if (strcmp(word, "decrypt\n") == 0)
        return decrypt(s);
    return strcmp(word, "loop\n") == 0 ? loop(s) : session_find(&s->session, &s->key, s->label);
}

int main(int argc, char **argv)
{
    char line[32];
    if (argc != 5)
        return 2;
    (void)signal(SIGPIPE, SIG_IGN); /* p11-kit's client writes to connections that are closed */
    struct signer s = {.label = argv[4], .token = argv[2], .pin = argv[3]};
    CK_RV result = session_open(&s.session, argv[1], argv[2], argv[3]);
    if (result == CKR_OK)
        result = session_find(&s.session, &s.key, argv[4]);
    say(result);
    while (result == CKR_OK && fgets(line, sizeof line, stdin) != NULL)
        say(obey(&s, line));
    return result == CKR_OK ? 0 : 1;
}
