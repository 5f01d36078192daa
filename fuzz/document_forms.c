/*
 * Property: a document found in a file begins as a document does, is not longer than the file, and contains no second
 * document. It is found again in hexadecimal with 0x, in base64url, and in an NSM's reply built from it. A file that
 * begins as a raw document is not searched.
 */
#include "cli/document/document_forms.h"
#include "fuzz/property.h"

#include <mbedtls/base64.h>

static void expect_same(const void *file, size_t len, natt_bytes document)
{
    natt_cli_buf out;
    char form[NATT_CLI_FORM_LEN];
    MUST(natt_cli_document_find(&out, form, (natt_bytes){file, len}) == NATT_CLI_FOUND_ONE);
    MUST(out.len == document.len && memcmp(out.ptr, document.ptr, out.len) == 0);
    natt_cli_buf_free(&out);
}

static void check_hex(natt_bytes document)
{
    char *text = natt_cli_alloc(document.len, 2, 3), *to = text + sprintf(text, "0x");
    for (size_t i = 0; i < document.len; i++)
        to += sprintf(to, "%02X", document.ptr[i]);
    expect_same(text, strlen(text), document);
    free(text);
}

static void check_base64url(natt_bytes document)
{
    size_t len = 0, room = (document.len + 2) / 3 * 4 + 1;
    char *text = natt_cli_alloc(room, 1, 0);
    MUST(mbedtls_base64_encode((uint8_t *)text, room, &len, document.ptr, document.len) == 0);
    for (char *p = text; *p != '\0'; p++)
        *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
    while (len > 0 && text[len - 1] == '=')
        len--;
    expect_same(text, len, document);
    free(text);
}

static void check_answer(natt_bytes document)
{
    static const char head[] = "\xbf\x6b"
                               "Attestation\xa1\x68"
                               "document\x5a\0";
    size_t start = sizeof head - 1 + 3;
    uint8_t *answer = natt_cli_alloc(document.len, 1, start + 1);
    memcpy(answer, head, sizeof head - 1);
    for (size_t i = 0; i < 3; i++)
        answer[start - 1 - i] = (uint8_t)(document.len >> 8 * i);
    memcpy(answer + start, document.ptr, document.len);
    answer[start + document.len] = 0xff;
    expect_same(answer, start + document.len + 1, document);
    free(answer);
}

static void check_document(natt_bytes document, natt_bytes file)
{
    natt_cli_buf again;
    char form[NATT_CLI_FORM_LEN];
    MUST(document.len > 0 && document.len <= file.len && (document.ptr[0] == 0x84 || document.ptr[0] == 0xd2));
    MUST(natt_cli_document_find(&again, form, document) == NATT_CLI_FOUND_NONE && again.ptr == NULL);
    check_hex(document);
    check_base64url(document);
    check_answer(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_cli_buf document;
    char form[NATT_CLI_FORM_LEN];
    natt_bytes file = {data, size};
    natt_cli_found found = natt_cli_document_find(&document, form, file);
    MUST(memchr(form, '\0', sizeof form) != NULL && (document.ptr != NULL) == (found == NATT_CLI_FOUND_ONE));
    MUST(found == NATT_CLI_FOUND_NONE || (form[0] != '\0' && data[0] != 0x84 && data[0] != 0xd2));
    if (found == NATT_CLI_FOUND_ONE)
        check_document(natt_cli_buf_view(&document), file);
    natt_cli_buf_free(&document);
    return 0;
}
