"""Tests nitro-attest provision config by using what it writes: provision_config_test.py PATH-OF-BINARY [MODULE].

A SoftHSM token behind p11-kit server, and nginx, httpd, openssl s_server and Java with the files. MODULE is
nitro-attest-client.so; without it, p11-kit-client.so is used. Cases that need a missing program are skipped. APACHE2
may name httpd, OPENSSL_MODULES the folder of the provider pkcs11.
"""
import glob
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.path.abspath(sys.argv[1])
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
APACHE = os.environ.get("APACHE2") or shutil.which("apache2", path=PATH)
LABEL, KEY, PIN = "a token; 100% \u00e4", "key 1&2", "p1n&4+x"
KEYS = {"ec": (KEY, "01", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]), "rsa": (KEY + " rsa", "02", ["rsa:2048"])}
VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../nsm/provision/test/tls/TokenServer.java")
SECONDS = 20


def first(pattern):
    return (sorted(glob.glob(pattern)) or [None])[0]


MODULE = first("/usr/lib/softhsm/libsofthsm2.so")
CLIENT = first("/usr/lib/*/pkcs11/p11-kit-client.so")
ENGINE = first("/usr/lib/*/engines-3/pkcs11.so")
PROVIDER = first(os.path.join(os.environ.get("OPENSSL_MODULES", "/usr/lib/*/ossl-modules"), "pkcs11.so"))
OURS = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else CLIENT


def has(*programs):
    return all(shutil.which(p, path=PATH) for p in programs)


def run(*words, env=None, **options):
    return subprocess.run(words, env=env or dict(os.environ, PATH=PATH), capture_output=True, text=True, timeout=60,
                          check=False, **options)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Place(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="natt-config-"))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.path("pin").touch(0o600)
        self.path("pin").write_text(PIN + "\n")
        self.path("cert.pem").write_text("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")

    def path(self, *names):
        return self.place.joinpath(*names)

    def config(self, target, *more, **instead):
        options = {"label": LABEL, "key-label": KEY, "p11-kit": "unix:path=%s" % self.path("p11.sock"),
                   "pin-file": self.path("pin"), "certificate": self.path("cert.pem"),
                   "client-module": CLIENT or self.path("pin"), "out": self.path("out")}
        options.update({name.replace("_", "-"): value for name, value in instead.items()})
        words = [w for name, value in options.items() if value is not None for w in ("--" + name, str(value))]
        return run(BINARY, "provision", "config", *([target] if target else []), *words, *more)


