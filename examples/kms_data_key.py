#!/usr/bin/env python3
"""A program for enclaves: encrypts data with a key that AWS KMS releases only to this image. Needs boto3, cryptography
and nitro_attest.

    kms_data_key.py ENDPOINT KEYID     endpoint: https://kms.eu-west-1.amazonaws.com, or that of nitro-attest kms serve

It encrypts a text and decrypts it again, as a program would after a restart. Only the wrapped key is stored; KMS
unwraps it for an enclave whose attestation document satisfies the key's policy. boto3 finds credentials and region in
its usual places. In an enclave, TLS to KMS must end in this program, since a message of KMS has no integrity protection
itself.
"""
import os
import sys
from typing import Any, Callable, Dict, Tuple

import boto3
import botocore.exceptions
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import nitro_attest

CONTEXT = {"purpose": "example"}  # KMS decrypts the key only with the same context
TEXT = b"what only this image may read"


def asked(operation: Callable[..., Any], session: nitro_attest.NsmSession,
          **members: Any) -> Tuple[Dict[str, Any], memoryview]:
    """Sends one request, and returns its reply and the data key in it, a memoryview that the caller overwrites after
    use."""
    with nitro_attest.EnclaveKey.generate(session) as key:
        document = key.attest(session)
        print(f"attested: a document of {len(document)} bytes, with the public half of {key}")
        answer = operation(EncryptionContext=CONTEXT, Recipient=key.recipient(document), **members)
        if "Plaintext" in answer or "CiphertextForRecipient" not in answer:
            raise ValueError("this server ignores Recipient, so keys are readable in transit")
        message = answer["CiphertextForRecipient"]
        buffer = bytearray(len(message))
        data_key = memoryview(buffer)[:key.open_into(message, buffer)]
    print(f"opened: a message of {len(message)} bytes, in it a key of {len(data_key)}")
    return answer, data_key


def encrypt(kms: Any, session: nitro_attest.NsmSession, key_id: str, text: bytes) -> Tuple[bytes, bytes, bytes]:
    """The stored data: the wrapped key, a nonce and the ciphertext."""
    answer, data_key = asked(kms.generate_data_key, session, KeyId=key_id, KeySpec="AES_256")
    nonce = os.urandom(12)
    ciphertext = AESGCM(data_key).encrypt(nonce, text, None)
    data_key[:] = bytes(len(data_key))
    print(f"encrypted: {len(text)} bytes to {len(ciphertext)} with AES-256-GCM")
    return answer["CiphertextBlob"], nonce, ciphertext


def decrypt(kms: Any, session: nitro_attest.NsmSession, key_id: str, wrapped: bytes, nonce: bytes,
            ciphertext: bytes) -> bytes:
    _, data_key = asked(kms.decrypt, session, KeyId=key_id, CiphertextBlob=wrapped)
    text = AESGCM(data_key).decrypt(nonce, ciphertext, None)
    data_key[:] = bytes(len(data_key))
    return text


def run(endpoint: str, key_id: str) -> None:
    kms = boto3.client("kms", endpoint_url=endpoint)
    with nitro_attest.NsmSession() as session:
        print(f"enclave: {session.describe().module_id}")
        stored = encrypt(kms, session, key_id, TEXT)
        print(f"stored: a wrapped key of {len(stored[0])} bytes, a nonce, the ciphertext")
        print(f"decrypted: {decrypt(kms, session, key_id, *stored).decode()}")


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit("usage: kms_data_key.py ENDPOINT KEYID")
    try:
        run(*sys.argv[1:])
    except botocore.exceptions.ClientError as e:
        sys.exit(f"kms_data_key.py: KMS refused it: {e.response['Error']['Code']}: {e.response['Error']['Message']}")
    except botocore.exceptions.BotoCoreError as e:
        sys.exit(f"kms_data_key.py: KMS cannot be reached: {e}")
    except InvalidTag:
        sys.exit("kms_data_key.py: the ciphertext was changed, or KMS returned a different key")
    except (nitro_attest.NitroAttestError, ValueError) as e:
        sys.exit(f"kms_data_key.py: {e}")


if __name__ == "__main__":
    main()
