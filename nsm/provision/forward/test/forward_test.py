"""Tests the module for configuration of ACM: forward_test.py MODULE LOADS-BACK. Prints TAP.

SoftHSM behind it: once in this process, by ctypes, and once behind p11-kit server, with the stanzas that ACM writes for
nginx and httpd, TLS 1.2 and 1.3, EC and RSA.
"""
import glob
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

MODULE, LOADS_BACK = map(os.path.abspath, sys.argv[1:3])
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
PIN = "123456"
TOKENS = {"acm-token": 5, "the last slot, a label of 32 byt": 127}
KEYS = {"ec": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "rsa": ("rsa:2048",)}
APACHE = os.environ.get("APACHE2") or shutil.which("apache2", path=PATH)
count = 0


def check(title, ok, why=""):
    global count
    count += 1
    print("%s %d - %s" % ("ok" if ok else "not ok", count, title))
    if not ok and why:
        print("\n".join("# " + line for line in str(why).splitlines()))


class Place:
    def __init__(self, folder):
        self.folder, self.processes = pathlib.Path(folder), []
        for name in ("tokens", "state"):
            (self.folder / name).mkdir()
        (self.folder / "softhsm.conf").write_text("directories.tokendir = %s/tokens\n" % folder)
        self.env = dict(os.environ, PATH=PATH, SOFTHSM2_CONF="%s/softhsm.conf" % folder)
        self.state([{"label": label, "slot": slot} for label, slot in TOKENS.items()])

    def state(self, tokens):
        """The tokens are complete, and do not expire."""
        boot_id = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        tokens = [{"complete": True, "expires_s": 2 ** 40, **token} for token in tokens]
        (self.folder / "state/state").write_text(json.dumps({"boot_id": boot_id, "tokens": tokens}))

    def run(self, *words):
        subprocess.run(list(map(str, words)), env=self.env, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60)

    def make_tokens(self):
        f = self.folder
        for label in list(TOKENS) + ["of somebody else"]:
            self.run("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", PIN)
        for number, (kind, options) in enumerate(KEYS.items(), 1):
            self.run("openssl", "req", "-x509", "-newkey", *options, "-nodes", "-keyout", f / "key.pem", "-out",
                     f / f"{kind}.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext",
                     "basicConstraints=critical,CA:FALSE")
            self.run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", f / "key.pem", "-out", f / "key.p8")
            for label in list(TOKENS) + ["of somebody else"]:
                self.run("softhsm2-util", "--import", f / "key.p8", "--token", label, "--label", f"{kind}-key", "--id",
                         f"{number:02}", "--pin", PIN)

    def start(self, *words, **env):
        with open(self.folder / "log", "ab") as log:
            self.processes.append(subprocess.Popen(list(map(str, words)), env=self.env | env, stdout=log, stderr=log,
                                                   stdin=subprocess.DEVNULL, start_new_session=True))

    def end(self):
        for process in self.processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()

    def log(self):
        return (self.folder / "log").read_text(errors="replace")


def wait_for(condition):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


# ---- in a separate process, since PKCS #11 has global state: the module's information about tokens ----

ASK = r"""
import ctypes, sys
class TokenInfo(ctypes.Structure):
    _fields_ = [("label", ctypes.c_char * 32), ("manufacturer", ctypes.c_char * 32), ("model", ctypes.c_char * 16),
                ("serial", ctypes.c_char * 16), ("numbers", ctypes.c_ulong * 12)]
module = ctypes.CDLL(sys.argv[1])
table = ctypes.c_void_p()
result = module.C_GetFunctionList(ctypes.byref(table))
if result != 0:
    sys.exit("C_GetFunctionList: %d" % result)
# version, then pointers in the order of the standard: 0 Initialize, 4 GetSlotList, 6 GetTokenInfo
at = lambda n: ctypes.CFUNCTYPE(ctypes.c_ulong, *([ctypes.c_void_p] * n))
pointers = ctypes.cast(table.value + ctypes.sizeof(ctypes.c_void_p), ctypes.POINTER(ctypes.c_void_p))
assert at(1)(pointers[0])(None) == 0
number = ctypes.c_ulong(64)
slots = (ctypes.c_ulong * 64)()
get_list = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_ubyte, ctypes.c_void_p, ctypes.c_void_p)(pointers[4])
assert get_list(1, slots, ctypes.byref(number)) == 0
get_info = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p)(pointers[6])
for slot in slots[:number.value]:
    raw = ctypes.create_string_buffer(512)
    assert get_info(slot, raw) == 0
    text = raw.raw
    print("|".join(part.decode() for part in (text[:32], text[32:64], text[64:80], text[80:96])))
print("of a slot that is not there: %d" % get_info(12345, ctypes.create_string_buffer(512)))
"""


def ask(place, **env):
    done = subprocess.run([sys.executable, "-c", ASK, MODULE], env=place.env | env, capture_output=True, text=True,
                          timeout=60, check=False)
    return done.stdout, done.stderr, done.returncode