class Usage(Place):
    def wrong(self, code, text, done):
        self.assertEqual((done.returncode, done.stdout), (code, ""), done)
        self.assertIn(text, done.stderr)
        self.assertFalse(self.path("out").exists() and list(self.path("out").iterdir()))

    def test_targets(self):
        self.wrong(2, "nginx, httpd, openssl or java", self.config("caddy"))
        self.wrong(2, "nginx, httpd, openssl or java", self.config(None))

    def test_the_provider_is_for_openssl(self):
        for target in ("nginx", "httpd", "java"):
            self.wrong(2, "--provider: it is only for openssl", self.config(target, "--provider"))
        self.wrong(2, "--provider: it is only for openssl", self.config("caddy", "--provider"))

    def test_every_needed_option_is_asked_for(self):
        for name in ("label", "p11-kit", "pin-file", "certificate"):
            self.wrong(2, "--%s is missing" % name, self.config("nginx", **{name: None}))
        self.assertEqual(self.config("java", certificate=None).returncode, 0)

    def test_the_label_of_a_key_is_that_of_pack(self):
        self.assertEqual(self.config("nginx", key_label=None).returncode, 0)
        self.assertIn("object=acm-key;", self.path("out/server.conf").read_text())

    def test_what_is_no_certificate(self):
        good = self.path("cert.pem").read_text()
        for text, block in (("", 1), ("a certificate", 1), (good.replace("CERTIFICATE", "PRIVATE KEY"), 1),
                            (good.replace("MAA=", "*"), 1), (good + good.replace("CERTIFICATE", "EC PRIVATE KEY"), 2),
                            (good + good.split("-----END")[0], 2)):
            self.path("cert.pem").write_text(text)
            self.wrong(2, "cert.pem: block %d is not -----BEGIN CERTIFICATE-----" % block, self.config("nginx"))
        self.path("cert.pem").write_text("subject=x\n" + good + good)
        self.assertEqual(self.config("nginx").returncode, 0)

    def test_what_is_to_be_done_is_shown(self):
        for target, unit in (("nginx", "nginx"), ("httpd", "apache2")):
            text, out = self.config(target).stdout, self.path("out")
            for words in ("include %s/main.conf and %s/server.conf" % (out, out), "#   systemctl edit %s\n" % unit,
                          "#   [Service]\n#   EnvironmentFile=%s/environment\n" % out,
                          " -t ) && systemctl restart " + unit, "curl --cacert"):
                self.assertIn(words, text)
        for target in ("nginx", "httpd", "openssl", "java"):
            self.assertIn("\n# try it:\n( set -a; . %s/environment; " % self.path("out"), self.config(target).stdout)

    def test_lengths_of_pins(self):
        for pin in ("", "123", "1" * 65, "1" * 255):
            self.path("pin").write_text(pin)
            self.wrong(2, "the PIN has %d bytes; 4 to 64 are allowed" % len(pin), self.config("nginx"))
        for pin in ("1234", "1" * 64):
            self.path("pin").write_text(pin + "\n")
            self.assertEqual(self.config("nginx").returncode, 0)
            self.assertEqual(self.path("out/pin").read_text(), pin)

    def test_directories_that_others_can_write_to(self):
        self.path("out").mkdir()
        for mode in (0o770, 0o707, 0o777):
            self.path("out").chmod(mode)
            self.wrong(2, "others can replace files in", self.config("nginx"))
        for mode in (0o1777, 0o755, 0o700):
            self.path("out").chmod(mode)
            self.assertEqual(self.config("nginx").returncode, 0, oct(mode))

    @unittest.skipIf(os.geteuid() != 0, "only root gives directories away")
    def test_directories_of_others(self):
        self.path("out").mkdir(0o755)
        os.chown(self.path("out"), 65534, 65534)
        self.wrong(2, "others can replace files in", self.config("nginx"))

    def test_links_are_replaced_and_not_followed(self):
        self.path("out").mkdir(0o755)
        self.path("victim").write_text("as it was")
        names = [p.name for p in self.written()]
        for name in names:
            shutil.rmtree(self.path("out"))
            self.path("out").mkdir(0o755)
            self.path("out", name).symlink_to("../victim")
            done = self.config("nginx")
            self.assertEqual(self.path("victim").read_text(), "as it was", name)
            self.assertEqual(done.returncode, 2 if name == "pin" else 0, done.stderr)
        self.assertGreater(len(names), 2)

    def written(self):
        self.assertEqual(self.config("nginx").returncode, 0)
        return list(self.path("out").iterdir())

    def test_only_the_files_are_left(self):
        self.assertEqual(sorted(p.name for p in self.written()), sorted(p.name for p in self.written()))
        self.assertEqual(self.path("out/pin").stat().st_mode & 0o777, 0o600)
        self.assertTrue(all(p.stat().st_mode & 0o444 == 0o444 for p in self.written() if p.name != "pin"))

    def test_lengths_of_labels(self):
        for name, most in (("label", 32), ("key_label", 63)):
            option = "--" + name.replace("_", "-")
            self.wrong(2, option + " has 0 bytes", self.config("nginx", **{name: ""}))
            self.wrong(2, option + " has %d bytes" % (most + 1), self.config("nginx", **{name: "a" * (most + 1)}))
            for size in (1, most - 1, most):
                self.assertEqual(self.config("nginx", **{name: "a" * size}).returncode, 0)
            shutil.rmtree(self.path("out"))

    def test_addresses(self):
        for address in ("", "unix:path=", "unix:path=a", "unix:/a", "tcp:1", "vsock:16"):
            self.wrong(2, "is not an address", self.config("nginx", p11_kit=address))
        for character in "\"'$`\\ \n%#":
            self.wrong(2, "--p11-kit: configuration files cannot have",
                       self.config("nginx", p11_kit="unix:path=/a" + character))
        done = self.config("nginx", p11_kit="vsock:cid=16;port=9999")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn('\nP11_KIT_SERVER_ADDRESS="vsock:cid=16;port=9999"\n', self.path("out/environment").read_text())

    def test_paths_that_formats_would_read_otherwise(self):
        for name in ("a b", "a\"b", "a$b", "a;b", "a%b"):
            self.path(name).write_text("")
            self.wrong(2, "--certificate: configuration files cannot have",
                       self.config("nginx", certificate=self.path(name)))
            os.remove(self.path(name))
            done = self.config("nginx", out=self.path(name))
            self.assertEqual((done.returncode, list(self.path(name).iterdir())), (2, []), done)
            self.assertIn("--out: configuration files cannot have", done.stderr)

    def test_files_that_are_not_there(self):
        self.wrong(3, "--certificate: cannot open", self.config("nginx", certificate=self.path("none")))
        self.wrong(3, "--client-module: cannot open", self.config("nginx", client_module=self.path("none")))
        self.wrong(3, "--out: cannot make", self.config("nginx", out=self.path("none/out")))
        self.wrong(3, "none", self.config("nginx", pin_file=self.path("none")))

    def test_our_module_is_the_default_where_it_is_installed(self):
        """In a mount namespace, with a separate file system instead of the installation's library folder."""
        place = re.search(rb"(/[^\0*]+)/nitro-attest-client\.so", pathlib.Path(BINARY).read_bytes())[1].decode()
        above = os.path.dirname(place)
        mount = ("unshare", "-m", "mount", "-t", "tmpfs", "none", above)
        others = [first(f) for f in ("/usr/lib*/nitro-attest/*client.so", "/usr/lib/*/nitro-attest/*client.so")]
        if above.startswith("/usr/lib") or any(others) or not has("unshare") or run(*mount).returncode != 0:
            self.skipTest("mounting over %s is not possible, or it is a different file" % above)
        words = [BINARY, "provision", "config", "openssl", "--label", LABEL, "--key-label", KEY, "--p11-kit",
                 "unix:path=/s", "--pin-file", self.path("pin"), "--certificate", self.path("cert.pem"), "--out",
                 self.path("out")]
        script = 'mount -t tmpfs none "$1"; mkdir "$2"; : >"$3"; shift 3; exec "$@"'
        for made, expected in ((place + "/nitro-attest-client.so", place + "/nitro-attest-client.so"),
                               (place + "/another.so", CLIENT)):
            done = run("unshare", "-m", "sh", "-ec", script, "sh", above, place, made, *map(str, words))
            if CLIENT or "client" in made:
                self.assertEqual(done.returncode, 0, done)
                self.assertIn("\nMODULE_PATH = %s\n" % expected, self.path("out/openssl.cnf").read_text())
            else:
                self.assertIn("neither nitro-attest-client.so nor p11-kit-client.so is where", done.stderr)

    def test_the_pin_is_in_a_private_file_alone(self):
        self.path("out").mkdir()
        self.path("out/pin").write_text("an older one, which others could read")
        os.chmod(self.path("out/pin"), 0o644)
        for target in ("nginx", "httpd", "openssl", "java"):
            done = self.config(target)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done)
            self.assertNotIn(PIN, done.stdout)
            for file in self.path("out").iterdir():
                self.assertEqual(PIN in file.read_text(), file.name == "pin", file)
                self.assertNotRegex(file.read_text(), r"(?<!@)@[A-Z]+@|\(null\)")
            self.assertEqual(self.path("out/pin").read_bytes(), PIN.encode(), "the engine takes a line end for PIN")
            self.assertEqual(self.path("out/pin").stat().st_mode & 0o777, 0o600)

    def test_the_pin_must_be_private(self):
        os.chmod(self.path("pin"), 0o640)
        self.wrong(2, "only you can read", self.config("nginx"))


