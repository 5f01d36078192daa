"""Keys whose use the module for ACM's configuration allows or refuses: refuse_test.py TOKEN-PROGRAM SIGNER MODULE.
Prints TAP.

Signers are connected to SoftHSM through the module while the state of the provisioner changes.
"""
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../test/tls"))
import token_support as ts  # noqa: E402
from token_support import Checks, Hsm, Signer  # noqa: E402

PROGRAM, SIGNER, MODULE = map(os.path.abspath, sys.argv[1:4])
OK, REMOVED, SESSION_INVALID = 0, 0x32, 0xb3
BOOT_ID = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
LATER = 2 ** 40


class Place:
    def __init__(self, folder):
        self.folder = folder / "state"
        self.folder.mkdir(parents=True)
        self.hsm = Hsm(folder / "hsm", PROGRAM)
        for name, kind in (("one", ts.EC), ("rsa", ts.RSA)):
            key, chain, _ = ts.make_key(folder, name, *kind)
            if self.hsm.add(name, (1, "key", key, chain)).returncode != 0:
                raise RuntimeError("no token")
        self.serials = {name: self.serial(name) for name in ("one", "rsa")}
        self.env = {**self.hsm.env, "NITRO_ATTEST_P11NE_MODULE": ts.SOFTHSM, "NITRO_ATTEST_P11NE_STATE":
                    str(self.folder)}

    def serial(self, label):
        slots = ts.run("softhsm2-util", "--show-slots", env=self.hsm.env).stdout
        block, = [s for s in slots.split("\nSlot ") if re.search(rf"Label: +{label} *$", s, re.M)]
        return re.search(r"Serial number: +(\w+)", block)[1].encode().hex()

    def initialise(self, label, new):
        """Creates a token with a different key in the same slot, like a removal followed by a new token."""
        slots = ts.run("softhsm2-util", "--show-slots", env=self.hsm.env).stdout
        slot, = re.findall(rf"^Slot (\d+)\n(?:(?!^Slot ).*\n)*?.*Label: +{label} *$", slots, re.M)
        where = ["--slot", slot, "--pin", ts.PIN]
        ts.run("softhsm2-util", "--init-token", *where, "--so-pin", ts.SO_PIN, "--label", new, env=self.hsm.env)
        ts.run("pkcs11-tool", "--module", ts.SOFTHSM, *where, "--login", "--keypairgen", "--key-type",
               "EC:prime256v1", "--label", "key", "--usage-sign", env=self.hsm.env)

    def write(self, *tokens, serials=True, boot_id=BOOT_ID):
        text = json.dumps({"boot_id": boot_id, "serials": list(self.serials.values()) if serials else [],
                           "tokens": list(tokens)})
        (self.folder / "state.new").write_text(text)
        (self.folder / "state.new").rename(self.folder / "state")

    def token(self, label="one", **more):
        return {"label": label, "slot": 1, "complete": True, "expires_s": LATER, "serial": self.serials[label], **more}

    def signer(self, label="one", env=None, module=MODULE):
        return Signer(SIGNER, env or self.env, label, "key", module)


def check_states(place):
    """Before each state, there is one in which the same signer signs."""
    one = place.token()
    for title, tokens, more, expected in (
            ("a complete token", [one], {}, OK),
            ("an incomplete one", [{**one, "complete": False}], {}, REMOVED),
            ("one that has expired", [{**one, "expires_s": 1}], {}, REMOVED),
            ("one of another boot", [one], {"boot_id": "another"}, REMOVED),
            ("a boot that is not known", [one], {"boot_id": None}, REMOVED),
            ("one that was removed", [], {}, REMOVED),
            ("one that was lost and recreated: another serial number", [{**one, "serial": "61" * 16}], {}, REMOVED),
            ("another label with its serial number", [{**one, "label": "two"}], {}, REMOVED),
            ("one without a serial number in the state", [{**one, "serial": "00" * 16}], {}, OK),
            ("one that is no longer in any list", [], {"serials": False}, REMOVED)):
        place.write(one)
        s = place.signer()
        first = [s.first, s.ask("sign")]
        place.write(*tokens, **more)
        then = [s.ask("sign"), s.ask("sign")]
        place.write(one)
        Checks.ok(first == [OK, OK] and then == [expected] * 2 and s.ask("sign") == OK,
                  f"{title}: {'signs' if expected == OK else 'refused'}", (first, then))
        s.end()


