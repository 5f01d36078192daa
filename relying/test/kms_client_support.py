"""Shared by the tests of `nitro-attest kms decrypt` and the other client commands: World has a small PKI, nginx as TLS
server in front of the local KMS, and software NSMs.
"""
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
import kms_support  # noqa: E402
from kms_support import A, B, BINARY, USER, Client, Server  # noqa: E402

KEY_ID, SECRET, TOKEN = "AKIACLIENT", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a/session+token=="
HOST, AWS_HOST = "kms.test", "kms.us-east-1.amazonaws.com"
STATIC = os.environ.get("NITRO_ATTEST_STATIC") or str(
    pathlib.Path(__file__).resolve().parents[2] / "build/static/nitro-attest-x86_64-linux")
BINARIES = [BINARY] + [os.path.abspath(STATIC)] * ("NITRO_ATTEST_STATIC" in os.environ or os.path.exists(STATIC))
# Their process cannot be traced except by root, but LeakSanitizer traces it at the end.
PLAIN = {"PATH": os.environ["PATH"], "ASAN_OPTIONS": "detect_leaks=%d" % (os.geteuid() == 0)}
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")

NGINX_CONF = """daemon off;
pid {dir}/nginx.pid;
error_log {dir}/nginx.log;
{user}
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_max_body_size 1m;
  client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
  ssl_protocols TLSv1.2 TLSv1.3;
{servers}
}}
"""
NGINX_SERVER = """  server {{
    {listen}
    ssl_certificate {dir}/{name}.pem;
    ssl_certificate_key {dir}/server.key;
    location / {{
      proxy_pass http://unix:{dir}/{upstream}.sock;
      proxy_set_header Host $http_host;
    }}
  }}
"""


def run(*words, binary=BINARY, stdin=b"", env=None, timeout=120, **how):
    done = subprocess.run([binary, *map(str, words)], input=stdin, capture_output=True, timeout=timeout, check=False,
                          env={**PLAIN, **(env or {})}, **how)
    if b"Sanitizer" in done.stderr or b"runtime error" in done.stderr or done.returncode < 0:
        raise AssertionError(f"crashed with {done.returncode}: {words}\n{done.stderr.decode(errors='replace')}")
    return done


def openssl(*words, stdin=b""):
    return kms_support.Enclave.openssl(*words, stdin=stdin)


def wait_for(condition, what):
    limit = time.monotonic() + 30
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError(what)
        time.sleep(0.01)


def accepts(path):
    with socket.socket(socket.AF_UNIX) as s:
        return s.connect_ex(str(path)) == 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Pki:
    """Two CAs, and certificates for one key: a valid one, one for a different name, and an expired one."""

    def __init__(self, folder):
        self.dir = folder
        for ca in ("ca", "foreign"):
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                    "-subj", f"/CN={ca} of a test", "-keyout", folder / f"{ca}.key", "-out", folder / f"{ca}.pem")
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", folder / "server.key")
        self.certificate("good", HOST, AWS_HOST, "localhost")
        self.certificate("name", "other.test")
        self.certificate("expired", HOST, days=-1)

    def certificate(self, name, *hosts, days=30):
        request = openssl("req", "-new", "-key", self.dir / "server.key", "-subj", f"/CN={hosts[0]}")
        names = self.dir / "names.cnf"
        names.write_text("subjectAltName=" + ",".join("DNS:" + host for host in hosts) + "\n")
        openssl("x509", "-req", "-CA", self.dir / "ca.pem", "-CAkey", self.dir / "ca.key", "-CAcreateserial", "-days",
                days, "-extfile", names, "-out", self.dir / f"{name}.pem", stdin=request)


