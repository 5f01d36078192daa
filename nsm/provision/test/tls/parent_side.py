"""TLS servers on the parent instance, whose keys are in a token behind p11-kit or, as a control, in files."""
import glob
import os
import pathlib
import re
import signal
import socket
import subprocess

from token_support import CLIENT, PIN, first_of, run, search_path, wait_until

ENGINE = first_of(("/usr/lib/*/engines-3/pkcs11.so", "/usr/lib*/engines-3/pkcs11.so",
                   "/usr/lib/*/ossl-modules/pkcs11.so"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def uri(label, key):
    return f"pkcs11:token={label};object={key};type=private;pin-value={PIN}"


def engine_file(folder):
    """OPENSSL_CONF with the engine, which is initialised at its first use, in the process that uses it."""
    path = folder / "openssl.cnf"
    path.write_text("openssl_conf = start\n[start]\nengines = engines\n[engines]\npkcs11 = pkcs11\n[pkcs11]\n"
                    f"engine_id = pkcs11\ndynamic_path = {ENGINE}\nMODULE_PATH = {CLIENT}\ninit = 0\n")
    return path


def parent_env(folder, address):
    env = {k: v for k, v in os.environ.items() if k not in ("SOFTHSM2_CONF", "NITRO_ATTEST_SHARED")}
    return {**env, "P11_KIT_SERVER_ADDRESS": address, "OPENSSL_CONF": str(engine_file(folder)), "PATH": search_path()}


def handshake(port, ca, *options):
    """A verified handshake of s_client: (whether it succeeded, its output)."""
    done = run("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", "-CAfile", ca,
               "-verify_return_error", "-verify_hostname", "localhost", *options, timeout=20)
    text = done.stdout + done.stderr
    return done.returncode == 0 and "Verify return code: 0 (ok)" in text, text


class Process:
    """A server in its own process group, which ends with it."""

    def __init__(self, port, words, env, log):
        self.port, self.log = port, log
        with open(log, "wb") as out:
            self.process = subprocess.Popen([str(w) for w in words], env=env, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=out, process_group=0)
        if not wait_until(self.listens, 20) or self.process.poll() is not None:
            self.end()
            raise RuntimeError(f"{words[0]} does not listen: {self.text()}")

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0 or self.process.poll() is not None

    def text(self):
        return pathlib.Path(self.log).read_text(errors="replace")

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def s_server(folder, env, key, chain, *options):
    """key: a file, or (token, key label)."""
    port = free_port()
    where = ["-key", key] if isinstance(key, pathlib.Path) else \
        ["-engine", "pkcs11", "-keyform", "engine", "-key", uri(*key)]
    return Process(port, ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", chain, *where, "-www",
                          *options], env, folder / "s_server.log")


NGINX = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
{engine}
env OPENSSL_CONF;
env P11_KIT_SERVER_ADDRESS;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers DEFAULT;
    {sessions}
    server {{
        listen 127.0.0.1:{port} ssl reuseport;
        server_name localhost;
{pairs}
        location / {{ return 200 "worker $pid\\n"; }}
    }}
}}
"""
NO_RESUMPTION = "ssl_session_tickets off; ssl_session_cache off;"


class Nginx(Process):
    """pairs: (key, chain); the key as for s_server."""

    def __init__(self, folder, env, pairs, sessions=NO_RESUMPTION):
        self.folder, self.env = folder, env
        folder.mkdir()
        port = free_port()
        lines = [f"        ssl_certificate {chain}; ssl_certificate_key \"{self.where(key)}\";" for key, chain in pairs]
        engine = "ssl_engine pkcs11;" if any(isinstance(key, tuple) for key, _ in pairs) else ""
        self.conf = folder / "nginx.conf"
        self.conf.write_text(NGINX.format(user="user root;" if os.geteuid() == 0 else "", folder=folder, port=port,
                                          engine=engine, sessions=sessions, pairs="\n".join(lines)))
        super().__init__(port, self.words(), env, folder / "output.log")

    @staticmethod
    def where(key):
        return key if isinstance(key, pathlib.Path) else f"engine:pkcs11:{uri(*key)}"

    def words(self, *more):
        return ["nginx", "-p", self.folder, "-e", self.folder / "error.log", "-c", self.conf, *more]

    def processes(self):
        """Master and workers."""
        children = [int(stat.split("/")[2]) for stat in glob.glob("/proc/[0-9]*/stat")
                    if parent_of(stat) == self.process.pid]
        return [self.process.pid, *sorted(children)]

    def reload(self):
        """True: there are two new workers, and the old ones have ended."""
        before = set(self.processes()[1:])
        os.kill(self.process.pid, signal.SIGHUP)
        return wait_until(lambda: len(self.processes()) == 3 and not before & set(self.processes()), 10)

    def errors(self):
        return (self.folder / "error.log").read_text(errors="replace")


def parent_of(stat):
    try:
        return int(pathlib.Path(stat).read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def fetch(port, ca, *options):
    """(worker that answered, or None; output of curl)"""
    done = run("curl", "-sS", "--cacert", ca, "--resolve", f"localhost:{port}:127.0.0.1", "--noproxy", "*",
               "--max-time", "10", *options, f"https://localhost:{port}/")
    worker = re.fullmatch(r"worker (\d+)\n", done.stdout)
    return int(worker[1]) if worker else None, done.stderr


def fetch_from_all(nginx, ca, tries=40):
    """The workers that answered: all of them, unless one refuses or gets no request."""
    wait_until(lambda: len(nginx.processes()) == 3)
    workers, seen, said = set(nginx.processes()[1:]), set(), ""
    for _ in range(tries):
        worker, said = fetch(nginx.port, ca)
        seen |= {worker}
        if worker is None or seen == workers:
            break
    return seen == workers, (workers, seen, said, nginx.errors()[-2000:])
