/* See identity.h. */
#include "relying/kms/server/identity.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WINDOW_MS UINT64_C(900000) /* 15 minutes [AWS IAM user guide, "Signing AWS API requests"] */

static const natt_bytes service = {(const uint8_t *)"kms", 3};

static natt_kms_fault_code fault_of(natt_sigv4_result result)
{
    static const natt_kms_fault_code codes[] = {
        [NATT_SIGV4_OK] = NATT_KMS_E_INTERNAL,
        [NATT_SIGV4_MISSING] = NATT_KMS_E_MISSING_TOKEN,
        [NATT_SIGV4_INCOMPLETE] = NATT_KMS_E_INCOMPLETE_SIGNATURE,
        [NATT_SIGV4_UNKNOWN] = NATT_KMS_E_UNRECOGNIZED_CLIENT,
        [NATT_SIGV4_TOKEN] = NATT_KMS_E_UNRECOGNIZED_CLIENT,
        [NATT_SIGV4_INVALID] = NATT_KMS_E_INVALID_SIGNATURE,
        [NATT_SIGV4_SCOPE] = NATT_KMS_E_INVALID_SIGNATURE,
        [NATT_SIGV4_EXPIRED] = NATT_KMS_E_INVALID_SIGNATURE,
        [NATT_SIGV4_BODY] = NATT_KMS_E_INVALID_SIGNATURE,
        [NATT_SIGV4_ERROR] = NATT_KMS_E_INTERNAL,
    };
    return (size_t)result < sizeof codes / sizeof codes[0] ? codes[result] : NATT_KMS_E_INTERNAL;
}

/* The message of AWS, and the cause. */
static bool fail(natt_kms_call *call, natt_sigv4_result result, const char *where)
{
    static const char *const texts[] = {
        [NATT_SIGV4_OK] = "",
        [NATT_SIGV4_MISSING] = "Missing Authentication Token",
        [NATT_SIGV4_INCOMPLETE] = "The request signature does not conform to AWS standards",
        [NATT_SIGV4_UNKNOWN] = "The security token included in the request is invalid.",
        [NATT_SIGV4_TOKEN] = "The security token included in the request is invalid.",
        [NATT_SIGV4_INVALID] = "The request signature we calculated does not match the signature you provided.",
        [NATT_SIGV4_SCOPE] = "Credential should be scoped to this server's region and to the service kms",
        [NATT_SIGV4_EXPIRED] = "Signature expired: X-Amz-Date is more than 15 minutes from this server's time",
        [NATT_SIGV4_BODY] = "x-amz-content-sha256 does not match the body",
        [NATT_SIGV4_ERROR] = "the signature cannot be verified",
    };
    const char *text = (size_t)result < sizeof texts / sizeof texts[0] ? texts[result] : "";
    return natt_kms_refuse(call, fault_of(result), "%s%s%s%s", text, where != NULL && where[0] != '\0' ? " (" : "",
                           where != NULL ? where : "", where != NULL && where[0] != '\0' ? ")" : "");
}

static bool is_word(natt_bytes text)
{
    bool good = text.len > 0 && text.len <= 128;
    for (size_t i = 0; good && i < text.len; i++)
        good = isalnum(text.ptr[i]) || text.ptr[i] == '_' || text.ptr[i] == '-' || text.ptr[i] == '.';
    return good;
}

static bool equal(natt_bytes text, const char *other)
{
    return text.len == strlen(other) && memcmp(text.ptr, other, text.len) == 0;
}

/* Clients that sign for a different region would get ARNs that they do not expect. */
static bool check_scope(natt_kms_call *call, const natt_sigv4_authorization *authorization)
{
    if (!equal(authorization->service, "kms"))
        return natt_kms_refuse(call, NATT_KMS_E_INVALID_SIGNATURE,
                               "Credential should be scoped to correct service: 'kms'.");
    return equal(authorization->region, call->config->region) ||
           natt_kms_refuse(call, NATT_KMS_E_INVALID_SIGNATURE,
                           "Credential should be scoped to region '%s', which is this server's (kms serve --region).",
                           call->config->region);
}

/* Browsers send Origin with every POST of any page; SDKs do not. */
static bool is_of_browser(const natt_sigv4_request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (request->headers[i].name.len == 6 &&
            strncasecmp((const char *)request->headers[i].name.ptr, "origin", 6) == 0)
            return true;
    return false;
}

/* Some callers pass a role instead of an access key; the advice names --credentials. */
static const char *advice(const char *where)
{
    return strcmp(where, NATT_SIGV4_SLASH_IN_KEY) == 0 ? NATT_SIGV4_SLASH_IN_KEY
               "; to be a role, give kms serve a --credentials file"
                                                       : where;
}

