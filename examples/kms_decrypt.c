/*
 * Runs inside an enclave: lets AWS KMS decrypt a secret for this image only. TLS to KMS ends here, and the plaintext is
 * sealed to a key that was created here, so the parent instance, which forwards both, can read neither.
 *
 *     kms_decrypt REGION CONNECT CA.pem KEY-ARN CREDENTIALS.json [ENDPOINT] <CIPHERTEXT      endpoint: AWS's by default
 *     base64 -d ciphertext.b64 | kms_decrypt eu-central-1 vsock:3:8000 ca-certificates.crt arn:aws:... credentials.json
 *
 * Ciphertext and credentials may come from anywhere; everything else must be in the image. Without the key's ARN, a
 * parent instance could provide its own ciphertext and credentials. KMS decrypts the ciphertext only with the
 * encryption context that it was created with, so a ciphertext for another purpose is refused. A kernel without random
 * numbers needs natt_nsm_seed_kernel first. docs/GUIDE.md, "The same in C", runs it on the local KMS.
 */
#define _DEFAULT_SOURCE /* explicit_bzero */

#include <fcntl.h>
#include <nitro_attest/kms_client.h>
#include <stdio.h>
#include <string.h>

typedef struct enclave {
    natt_nsm nsm;
    natt_recipient_key *key;
    uint8_t document[NATT_NSM_MAX_RESPONSE];
    size_t document_len;
} enclave;

static const natt_kms_client_pair context[] = {{"purpose", "example"}};

static bool report(const char *why)
{
    (void)fprintf(stderr, "kms_decrypt: %s\n", why);
    return false;
}

static bool attest(enclave *e)
{
    char why[512];
    natt_recipient_error err;
    e->key = natt_recipient_key_new(&e->nsm, 2048, &err);
    if (e->key != NULL &&
        natt_recipient_attest(e->key, e->document, sizeof e->document, &e->document_len, &e->nsm, NULL, &err))
        return true;
    (void)natt_recipient_error_format(why, sizeof why, &err);
    return report(why);
}

static bool report_kms(const natt_kms_client_error *err)
{
    char why[2048];
    (void)natt_kms_client_error_format(why, sizeof why, err);
    return report(why);
}

static natt_kms_client *new_client(natt_nsm *nsm, char **argv)
{
    natt_kms_client_error err;
    natt_kms_client_options options = NATT_KMS_CLIENT_OPTIONS_INIT;
    options.region = argv[1];
    options.connect = argv[2];
    options.ca_file = argv[3];
    options.credentials.file = argv[5];
    options.endpoint = argv[6]; /* NULL if this argument is missing: the endpoint of the region */
    natt_kms_client *client = natt_kms_client_new(nsm, &options, &err);
    if (client == NULL)
        (void)report_kms(&err);
    return client;
}

static bool decrypt(const enclave *e, natt_kms_client *client, const char *key_arn, natt_bytes ciphertext)
{
    uint8_t secret[NATT_KMS_CLIENT_MAX_PLAINTEXT];
    natt_kms_client_buffer plaintext = {secret, sizeof secret, 0};
    natt_kms_client_decrypt_request request = NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT;
    natt_kms_client_reply reply;
    natt_kms_client_error err;
    request.ciphertext = ciphertext;
    request.key_id = key_arn;
    request.context = (natt_kms_client_context){context, 1};
    request.recipient = (natt_kms_client_recipient){e->key, {e->document, e->document_len}};
    bool done = natt_kms_client_decrypt(client, &plaintext, &request, &reply, &err) || report_kms(&err);
    if (done) /* a program would use the secret here */
        done = (printf("decrypted: %zu bytes, by %s\n", plaintext.len, reply.key_arn) > 0 && fflush(stdout) == 0) ||
               report("standard output cannot be written");
    explicit_bzero(secret, sizeof secret);
    return done;
}

/* If descriptor 1 is closed, the NSM or the socket to KMS would get its number and with it the standard output. open()
 * returns the lowest free number; the root folder exists even without /dev, and can be neither read nor written. */
static bool fill_descriptors(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && open("/", O_RDONLY | O_DIRECTORY) != descriptor)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    static uint8_t blob[NATT_KMS_CLIENT_MAX_CIPHERTEXT + 1]; /* a longer ciphertext is refused, not truncated */
    static enclave e;
    if (argc != 6 && argc != 7)
        return report("usage: kms_decrypt REGION CONNECT CA.pem KEY-ARN CREDENTIALS.json [ENDPOINT] <CIPHERTEXT") ? 0
                                                                                                                  : 2;
    bool done = (fill_descriptors() || report("descriptors 0 to 2 are closed")) &&
                (natt_nsm_open(&e.nsm, NULL, NULL) ||
                 report("/dev/nsm cannot be opened; outside an enclave, nitro-attest emulate provides one")) &&
                attest(&e);
    natt_kms_client *client = done ? new_client(&e.nsm, argv) : NULL;
    /* After the last request to the NSM, since nitro-attest emulate reads this process's memory for each request. */
    done = client != NULL && (natt_recipient_protect_process(NULL) || report("core dumps cannot be turned off")) &&
           decrypt(&e, client, argv[4], (natt_bytes){blob, fread(blob, 1, sizeof blob, stdin)});
    natt_kms_client_free(client);
    natt_recipient_key_free(e.key);
    natt_nsm_close(&e.nsm);
    return done ? 0 : 1;
}