def rows(text):
    return {line.split("|")[0].rstrip(): [part.rstrip() for part in line.split("|")[1:]]
            for line in text.splitlines() if "|" in line}


def test_what_tokens_say(place):
    env = {"NITRO_ATTEST_P11NE_MODULE": SOFTHSM, "NITRO_ATTEST_P11NE_STATE": str(place.folder / "state")}
    plain = rows(ask(place, NITRO_ATTEST_P11NE_MODULE=SOFTHSM)[0])
    text, errors, _ = ask(place, **env)
    shown = rows(text)
    wanted = {label: ["Amazon", "p11ne-token", "EVT%02X" % n] for label, n in TOKENS.items()}
    check("tokens of ours: model, manufacturer, serial", {label: shown.get(label) for label in TOKENS} == wanted,
          text + errors)
    check("fields are padded with spaces", "Amazon" + " " * 26 + "|p11ne-token     |EVT7F" + " " * 11 in text, text)
    check("a foreign token is unchanged", shown.get("of somebody else") == plain.get("of somebody else") and
          plain.get("of somebody else", "  ")[1] == "SoftHSM v2", text)
    check("without a state every token is unchanged", all(row[1] == "SoftHSM v2" for row in plain.values()), plain)
    check("errors are the other module's: CKR_SLOT_ID_INVALID", "of a slot that is not there: 3\n" in text, text)
    for title, content in (("no JSON", "{"), ("no tokens", "{}"), ("no label", '{"tokens": [{"slot": 1}]}'),
                           ("a label that is too long",
                            json.dumps({"tokens": [{"label": list(TOKENS)[1] + "x", "slot": 1}]})),
                           ("the beginning of a label", json.dumps({"tokens": [{"label": "acm-toke", "slot": 1}]}))):
        (place.folder / "state/state").write_text(content)
        check("a state with %s changes nothing" % title, rows(ask(place, **env)[0]) == plain)
    place.state([{"label": label, "slot": slot} for label, slot in TOKENS.items()])


def test_what_is_missing(place):
    link, copy = str(place.folder / "link.so"), str(place.folder / "copy.so")
    os.symlink(MODULE, link)
    shutil.copy(MODULE, copy)
    for title, env, text in (("an unset module", {}, "NITRO_ATTEST_P11NE_MODULE is not set"),
                             ("a missing module", {"NITRO_ATTEST_P11NE_MODULE": "/none.so"}, "/none.so"),
                             ("the module itself", {"NITRO_ATTEST_P11NE_MODULE": MODULE}, "names this module itself"),
                             ("the module itself by a link", {"NITRO_ATTEST_P11NE_MODULE": link},
                              "names this module itself"),
                             ("a copy that names itself", {"NITRO_ATTEST_P11NE_MODULE": copy},
                              "names this module itself"),
                             ("a module that loads this one",
                              {"NITRO_ATTEST_P11NE_MODULE": LOADS_BACK, "NATT_TEST_LOADS_BACK": MODULE},
                              "the module that NITRO_ATTEST_P11NE_MODULE names loads this one"),
                             ("a library that is not a module", {"NITRO_ATTEST_P11NE_MODULE": "libc.so.6"},
                              "cannot load")):
        _, errors, status = ask(place, **env)
        check(title + " is refused with a clear error",
              status == 1 and text in errors and "C_GetFunctionList: 5" in errors, errors)


# ---- with p11-kit server and nginx ----

def uri(kind, serial=""):
    """The URI as in the stanzas of ACM's agent, with serial=EVT05, and as returned by DescribeToken of the RPC."""
    number = list(KEYS).index(kind) + 1
    return (f"pkcs11:model=p11ne-token;manufacturer=Amazon;{serial}token=acm-token;id=%{number:02};object={kind}-key;"
            "type=private")


def client_module():
    return (glob.glob("/usr/lib/*/pkcs11/p11-kit-client.so") + [""])[0]


def parent_env(place):
    """OpenSSL's configuration from ACM's documentation, and the address of p11-kit server."""
    f = place.folder
    (f / "openssl.cnf").write_text("openssl_conf = a\n[a]\nengines = b\n[b]\npkcs11 = c\n[c]\nengine_id = pkcs11\n"
                                   "MODULE_PATH = %s\ninit = 0\n" % client_module())
    return {"OPENSSL_CONF": "%s/openssl.cnf" % f, "P11_KIT_SERVER_ADDRESS": "unix:path=%s/p11.sock" % f}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def handshake(place, port, kind, version):
    context = ssl.create_default_context(cafile=place.folder / f"{kind}.pem")
    context.minimum_version = context.maximum_version = version
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
            with context.wrap_socket(s, server_hostname="localhost") as tls:
                return tls.version() == version.name.replace("_", ".")
    except ConnectionRefusedError:
        return False


def check_handshakes(place, name, port, kind):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        good = wait_for(lambda v=version: handshake(place, port, kind, v))
        check(f"{name} with the stanza that ACM writes, {kind}, {version.name}: a handshake", good, place.log())


