/* See decision_log.h. */
#include "relying/kms/server/decision_log.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static void format_time(char out[32], uint64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm utc;
    char date[24];
    out[0] = '\0';
    if (gmtime_r(&seconds, &utc) != NULL && strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc) > 0)
        (void)snprintf(out, 32, "%s.%03uZ", date, (unsigned)(ms % 1000));
}

/* Names, policies and documents may contain any character; this makes sure that they cannot begin a new line. */
static void make_printable(char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        if (*text < 0x20 || *text > 0x7e)
            *text = '?';
}

static bool policy_denied(const natt_kms_call *call)
{
    return call->fault.code == NATT_KMS_E_ACCESS_DENIED && call->decision.explanation != NULL &&
           call->decision.effect != NATT_KMS_ALLOW;
}

static const char *outcome(const natt_kms_call *call)
{
    if (call->fault.code == NATT_KMS_NO_FAULT)
        return "done";
    return call->fault.code == NATT_KMS_E_ACCESS_DENIED ? "denied" : "failed";
}

/* The policy's reason has all details; KMS's sentence has fewer. */
static const char *reason(const natt_kms_call *call)
{
    if (call->fault.code == NATT_KMS_NO_FAULT || policy_denied(call))
        return call->decision_text != NULL ? call->decision_text : "";
    return call->fault.text;
}

#define MAX_EXPLANATION 2000 /* HTTP clients accept headers of at least 8 kB */
#define NO_RECIPIENT    "the request has no Recipient (attestation document)"

/* The statement requires a document that was not sent, the most frequent reason. */
static bool lacks_document(const natt_kms_call *call)
{
    static const char prefix[] = "kms:RecipientAttestation:";
    const json_t *reasons = json_object_get(call->decision.explanation, "reasons");
    bool lacks = false;
    for (size_t i = 0; policy_denied(call) && !call->in[NATT_KMS_IN_RECIPIENT].given && i < json_array_size(reasons);
         i++) {
        const char *key = json_string_value(json_object_get(json_array_get(reasons, i), "key"));
        lacks = lacks || (key != NULL && strncasecmp(key, prefix, strlen(prefix)) == 0);
    }
    return lacks;
}

/* malloc'ed; NULL: no reason, or out of memory. */
static char *explain(const natt_kms_call *call, const char *text)
{
    char *out = text[0] != '\0' ? malloc(MAX_EXPLANATION + 1) : NULL;
    const bool lacks = lacks_document(call);
    if (out != NULL)
        (void)snprintf(out, MAX_EXPLANATION + 1, "%s%s%s", lacks ? NO_RECIPIENT : "", lacks ? ": " : "", text);
    make_printable(out);
    return out;
}

char *natt_kms_explain_call(const natt_kms_call *call)
{
    return explain(call, reason(call));
}

/* Describes the document, if there was one; the code is the verifier's. */
static json_t *attestation(const natt_kms_call *call)
{
    const natt_verified *document = &call->document;
    if (!call->in[NATT_KMS_IN_RECIPIENT].given)
        return json_null();
    if (document->seal == 0)
        return json_pack("{s:s}", "code", natt_code_name(call->document_code));
    return json_pack("{s:s, s:s, s:s, s:I, s:b}", "code", natt_code_name(call->document_code), "kind",
                     natt_kind_name(document->kind), "module_id", document->module_id, "timestamp_ms",
                     (json_int_t)document->timestamp_ms, "debug", (int)document->debug);
}

static json_t *entry(const natt_kms_call *call, const char *request_id, const char *client)
{
    char time[32], resource[NATT_KMS_ARN_ROOM];
    format_time(time, call->now_ms);
    (void)snprintf(resource, sizeof resource, "%s", call->resource);
    make_printable(resource);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:O?}", "time", time, "request_id",
                     request_id, "client", client, "operation", call->operation, "principal", call->caller.principal,
                     "access_key", call->caller.access_key, "resource", resource, "outcome", outcome(call), "error",
                     natt_kms_fault_name(call->fault.code), "message", call->fault.text, "attestation",
                     attestation(call), "decision", call->decision.explanation);
}

static void log_json(const natt_kms_log *log, const natt_kms_call *call, const char *request_id, const char *client)
{
    json_t *line = entry(call, request_id, client);
    char *text = line != NULL ? json_dumps(line, JSON_COMPACT) : NULL;
    (void)fprintf(log->out, "%s\n", text != NULL ? text : "{\"message\":\"out of memory\"}");
    free(text);
    json_decref(line);
}

/* The sentence of a decision repeats caller, action and key, which precede it in a line of text. No ARN has a space. */
static const char *without_question(const char *why)
{
    const char *at = strncmp(why, "User: ", 6) == 0 ? strstr(why, " on resource: ") : NULL;
    at = at != NULL ? strchr(at + strlen(" on resource: "), ' ') : NULL;
    return at != NULL ? at + 1 : why;
}

static void log_text(const natt_kms_log *log, const natt_kms_call *call, const char *request_id, const char *client)
{
    char time[32], resource[NATT_KMS_ARN_ROOM];
    char *why = explain(call, without_question(reason(call)));
    format_time(time, call->now_ms);
    (void)snprintf(resource, sizeof resource, "%s", call->resource);
    make_printable(resource);
    (void)fprintf(log->out, "%s %s %s %s kms:%s %s %s%s%s%s%s\n", time, request_id, client,
                  call->caller.principal[0] != '\0' ? call->caller.principal : "-",
                  call->operation[0] != '\0' ? call->operation : "-", resource[0] != '\0' ? resource : "-",
                  outcome(call), call->fault.code != NATT_KMS_NO_FAULT ? " " : "",
                  natt_kms_fault_name(call->fault.code), why != NULL ? ": " : "", why != NULL ? why : "");
    free(why);
}

void natt_kms_log_request(const natt_kms_log *log, const natt_kms_call *call, const char *request_id,
                          const char *client)
{
    if (log->out == NULL)
        return;
    (log->json ? log_json : log_text)(log, call, request_id, client);
    (void)fflush(log->out);
}
