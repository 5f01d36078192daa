/*
 * Linked into every test program. Criterion starts libgit2, which reads all root certificates of the system with
 * mbedTLS once per test: a third of the time of a short test. No test reads certificates with this function.
 */
__attribute__((weak)) int mbedtls_x509_crt_parse_file(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
    (void)chain;
    (void)path;
    return -0x2900; /* MBEDTLS_ERR_X509_FILE_IO_ERROR */
}
