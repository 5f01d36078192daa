/*
 * Keys and certificates that sign images in tests, made once with a public library. Nothing trusts them. The first two
 * are valid for decades, one of them beyond 2049; the third expired in 2021.
 */
#ifndef NATT_NSM_TEST_EIF_SIGNERS_H
#define NATT_NSM_TEST_EIF_SIGNERS_H

static const char *const test_signer_scalars[] = {
    "9d7b4d08b07e4d0e590f46d75763069fe4aa306590c6d824bbbaff2dbb48180e",
    "bf47851f9745ebbcbabee03ca00632b1ae69d56acb899be45931cdac8d35f7c062bc6d3c1b55abd2ebf7c0a2d5db5b1c",
    ("01eaa029fb4477bae4d3e284b4c5b45dcd8ff9f9ccad5d93c84278bd413b5d66bca1ba3b70577063e7d410f7509db5a25330"
     "9600bcc88ed508f9b8c9dd6375700381"),
};

static const char *const test_signer_pems[] = {
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBYjCCAQmgAwIBAgIFESIzRFUwCgYIKoZIzj0EAwIwOTELMAkGA1UEBhMCWFgx\n"
    "EzARBgNVBAoMClRlc3QsIEluYy4xFTATBgNVBAMMDHNpZ25lciBFUzI1NjAeFw0y\n"
    "MDAxMDEwMDAwMDBaFw00OTEyMzEyMzU5NTlaMDkxCzAJBgNVBAYTAlhYMRMwEQYD\n"
    "VQQKDApUZXN0LCBJbmMuMRUwEwYDVQQDDAxzaWduZXIgRVMyNTYwWTATBgcqhkjO\n"
    "PQIBBggqhkjOPQMBBwNCAARMHNSPOmM+2sGs/zNKxz8ZrdS9oFaUuGa2r21UbD67\n"
    "q0djoGGYhy8Jf3UjpyeRCU9QH0TeOnKiy2E4JOh6T2SbMAoGCCqGSM49BAMCA0cA\n"
    "MEQCIHtyIbZwzuh7vUgQBpvVbUMCDMjzWirqFI7EI0fvLPLNAiAbaHsW351icLHH\n"
    "EhJzt3VeEtzVbgHbeDwth3YZTAflFQ==\n"
    "-----END CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBoTCCASigAwIBAgIFESIzRFUwCgYIKoZIzj0EAwIwOTELMAkGA1UEBhMCWFgx\n"
    "EzARBgNVBAoMClRlc3QsIEluYy4xFTATBgNVBAMMDHNpZ25lciBFUzM4NDAgFw0y\n"
    "MDAxMDEwMDAwMDBaGA8yMDk5MTIzMTIzNTk1OVowOTELMAkGA1UEBhMCWFgxEzAR\n"
    "BgNVBAoMClRlc3QsIEluYy4xFTATBgNVBAMMDHNpZ25lciBFUzM4NDB2MBAGByqG\n"
    "SM49AgEGBSuBBAAiA2IABEMyoofSQAH3Yz4xEAlkCblKHsqHG9OpfKs2zTc67NhN\n"
    "vuRKdWTfM3CZWofxdfvU40eH+126WQR1yBeLV3UxNjVBX2FMas88EGj+aze+dY3l\n"
    "ARd/K7COXEY9d3ph36XU7zAKBggqhkjOPQQDAgNnADBkAjAYsr0cWmeD8gbl3AZ5\n"
    "K/M382iIIx5TGFRpUu0hfkhaQ2s7efqHjkyDV2pQUhtKNtQCMFj+h5PstYJxIh9T\n"
    "5n0S52xM/r+eY8AOYq5oLHHe57Vu+s0liuuLcvbXO71ld6Vmkg==\n"
    "-----END CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB6zCCAUygAwIBAgIFESIzRFUwCgYIKoZIzj0EAwIwOTELMAkGA1UEBhMCWFgx\n"
    "EzARBgNVBAoMClRlc3QsIEluYy4xFTATBgNVBAMMDHNpZ25lciBFUzUxMjAeFw0y\n"
    "MDAxMDEwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMDkxCzAJBgNVBAYTAlhYMRMwEQYD\n"
    "VQQKDApUZXN0LCBJbmMuMRUwEwYDVQQDDAxzaWduZXIgRVM1MTIwgZswEAYHKoZI\n"
    "zj0CAQYFK4EEACMDgYYABAEjgeBb0gdYuQPNYH/Kf+IDLdeoh97ckN79KiihUaUi\n"
    "qagmylX+ZzAshf86G5uj5R/CWK0uYGZyj8oPEhIyc/EhKgH4CIavKzhEcuZ4zPI8\n"
    "G2Hb5o5AdLh1mBQRLTlWC3SEGSDxvZ57nS5TGOeC7O7PwkiUzN37Zgo5REJD910m\n"
    "f+b5mjAKBggqhkjOPQQDAgOBjAAwgYgCQgEALYUgMLoUXYPGgvgBJXUYK3k2+pU+\n"
    "PZNgtVrYnZ2aG+lM1MQ8jMUTgntV128+ZUXeIqw+59CHWJJlwROHWjOjEQJCAVkY\n"
    "tsR+hgtYY3EfvLoiuEY2E+GhlcY7EWM084TXzhRH3O2NAWrb+qqxy1oit/3ZbUrA\n"
    "DlyD+rnEM/Zz9LPfPs/t\n"
    "-----END CERTIFICATE-----\n",
};

