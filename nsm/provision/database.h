/*
 * Databases of wrapped keys, in both forms that ACM for Nitro Enclaves knows: the array of p11ne-db, and the object
 * that ACM and s3-db put into S3. Which one it is, its first token says. Nothing in a database is secret.
 *   [{"encrypted_pem_b64", "id": 0..255, "label", "cert_pem": optional, leaf and chain in one string}]
 *   {"certificate", "certificateChain", "encryptedPrivateKey", "encryptionMethod"}: one key, id 1
 */
#ifndef NATT_NSM_PROVISION_DATABASE_H
#define NATT_NSM_PROVISION_DATABASE_H

#include "nsm/provision/error.h"

#define NATT_DATABASE_MAX_SIZE  (4 * 1024 * 1024) /* bytes of a database */
#define NATT_DATABASE_MAX_KEYS  256               /* ids are 0 to 255 */
#define NATT_DATABASE_MAX_LABEL 63                /* bytes of a key's label */

typedef struct natt_database_key {
    natt_bytes wrapped; /* CiphertextBlob of KMS: 1 to 6144 bytes */
    unsigned id;        /* 0 to 255 */
    const char *label;  /* 1 to NATT_DATABASE_MAX_LABEL bytes */
    natt_bytes pem;     /* leaf and chain, each certificate on lines of its own; absent = none */
} natt_database_key;

typedef struct natt_database natt_database;

/*
 * label  of the key of an object, which has none: "acm-key" or "s3-key"; it lives as long as the database.
 * NULL: NATT_PROVISION_E_DATABASE with the place (line, member), _KEY_ID_TWICE, _KEY_LABEL_TWICE, _MEMORY.
 */
natt_database *natt_database_parse(natt_bytes text, const char *label, natt_provision_error *err);
void natt_database_free(natt_database *database);
size_t natt_database_key_count(const natt_database *database);
const natt_database_key *natt_database_key_at(const natt_database *database, size_t index);

/* JSON text, allocated with malloc, ended by a NUL; NULL when memory ran out, or a text is not UTF-8. */
char *natt_database_write_array(const natt_database_key *keys, size_t count);
/* The leaf goes into certificate, the rest into certificateChain. */
char *natt_database_write_object(const natt_database_key *key);

#endif