def test_nginx(place):
    f = place.folder
    temporary = "".join("%s_temp_path %s/%s;" % (k, f, k) for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    ports = {kind: free_port() for kind in KEYS}
    servers = "".join(
        "server { listen 127.0.0.1:%d ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate %s/%s.pem; "
        "ssl_certificate_key \"engine:pkcs11:%s?pin-value=%s\"; }" % (ports[kind], f, kind, uri(kind), PIN)
        for kind in KEYS)
    (f / "nginx.conf").write_text(
        "ssl_engine pkcs11; env OPENSSL_CONF; env P11_KIT_SERVER_ADDRESS; daemon off; pid %s/pid; events {} %s\n"
        "http { access_log off; %s %s }" % (f, "user root;" if os.getuid() == 0 else "", temporary, servers))
    place.start("nginx", "-e", f / "error.log", "-c", f / "nginx.conf", **parent_env(place))
    for kind in KEYS:
        check_handshakes(place, "nginx", ports[kind], kind)


# ACM's documents for httpd: SSLCryptoDevice in the main configuration, the rest in a virtual host.
HTTPD = """ServerRoot {f}
DefaultRuntimeDir {f}
PidFile httpd.pid
ErrorLog httpd.log
ServerName localhost
{load}{user}SSLCryptoDevice pkcs11
"""
HOST = """Listen 127.0.0.1:{port}
<VirtualHost *:{port}>
    ServerName localhost
    SSLEngine on
    SSLProtocol -all +TLSv1.2 +TLSv1.3
    SSLCertificateKeyFile "{uri}?pin-value={pin}"
    SSLCertificateFile "{f}/{kind}.pem"
</VirtualHost>
"""


def test_httpd(place):
    f = place.folder
    modules = os.path.join(os.path.dirname(os.path.dirname(APACHE)), "lib", "apache2", "modules")
    load = "".join(f"LoadModule {m}_module {modules}/mod_{m}.so\n"
                   for m in ("mpm_event", "authz_core", "ssl", "socache_shmcb"))
    user = "User www-data\nGroup www-data\n" if os.getuid() == 0 else ""
    os.chmod(f, 0o755)
    os.chmod(f / "p11.sock", 0o777)
    ports = {kind: free_port() for kind in KEYS}
    hosts = "".join(HOST.format(port=ports[kind], uri=uri(kind), pin=PIN, f=f, kind=kind) for kind in KEYS)
    (f / "httpd.conf").write_text(HTTPD.format(f=f, load=load, user=user) + hosts)
    place.start(APACHE, "-f", f / "httpd.conf", "-DFOREGROUND", **parent_env(place))
    for kind in KEYS:
        check_handshakes(place, "httpd", ports[kind], kind)


def test_other_serial(place):
    """As a control, the stanza matches no token without the module or with a different slot."""
    for title, text, good in (("its own serial", uri("ec", "serial=EVT05;"), True),
                              ("another serial", uri("ec", "serial=EVT06;"), False),
                              ("another model", uri("ec").replace("p11ne-token", "SoftHSM v2"), False)):
        done = subprocess.run(["openssl", "pkey", "-engine", "pkcs11", "-inform", "engine", "-in",
                               f"{text}?pin-value={PIN}", "-pubout"], env=place.env | parent_env(place),
                              capture_output=True, text=True, timeout=60, check=False)
        check(f"a URI with {title}: {'found' if good else 'not found'}", ("BEGIN PUBLIC KEY" in done.stdout) == good,
              done)


def test_stanzas(place):
    f = place.folder
    place.start("p11-kit", "server", "--provider", MODULE, "-n", "unix:path=%s/p11.sock" % f, "-f", "pkcs11:",
                NITRO_ATTEST_P11NE_MODULE=SOFTHSM, NITRO_ATTEST_P11NE_STATE="%s/state" % f)
    wait_for((f / "p11.sock").exists)
    test_other_serial(place)
    test_nginx(place)
    if APACHE:
        test_httpd(place)
    else:
        check("httpd # SKIP apache2-bin is missing", True)


def main():
    missing = [p for p in ("openssl", "softhsm2-util", "p11-kit", "nginx") if shutil.which(p, path=PATH) is None]
    missing += [p for p in (SOFTHSM,) if not os.path.exists(p)] + ["p11-kit-client.so"] * (client_module() == "")
    missing += ["engine pkcs11"] * (not glob.glob("/usr/lib/*/engines-3/pkcs11.so"))
    if missing:
        print("1..0 # SKIP missing: " + ", ".join(missing))
        return
    with tempfile.TemporaryDirectory(prefix="natt-forward-") as folder:
        place = Place(folder)
        try:
            place.make_tokens()
            test_what_tokens_say(place)
            test_what_is_missing(place)
            test_stanzas(place)
        finally:
            place.end()
    print("1..%d" % count)


if __name__ == "__main__":
    main()