/* localhost, 127.0.0.0/8 or [::1], with or without a port. */
static bool is_loopback(natt_bytes host)
{
    char name[64] = "", *rest = name;
    struct in_addr ipv4;
    struct in6_addr ipv6;
    if (host.len >= sizeof name)
        return false;
    memcpy(name, host.ptr, host.len);
    const bool bracket = name[0] == '[';
    rest += strcspn(name, bracket ? "]" : ":");
    if ((bracket && *rest != ']') || (rest[bracket] != '\0' && rest[bracket] != ':'))
        return false;
    const char *port = rest[bracket] == ':' ? rest + bracket + 1 : "";
    *rest = '\0';
    if (strlen(port) > 5 || strspn(port, "0123456789") != strlen(port))
        return false;
    if (bracket)
        return inet_pton(AF_INET6, name + 1, &ipv6) == 1 && IN6_IS_ADDR_LOOPBACK(&ipv6);
    return strcasecmp(name, "localhost") == 0 ||
           (inet_pton(AF_INET, name, &ipv4) == 1 && ntohl(ipv4.s_addr) >> 24 == 127);
}

/*
 * With DNS rebinding, a page's name resolves to 127.0.0.1 at the second look-up. Some requests of such a page have no
 * Origin, but Host is the page's name. No page reaches a unix socket.
 */
static bool check_host(natt_kms_call *call, const natt_http_request *request)
{
    const natt_bytes host = natt_http_header_value(request, "host");
    const bool is_unix = request->client != NULL && strcmp(request->client, "unix") == 0;
    return is_unix || host.ptr == NULL || is_loopback(host) ||
           natt_kms_refuse(
               call, NATT_KMS_E_ACCESS_DENIED,
               "Host is not localhost, 127.0.0.1 or [::1]: other names may be a web page's (DNS rebinding), "
               "and are accepted only if signatures are verified (kms serve --credentials)");
}

/* No signature is verified: for development, on addresses that only this machine can reach, including pages in its
 * browser. */
static bool trust(natt_kms_call *call, const natt_kms_identities *identities,
                  const natt_sigv4_authorization *authorization, const natt_sigv4_request *request)
{
    if (is_of_browser(request))
        return natt_kms_refuse(call, NATT_KMS_E_ACCESS_DENIED,
                               "requests of web pages (header Origin) are accepted only if signatures are verified "
                               "(kms serve --credentials)");
    if (!is_word(authorization->access_key))
        return fail(call, NATT_SIGV4_UNKNOWN, "an access key has only letters, digits, _, - and .");
    (void)snprintf(call->caller.principal, sizeof call->caller.principal, "arn:aws:iam::%s:user/%s",
                   call->config->account, call->caller.access_key);
    call->caller.policy = identities->policy;
    return true;
}

static bool verify(natt_kms_call *call, const natt_kms_identities *identities,
                   const natt_sigv4_authorization *authorization, const natt_sigv4_request *request)
{
    const natt_kms_credential *credential =
        natt_kms_credentials_find(identities->credentials, authorization->access_key);
    const char *where = NULL;
    if (credential == NULL)
        return fail(call, NATT_SIGV4_UNKNOWN, NULL);
    const natt_sigv4_key key = {authorization->access_key,
                                {(const uint8_t *)credential->secret, strlen(credential->secret)},
                                {(const uint8_t *)credential->session_token,
                                 credential->session_token != NULL ? strlen(credential->session_token) : 0}};
    natt_bytes region = {(const uint8_t *)call->config->region, strlen(call->config->region)};
    natt_sigv4_result result =
        natt_sigv4_verify(authorization, request, &key, service, region, call->now_ms, WINDOW_MS, &where);
    if (result != NATT_SIGV4_OK)
        return fail(call, result, where);
    (void)snprintf(call->caller.principal, sizeof call->caller.principal, "%s", credential->principal);
    call->caller.policy = credential->policy != NULL ? credential->policy : identities->policy;
    return true;
}

static bool identify(natt_kms_call *call, const natt_kms_identities *identities, const natt_sigv4_request *request)
{
    natt_sigv4_authorization authorization;
    const char *where = NULL;
    natt_sigv4_result result = natt_sigv4_parse(&authorization, request, &where);
    if (result != NATT_SIGV4_OK)
        return fail(call, result, where != NULL ? advice(where) : NULL);
    if (is_word(authorization.access_key)) /* other characters must not reach the log */
        (void)snprintf(call->caller.access_key, sizeof call->caller.access_key, "%.*s",
                       (int)authorization.access_key.len, (const char *)authorization.access_key.ptr);
    if (!check_scope(call, &authorization))
        return false;
    return identities->credentials == NULL ? trust(call, identities, &authorization, request)
                                           : verify(call, identities, &authorization, request);
}

bool natt_kms_identify(natt_kms_call *call, const natt_kms_identities *identities, const natt_http_request *request)
{
    if (identities->credentials == NULL && !check_host(call, request))
        return false;
    natt_sigv4_header *headers = calloc(request->header_count + 1, sizeof *headers);
    if (headers == NULL)
        return natt_kms_out_of_memory(call);
    for (size_t i = 0; i < request->header_count; i++)
        headers[i] = (natt_sigv4_header){request->headers[i].name, request->headers[i].value};
    const natt_sigv4_request signed_request = {.method = request->method,
                                               .path = request->path,
                                               .query = request->query,
                                               .headers = headers,
                                               .header_count = request->header_count,
                                               .body = request->body};
    bool done = identify(call, identities, &signed_request);
    free(headers);
    return done;
}
