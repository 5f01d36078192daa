"""Prints the tokens and objects of a PKCS #11 module as JSON: pkcs11_objects.py MODULE [LABEL PIN]. Standard library
only. With LABEL and PIN also the objects of that token, after a login; values of attributes are hexadecimal, "copied"
has the return values of C_CopyObject and C_SetAttributeValue for a private key.
"""
import ctypes
import json
import sys

LONG = ctypes.c_ulong
GENERAL_ERROR = 5
ATTRIBUTES = {"class": 0, "token": 1, "private": 2, "label": 3, "value": 0x11, "certificate_type": 0x80, "issuer": 0x81,
              "serial": 0x82, "category": 0x87, "key_type": 0x100, "subject": 0x101, "id": 0x102, "sensitive": 0x103,
              "encrypt": 0x104, "decrypt": 0x105, "wrap": 0x106, "unwrap": 0x107, "sign": 0x108, "sign_recover": 0x109,
              "verify": 0x10A, "derive": 0x10C, "extractable": 0x162, "local": 0x163, "modifiable": 0x170,
              "copyable": 0x171, "private_value": 0x11, "private_exponent": 0x123}
NUMBERS = {"class", "certificate_type", "category", "key_type"}
BOOLS = {"token", "private", "sensitive", "encrypt", "decrypt", "wrap", "unwrap", "sign", "sign_recover", "verify",
         "derive", "extractable", "local", "modifiable", "copyable"}


class Attribute(ctypes.Structure):
    _fields_ = [("type", LONG), ("value", ctypes.c_void_p), ("len", LONG)]


def ok(result, what):
    if result != 0:
        raise SystemExit("%s: 0x%x" % (what, result))


def tokens(module):
    count = LONG()
    ok(module.C_GetSlotList(1, None, ctypes.byref(count)), "C_GetSlotList")
    slots = (LONG * count.value)()
    ok(module.C_GetSlotList(1, slots, ctypes.byref(count)), "C_GetSlotList")
    for slot in slots:
        info = ctypes.create_string_buffer(512)  # CK_TOKEN_INFO: 96 bytes of text, then the flags
        result = module.C_GetTokenInfo(LONG(slot), info)
        if result == GENERAL_ERROR:  # SoftHSM was killed before it had written label, serial number and flags
            continue
        ok(result, "C_GetTokenInfo")
        if LONG.from_buffer(info, 96).value & 0x400:
            yield slot, info.raw[:32].decode().rstrip()


def value_of(module, session, handle, name):
    a = Attribute(ATTRIBUTES[name], None, 0)
    if module.C_GetAttributeValue(session, handle, ctypes.byref(a), LONG(1)) != 0:
        return None
    memory = ctypes.create_string_buffer(max(a.len, 1))
    a.value = ctypes.cast(memory, ctypes.c_void_p)
    ok(module.C_GetAttributeValue(session, handle, ctypes.byref(a), LONG(1)), "C_GetAttributeValue")
    value = memory.raw[:a.len]
    if name in NUMBERS:
        return int.from_bytes(value, sys.byteorder)
    if name == "label":
        return value.decode()
    return value != b"\0" if name in BOOLS else value.hex()


def copies(module, session, handle):
    """Return values: a copy in the session, one in the token, one that is not sensitive, and a label that is set."""
    results = []
    for kind, value in ((1, b"\0"), (1, b"\1"), (ATTRIBUTES["sensitive"], b"\0"), (None, None)):
        a = Attribute(kind or ATTRIBUTES["label"], ctypes.cast(ctypes.c_char_p(value or b"x"), ctypes.c_void_p), 1)
        results.append(module.C_CopyObject(session, handle, ctypes.byref(a), LONG(1), ctypes.byref(LONG()))
                       if kind else module.C_SetAttributeValue(session, handle, ctypes.byref(a), LONG(1)))
    return results


def objects(module, slot, pin):
    session, handle, count = LONG(), LONG(), LONG(1)
    ok(module.C_OpenSession(LONG(slot), LONG(6), None, None, ctypes.byref(session)), "C_OpenSession")
    ok(module.C_Login(session, LONG(1), pin.encode(), LONG(len(pin))), "C_Login")
    ok(module.C_FindObjectsInit(session, None, LONG(0)), "C_FindObjectsInit")
    while True:
        ok(module.C_FindObjects(session, ctypes.byref(handle), LONG(1), ctypes.byref(count)), "C_FindObjects")
        if count.value == 0:
            return
        found = {name: value_of(module, session, handle, name) for name in ATTRIBUTES}
        found["copied"] = copies(module, session, handle) if found["class"] == 3 else None
        yield {name: value for name, value in found.items() if value is not None}


def main():
    module = ctypes.CDLL(sys.argv[1])
    ok(module.C_Initialize(None), "C_Initialize")
    there = list(tokens(module))
    answer = {"tokens": [label for _, label in there]}
    if len(sys.argv) > 2:
        slot = next(slot for slot, label in there if label == sys.argv[2])
        answer["objects"] = list(objects(module, slot, sys.argv[3]))
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
