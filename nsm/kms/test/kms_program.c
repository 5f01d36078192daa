/*
 * A program in an enclave, for kms_client_test.py. It has its own NSM, and uses only the client's public interface.
 *
 *     kms_program PKI ENDPOINT CONNECT CA CREDENTIALS all KEY DERIVE-KEY PEER-SPKI-FILE
 *     kms_program PKI ENDPOINT CONNECT CA CREDENTIALS secrets KEY PLAINTEXT-FILE
 *
 * "-" = none. all: performs every operation, and prints lines of NAME HEX. secrets: encrypts the file's content, waits
 * for a line, frees the client, waits again, and aborts.
 */
#include <nitro_attest/emulator.h>
#include <nitro_attest/kms_client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 8192

static natt_kms_client *client;
static natt_recipient_key *key;
static uint8_t document[NATT_NSM_MAX_RESPONSE];
static size_t document_len;
static natt_kms_client_error err;
static natt_kms_client_reply reply;

static void fail(const char *what, const char *why)
{
    (void)printf("failed %s: %s\n", what, why);
    exit(1);
}

static void need(bool ok, const char *what)
{
    char text[2048];
    if (ok)
        return;
    (void)natt_kms_client_error_format(text, sizeof text, &err);
    fail(what, text);
}

static const char *unless_none(const char *word)
{
    return strcmp(word, "-") == 0 ? NULL : word;
}

static void print(const char *name, const natt_kms_client_buffer *buffer)
{
    (void)printf("%s ", name);
    for (size_t i = 0; i < buffer->len; i++)
        (void)printf("%02x", buffer->ptr[i]);
    (void)printf("\n");
}

static void print_error(const char *name, bool ok)
{
    (void)printf("%s %s %s %u %u %s\n", name, ok ? "ok" : natt_kms_client_code_name(err.code), err.kms_name,
                 err.http_status, err.attempts, err.request_id);
}

/* --- the enclave --- */

static natt_nsm *open_nsm(const char *pki)
{
    static natt_nsm nsm;
    natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
    natt_nsm_options nsm_options = NATT_NSM_OPTIONS_INIT;
    natt_emulator_error why;
    natt_nsm_error nsm_err;
    options.pki_dir = pki;
    natt_emulator *emulator = natt_emulator_new(&options, &why);
    if (emulator == NULL)
        fail("emulator", why.message);
    natt_nsm_transport transport = natt_emulator_transport(emulator);
    nsm_options.transport = &transport;
    if (!natt_nsm_open(&nsm, &nsm_options, &nsm_err))
        fail("nsm", nsm_err.message);
    return &nsm;
}

static void set_up(char **words)
{
    natt_kms_client_options options = NATT_KMS_CLIENT_OPTIONS_INIT;
    natt_recipient_error why;
    natt_nsm *nsm = open_nsm(words[0]);
    key = natt_recipient_key_new(nsm, 2048, &why);
    if (key == NULL || !natt_recipient_attest(key, document, sizeof document, &document_len, nsm, NULL, &why))
        fail("recipient", why.message);
    options.region = "us-east-1";
    options.endpoint = words[1];
    options.connect = unless_none(words[2]);
    options.ca_file = unless_none(words[3]);
    options.allow_insecure_http = options.ca_file == NULL;
    options.credentials.file = words[4];
    client = natt_kms_client_new(nsm, &options, &err);
    need(client != NULL, "natt_kms_client_new");
}

static natt_kms_client_recipient recipient(void)
{
    return (natt_kms_client_recipient){key, {document, document_len}};
}

/* --- operations --- */

static uint8_t memory[6][ROOM];

static natt_kms_client_buffer room(size_t i)
{
    return (natt_kms_client_buffer){memory[i], ROOM, 0};
}

static const natt_kms_client_pair pair = {"app", "a \"test\" \xc3\xa9"};

static bool decrypt(natt_kms_client_buffer *out, const natt_kms_client_buffer *ciphertext, bool context)
{
    natt_kms_client_decrypt_request request = NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT;
    request.ciphertext = (natt_bytes){ciphertext->ptr, ciphertext->len};
    request.context = (natt_kms_client_context){&pair, context ? 1 : 0};
    request.recipient = recipient();
    return natt_kms_client_decrypt(client, out, &request, &reply, &err);
}

static void run_data_key(const char *key_id)
{
    natt_kms_client_buffer plaintext = room(0), ciphertext = room(1), again = room(2);
    natt_kms_client_data_key_request request = NATT_KMS_CLIENT_DATA_KEY_REQUEST_INIT;
    request.key_id = key_id;
    request.key_spec = "AES_256";
    request.context = (natt_kms_client_context){&pair, 1};
    request.recipient = recipient();
    need(natt_kms_client_generate_data_key(client, &plaintext, &ciphertext, &request, &reply, &err), "data key");
    print("data-key", &plaintext);
    print("data-key-ciphertext", &ciphertext);
    need(decrypt(&again, &ciphertext, true), "decrypt the data key");
    print("data-key-again", &again);
    (void)printf("key-arn %s\n", reply.key_arn);
    print_error("without-context", decrypt(&again, &ciphertext, false));
}

