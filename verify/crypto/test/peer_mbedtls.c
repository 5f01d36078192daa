#include <mbedtls/ecdsa.h>
#include <string.h>

#include "verify/crypto/test/peers.h"

bool mbedtls_holds(const struct natt_job *job)
{
    static mbedtls_ecp_group group; /* loaded once, since loading takes a third of the time of a verification */
    uint8_t encoded[97] = {4};
    mbedtls_ecp_point q;
    mbedtls_mpi r, s;
    if (group.id != MBEDTLS_ECP_DP_SECP384R1)
        mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP384R1);
    mbedtls_ecp_point_init(&q);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    memcpy(encoded + 1, job->public_key, 96);
    bool holds = mbedtls_ecp_point_read_binary(&group, &q, encoded, 97) == 0 &&
                 mbedtls_ecp_check_pubkey(&group, &q) == 0 && mbedtls_mpi_read_binary(&r, job->r, 48) == 0 &&
                 mbedtls_mpi_read_binary(&s, job->s, 48) == 0 &&
                 mbedtls_ecdsa_verify(&group, job->hash, 48, &q, &r, &s) == 0;
    mbedtls_ecp_point_free(&q);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return holds;
}
