/*
 * Every group of rows, in the order of the manifest.
 */
#include "vectors/generator/vector.h"

const struct natt_vector_group *const natt_vector_groups[] = {
    &natt_group_envelope,      &natt_group_cbor,
    &natt_group_document,      &natt_group_certificate,
    &natt_group_extension,     &natt_group_chain,
    &natt_group_time,          &natt_group_policy,
    &natt_group_nitrotpm,      &natt_group_signature,
    &natt_group_valid,         &natt_group_genuine,
    &natt_group_boundaries,    &natt_group_wellformed,
    &natt_group_keys,          &natt_group_ecdsa,
    &natt_group_signatureform, &natt_group_names,
    &natt_group_paths,         &natt_group_sequence,
    &natt_group_patched,       NULL,
};