static void run_key_pair(const char *key_id)
{
    natt_kms_client_buffer private_key = room(0), ciphertext = room(1), public_key = room(2);
    natt_kms_client_key_pair_request request = NATT_KMS_CLIENT_KEY_PAIR_REQUEST_INIT;
    request.key_id = key_id;
    request.key_pair_spec = "RSA_4096";
    request.recipient = recipient();
    need(natt_kms_client_generate_data_key_pair(client, &private_key, &ciphertext, &public_key, &request, &reply, &err),
         "key pair");
    print("private-key", &private_key);
    print("private-key-ciphertext", &ciphertext);
    print("public-key", &public_key);
}

static void run_random(void)
{
    natt_kms_client_buffer random = room(0);
    natt_kms_client_random_request request = NATT_KMS_CLIENT_RANDOM_REQUEST_INIT;
    request.number_of_bytes = 1024;
    request.recipient = recipient();
    need(natt_kms_client_generate_random(client, &random, &request, &reply, &err), "random");
    print("random", &random);
}

static natt_kms_client_buffer read_file(const char *path, size_t i)
{
    natt_kms_client_buffer buffer = room(i);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail("open", path);
    (void)setvbuf(file, NULL, _IONBF, 0); /* no copy in a buffer of stdio */
    buffer.len = fread(buffer.ptr, 1, buffer.capacity, file);
    (void)fclose(file);
    return buffer;
}

static void run_derive(const char *key_id, const char *peer)
{
    natt_kms_client_buffer secret = room(0), public_key = read_file(peer, 1);
    natt_kms_client_derive_request request = NATT_KMS_CLIENT_DERIVE_REQUEST_INIT;
    request.key_id = key_id;
    request.public_key = (natt_bytes){public_key.ptr, public_key.len};
    request.recipient = recipient();
    need(natt_kms_client_derive_shared_secret(client, &secret, &request, &reply, &err), "derive");
    print("shared-secret", &secret);
}

static natt_kms_client_buffer encrypt(const char *key_id, natt_bytes plaintext)
{
    natt_kms_client_buffer ciphertext = room(5);
    natt_kms_client_encrypt_request request = NATT_KMS_CLIENT_ENCRYPT_REQUEST_INIT;
    request.key_id = key_id;
    request.plaintext = plaintext;
    need(natt_kms_client_encrypt(client, &ciphertext, &request, &reply, &err), "encrypt");
    return ciphertext;
}

static void run_encrypt(const char *key_id)
{
    natt_kms_client_buffer again = room(0), ciphertext;
    ciphertext = encrypt(key_id, (natt_bytes){(const uint8_t *)"hello", 5});
    need(decrypt(&again, &ciphertext, false), "decrypt");
    print("encrypted", &again);
    ciphertext = encrypt(key_id, (natt_bytes){memory[3], NATT_KMS_CLIENT_MAX_PLAINTEXT});
    need(decrypt(&again, &ciphertext, false), "decrypt 4096 bytes");
    (void)printf("longest %zu %zu\n", again.len, ciphertext.len);
}

static void run_all(char **words)
{
    run_data_key(words[0]);
    run_key_pair(words[0]);
    run_random();
    run_derive(words[1], words[2]);
    run_encrypt(words[0]);
    natt_kms_client_buffer out = room(0), damaged = {memory[3], 40, 40};
    print_error("damaged", decrypt(&out, &damaged, false));
}

/* --- secrets --- */

static void wait_for_line(const char *state)
{
    (void)printf("%s\n", state);
    while (getchar() != '\n')
        ;
}

static void run_secrets(char **words)
{
    natt_kms_client_buffer plaintext = read_file(words[1], 0);
    (void)encrypt(words[0], (natt_bytes){plaintext.ptr, plaintext.len});
    memset(memory, 0, sizeof memory);
    __asm__ __volatile__("" : : "r"(memory) : "memory"); /* the caller must wipe its own copy */
    wait_for_line("there");
    natt_kms_client_free(client);
    wait_for_line("freed");
    abort();
}

int main(int argc, char **argv)
{
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 8)
        return 2;
    set_up(argv + 1);
    if (strcmp(argv[6], "secrets") == 0 && argc == 9)
        run_secrets(argv + 7);
    else if (strcmp(argv[6], "all") == 0 && argc == 10)
        run_all(argv + 7);
    else
        return 2;
    natt_kms_client_free(client);
    natt_recipient_key_free(key);
    return 0;
}
