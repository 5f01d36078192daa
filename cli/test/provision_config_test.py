"""Tests nitro-attest provision config by using what it writes: provision_config_test.py PATH-OF-BINARY.

A SoftHSM token behind p11-kit server, and nginx, httpd, openssl s_server and keytool with the files. What needs a
program that is not installed is skipped; APACHE2 may name httpd.
"""
import glob
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
import unittest

BINARY = os.path.abspath(sys.argv[1])
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
APACHE = os.environ.get("APACHE2") or shutil.which("apache2", path=PATH)
LABEL, KEY, PIN = "a token; 100% \u00e4", "key 1&2", "p1n&4+x"
SECONDS = 20


def first(pattern):
    return (sorted(glob.glob(pattern)) or [None])[0]


MODULE = first("/usr/lib/softhsm/libsofthsm2.so")
CLIENT = first("/usr/lib/*/pkcs11/p11-kit-client.so")
ENGINE = first("/usr/lib/*/engines-3/pkcs11.so")


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
        self.path("cert.pem").write_text("a certificate")

    def path(self, name):
        return self.place / name

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

    def test_every_needed_option_is_asked_for(self):
        for name in ("label", "key-label", "p11-kit", "pin-file", "certificate"):
            self.wrong(2, "--%s is missing" % name, self.config("nginx", **{name: None}))
        self.assertEqual(self.config("java", certificate=None).returncode, 0)

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
                self.assertNotRegex(file.read_text(), r"@[A-Z]+@|\(null\)")
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
        self.ok("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                self.path("key.pem"), "-out", self.path("cert.pem"), "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE")
        self.ok("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", self.path("key.pem"), "-out", self.path("key.p8"))
        self.ok("openssl", "x509", "-in", self.path("cert.pem"), "-outform", "DER", "-out", self.path("cert.der"))
        self.token(LABEL, PIN)
        os.remove(self.path("key.pem"))
        os.remove(self.path("key.p8"))
        self.serve("pkcs11:token=" + "".join("%%%02X" % b for b in LABEL.encode()))

    def ok(self, *words):
        done = run(*map(str, words), env=self.env)
        self.assertEqual(done.returncode, 0, done)

    def token(self, label, pin):
        self.ok("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", pin)
        self.ok("softhsm2-util", "--import", self.path("key.p8"), "--token", label, "--label", KEY, "--id", "01",
                "--pin", pin)
        self.ok("pkcs11-tool", "--module", MODULE, "--token-label", label, "--login", "--pin", pin, "--write-object",
                self.path("cert.der"), "--type", "cert", "--id", "01", "--label", "acm-ne-cert-0")

    def serve(self, tokens):
        self.start(["p11-kit", "server", "--provider", MODULE, "-n", "unix:path=%s" % self.path("p11.sock"), "-f",
                    tokens], self.env)
        self.wait_for(self.path("p11.sock").exists)

    def start(self, words, env):
        """In a session of its own, which ends with the test."""
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

    def written(self, target):
        """The environment file is read as the page says; and what the command prints as its next step."""
        done = self.config(target, client_module=None)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        env = dict(os.environ, PATH=PATH)
        env.pop("SOFTHSM2_CONF", None)
        shown = run("sh", "-c", 'set -a; . "$1"; env', "sh", str(self.path("out/environment")), env=env)
        for line in shown.stdout.splitlines():
            if line.startswith(("OPENSSL_CONF=", "P11_KIT_SERVER_ADDRESS=")):
                name, value = line.split("=", 1)
                env[name] = value
        return env, done.stdout.split("# try it:\n")[1]

    def certificate_at(self, port):
        """Of a handshake that was verified; None = nobody listens yet."""
        context = ssl.create_default_context(cafile=self.path("cert.pem"))
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain:
                with context.wrap_socket(plain, server_hostname="localhost") as s:
                    return s.getpeercert(binary_form=True)
        except ConnectionRefusedError:
            return None

    def handshake(self, port):
        self.wait_for(lambda: self.certificate_at(port) is not None)
        for _ in range(4):
            self.assertEqual(self.certificate_at(port), self.path("cert.der").read_bytes())

    def test_openssl(self):
        env, line = self.written("openssl")
        port = free_port()
        self.start(["sh", "-c", line.replace("openssl s_server", "exec openssl s_server")
                   .replace("-accept 4433", "-accept %d" % port)], env)
        self.handshake(port)

    def test_openssl_does_not_sign_with_another_pin(self):
        self.path("pin").write_text("another")
        env, _ = self.written("openssl")
        uri = "pkcs11:token=%s;type=private;pin-source=file:%s" % (LABEL.replace(" ", "%20").replace(";", "%3B"),
                                                                  self.path("out/pin"))
        done = run("openssl", "pkey", "-engine", "pkcs11", "-inform", "engine", "-in", uri, "-pubout", env=env)
        self.assertNotEqual(done.returncode, 0, done)

    @unittest.skipUnless(has("nginx"), "needs nginx-light")
    def test_nginx(self):
        env, _ = self.written("nginx")
        port, place = free_port(), self.place
        temporary = "".join("%s_temp_path %s/%s;" % (k, place, k)
                            for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.path("nginx.conf").write_text(
            "include %s/out/main.conf; daemon off; worker_processes 2; pid %s/nginx.pid; events {} %s "
            "http { access_log off; %s server { listen 127.0.0.1:%d ssl; include %s/out/server.conf; } }"
            % (place, place, "user root;" if os.getuid() == 0 else "", temporary, port, place))
        done = run("nginx", "-e", str(self.path("error.log")), "-t", "-c", str(self.path("nginx.conf")), env=env)
        self.assertEqual(done.returncode, 0, done)
        self.start(["nginx", "-e", self.path("error.log"), "-c", self.path("nginx.conf")], env)
        self.handshake(port)

    @unittest.skipUnless(APACHE, "needs apache2-bin")
    def test_httpd(self):
        env, _ = self.written("httpd")
        port, place = free_port(), self.place
        modules = os.path.join(os.path.dirname(os.path.dirname(APACHE)), "lib", "apache2", "modules")
        load = "".join("LoadModule %s_module %s/mod_%s.so\n" % (m, modules, m)
                       for m in ("mpm_event", "authz_core", "ssl", "socache_shmcb"))
        user = "User www-data\nGroup www-data\n" if os.getuid() == 0 else ""
        os.chmod(self.place, 0o755)
        os.chmod(self.path("p11.sock"), 0o777)  # as the comment in server.conf says
        self.path("httpd.conf").write_text(
            "ServerRoot %s\nDefaultRuntimeDir %s\nPidFile httpd.pid\nErrorLog httpd.log\nServerName localhost\n%s%s"
            "Listen 127.0.0.1:%d\n<VirtualHost *:%d>\nSSLEngine on\nInclude %s/out/server.conf\n</VirtualHost>\n"
            % (place, place, load, user, port, port, place))
        done = run(APACHE, "-f", str(self.path("httpd.conf")), "-t", env=env)
        self.assertEqual(done.returncode, 0, done)
        self.start([APACHE, "-f", self.path("httpd.conf"), "-DFOREGROUND"], env)
        self.handshake(port)

    @unittest.skipUnless(has("keytool"), "needs a Java runtime")
    def test_java(self):
        env, line = self.written("java")
        done = run("sh", "-c", line, env=env)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("acm-ne-cert-0, PrivateKeyEntry", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
