"""The steps of every official client: operations with Recipient, and each error that the local KMS returns.

A step is {"title", "caller", "operation", "input", "server", "tries"} ("tries": how often the client may try),
and either "error" (its name; "modelled": the client has a typed exception for it; "message": part of its text), or
these about the reply:
    "absent", "present"    members
    "opens_to"             what CiphertextForRecipient opens to
    "opens_to_length"      how long it is
    "opens_like"           a member with a ciphertext, which Decrypt by the admin, without Recipient, gives as well
More a step may have:
    "times"                number of calls, one right after the other, until one fails; default 1
    "alter"                "body" or "authorization": what is sent in its place, before the request is signed
Bytes are {"base64": text}. KMS.md names no error of genuine KMS for bad documents; those here are this project's.
"""
import base64

with open(__file__, encoding="utf-8") as f:
    SOURCE = f.read()
UNKNOWN_KEY = "00000000-0000-4000-8000-000000000000"


def data(value):
    return {"base64": base64.b64encode(value).decode()}


def recipient(document):
    return {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": data(document)}


def succeeding(scene, documents):
    good, context = recipient(documents["good"]), {"EncryptionContext": {"for": "clients"}}
    blob = data(scene.blob)
    rows = [
        ("Decrypt", {"CiphertextBlob": blob, **context, "Recipient": good},
         {"absent": ["Plaintext"], "opens_to": data(scene.plaintext)}),
        ("GenerateDataKey", {"KeyId": "alias/app", "KeySpec": "AES_256", "Recipient": good},
         {"absent": ["Plaintext"], "opens_like": "CiphertextBlob", "opens_to_length": 32}),
        ("GenerateDataKeyPair", {"KeyId": scene.keys["app"], "KeyPairSpec": "ECC_NIST_P256", "Recipient": good},
         {"absent": ["PrivateKeyPlaintext"], "present": ["PublicKey"], "opens_like": "PrivateKeyCiphertextBlob"}),
        ("GenerateRandom", {"NumberOfBytes": 48, "Recipient": good}, {"absent": ["Plaintext"], "opens_to_length": 48}),
        ("DeriveSharedSecret", {"KeyId": scene.keys["agreement"], "KeyAgreementAlgorithm": "ECDH",
                                "PublicKey": data(scene.peer), "Recipient": good},
         {"absent": ["SharedSecret"], "opens_to": data(scene.shared_secret)}),
    ]
    steps = [{"title": "%s with Recipient" % operation, "operation": operation, "input": members, **expected}
             for operation, members, expected in rows]
    steps.append({"title": "GenerateRandom without Recipient, with a session token", "caller": "visitor",
                  "operation": "GenerateRandom", "input": {"NumberOfBytes": 16},
                  "present": ["Plaintext"], "absent": ["CiphertextForRecipient"]})
    steps.append({"title": "Encrypt", "operation": "Encrypt", "input": {"KeyId": "alias/app", "Plaintext": data(b"x")},
                  "present": ["CiphertextBlob", "KeyId"], "absent": ["CiphertextForRecipient"]})
    return steps


def modelled(scene, documents):
    """Error, operation, caller, members; and the server, if it is not the main one."""
    good, blob, keys = recipient(documents["good"]), data(scene.blob), scene.keys
    context = {"EncryptionContext": {"for": "clients"}}
    decrypt = {"CiphertextBlob": blob, **context, "Recipient": good}
    damaged = {**decrypt, "CiphertextBlob": data(scene.blob[:-1] + bytes([scene.blob[-1] ^ 1]))}

    def data_key(name, **more):
        return {"KeyId": name, "KeySpec": "AES_256", "Recipient": good, **more}
    return [
        ("InvalidCiphertextException", "Decrypt", "app", damaged),
        ("InvalidCiphertextException", "Decrypt", "app", {**decrypt, "EncryptionContext": {"for": "others"}}),
        ("IncorrectKeyException", "Decrypt", "app", {**decrypt, "KeyId": keys["other"]}),
        ("NotFoundException", "GenerateDataKey", "app", data_key(UNKNOWN_KEY)),
        ("DisabledException", "GenerateDataKey", "app", data_key(keys["disabled"])),
        ("KMSInvalidStateException", "GenerateDataKey", "app", data_key(keys["deleted"])),
        ("InvalidKeyUsageException", "GenerateDataKey", "app", data_key(keys["agreement"])),
        ("InvalidArnException", "DescribeKey", "app", {"KeyId": "arn:aws:kms:us-east-1:111122223333:nothing/x"}),
        ("UnsupportedOperationException", "GenerateDataKeyPair", "app",
         {"KeyId": "alias/app", "KeyPairSpec": "SM2", "Recipient": good}),
        ("InvalidGrantTokenException", "GenerateDataKey", "app", data_key("alias/app", GrantTokens=["grant"])),
        ("DryRunOperationException", "GenerateDataKey", "app", data_key("alias/app", DryRun=True)),
        ("AlreadyExistsException", "CreateAlias", "admin", {"AliasName": "alias/app", "TargetKeyId": keys["other"]}),
        ("InvalidAliasNameException", "CreateAlias", "admin", {"AliasName": "alias/a b", "TargetKeyId": keys["other"]}),
        ("InvalidMarkerException", "ListKeys", "admin", {"Marker": "nowhere"}),
        ("MalformedPolicyDocumentException", "PutKeyPolicy", "admin", {"KeyId": keys["other"], "Policy": "{}"}),
        ("KeyUnavailableException", "GenerateDataKey", "app", data_key("alias/damaged"), "faulty"),
        ("KMSInternalException", "GenerateDataKey", "app", data_key("alias/renamed"), "faulty"),
        ("DependencyTimeoutException", "GenerateDataKeyPair", "app",
         {"KeyId": "alias/app", "KeyPairSpec": "RSA_4096", "Recipient": good}, "faulty"),
        ("LimitExceededException", "CreateKey", "admin", {}, "faulty"),
    ]


def unmodelled(scene, documents):
    """Error, title, caller, operation, members, part of the message."""
    context = {"EncryptionContext": {"for": "clients"}}
    decrypt = {"CiphertextBlob": data(scene.blob), **context}
    not_allowed = "is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/"
    rows = [("AccessDeniedException", "no document", None, not_allowed)]
    rows += [("AccessDeniedException", name, name, text) for name, text in (
        ("other image", not_allowed), ("debug", "debug"), ("old", "NATT_E_TIME_"), ("foreign", "another root"),
        ("changed", "NATT_E_COSE_SIGNATURE"))]
    rows += [("ValidationException", name, name, text) for name, text in (
        ("without key", "no public_key"), ("garbage", "attestation document"), ("file name", "fileb://FILE"),
        ("base64", "base64 within base64"))]
    found = [(error, title, "app", "Decrypt",
              decrypt if document is None else {**decrypt, "Recipient": recipient(documents[document])}, text)
             for error, title, document, text in rows]
    random = {"NumberOfBytes": 8}
    return found + [
        ("ValidationException", "a number too large", "app", "GenerateRandom", {"NumberOfBytes": 1025}, "umberOfBytes"),
        ("UnrecognizedClientException", "an unknown access key", "stranger", "GenerateRandom", random, ""),
        ("InvalidSignatureException", "a wrong secret key", "thief", "GenerateRandom", random, ""),
        ("MissingAuthenticationTokenException", "no signature", "anonymous", "GenerateRandom", random, ""),
        ("UnknownOperationException", "an operation that is not here", "app", "ListGrants",
         {"KeyId": scene.keys["app"]}, "ListGrants"),
    ]


def throttled(documents):
    """Sends enough calls to be throttled, even on a slow machine; then calls that the client repeats with the same
    document until they succeed."""
    step = {"operation": "GenerateRandom", "server": "throttled",
            "input": {"NumberOfBytes": 8, "Recipient": recipient(documents["good"])}}
    return [{**step, "title": "ThrottlingException: the second request of a second", "times": 20,
             "error": "ThrottlingException", "modelled": False, "message": "Reduce the frequency of your calls."},
            {**step, "title": "GenerateRandom, throttled and tried again", "times": 3, "tries": 8,
             "opens_to_length": 8}]


def altered():
    """Requests that no client sends by itself."""
    step = {"operation": "GenerateRandom", "input": {"NumberOfBytes": 8}, "modelled": False}
    unfinished = "AWS4-HMAC-SHA256 Credential=AKIAAPPAPPAPPAPPAPP1/20261130/us-east-1/kms/aws4_request"
    return [{**step, "title": "IncompleteSignatureException: no Signature", "caller": "anonymous",
             "alter": {"authorization": unfinished}, "error": "IncompleteSignatureException", "message": ""},
            {**step, "title": "SerializationException: a body that is cut off", "alter": {"body": "{"},
             "error": "SerializationException", "message": "not JSON"}]


def failing(scene, documents):
    steps = [{"title": "%s by %s" % (error, operation), "caller": caller, "operation": operation, "input": members,
              "error": error, "modelled": True, "message": "", "server": server[0] if server else "main"}
             for error, operation, caller, members, *server in modelled(scene, documents)]
    return steps + [{"title": "%s: %s" % (error, title), "caller": caller, "operation": operation, "input": members,
                     "error": error, "modelled": False, "message": text}
                    for error, title, caller, operation, members, text in unmodelled(scene, documents)]


def make(scene):
    documents = scene.documents()
    steps = succeeding(scene, documents) + failing(scene, documents) + altered() + throttled(documents)
    return [{"caller": "app", "server": "main", "tries": 1, **step} for step in steps]