class World:
    def __init__(self, stack):
        self.dir = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.dir.chmod(0o755)
        self.port = free_port()
        Pki(self.dir)
        self.start_kms(stack)
        self.start_nginx(stack)
        self.nsm = self.start_nsm(stack, "nsm", A)
        self.other_nsm = self.start_nsm(stack, "other", B)
        self.credentials = self.write_credentials("credentials.json", SECRET)
        self.key = self.dir / "recipient.pem"  # for calls that need no separate key, since creating one takes time
        assert run("recipient", "keygen", "--socket", self.nsm, self.key).returncode == 0
        self.pair = self.agreement_key()

    def write_credentials(self, name, secret):
        """In the form of the instance metadata service."""
        path = self.dir / name
        path.touch(0o600)
        path.write_text(json.dumps({"Code": "Success", "AccessKeyId": KEY_ID, "SecretAccessKey": secret,
                                    "Token": TOKEN, "Expiration": "2099-01-01T00:00:00Z"}))
        return path

    def start_kms(self, stack):
        """A key for the image whose PCR0 is A; signatures are verified."""
        assert run("emulate", "--pki", self.dir / "pki", "--init").returncode == 0
        keys = self.dir / "keys.json"
        keys.touch(0o600)
        keys.write_text(json.dumps({"version": 1, "credentials": [
            {"access_key_id": KEY_ID, "secret_access_key": SECRET, "session_token": TOKEN,
             "principal": USER + "alice"}]}))
        (self.dir / "policy.json").write_text(json.dumps(kms_support.attested_policy()))
        self.kms = stack.enter_context(Server(
            BINARY, self.dir, "--pki", self.dir / "pki", "--key", f"alias/app={self.dir / 'policy.json'}",
            "--credentials", keys, listen=f"unix:{self.dir / 'kms.sock'}"))

    def start_nginx(self, stack):
        tcp = f"listen 127.0.0.1:{self.port} ssl;"
        listen = {"good": f"listen unix:{self.dir}/good.sock ssl; " + tcp,
                  "name": f"listen unix:{self.dir}/name.sock ssl;",
                  "expired": f"listen unix:{self.dir}/expired.sock ssl;"}
        servers = "".join(NGINX_SERVER.format(dir=self.dir, name=n, listen=l, upstream="kms")
                          for n, l in listen.items())
        servers += NGINX_SERVER.format(dir=self.dir, name="good", listen=f"listen unix:{self.dir}/late.sock ssl;",
                                       upstream="mute")
        conf = self.dir / "nginx.conf"
        conf.write_text(NGINX_CONF.format(dir=self.dir, servers=servers, user="user root;" * (os.geteuid() == 0)))
        process = stack.enter_context(subprocess.Popen([NGINX, "-p", self.dir, "-c", conf, "-e",
                                                        self.dir / "nginx.log"]))
        stack.callback(process.terminate)
        wait_for(lambda: accepts(self.dir / "good.sock"), "nginx did not start")

    def start_nsm(self, stack, name, pcr0):
        path = self.dir / f"{name}.nsm"
        process = stack.enter_context(subprocess.Popen(
            [BINARY, "emulate", "--pki", self.dir / "pki", "--pcr", f"0={pcr0}", "--listen", path],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=PLAIN))
        stack.callback(process.terminate)
        wait_for(path.exists, "no NSM")
        return path

    def ask(self, operation, **members):
        """A request signed here, without TLS and without a document."""
        client, body = Client(self.kms.address), json.dumps(members).encode()
        headers = {k: v for k, v in client.headers(operation).items() if k not in ("Authorization", "X-Amz-Date")}
        headers |= {"Host": "localhost", "X-Amz-Security-Token": TOKEN}
        reply = client.send(body, kms_support.signed(headers, body, KEY_ID, SECRET))
        assert reply.status == 200, reply.body
        return reply.json

    def agreement_key(self):
        return self.ask("CreateKey", KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT",
                        Policy=json.dumps(kms_support.attested_policy()))["KeyMetadata"]["KeyId"]

    def ways(self):
        """A unix socket instead of vsock, and TCP."""
        return {"unix": ["--endpoint", f"https://{HOST}", "--connect", f"unix:{self.dir}/good.sock"],
                "tcp": ["--endpoint", f"https://localhost:{self.port}"],
                "tcp by address": ["--endpoint", f"https://{HOST}", "--connect", f"tcp:127.0.0.1:{self.port}"]}


@contextlib.contextmanager
def silent_server(path):
    """Accepts connections, and never replies."""
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(str(path))
        s.listen(8)
        yield


@contextlib.contextmanager
def reply_server(reply):
    """Sends this reply to every request; returns its URL."""
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
