/*
 * Databases of wrapped keys, in both forms of ACM for Nitro Enclaves: the array of p11ne-db, and the object that ACM
 * and s3-db put into S3. The first token of the JSON determines the form. A database contains no secrets.
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
    natt_bytes pem;     /* leaf and chain, each certificate on separate lines; absent = none */
} natt_database_key;

typedef struct natt_database natt_database;

/*
 * label  for the key of an object, which has no label: "acm-key" or "s3-key"; it must remain valid as long as the
 *        database.
 * NULL: NATT_PROVISION_E_DATABASE with the place (line, member), _KEY_ID_TWICE, _KEY_LABEL_TWICE, _MEMORY.
 */
natt_database *natt_database_parse(natt_bytes text, const char *label, natt_provision_error *err);
void natt_database_free(natt_database *database);
size_t natt_database_key_count(const natt_database *database);
const natt_database_key *natt_database_key_at(const natt_database *database, size_t index);

/* JSON text, malloc'ed, terminated by a NUL; NULL if memory ran out, or a text is not UTF-8. */
char *natt_database_write_array(const natt_database_key *keys, size_t count);
/* The leaf is in certificate, the rest in certificateChain. */
char *natt_database_write_object(const natt_database_key *key);

#endif
