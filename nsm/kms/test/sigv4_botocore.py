"""Signatures of botocore, with which ours are compared. Needs botocore, from a virtual environment."""
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials


def request_of(case):
    query = "" if case["query"] is None else "?" + case["query"]
    request = AWSRequest(method=case["method"], url="https://example.amazonaws.com" + case["path"] + query,
                         data=case["body"].encode())
    request.headers = HTTPHeaders()
    for name, value in case["headers"]:
        if name.lower() != "authorization":
            request.headers.add_header(name, value)
    request.context["timestamp"] = case["date"]
    return request


def authorization(case):
    """The value of Authorization for a case of sigv4_cases."""
    auth = SigV4Auth(Credentials(case["access_key"], case["secret"], case["token"]), case["service"], case["region"])
    request = request_of(case)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    auth._inject_signature_to_request(request, auth.signature(text, request))
    return request.headers["Authorization"]