/* Certificates whose keys cannot sign images: RSA, and a curve that COSE does not list. */
static const char *const test_other_pems[] = {
    "-----BEGIN CERTIFICATE-----\n"
    "MIICpzCCAY+gAwIBAgIFESIzRFUwDQYJKoZIhvcNAQELBQAwFTETMBEGA1UEAwwK\n"
    "YW4gUlNBIGtleTAeFw0yMDAxMDEwMDAwMDBaFw00OTAxMDEwMDAwMDBaMBUxEzAR\n"
    "BgNVBAMMCmFuIFJTQSBrZXkwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIB\n"
    "AQCXWKRyDT4RgIyRXBKtRIQitq1T9iIcLPKKqlstBOkgosaRQgzb8HXbJhhdhv/z\n"
    "BWp9Ws39gTUGmQPdxlawUs8UaDx8NMJBIDfyDNThWdZTWmMwJtu0vjOQsPZ6t/Vx\n"
    "8GEmsGMyV3ff62P8Znj/Yl4dK1qSqA82GNYcUU7MdxGmNXXJtwWRlVE4ZtHN2hcN\n"
    "RFfa+w2AdKOr892ZtboAuoHPi3FvEC1uCG5R3iikXUnpUbRV+stw2RecEsbKdZaF\n"
    "Jq9H4O2ymvj9BE4bMpM8kwInytKFvwbkt2am3t5TqR2YvHfR8DSjTkzqIlXHj8ZW\n"
    "hbHxXvVFjNbzPF8TIBGTazQtAgMBAAEwDQYJKoZIhvcNAQELBQADggEBAFshZaNh\n"
    "eotFcY5bJ8l1QEVgiRtyWdNSwaBZCHt/1uxrn21iPwdHhU5HaxkIGQy8BLbF4XX+\n"
    "VdwKYa01qeOSib17/ekmSdOItLz9+FlyE+uGBfat9kfGjwA9MWD1jVJIO/Bx02/p\n"
    "/YCHj0pE/H8Y9xkw8oTecNS3bHvgdNPKxB29PY0eVV8EXCqjlbi/qOuFEabveOO+\n"
    "tLyQco2iweUgssYcXfjKslIzXQvw6RA3i9a8SVwK2ItSA5KMd0e6LeqZZQCtD8Y2\n"
    "rN235BE0a2FQS9cNOQZlmbvTjorX94/2tQBd82U8/l6m7BtSfI8yYaG88GbWI8px\n"
    "pM7nAZcCLlfki7o=\n"
    "-----END CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBHDCBxKADAgECAgURIjNEVTAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1hbm90\n"
    "aGVyIGN1cnZlMB4XDTIwMDEwMTAwMDAwMFoXDTQ5MDEwMTAwMDAwMFowGDEWMBQG\n"
    "A1UEAwwNYW5vdGhlciBjdXJ2ZTBWMBAGByqGSM49AgEGBSuBBAAKA0IABPkPrZpr\n"
    "L1EK8oZpAqXwBs2g7i+7MJEC2dk0JY75c3i8ff9wkQiIRkg5OG00cvCaS/Z9RRYw\n"
    "1/uXIKCp3JXaKYIwCgYIKoZIzj0EAwIDRwAwRAIgLpVbUv6kfoE4f/KFWBwkmye8\n"
    "+p8BxVO8esCC9Sm8CxsCIAmFbsaVepTawCUMtMb7NAd7FH5R0GX1JvATsz1Mu3E5\n"
    "-----END CERTIFICATE-----\n",
};

#endif
