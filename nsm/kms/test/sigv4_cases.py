"""Requests whose signatures by botocore, by us, and by curl (if curl can send them) are compared."""
import hashlib

EXAMPLE = {"access_key": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token": None,
           "date": "20150830T123600Z", "region": "us-east-1", "service": "service",
           "host": "example.amazonaws.com"}
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRq"
    "TflfKD8YUwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU"
    "9HFvlRd8Tx6q6fE8YQcHwl1ypJgMA==")
SUITE_TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRq"
    "TflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75Y"
    "U9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9K"
    "SYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==")
UNRESERVED = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FORM_HASH = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"


def case(name, method="GET", path="/", query=None, headers=(), body="", suite=None, **more):
    """suite: the signature in the published test suite."""
    c = {**EXAMPLE, **more}
    sent = [("Host", c["host"]), *headers, ("X-Amz-Date", c["date"])]
    if c["token"] is not None:
        sent.append(("X-Amz-Security-Token", c["token"]))
    return {**c, "name": name, "method": method, "path": path, "query": query, "headers": sent, "body": body,
            "suite": suite}


def kms(name, operation, body, headers=(), **more):
    sent = [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", f"TrentService.{operation}"), *headers]
    return case(name, "POST", "/", None, sent, body, **{"service": "kms", "date": "20261130T071759Z", **more})


# tests/aws-signing-test-suite/v4 of awslabs/aws-c-auth (Apache-2.0): the requests whose paths are normalized and whose
# x-amz-* headers are all signed. One query is percent-encoded, as SDKs send it.
SUITE = [
    case("get-header-key-duplicate",
         headers=[("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")],
         suite="c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
    case("get-header-value-multiline", headers=[("My-Header1", "value1\r\n  value2\r\n     value3")],
         suite="cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"),
    case("get-header-value-order",
         headers=[("My-Header1", "value4"), ("My-Header1", "value1"), ("My-Header1", "value3"),
                  ("My-Header1", "value2")],
         suite="08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
    case("get-header-value-trim", headers=[("My-Header1", " value1"), ("My-Header2", ' "a   b   c"')],
         suite="acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
    case("get-relative-normalized", path="/example/..",
         suite="5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    case("get-relative-relative-normalized", path="/example1/example2/../..",
         suite="5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    case("get-slash-dot-slash-normalized", path="/./",
         suite="5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    case("get-slash-normalized", path="//", suite="5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    case("get-slash-pointless-dot-normalized", path="/./example",
         suite="ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
    case("get-slashes-normalized", path="//example//",
         suite="9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    case("get-space-normalized", path="/example space/",
         suite="652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
    case("get-unreserved", path="/" + UNRESERVED,
         suite="07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
    case("get-utf8", path="/\u1234", suite="8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    case("get-vanilla", suite="5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    case("get-vanilla-empty-query-key", query="Param1=value1",
         suite="a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
    case("get-vanilla-query", suite="5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    case("get-vanilla-query-order-encoded", query="Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
         suite="371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"),
    case("get-vanilla-query-order-key-case", query="Param2=value2&Param1=value1",
         suite="b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    case("get-vanilla-query-unreserved",
         query=f"{UNRESERVED}={UNRESERVED}",
         suite="9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
    case("get-vanilla-utf8-query", query="%E1%88%B4=bar",
         suite="2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    case("get-vanilla-with-session-token", token="6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
         suite="07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"),
    case("post-header-key-case", method="POST",
         suite="5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    case("post-header-key-sort", method="POST", headers=[("My-Header1", "value1")],
         suite="c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
    case("post-header-value-case", method="POST", headers=[("My-Header1", "VALUE1")],
         suite="cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
    case("post-sts-header-before", method="POST", token=SUITE_TOKEN,
         suite="85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"),
    case("post-vanilla", method="POST", suite="5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    case("post-vanilla-empty-query-value", method="POST", query="Param1=value1",
         suite="28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
    case("post-vanilla-query", method="POST", query="Param1=value1",
         suite="28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
    case("post-x-www-form-urlencoded", method="POST",
         headers=[("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "13"),
                  ("X-Amz-Content-Sha256", FORM_HASH)], body="Param1=value1",
         suite="d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"),
    case("post-x-www-form-urlencoded-parameters", method="POST",
         headers=[("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), ("Content-Length", "13"),
                  ("X-Amz-Content-Sha256", FORM_HASH)], body="Param1=value1",
         suite="328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422"),
]
OWN = [
    # IAM user guide, "Create a signed AWS API request"
    case("iam-user-guide", query="Action=ListUsers&Version=2010-05-08", host="iam.amazonaws.com", service="iam",
         headers=[("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
         suite="5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
    # requests of KMS clients [facts measured with botocore 1.44, the Go SDK v2, the JavaScript SDK v3 and curl]
    kms("kms-boto3", "Decrypt", '{"CiphertextBlob": "AQICAHg="}'),
    kms("kms-boto3-token", "GenerateDataKey", '{"KeyId": "alias/app", "KeySpec": "AES_256"}', token=TOKEN),
    kms("kms-go", "Decrypt", '{"CiphertextBlob":"AQICAHg="}',
        [("Amz-Sdk-Invocation-Id", "7b0cc8a6-4f5e-4f1d-a8a2-3b0f9c1d2e3f"), ("Amz-Sdk-Request", "attempt=1; max=3"),
         ("Content-Length", "29"), ("User-Agent", "aws-sdk-go-v2/1.41.0"), ("Accept-Encoding", "gzip")]),
    kms("kms-javascript", "Decrypt", '{"CiphertextBlob":"AQICAHg="}',
        [("amz-sdk-invocation-id", "7b0cc8a6-4f5e-4f1d-a8a2-3b0f9c1d2e3f"), ("amz-sdk-request", "attempt=1; max=3"),
         ("content-length", "29"), ("x-amz-user-agent", "aws-sdk-js/3.1164.0"),
         ("x-amz-content-sha256", hashlib.sha256(b'{"CiphertextBlob":"AQICAHg="}').hexdigest())]),
    kms("kms-empty-body", "GenerateRandom", ""),
    kms("kms-china", "GenerateRandom", '{"NumberOfBytes":32}', region="cn-north-1"),
    kms("kms-unicode-body", "Encrypt", '{"EncryptionContext":{"\u00e9":"\u1234"},"KeyId":"k","Plaintext":"AA=="}'),
    kms("kms-left-out", "Decrypt", "{}",
        [("User-Agent", "x"), ("Expect", "100-continue"), ("Transfer-Encoding", "chunked"),
         ("X-Amzn-Trace-Id", "Root=1")]),
    # paths
    case("path-slashes", path="//"),
    case("path-many-slashes", path="///a///b//"),
    case("path-dot", path="/."),
    case("path-dot-slash", path="/./"),
    case("path-inner-dot", path="/a/./b"),
    case("path-last-dot", path="/a/."),
    case("path-dots", path="/.."),
    case("path-dots-above", path="/../../a"),
    case("path-inner-dots", path="/a/b/../c"),
    case("path-last-dots", path="/a/b/.."),
    case("path-last-dots-slash", path="/a/b/../"),
    case("path-dots-twice", path="/a/b/c/../../d/"),
    case("path-dots-that-meet-nothing", path="/a/../../b/c/../../../d/e/.."),
    case("path-all-taken", path="/a/b/../.."),
    case("path-three-dots", path="/.../..a/b../.c"),
    case("path-percent", path="/a%20b/%2F/%2f/%zz/%"),
    case("path-percent-dots", path="/a/%2e%2e/b"),
    case("path-plus", path="/a+b c"),
    case("path-marks", path="/:@!$&'()*,;=-._~\"<>[]\\^`{|}"),
    case("path-unicode", path="/\u1234/\u00e9/\U0001f600"),
    case("path-percent-unicode", path="/%E1%88%B4"),
    case("path-long", path="/" + "segment/" * 100 + ".." + "/x" * 50),
    # queries
    case("query-order", query="b=2&a=1&c=3"),
    case("query-repeated", query="a=2&a=1&a=10&a="),
    case("query-no-value", query="b&a"),
    case("query-no-name", query="=b&=a"),
    case("query-empty-pairs", query="&&a=1&"),
    case("query-equal-signs", query="a=1=2&a==&a=1"),
    case("query-prefixes", query="ab=1&a=b1&a-=1&a%=1&A=1&_=1&~=1"),
    case("query-percent", query="a=%20&a=+&a=%2B&%61=1"),
    case("query-unicode", query="\u1234=\u00e9&a=\U0001f600"),
    case("query-slash", path="/a/b", query="path=/a/../b//c"),
    # headers
    case("headers-repeated", headers=[("X-B", "2"), ("X-A", "z"), ("x-b", "1"), ("X-B", "3")]),
    case("headers-spaces", headers=[("X-A", "  a   b \t c  "), ("X-B", '"a   b"')]),
    case("headers-folded", headers=[("X-A", "a\r\n  b\r\n\tc"), ("X-B", "a")]),
    case("headers-empty", headers=[("X-A", ""), ("X-B", "   "), ("X-C", "a"), ("X-C", ""), ("X-C", "b")]),
    case("headers-commas", headers=[("X-A", "a, b"), ("X-A", "c ,d")]),
    case("headers-order", headers=[("X-A-B", "1"), ("X-A", "2"), ("X-AB", "3"), ("X-A1", "4"), ("X-A_", "5"),
                                   ("a", "6")]),
    case("headers-marks", headers=[("X-!#$%&'*+.^_`|~9", "1:2;3=4")]),
    case("headers-unicode", headers=[("X-A", "\u00e9 \u1234")]),
    case("headers-long", headers=[("X-A", "a " * 1500)]),
    # keys, tokens, dates
    case("token", token=TOKEN),
    case("token-spaces", token="a  b"),
    case("token-long", token="x" * 3000),
    case("secret-short", secret="s"),
    case("secret-of-256", secret="0123456789abcdef" * 16),
    case("secret-unicode", secret="\u00e9\u1234"),
    case("access-key-odd", access_key="test.user+1@example_2"),
    case("date-leap-day", date="20240229T235959Z"),
    case("date-last", date="99991231T235959Z"),
    case("date-first", date="19700101T000000Z"),
    case("region-odd", region="us-iso_X-1", service="A-b_9"),
    case("method-odd", method="M-SEARCH", body="x" * 1000),
]
