"""Servers on loopback for connection_test.py: OpenSSL's, nginx, and misbehaving ones. Each is a context manager whose
value is the address of the server."""
import contextlib
import os
import select
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time


@contextlib.contextmanager
def started(words, folder):
    """A process that ends with the context."""
    with subprocess.Popen(words, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def openssl(pki, leaf, *words, chain=()):
    """Runs s_server, which sends each line back reversed and ends at "CLOSE". The value is the port."""
    files = ["-cert", pki.write(leaf.pem()), "-key", pki.write(leaf.key_pem())]
    files += ["-cert_chain", pki.bundle(*chain)] if chain else []
    with started(["openssl", "s_server", "-accept", "127.0.0.1:0", "-rev", *files, *words], pki.folder) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("ACCEPT "):
                break
        else:
            raise RuntimeError("s_server did not start: " + "".join(lines))
        yield int(lines[-1].rsplit(":", 1)[1])


NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; keepalive_timeout {keep};
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl; listen unix:{folder}/nginx.sock ssl; listen 127.0.0.1:{plain};
    ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols {protocols};
    location / {{ return 200 "from nginx\\n"; }}
  }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def find_nginx():
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


@contextlib.contextmanager
def nginx(pki, leaf, chain, folder, protocols="TLSv1.2 TLSv1.3", keep=60):
    """The value is a pair of ports, with and without TLS; the unix socket is FOLDER/nginx.sock."""
    os.mkdir(folder)
    port, plain = free_port(), free_port()
    certificate = pki.write(b"".join(e.pem() for e in (leaf, *chain)))
    with open(os.path.join(folder, "conf"), "w", encoding="ascii") as f:
        f.write(NGINX.format(folder=folder, port=port, plain=plain, certificate=certificate, keep=keep,
                             key=pki.write(leaf.key_pem()), protocols=protocols))
    words = [find_nginx(), "-p", folder, "-c", os.path.join(folder, "conf"), "-e", os.path.join(folder, "error.log")]
    with started(words, folder) as process:
        if not wait_for(port):
            process.kill()
            raise RuntimeError("nginx did not start: " + process.stdout.read())
        yield port, plain


# --- servers in threads ---

def listen(address, backlog=16):
    family = (socket.AF_UNIX if isinstance(address, (str, bytes)) else
              socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    s = socket.socket(family, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)  # the same on each machine
    s.bind(address)
    s.listen(backlog)
    return s


def cut(connection):
    """Closes the connection with a reset if it is TCP."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def serve_one(behave, connection, stop):
    with contextlib.suppress(OSError, ValueError), connection:
        connection.settimeout(20)
        behave(connection, stop)


def accept_all(listener, behave, stop):
    while not stop.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=serve_one, args=(behave, connection, stop), daemon=True).start()


@contextlib.contextmanager
def serving(behave, address=("127.0.0.1", 0)):
    """Runs behave(connection, stop) in a thread for each connection. The value is the port, or the address of a unix
    socket."""
    stop = threading.Event()
    with listen(address) as listener:
        threading.Thread(target=accept_all, args=(listener, behave, stop), daemon=True).start()
        try:
            name = listener.getsockname()
            yield name[1] if isinstance(name, tuple) else name
        finally:
            stop.set()
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def tls_context(pki, leaf, chain=(), version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.write(b"".join(e.pem() for e in (leaf, *chain))), pki.write(leaf.key_pem()))
    context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE  # see set_signatures in tls_config.c
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


def in_tls(context, behave):
    """Runs the behaviour inside TLS."""
    def wrapped(connection, stop):
        with context.wrap_socket(connection, server_side=True) as inside:
            behave(inside, stop)
    return wrapped


def proxy(target, limit=None, flip=None, reset=False, pause=0.0, piece=65536):
    """Forwards the bytes that target sends, up to `limit`, in pieces with a pause after each, and changes one bit of
    byte `flip`. counter[0] is the number of forwarded bytes. One thread handles both directions, so that the target's
    close also closes the client's socket."""
    counter = [0]

    def changed(data):
        at = -1 if flip is None else flip - counter[0]
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:] if 0 <= at < len(data) else data

    def backward(server, client):
        data = server.recv(piece)
        data = changed(data if limit is None else data[:limit - counter[0]])
        client.sendall(data)
        counter[0] += len(data)
        time.sleep(pause)
        return len(data) > 0 and counter[0] != limit

    def forward(server, client):
        data = client.recv(65536)
        server.sendall(data)
        return len(data) > 0 and limit != 0

    def behave(client, stop):
        counter[0] = 0
        with socket.create_connection(("127.0.0.1", target), 10) as server:
            more = True
            while more and not stop.is_set():
                ready, _, _ = select.select([server, client], [], [], 0.1)
                more = all([forward(server, client) if s is client else backward(server, client) for s in ready])
        if reset:
            cut(client)
    return behave, counter
