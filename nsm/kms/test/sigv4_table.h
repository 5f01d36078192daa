/*
 * Requests and what botocore 1.44.8 signs them with. Written by generate-sigv4-table from sigv4_cases.py; do not edit.
 */
#ifndef NATT_NSM_KMS_SIGV4_TABLE_H
#define NATT_NSM_KMS_SIGV4_TABLE_H

#include "nsm/kms/test/sigv4_case.h"

/* clang-format off */
static const struct sigv4_case sigv4_table[] = {
    {"get-header-key-duplicate",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("My-Header1"), T("value2")}, {T("My-Header1"), T("value2")}, {T("My-Header1"), T("value1")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 5,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;my-header1;x-amz-date, Signature=c9d5ea9f3f72853aea855b47ea8738"
        "32890dbdd183b4468f858259531a5138ea")},
    {"get-header-value-multiline",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("My-Header1"), T("value1\015\012  value2\015\012     value3")}, {T("X-Amz-Date"), T("20150830T123600Z")}},
        3, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;my-header1;x-amz-date, Signature=cfd34249e4b1c8d6b91ef74165d41a"
        "32e5fab3306300901bb65a51a73575eefd")},
    {"get-header-value-order",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("My-Header1"), T("value4")}, {T("My-Header1"), T("value1")}, {T("My-Header1"), T("value3")},
        {T("My-Header1"), T("value2")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 6,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;my-header1;x-amz-date, Signature=08c7e5a9acfcfeb3ab6b2185e75ce8"
        "b1deb5e634ec47601a50643f830c755c01")},
    {"get-header-value-trim",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("My-Header1"), T(" value1")}, {T("My-Header2"), T(" \042a   b   c\042")}, {T("X-Amz-Date"),
        T("20150830T123600Z")}}, 4, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;my-header1;my-header2;x-amz-date, Signature="
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")},
    {"get-relative-normalized",
        T("GET"), T("/example/.."), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"get-relative-relative-normalized",
        T("GET"), T("/example1/example2/../.."), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"get-slash-dot-slash-normalized",
        T("GET"), T("/./"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"get-slash-normalized",
        T("GET"), T("//"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"get-slash-pointless-dot-normalized",
        T("GET"), T("/./example"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=ef75d96142cf21edca26f06005da7988e4f8dc83a"
        "165a80865db7089db637ec5")},
    {"get-slashes-normalized",
        T("GET"), T("//example//"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=9a624bd73a37c9a373b5312afbebe7a714a789de1"
        "08f0bdfe846570885f57e84")},
    {"get-space-normalized",
        T("GET"), T("/example space/"), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=652487583200325589f1fba4c7e578f72c47cb61b"
        "eeca81406b39ddec1366741")},
    {"get-unreserved",
        T("GET"), T("/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), ABSENT, T(""),
        T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"),
        T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"),
        T("20150830T123600Z")}}, 2, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=07ef7494c76fa4850883e2b006601f940f8a34d40"
        "4d0cfa977f52a65bbf5f24f")},
    {"get-utf8",
        T("GET"), T("/\341\210\264"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=8318018e0b0f223aa2bbf98705b62bb787dc9c0e6"
        "78f255a891fd03141be5d85")},
    {"get-vanilla",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"get-vanilla-empty-query-key",
        T("GET"), T("/"), T("Param1=value1"), T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=a67d582fa61cc504c4bae71f336f98b97f1ea3c7a"
        "6bfe1b6e45aec72011b9aeb")},
    {"get-vanilla-query",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"get-vanilla-query-order-encoded",
        T("GET"), T("/"), T("Param-3=Value3&Param=Value2&%E1%88%B4=Value1"), T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=371d3713e185cc334048618a97f809c9ffe339c62"
        "934c032af5a0e595648fcac")},
    {"get-vanilla-query-order-key-case",
        T("GET"), T("/"), T("Param2=value2&Param1=value1"), T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=b97d918cfa904a5beff61c982a1b6f458b7992216"
        "46efd99d3219ec94cdf2500")},
    {"get-vanilla-query-unreserved",
        T("GET"), T("/"), T("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~"
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0"
        "884027167c21bb143a40197")},
    {"get-vanilla-utf8-query",
        T("GET"), T("/"), T("%E1%88%B4=bar"), T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=2cdec8eed098649ff3a119c94853b13c643bcf08f"
        "8b0a1d91e12c9027818dd04")},
    {"get-vanilla-with-session-token",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        T("6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"), T("20150830T123600Z"), T("us-east-1"),
        T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")},
        {T("X-Amz-Security-Token"), T("6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8")},
    {"post-header-key-case",
        T("POST"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862"
        "966e37dddb68e92efbe5d6b")},
    {"post-header-key-sort",
        T("POST"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("My-Header1"), T("value1")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;my-header1;x-amz-date, Signature=c5410059b04c1ee005303aed430f6e"
        "6645f61f4dc9e1461ec8f8916fdf18852c")},
    {"post-header-value-case",
        T("POST"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("My-Header1"), T("VALUE1")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;my-header1;x-amz-date, Signature=cdbc9802e29d2942e5e10b5bccfdd6"
        "7c5f22c7c4e8ae67b53629efa58b974b7d")},
    {"post-sts-header-before",
        T("POST"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        T("AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpS"
        "PfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDY"
        "wT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+"
        "scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="), T("20150830T123600Z"), T("us-east-1"),
        T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")},
        {T("X-Amz-Security-Token"),
        T("AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpS"
        "PfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDY"
        "wT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+"
        "scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead")},
    {"post-vanilla",
        T("POST"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862"
        "966e37dddb68e92efbe5d6b")},
    {"post-vanilla-empty-query-value",
        T("POST"), T("/"), T("Param1=value1"), T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=28038455d6de14eafc1f9222cf5aa6f1a96197d7d"
        "eb8263271d420d138af7f11")},
    {"post-vanilla-query",
        T("POST"), T("/"), T("Param1=value1"), T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=28038455d6de14eafc1f9222cf5aa6f1a96197d7d"
        "eb8263271d420d138af7f11")},
    {"post-x-www-form-urlencoded",
        T("POST"), T("/"), ABSENT, T("Param1=value1"), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("Content-Type"), T("application/x-www-form-urlencoded")},
        {T("Content-Length"), T("13")}, {T("X-Amz-Content-Sha256"),
        T("9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e")}, {T("X-Amz-Date"),
        T("20150830T123600Z")}}, 5, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=content-length;content-type;host;x-amz-content-sha256;"
        "x-amz-date, Signature=d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b")},
    {"post-x-www-form-urlencoded-parameters",
        T("POST"), T("/"), ABSENT, T("Param1=value1"), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("Content-Type"),
        T("application/x-www-form-urlencoded; charset=utf-8")}, {T("Content-Length"), T("13")},
        {T("X-Amz-Content-Sha256"), T("9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 5,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=content-length;content-type;host;x-amz-content-sha256;"
        "x-amz-date, Signature=328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422")},
    {"iam-user-guide",
        T("GET"), T("/"), T("Action=ListUsers&Version=2010-05-08"), T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("iam"),
        {{T("Host"), T("iam.amazonaws.com")}, {T("Content-Type"),
        T("application/x-www-form-urlencoded; charset=utf-8")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
        " SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a"
        "8edb4c82c400e06b5924a6f2b5d7")},
    {"kms-boto3",
        T("POST"), T("/"), ABSENT, T("{\042CiphertextBlob\042: \042AQICAHg=\042}"), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20261130T071759Z"), T("us-east-1"), T("kms"),
        {{T("Host"), T("example.amazonaws.com")}, {T("Content-Type"), T("application/x-amz-json-1.1")},
        {T("X-Amz-Target"), T("TrentService.Decrypt")}, {T("X-Amz-Date"), T("20261130T071759Z")}}, 4,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/kms/aws4_request,"
        " SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=7f961941fc72daafb58ab36"
        "6f4d21c73dbccbc11141c3f036a1c7eff4c695655")},
    {"kms-boto3-token",
        T("POST"), T("/"), ABSENT, T("{\042KeyId\042: \042alias/app\042, \042KeySpec\042: \042AES_256\042}"),
        T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        T("AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpS"
        "PfIeoIYRqTflfKD8YUwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYw"
        "T7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHwl1ypJgMA=="), T("20261130T071759Z"), T("us-east-1"), T("kms"),
        {{T("Host"), T("example.amazonaws.com")}, {T("Content-Type"), T("application/x-amz-json-1.1")},
        {T("X-Amz-Target"), T("TrentService.GenerateDataKey")}, {T("X-Amz-Date"), T("20261130T071759Z")},
        {T("X-Amz-Security-Token"),
        T("AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpS"
        "PfIeoIYRqTflfKD8YUwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYw"
        "T7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHwl1ypJgMA==")}}, 5,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/kms/aws4_request,"
        " SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-"
        "target, Signature=b9e1833a58e78f08d8a41e4a479d7259c6e24168d9e67786c75070881474cf07")},
    {"kms-go",
        T("POST"), T("/"), ABSENT, T("{\042CiphertextBlob\042:\042AQICAHg=\042}"), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20261130T071759Z"), T("us-east-1"), T("kms"),
        {{T("Host"), T("example.amazonaws.com")}, {T("Content-Type"), T("application/x-amz-json-1.1")},
        {T("X-Amz-Target"), T("TrentService.Decrypt")}, {T("Amz-Sdk-Invocation-Id"),
        T("7b0cc8a6-4f5e-4f1d-a8a2-3b0f9c1d2e3f")}, {T("Amz-Sdk-Request"), T("attempt=1; max=3")},
        {T("Content-Length"), T("29")}, {T("User-Agent"), T("aws-sdk-go-v2/1.41.0")}, {T("Accept-Encoding"),
        T("gzip")}, {T("X-Amz-Date"), T("20261130T071759Z")}}, 9,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/kms/aws4_request,"
        " SignedHeaders=accept-encoding;amz-sdk-invocation-id;amz-sdk-request;content-"
        "length;content-type;host;x-amz-date;x-amz-target, Signature=c766bdb9de6671f09603cd8afa2308f"
        "448d79df2bab72dff79992bc9c3f01914")},
    {"kms-javascript",
        T("POST"), T("/"), ABSENT, T("{\042CiphertextBlob\042:\042AQICAHg=\042}"), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20261130T071759Z"), T("us-east-1"), T("kms"),
        {{T("Host"), T("example.amazonaws.com")}, {T("Content-Type"), T("application/x-amz-json-1.1")},
        {T("X-Amz-Target"), T("TrentService.Decrypt")}, {T("amz-sdk-invocation-id"),
        T("7b0cc8a6-4f5e-4f1d-a8a2-3b0f9c1d2e3f")}, {T("amz-sdk-request"), T("attempt=1; max=3")},
        {T("content-length"), T("29")}, {T("x-amz-user-agent"), T("aws-sdk-js/3.1164.0")}, {T("x-amz-content-sha256"),
        T("670daae2a00b3c655fdd8071694e062ad27290548cc9972916c6b251414b5881")}, {T("X-Amz-Date"),
        T("20261130T071759Z")}}, 9, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/kms/aws4_request,"
        " SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-length;content-"
        "type;host;x-amz-content-sha256;x-amz-date;x-amz-target;x-amz-user-agent,"
        " Signature=c930f5cb951f9b5897ab225d61ba686df994e8061d455c5d0f746e568110307f")},
    {"kms-empty-body",
        T("POST"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20261130T071759Z"), T("us-east-1"), T("kms"), {{T("Host"), T("example.amazonaws.com")}, {T("Content-Type"),
        T("application/x-amz-json-1.1")}, {T("X-Amz-Target"), T("TrentService.GenerateRandom")}, {T("X-Amz-Date"),
        T("20261130T071759Z")}}, 4, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/kms/aws4_request,"
        " SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=314ca56054bc51fbd9152d6"
        "f76edd1f98984be5b4b885de0671834e411f1d5b7")},
    {"kms-china",
        T("POST"), T("/"), ABSENT, T("{\042NumberOfBytes\042:32}"), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20261130T071759Z"), T("cn-north-1"), T("kms"),
        {{T("Host"), T("example.amazonaws.com")}, {T("Content-Type"), T("application/x-amz-json-1.1")},
        {T("X-Amz-Target"), T("TrentService.GenerateRandom")}, {T("X-Amz-Date"), T("20261130T071759Z")}}, 4,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/cn-north-1/kms/aws4_request,"
        " SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=f2db6ad6ebe8011478b270c"
        "e8fda7e48a43e4f062ff5c4448e10efddd3d8a68a")},
    {"kms-unicode-body",
        T("POST"), T("/"), ABSENT,
        T("{\042EncryptionContext\042:{\042\303\251\042:\042\341\210\264\042},\042KeyId\042:"
        "\042k\042,\042Plaintext\042:\042AA==\042}"), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20261130T071759Z"), T("us-east-1"), T("kms"), {{T("Host"), T("example.amazonaws.com")},
        {T("Content-Type"), T("application/x-amz-json-1.1")}, {T("X-Amz-Target"), T("TrentService.Encrypt")},
        {T("X-Amz-Date"), T("20261130T071759Z")}}, 4,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/kms/aws4_request,"
        " SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=50cf086815800b246837254"
        "8e503d02bf1d9418dd7cb0563b61f99b38ea4cfa6")},
    {"kms-left-out",
        T("POST"), T("/"), ABSENT, T("{}"), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20261130T071759Z"), T("us-east-1"), T("kms"), {{T("Host"), T("example.amazonaws.com")}, {T("Content-Type"),
        T("application/x-amz-json-1.1")}, {T("X-Amz-Target"), T("TrentService.Decrypt")}, {T("User-Agent"), T("x")},
        {T("Expect"), T("100-continue")}, {T("Transfer-Encoding"), T("chunked")}, {T("X-Amzn-Trace-Id"), T("Root=1")},
        {T("X-Amz-Date"), T("20261130T071759Z")}}, 8,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/kms/aws4_request,"
        " SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=ed1ecad506b4a120f3c17b2"
        "8900358dc2c5712cdaf93a26c9ac86862b7c3e212")},
    {"path-slashes",
        T("GET"), T("//"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"path-many-slashes",
        T("GET"), T("///a///b//"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=125084d05882beb82770f7553eca9dc5479bd484c"
        "2579776817cc0a340800974")},
    {"path-dot",
        T("GET"), T("/."), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"path-dot-slash",
        T("GET"), T("/./"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"path-inner-dot",
        T("GET"), T("/a/./b"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=a3ef7f40b9d3367140c9a7b8049aaddc77c79d96e"
        "9cf97b49a21702dfe72eaf5")},
    {"path-last-dot",
        T("GET"), T("/a/."), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=e7dfad111cdad6139e285ddec7592de69207ee936"
        "e9af6cffa906e281325f76a")},
    {"path-dots",
        T("GET"), T("/.."), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"path-dots-above",
        T("GET"), T("/../../a"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=e7dfad111cdad6139e285ddec7592de69207ee936"
        "e9af6cffa906e281325f76a")},
    {"path-inner-dots",
        T("GET"), T("/a/b/../c"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=ca38e935d3755995c54c9507f4222dbeafacd561e"
        "8d3100bb0679299b181a0f4")},
    {"path-last-dots",
        T("GET"), T("/a/b/.."), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=e7dfad111cdad6139e285ddec7592de69207ee936"
        "e9af6cffa906e281325f76a")},
    {"path-last-dots-slash",
        T("GET"), T("/a/b/../"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=694bece1403759d9292850e34a43c38b7accb0d27"
        "abd33d0f0c4dd5136372da1")},
    {"path-dots-twice",
        T("GET"), T("/a/b/c/../../d/"), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=944d4632ef4db5da105f7b41f5e489eec70043f1b"
        "8bff8b40618e417de6c18b1")},
    {"path-dots-that-meet-nothing",
        T("GET"), T("/a/../../b/c/../../../d/e/.."), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=bdf144b6eb2f795bd0a9c387980e2ae413da9324a"
        "528c353b7b929dbb64ec54d")},
    {"path-all-taken",
        T("GET"), T("/a/b/../.."), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2"
        "260956d9b8aae1d763fbf31")},
    {"path-three-dots",
        T("GET"), T("/.../..a/b../.c"), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5e5700378f44e7b9c14a717bc475f02e2ab6b0d91"
        "cb8d1e5df22fcda3f4b5c37")},
    {"path-percent",
        T("GET"), T("/a%20b/%2F/%2f/%zz/%"), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=47fd1957e41e6de4a46d1c994a942ed5db3354afd"
        "a9b392f507a36bd697f65be")},
    {"path-percent-dots",
        T("GET"), T("/a/%2e%2e/b"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=ff92235b4120209065a3c55a0f4006fa21b7690b7"
        "c9d59c8a647c19075fb7737")},
    {"path-plus",
        T("GET"), T("/a+b c"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=f2face8ec40c7ef23872d9346d154cc6bc21e7191"
        "2b0f3ea8cfae12190950e54")},
    {"path-marks",
        T("GET"), T("/:@!$&'()*,;=-._~\042<>[]\134^`{|}"), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=c3211eb47d36a5cb9c9a28f0c4f92030f430c6333"
        "28201ebf3708680eb2d159e")},
    {"path-unicode",
        T("GET"), T("/\341\210\264/\303\251/\360\237\230\200"), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=379d20c9e9020a5b021c07f871d2422d15a91c0ab"
        "10d901f0063eb9da9a0bbd5")},
    {"path-percent-unicode",
        T("GET"), T("/%E1%88%B4"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=697b34846207a3f72246f99d74ae1ee4fe54f44bb"
        "06730c58a0d339eb079596d")},
    {"path-long",
        T("GET"), T("/segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/segment/segment/segment/segment/segment/segment/segment/segment/"
        "segment/../x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/"
        "x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x"), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=447a42247670028f1ef7bd98c3f8cf32805e780a6"
        "5732457a9de8a0423e2b4f3")},
    {"query-order",
        T("GET"), T("/"), T("b=2&a=1&c=3"), T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=a415ddd608a44daa1165963385ed1df4504bd5c31"
        "ab0b30248d0b67fce520ad5")},
    {"query-repeated",
        T("GET"), T("/"), T("a=2&a=1&a=10&a="), T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=b0f8d8be7a175939533a919266d029c9724cf50f2"
        "05bf9335fd3572f81d21713")},
    {"query-no-value",
        T("GET"), T("/"), T("b&a"), T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=df0cf4d99575de2988d710990cf530772494504e7"
        "6e7b9965f757c8b9c79ab85")},
    {"query-no-name",
        T("GET"), T("/"), T("=b&=a"), T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=6a25733c7b5e075bb704b7da5883f2852480ecce0"
        "6b358aada6b807d5cb7057a")},
    {"query-empty-pairs",
        T("GET"), T("/"), T("&&a=1&"), T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=f67966446d146a934a4efb0dbbe58dccdaa33e441"
        "cd24c3fd2e5b83b80d10b5d")},
    {"query-equal-signs",
        T("GET"), T("/"), T("a=1=2&a==&a=1"), T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=152e674ba5b55264fb0f11b5d6dd60f6709895146"
        "9fd7c963eb0aca26bcc9dac")},
    {"query-prefixes",
        T("GET"), T("/"), T("ab=1&a=b1&a-=1&a%=1&A=1&_=1&~=1"), T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=9c4c9e6751a0790aab605f0f57ec6ac7ec8df9797"
        "eb3098b63819d036548b244")},
    {"query-percent",
        T("GET"), T("/"), T("a=%20&a=+&a=%2B&%61=1"), T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=51e9b9e6bc6cfadcf30426ad257f3f7edfa96e9c9"
        "72e29aa092fa849e8505286")},
    {"query-unicode",
        T("GET"), T("/"), T("\341\210\264=\303\251&a=\360\237\230\200"), T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5e8c6967579d4fa157f18e9d8f5a7f954fcdc5e6c"
        "92baa9495da96a166afb75a")},
    {"query-slash",
        T("GET"), T("/a/b"), T("path=/a/../b//c"), T(""), T("AKIDEXAMPLE"),
        T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=cb7978b36d37ab57c21d7261b8ed0d98d1b3df97d"
        "4107121460473901c255245")},
    {"headers-repeated",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-B"),
        T("2")}, {T("X-A"), T("z")}, {T("x-b"), T("1")}, {T("X-B"), T("3")}, {T("X-Amz-Date"),
        T("20150830T123600Z")}}, 6, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-a;x-amz-date;x-b, Signature=89b6373924b6727fa1646645322336f14"
        "1c8e98dfe4e096d36ad846f8c083656")},
    {"headers-spaces",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-A"),
        T("  a   b \011 c  ")}, {T("X-B"), T("\042a   b\042")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 4,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-a;x-amz-date;x-b, Signature=a8671df7ea0523231dc3ce3d5fc27bfbc"
        "9f3a24f30a402958336c53080d5c0ea")},
    {"headers-folded",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-A"),
        T("a\015\012  b\015\012\011c")}, {T("X-B"), T("a")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 4,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-a;x-amz-date;x-b, Signature=e07b2a144c82bc14f69ea4d81073a483d"
        "dec49d92afa058bd6b9bcf807a06d3c")},
    {"headers-empty",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-A"),
        T("")}, {T("X-B"), T("   ")}, {T("X-C"), T("a")}, {T("X-C"), T("")}, {T("X-C"), T("b")}, {T("X-Amz-Date"),
        T("20150830T123600Z")}}, 7, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-a;x-amz-date;x-b;x-c, Signature=f4b4e0fa18e8c4b87d158a9c27937"
        "7aecf73bab45950246edbf603db358ff766")},
    {"headers-commas",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-A"),
        T("a, b")}, {T("X-A"), T("c ,d")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 4,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-a;x-amz-date, Signature=c10a5b1f5fecfd5616a56a65ac06141b03562"
        "9059ce9ed1dde0e39f78df57032")},
    {"headers-order",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-A-B"),
        T("1")}, {T("X-A"), T("2")}, {T("X-AB"), T("3")}, {T("X-A1"), T("4")}, {T("X-A_"), T("5")}, {T("a"), T("6")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 8,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=a;host;x-a;x-a-b;x-a1;x-a_;x-ab;x-amz-date, Signature="
        "32ac7dfab59ed8989aea43a8d9906a7bc0cfc1c0742be5f5ad0113f672f7c557")},
    {"headers-marks",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-!#$%&'*+.^_`|~9"), T("1:2;3=4")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-!#$%&'*+.^_`|~9;x-amz-date, Signature=9f4019412b7ce31c961adaa"
        "c471d30e11269b5efa8867a1b820ffe5b7e16da2a")},
    {"headers-unicode",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-A"),
        T("\303\251 \341\210\264")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-a;x-amz-date, Signature=25cf96deb6ad1c6eab7052ab6b4dcee7c9453"
        "acd3e94d07dcc52db33a67eae55")},
    {"headers-long",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-A"),
        T("a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
        "a a a a a a a a a a a a a a a a a a a a a a a a ")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-a;x-amz-date, Signature=82b7a8b7cab6ef12555b669fd2a74b6e53460"
        "d0259c0d7a95ed3ecaba7fbff8c")},
    {"token",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        T("AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpS"
        "PfIeoIYRqTflfKD8YUwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYw"
        "T7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHwl1ypJgMA=="), T("20150830T123600Z"), T("us-east-1"), T("service"),
        {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")},
        {T("X-Amz-Security-Token"),
        T("AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpS"
        "PfIeoIYRqTflfKD8YUwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYw"
        "T7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHwl1ypJgMA==")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
        "75f76c6732566e06190f8355ff27ce0122494ec74f5f9f0ead6a395aa6b95a56")},
    {"token-spaces",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), T("a  b"),
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}, {T("X-Amz-Security-Token"), T("a  b")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
        "8f4813a5ffa3eee5140526b28fac54b0b6942cdeecf7a8b206999ffb718f373b")},
    {"token-long",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        T("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}, {T("X-Amz-Security-Token"),
        T("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")}}, 3,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
        "42984a849a2475fc658c067ca5eecd1e7377c0403c2da0fcd7340fa5987e1c32")},
    {"secret-short",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("s"), ABSENT, T("20150830T123600Z"), T("us-east-1"),
        T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=dca2b69fd0a8b5237e6c4275ab41a442464421551"
        "fc6d65743c102e0d34f8f9f")},
    {"secret-of-256",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"),
        T("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789a"
        "bcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef012345"
        "6789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"), ABSENT, T("20150830T123600Z"),
        T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"),
        T("20150830T123600Z")}}, 2, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=bdebc344cf2dd57ea71e8faed64f2366a70a4c7ab"
        "3471d4df495b9095bee6473")},
    {"secret-unicode",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("\303\251\341\210\264"), ABSENT, T("20150830T123600Z"),
        T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"),
        T("20150830T123600Z")}}, 2, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=3dac2095432aba727a2309884eccaade9b0d0eb64"
        "b94da168c6f3e14f2dfde2d")},
    {"access-key-odd",
        T("GET"), T("/"), ABSENT, T(""), T("test.user+1@example_2"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ABSENT, T("20150830T123600Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=test.user+1@example_2/20150830/us-east-1/service/"
        "aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372"
        "ff2a2260956d9b8aae1d763fbf31")},
    {"date-leap-day",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20240229T235959Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20240229T235959Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240229/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=42b3de2d516df15081b9b306671cdcada4d128f7a"
        "0354bf06e579253858df986")},
    {"date-last",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("99991231T235959Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("99991231T235959Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/99991231/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=9fcea1157b1bf34cbe9324d1b5c242daedc200399"
        "aa8d101c8f6de0f67fe2a95")},
    {"date-first",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("19700101T000000Z"), T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("19700101T000000Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/19700101/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=5ca3641b81069cc58341dd611c16f0eab4482f1a3"
        "6d691335cd8a4aeb250e78f")},
    {"region-odd",
        T("GET"), T("/"), ABSENT, T(""), T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT,
        T("20150830T123600Z"), T("us-iso_X-1"), T("A-b_9"), {{T("Host"), T("example.amazonaws.com")},
        {T("X-Amz-Date"), T("20150830T123600Z")}}, 2,
        T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-iso_X-1/A-b_9/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=a3ff53f8e64415c72048db8a47116ed9ff87b526e"
        "613eda5fe5229407c142437")},
    {"method-odd",
        T("M-SEARCH"), T("/"), ABSENT,
        T("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        T("AKIDEXAMPLE"), T("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), ABSENT, T("20150830T123600Z"),
        T("us-east-1"), T("service"), {{T("Host"), T("example.amazonaws.com")}, {T("X-Amz-Date"),
        T("20150830T123600Z")}}, 2, T("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_"
        "request, SignedHeaders=host;x-amz-date, Signature=4c96029a0f4e6fb0dcd63cef5cb93001e83302ecc"
        "2d198fad5e45f4dc6a02d40")},
};
/* clang-format on */

#endif