def check_unreadable(place):
    place.write(place.token())
    s = place.signer()
    path = place.folder / "state"
    for title, change in (("no state", path.unlink), ("a state that is not JSON", lambda: path.write_text("{")),
                          ("a state without tokens", lambda: path.write_text("{}")),
                          ("an empty state", lambda: path.write_text(""))):
        before = s.ask("sign")
        change()
        refused = s.ask("sign")
        late = place.signer()
        Checks.ok([before, refused, late.first] == [OK, REMOVED, REMOVED], f"{title}: refused", (before, refused,
                                                                                                late.first))
        late.end()
        place.write(place.token())
    s.end()


def check_operations(place):
    place.write(place.token())
    s = place.signer()
    begun = s.ask("begin")
    place.write(place.token(expires_s=1))
    Checks.ok([begun, s.ask("end"), s.ask("begin")] == [OK, REMOVED, REMOVED],
              "a signature that began before the token expired is refused")
    s.end()
    s = place.signer()
    Checks.ok(s.first == REMOVED, "a login to an expired token is refused", s.first)
    s.end()
    place.write(place.token("rsa"))
    s = place.signer("rsa")
    before = s.ask("decrypt")
    place.write(place.token("rsa", complete=False))
    Checks.ok([before, s.ask("decrypt")] == [OK, REMOVED], "decryption is refused too", before)
    s.end()


def check_others(place):
    place.write()
    s = place.signer()
    Checks.ok(s.first == REMOVED, "a token that was removed before a program began: a login is refused", s.first)
    s.end()
    place.write(serials=False)
    s = place.signer()
    Checks.ok(s.first == OK and s.ask("sign") == OK, "a token of others: signs", s.first)
    s.end()
    env = {name: value for name, value in place.env.items() if name != "NITRO_ATTEST_P11NE_STATE"}
    (place.folder / "state").unlink()
    s = place.signer(env=env)
    Checks.ok(s.first == OK and s.ask("sign") == OK, "no state is named: signs", s.first)
    s.end()


def check_slot_is_used_again(place):
    """A recreated token has a different key: a connected program can use it only in a new session."""
    place.write(place.token(pin_salt="00"))
    for meanwhile in ((), ("sign",), ("end",)):
        s = place.signer()
        before = [s.ask("sign"), s.ask("begin")]
        place.write()
        removed = [s.ask(word) for word in meanwhile]
        place.initialise("one", "one")
        place.write(place.token(pin_salt="%02x" % (len(meanwhile) + meanwhile.count("end") + 1)))
        then = [s.ask("end"), s.ask("sign"), s.ask("login"), s.ask("sign")]
        Checks.ok(before == [OK, OK] and REMOVED in [*removed, REMOVED] and OK not in removed and
                  then == [SESSION_INVALID, SESSION_INVALID, OK, OK],
                  f"the token is made again{', after a try' if meanwhile else ''}: an earlier operation fails",
                  (before, removed, then))
        s.end()
    s = place.signer()
    before = s.ask("begin")
    place.initialise("one", "two")
    place.write({**place.token(pin_salt="77"), "label": "two"})
    then = s.ask("end")
    Checks.ok([before, then] == [OK, SESSION_INVALID], "a new token in the slot: an earlier operation fails", then)
    s.end()


def check_lost(place):
    """SoftHSM's file of the token is empty, as after a killed login: the token can no longer be removed."""
    place.write(place.token())
    through, direct = place.signer(), place.signer(module=ts.SOFTHSM)
    before = [through.ask("sign"), direct.ask("sign")]
    for path in (place.hsm.folder / "tokens").glob("*/token.object"):
        path.write_bytes(b"")
    place.write()
    after = [through.ask("sign"), direct.ask("sign")]
    Checks.ok(before == [OK, OK] and after == [REMOVED, OK],
              "a token that SoftHSM has lost: refused; control: without the module, it continues to sign",
              (before, after))
    through.end()
    direct.end()


def main():
    why = ts.missing("softhsm2-util", "pkcs11-tool")
    if why:
        Checks.skip("tokens that the module refuses", why)
        return Checks.end()
    with ts.workplace() as folder:
        place = Place(pathlib.Path(folder))
        check_states(place)
        check_unreadable(place)
        check_operations(place)
        check_others(place)
        check_lost(place)
        check_slot_is_used_again(Place(pathlib.Path(folder) / "again"))
    return Checks.end()


sys.exit(main())
