/* The operations of KMS that this server has: their names, members and functions. */
#ifndef NATT_RELYING_KMS_OPERATIONS_OPERATIONS_H
#define NATT_RELYING_KMS_OPERATIONS_OPERATIONS_H

#include "relying/kms/call/call.h"

typedef struct natt_kms_operation {
    const char *name;
    uint64_t takes, needs;            /* NATT_KMS_BIT(member) */
    bool (*run)(natt_kms_call *call); /* members are read, and the document of Recipient is verified */
} natt_kms_operation;

/* NULL: there is no operation of this name. */
const natt_kms_operation *natt_kms_operation_find(const char *name);

/* In the order of the table; NULL after the last. */
const natt_kms_operation *natt_kms_operation_at(size_t i);

bool natt_kms_encrypt(natt_kms_call *call);
bool natt_kms_decrypt(natt_kms_call *call);
bool natt_kms_generate_data_key(natt_kms_call *call);
bool natt_kms_generate_data_key_hidden(natt_kms_call *call);
bool natt_kms_generate_pair(natt_kms_call *call);
bool natt_kms_generate_pair_hidden(natt_kms_call *call);
bool natt_kms_generate_random(natt_kms_call *call);
bool natt_kms_derive_shared_secret(natt_kms_call *call);
bool natt_kms_get_public_key(natt_kms_call *call);
bool natt_kms_create_key(natt_kms_call *call);
bool natt_kms_describe_key(natt_kms_call *call);
bool natt_kms_list_keys(natt_kms_call *call);
bool natt_kms_create_alias(natt_kms_call *call);
bool natt_kms_update_alias(natt_kms_call *call);
bool natt_kms_delete_alias(natt_kms_call *call);
bool natt_kms_list_aliases(natt_kms_call *call);
bool natt_kms_enable_key(natt_kms_call *call);
bool natt_kms_disable_key(natt_kms_call *call);
bool natt_kms_schedule_key_deletion(natt_kms_call *call);
bool natt_kms_cancel_key_deletion(natt_kms_call *call);
bool natt_kms_get_key_policy(natt_kms_call *call);
bool natt_kms_put_key_policy(natt_kms_call *call);
bool natt_kms_list_key_policies(natt_kms_call *call);

#endif