@unittest.skipUnless(MODULE and CLIENT and ENGINE and has("softhsm2-util", "p11-kit", "openssl", "pkcs11-tool"),
                     "needs softhsm2 p11-kit p11-kit-modules opensc libengine-pkcs11-openssl openssl")
class Used(Place):
    def setUp(self):
        super().setUp()
        self.path("tokens").mkdir()
        self.path("softhsm.conf").write_text("directories.tokendir = %s\n" % self.path("tokens"))
        self.env = dict(os.environ, PATH=PATH, SOFTHSM2_CONF=str(self.path("softhsm.conf")))
        for kind, (_, _, options) in KEYS.items():
            self.make_key(kind, options)
        self.token(LABEL, PIN, KEYS)
        self.serve("pkcs11:?write-protected=yes")

    def make_key(self, kind, options):
        key, cert = self.path(kind + ".key"), self.path(kind + ".pem")
        self.ok("openssl", "req", "-x509", "-newkey", *options, "-nodes", "-keyout", key, "-out", cert, "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext",
                "basicConstraints=critical,CA:FALSE")
        self.ok("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", key, "-out", self.path(kind + ".p8"))
        self.ok("openssl", "x509", "-in", cert, "-outform", "DER", "-out", self.path(kind + ".der"))
        os.remove(key)

    def ok(self, *words):
        done = run(*map(str, words), env=self.env)
        self.assertEqual(done.returncode, 0, done)

    def token(self, label, pin, kinds):
        self.ok("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", pin)
        for kind in kinds:
            name, number, _ = KEYS[kind]
            self.ok("softhsm2-util", "--import", self.path(kind + ".p8"), "--token", label, "--label", name, "--id",
                    number, "--pin", pin)
            self.ok("pkcs11-tool", "--module", MODULE, "--token-label", label, "--login", "--pin", pin,
                    "--write-object", self.path(kind + ".der"), "--type", "cert", "--id", number, "--label",
                    "acm-ne-cert-0")

    def serve(self, tokens):
        self.start(["p11-kit", "server", "--provider", MODULE, "-n", "unix:path=%s" % self.path("p11.sock"), "-f",
                    tokens], self.env)
        self.wait_for(self.path("p11.sock").exists)

    def start(self, words, env):
        """In a separate session, which ends with the test."""
        with open(self.path("log"), "ab") as log:
            process = subprocess.Popen(list(map(str, words)), env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       start_new_session=True)
        self.addCleanup(self.stop, process)
        return process

    @staticmethod
    def stop(process):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def wait_for(self, condition):
        end = time.monotonic() + SECONDS
        while not condition():
            self.assertLess(time.monotonic(), end, self.path("log").read_text())
            time.sleep(0.05)

    def written(self, target, *more, kind="ec", **instead):
        """Reads the environment file as the page describes, and runs the next step that the command prints."""
        options = {"client_module": OURS, "certificate": self.path(kind + ".pem"), "key_label": KEYS[kind][0]} | instead
        done = self.config(target, *more, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        env = dict(os.environ, PATH=PATH)
        env.pop("SOFTHSM2_CONF", None)
        shown = run("sh", "-c", 'set -a; . "$1"; env', "sh", str(self.path("out/environment")), env=env)
        for line in shown.stdout.splitlines():
            if line.startswith(("OPENSSL_CONF=", "P11_KIT_SERVER_ADDRESS=", "NITRO_ATTEST_TOKEN=")):
                name, value = line.split("=", 1)
                env[name] = value
        return env, done.stdout.split("# try it:\n")[1]

    def certificate_at(self, port, kind, version):
        """The result of a verified handshake; None = no process listens yet."""
        context = ssl.create_default_context(cafile=self.path(kind + ".pem"))
        context.minimum_version = context.maximum_version = VERSIONS[version]
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain:
                with context.wrap_socket(plain, server_hostname="localhost") as s:
                    self.assertEqual(s.version(), version)
                    return s.getpeercert(binary_form=True)
        except ConnectionRefusedError:
            return None

    def handshakes(self, port, kind):
        """Both versions, without RSA key exchange, without resumption."""
        self.wait_for(lambda: self.certificate_at(port, kind, "TLSv1.3") is not None)
        for version in VERSIONS:
            for _ in range(2):
                self.assertEqual(self.certificate_at(port, kind, version), self.path(kind + ".der").read_bytes())
        self.assertIn("Cipher is (NONE)", self.s_client(port, kind, "-tls1_2", "-cipher", "kRSA"))
        self.assertIn("Cipher is ECDHE-", self.s_client(port, kind, "-tls1_2", "-cipher", "DEFAULT"))
        session = self.path("session")
        self.assertIn("\nNew, TLSv1.2", self.s_client(port, kind, "-tls1_2", "-sess_out", session))
        if session.exists():
            self.assertNotIn("Reused, TLSv1.2", self.s_client(port, kind, "-tls1_2", "-sess_in", session))

    def s_client(self, port, kind, *more):
        done = run("openssl", "s_client", "-connect", "127.0.0.1:%d" % port, "-CAfile", str(self.path(kind + ".pem")),
                   *map(str, more), stdin=subprocess.DEVNULL)
        return done.stdout

    def use_openssl(self, *more, **extra):
        for kind in KEYS:
            env, line = self.written("openssl", *more, kind=kind)
            port = free_port()
            process = self.start(["sh", "-c", line.replace("openssl s_server", "exec openssl s_server")
                                  .replace("-accept 4433", "-accept %d" % port)], env | extra)
            self.handshakes(port, kind)
            self.stop(process)
        return env | extra

    def test_openssl(self):
        self.use_openssl()

    @unittest.skipUnless(PROVIDER, "needs pkcs11-provider, which Debian has from version 13 on")
    def test_openssl_with_the_provider(self):
        env = self.use_openssl("--provider", OPENSSL_MODULES=os.path.dirname(PROVIDER or ""))
        self.path("data").write_bytes(b"data")
        uri = "pkcs11:object=%s;type=private" % KEYS["rsa"][0].replace(" ", "%20").replace("&", "%26")
        data, out = str(self.path("data")), str(self.path("signature"))
        done = run("openssl", "dgst", "-sha256", "-sign", uri, "-out", out, data, env=env)
        self.assertEqual(done.returncode, 0, done)
        self.path("public").write_text(run("openssl", "x509", "-in", str(self.path("rsa.pem")), "-noout",
                                           "-pubkey").stdout)
        done = run("openssl", "dgst", "-sha256", "-verify", str(self.path("public")), "-signature", out, data)
        self.assertEqual(done.stdout, "Verified OK\n", done)

    def test_openssl_does_not_sign_with_another_pin(self):
        self.path("pin").write_text("another")
        env, _ = self.written("openssl")
        uri = "pkcs11:token=%s;type=private;pin-source=file:%s" % (LABEL.replace(" ", "%20").replace(";", "%3B"),
                                                                  self.path("out/pin"))
        done = run("openssl", "pkey", "-engine", "pkcs11", "-inform", "engine", "-in", uri, "-pubout", env=env)
        self.assertNotEqual(done.returncode, 0, done)

    def test_without_our_module(self):
        """Only p11-kit-client.so, or the modules installed here, as found by default."""
        env, line = self.written("openssl", client_module=None)
        port = free_port()
        self.start(["sh", "-c", line.replace("openssl s_server", "exec openssl s_server")
                   .replace("-accept 4433", "-accept %d" % port)], env)
        self.handshakes(port, "ec")

    @unittest.skipUnless(has("nginx"), "needs nginx-light")
    def test_nginx(self):
        place = self.place
        temporary = "".join("%s_temp_path %s/%s;" % (k, place, k)
                            for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        for kind in KEYS:
            env, _ = self.written("nginx", kind=kind)
            port = free_port()
            self.path("nginx.conf").write_text(
                "include %s/out/main.conf; daemon off; worker_processes 2; pid %s/nginx.pid; events {} %s "
                "http { access_log off; %s server { listen 127.0.0.1:%d ssl; include %s/out/server.conf; } }"
                % (place, place, "user root;" if os.getuid() == 0 else "", temporary, port, place))
            done = run("nginx", "-e", str(self.path("error.log")), "-t", "-c", str(self.path("nginx.conf")), env=env)
            self.assertEqual(done.returncode, 0, done)
            process = self.start(["nginx", "-e", self.path("error.log"), "-c", self.path("nginx.conf")], env)
            self.handshakes(port, kind)
            self.stop(process)

    @unittest.skipUnless(APACHE, "needs apache2-bin")
    def test_httpd(self):
        modules = os.path.join(os.path.dirname(os.path.dirname(APACHE)), "lib", "apache2", "modules")
        load = "".join("LoadModule %s_module %s/mod_%s.so\n" % (m, modules, m)
                       for m in ("mpm_event", "authz_core", "ssl", "socache_shmcb"))
        user = "User www-data\nGroup www-data\n" if os.getuid() == 0 else ""
        os.chmod(self.place, 0o755)
        os.chmod(self.path("p11.sock"), 0o777)  # as the comment in server.conf requires
        for kind in KEYS:
            env, _ = self.written("httpd", kind=kind)
            port, place = free_port(), self.place
            self.path("httpd.conf").write_text(
                "ServerRoot %s\nDefaultRuntimeDir %s\nPidFile httpd.pid\nErrorLog httpd.log\nServerName localhost\n"
                "%s%sInclude %s/out/main.conf\nListen 127.0.0.1:%d\n<VirtualHost *:%d>\nSSLEngine on\n"
                "Include %s/out/server.conf\n</VirtualHost>\n" % (place, place, load, user, place, port, port, place))
            done = run(APACHE, "-f", str(self.path("httpd.conf")), "-t", env=env)
            self.assertEqual(done.returncode, 0, done)
            process = self.start([APACHE, "-f", self.path("httpd.conf"), "-DFOREGROUND"], env)
            self.handshakes(port, kind)
            self.stop(process)

    @unittest.skipUnless(has("keytool"), "needs a Java runtime")
    def test_java_lists_the_token_that_was_asked_for(self):
        """Two tokens, so that one is not the first in any order."""
        self.token("another", PIN, ["ec"])
        for label, count in ((LABEL, 2), ("another", 1)):
            env, line = self.written("java", label=label)
            done = run("sh", "-c", line, env=env)
            self.assertEqual(done.returncode, 0, done)
            self.assertEqual(done.stdout.count(", PrivateKeyEntry"), count if OURS != CLIENT else 2, done)

    @unittest.skipUnless(has("java", "keytool"), "needs a Java runtime")
    @unittest.skipUnless(OURS != CLIENT, "needs nitro-attest-client.so")
    def test_java(self):
        env, _ = self.written("java")
        if "jdk.compiler" not in run("java", "--list-modules").stdout:
            self.skipTest("this Java has no compiler")
        with open(self.path("port"), "wb") as out:
            process = subprocess.Popen(["java", "@%s/out/java.options" % self.place, "-Xshare:auto",
                                        "-XX:TieredStopAtLevel=1", SERVER, str(self.path("out/pkcs11.cfg")), PIN],
                                       env=env, stdin=subprocess.DEVNULL, stdout=out, start_new_session=True)
        self.addCleanup(self.stop, process)
        self.wait_for(lambda: self.path("port").read_text().endswith("\n"))
        for kind, algorithms in (("ec", "ECDSA+SHA256"), ("rsa", "RSA-PSS+SHA256:RSA+SHA256")):
            for version in ("-tls1_2", "-tls1_3"):
                shown = self.s_client(int(self.path("port").read_text()), kind, version, "-sigalgs", algorithms)
                self.assertIn("Verification: OK", shown)
            none = self.s_client(int(self.path("port").read_text()), kind, "-tls1_2", "-cipher", "kRSA")
            self.assertIn("Cipher is (NONE)", none)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
