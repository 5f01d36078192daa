"""Compares signatures of curl and botocore with ours: sigv4_peers_test.py PROGRAM [--install VENV] [--cases N]. Prints
TAP.

curl signs requests to a server here, and the program verifies them. With --install, the test installs botocore into
VENV; botocore and the program sign random requests, and each verifies the other's signatures.
"""
import hashlib
import http.server
import os
import pathlib
import random
import shutil
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
import sigv4_cases  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
HERE = pathlib.Path(__file__).resolve()
failed, count = 0, 0


def option(name, default=None):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def report(good, title, text=""):
    global failed, count
    count, failed = count + 1, failed + (not good)
    print(f"{'ok' if good else 'not ok'} {count} - {title}", flush=True)
    print("".join(f"# {line}\n" for line in ([] if good else str(text).splitlines()[:20])), end="")


def words(case, headers):
    fields = [case[k] for k in ("method", "path", "query", "body", "access_key", "secret", "token", "service", "region",
                                "date")] + [x for header in headers for x in header]
    return " ".join("-" if f is None else (f if isinstance(f, bytes) else f.encode()).hex() for f in fields)


class Ours:
    """The program, and its replies in the order of the requests."""
    def __init__(self):
        self.process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, verb, case, headers):
        self.process.stdin.write(f"{verb} {words(case, headers)}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")

    def sign(self, case):
        return self.ask("sign", case, case["headers"])

    def verify(self, case, authorization):
        return self.ask("verify", case, [*case["headers"], ("Authorization", authorization)])

    def end(self):
        self.process.stdin.close()
        return self.process.wait()


# --- curl ---

class Sink(http.server.BaseHTTPRequestHandler):
    """Stores the requests."""
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.got.append((self.command, self.path, self.headers.items(), body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


def curl(server, path, body, token):
    url = f"http://127.0.0.1:{server.server_port}{path}"
    more = ["-H", f"X-Amz-Security-Token: {token}"] if token else []
    done = subprocess.run(
        ["curl", "-sS", "--path-as-is", "--aws-sigv4", "aws:amz:us-east-1:kms", "--user", "AKIDEXAMPLE:a/secret+key",
         "-H", "Content-Type: application/x-amz-json-1.1", "-H", "X-Amz-Target: TrentService.Decrypt", *more,
         "--data-binary", "@-", url], input=body, capture_output=True, check=False)
    return server.got.pop() if done.returncode == 0 else None


def case_of_curl(got, token):
    method, target, headers, body = got
    path, mark, query = target.partition("?")
    date = next(v for n, v in headers if n.lower() == "x-amz-date")
    return {"method": method, "path": path, "query": query if mark else None, "headers": headers, "body": body,
            "access_key": "AKIDEXAMPLE", "secret": "a/secret+key", "token": token, "service": "kms",
            "region": "us-east-1", "date": date}


def check_curl(ours):
    if not shutil.which("curl") or "--aws-sigv4" not in subprocess.run(
            ["curl", "--help", "all"], capture_output=True, text=True, check=False).stdout:
        report(True, "curl # SKIP curl with --aws-sigv4 is missing")
        return
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink) as server:
        server.got = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for body in (b"{}", b'{"CiphertextBlob": "AQICAHg="}', os.urandom(70000)):
            for token in (None, sigv4_cases.TOKEN):
                got = curl(server, "/", body, token)
                said = ours.ask("verify", case_of_curl(got, token), got[2]) if got else "curl failed"
                other = ours.ask("verify", {**case_of_curl(got, token), "body": body + b"x"}, got[2])
                report((said, other) == ("0 ", "5 Signature"),
                       f"curl: {len(body)} bytes, {'a' if token else 'no'} token", (said, other, got))
        server.shutdown()


# --- botocore ---

def random_text(characters, longest):
    return "".join(random.choice(characters) for _ in range(random.randrange(longest + 1)))


def random_case(number):
    """A random request that a client may send, often an unusual one."""
    path = "/" + random_text("/.a%2Fb-_~+ :@\u1234\u00e9", 30)
    query = random.choice([None, random_text("&=ab%20+\u1234-", 30).replace(" ", "")])
    names = [random.choice(["X-A", "x-a", "X-B", "X-Amz-Meta", "x-amz-Z", "Content-Type", "User-Agent", "A_1"])
             for _ in range(random.randrange(6))]
    headers = [(name, random_text("a b\t,;:\u1234\"=", 20)) for name in names]
    token = random.choice([None, random_text("abc/+=", 40) or "t"])
    body = random_text("{}\":,\u1234 a", 200)
    if random.random() < 0.2:
        headers.append(("X-Amz-Content-Sha256", hashlib.sha256(body.encode()).hexdigest()))
    date = f"{random.randrange(1970, 10000)}{random.randrange(1, 13):02}{random.randrange(1, 29):02}T235959Z"
    return sigv4_cases.case(f"random-{number}", random.choice(["GET", "POST", "PUT"]), path, query, headers, body,
                            token=token, date=date, secret=random_text("abc/+", 60) + "s",
                            region=random.choice(["us-east-1", "cn-north-1"]), service=random.choice(["kms", "sts"]))


def compare(ours, oracle, cases):
    differ, refused = [], []
    for case in cases:
        theirs, mine = oracle(case), ours.sign(case)
        if mine != theirs:
            differ.append((case, mine, theirs))
        said = ours.verify(case, theirs)
        if said != "0 ":
            refused.append((case, said))
    report(not differ, f"botocore: {len(cases)} signatures are ours", "\n".join(map(str, differ)))
    report(not refused, f"botocore: {len(cases)} signatures verify", "\n".join(map(str, refused)))


def install(venv):
    """Runs this test again with a Python that has botocore. If the installation fails, the test fails."""
    python = os.path.join(venv, "bin/python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    if subprocess.run([python, "-c", "import botocore"], capture_output=True, check=False).returncode != 0:
        subprocess.run([os.path.join(venv, "bin/pip"), "install", "-q", "--retries", "1", "botocore"], check=True)
    if os.path.realpath(sys.prefix) != os.path.realpath(venv):
        os.execv(python, [python, str(HERE), *sys.argv[1:]])


def check_botocore(ours):
    import botocore
    import sigv4_botocore
    seed = int(os.environ.get("NATT_TEST_SEED", "0")) or random.randrange(1 << 30)
    random.seed(seed)
    print(f"# botocore {botocore.__version__}, NATT_TEST_SEED={seed}")
    compare(ours, sigv4_botocore.authorization, sigv4_cases.SUITE + sigv4_cases.OWN)
    compare(ours, sigv4_botocore.authorization, [random_case(n) for n in range(int(option("--cases", "2000")))])
    table = subprocess.run([sys.executable, str(HERE.with_name("generate-sigv4-table")), "--check"],
                           capture_output=True, text=True, check=False)
    report(table.returncode == 0, "sigv4_table.h has botocore's signatures", table.stderr)


def main():
    if "--install" in sys.argv:
        install(option("--install"))
    ours = Ours()
    check_curl(ours)
    if "--install" in sys.argv:
        check_botocore(ours)
    report(ours.end() == 0, "the program ended well")
    print(f"1..{count}")
    return 1 if failed else 0


sys.exit(main())
