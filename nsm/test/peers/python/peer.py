"""Every request of aws-nsm-interface, unmodified, and the replies of an NSM after boot.

Usage: peer.py [FILE]: writes the attestation document there.
"""
import sys
import threading

import aws_nsm_interface as nsm

EXTENSION = bytes.fromhex("0b00374863ff5c65")
# SHA-384 of 48 zero bytes and these.
EXTENDED = "b33da05a0fdb71627c8c68fc4232281fc440edd6f0ac7467fa497bbb907db32d957b5fd393845fa02c264ad5ea233888"


def refused_as(name, function, *arguments):
    try:
        function(*arguments)
    except nsm.IoctlError as error:
        assert name in str(error), error
    else:
        raise AssertionError(f"not refused: {arguments}")


def check_device(device):
    told = nsm.describe_nsm(device)
    assert (told["version_major"], told["max_pcrs"], told["digest"]) == (1, 32, "SHA384"), told
    assert told["locked_pcrs"] == list(range(16)) and told["module_id"].startswith("i-"), told


def check_pcrs(device):
    assert nsm.describe_pcr(device, 0)["lock"]
    assert nsm.describe_pcr(device, 16) == {"lock": False, "data": bytes(48)}
    assert nsm.extend_pcr(device, 16, EXTENSION)["data"].hex() == EXTENDED
    assert nsm.lock_pcr(device, 16) is True
    assert nsm.describe_pcr(device, 16) == {"lock": True, "data": bytes.fromhex(EXTENDED)}
    refused_as("ReadOnlyIndex", nsm.extend_pcr, device, 16, EXTENSION)
    assert nsm.lock_pcrs(device, 20) is True
    assert nsm.describe_pcr(device, 19)["lock"] and not nsm.describe_pcr(device, 20)["lock"]
    refused_as("InvalidIndex", nsm.describe_pcr, device, 50)


def check_attestation(device, path):
    document = nsm.get_attestation_doc(device, b"user data", b"a nonce", b"key")["document"]
    assert document.startswith(bytes.fromhex("8444a1013822a059")), document[:8].hex()
    for part in (b"user data", b"a nonce", b"key"):
        assert part in document, part
    assert nsm.get_attestation_doc(device)["document"]
    if path:
        with open(path, "wb") as file:
            file.write(document)


def check_random(device):
    wrong = []

    def draw():
        for _ in range(50):
            a, b = nsm.get_random(device, 256), nsm.get_random(device, 256)
            if len(a) != 256 or a == b:
                wrong.append((a, b))

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(nsm.get_random(device)) == 32


def main():
    device = nsm.open_nsm_device()
    check_device(device)
    check_pcrs(device)
    check_attestation(device, sys.argv[1] if len(sys.argv) > 1 else None)
    check_random(device)
    nsm.close_nsm_device(device)
    print("ok")


main()
