"""Compares our parser of HTTP replies with others: http_peers_test.py PROGRAM [--cases N]. Prints TAP.

Python's http.client and the program parse random valid replies; curl parses some of them. Some replies are then
changed: if the program accepts one, http.client must give the same result.
"""
import http.client
import io
import random
import shutil
import socketserver
import subprocess
import sys
import threading

DONE = 1
NAMES = ('Content-Type', 'X-Amzn-RequestId', 'date', 'X', 'x-empty', "A!#$%&'*+-.^_`|~9")
failed, count = 0, 0


def report(good, title, text=''):
    global failed, count
    count, failed = count + 1, failed + (not good)
    print(f"{'ok' if good else 'not ok'} {count} - {title}", flush=True)
    print(''.join(f'# {line}\n' for line in ([] if good else str(text).splitlines()[:20])), end='')


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self, reply):
        """None, or status, headers, body, kept, used."""
        self.process.stdin.write(reply.hex() + '\n')
        self.process.stdin.flush()
        result, status, kept, used, body, *rest = self.process.stdout.readline().split()
        texts = [b'' if word == '-' else bytes.fromhex(word) for word in [body, *rest]]
        headers = list(zip(texts[1::2], texts[2::2]))
        return (int(status), headers, texts[0], kept == '1', int(used)) if int(result) == DONE else None


class Socket:
    def __init__(self, data):
        self.file = io.BytesIO(data)
        self.file.close = lambda: None

    def makefile(self, _mode):
        return self.file


def of_python(reply):
    sock = Socket(reply)
    response = http.client.HTTPResponse(sock, method='POST')
    response.begin()
    body = response.read()
    # http.client does not remove blanks after a value, although they are not part of it. [RFC9112 5.1]
    headers = [(k.encode('latin-1'), v.strip(' \t').encode('latin-1')) for k, v in response.headers.items()]
    return response.status, headers, body, not response.will_close, sock.file.tell()


def chunks(rng, body):
    text, at = b'', 0
    while at < len(body):
        piece = body[at:at + rng.choice((1, 3, 16, 100, 1000))]
        form = rng.choice((b'%x', b'%X', b'%06x'))
        text += form % len(piece) + rng.choice((b'', b'', b';a', b';a=b', b'; q="r s"')) + b'\r\n' + piece + b'\r\n'
        at += len(piece)
    return text + rng.choice((b'0', b'000', b'0;x')) + b'\r\n' + rng.choice((b'', b'T: u\r\n')) + b'\r\n'


def headers_of(rng):
    for _ in range(rng.randrange(8)):
        blank = rng.choice(('', ' ', '  ', '\t'))
        value = rng.choice(('', 'a', 'a b:c', '"q"; r=1', '\xff\xe9', 'x' * 200))
        yield f'{rng.choice(NAMES)}:{blank}{value}{rng.choice(("", " "))}\r\n'.encode('latin-1')


def make(rng):
    """A reply, and the bytes that follow it."""
    body = bytes(rng.choices(b'{}"\r\n\0abc\xff0', k=rng.choice((0, 1, 5, 300, 3000))))
    status = rng.choice((200, 200, 204, 304, 400, 500, 503, 599))
    version = rng.choice((b'1.1', b'1.1', b'1.0'))
    kind = 'none' if status in (204, 304) else rng.choice(('length', 'twice', 'end', 'chunks'))
    kind = 'length' if kind == 'chunks' and version == b'1.0' else kind
    head = [b'HTTP/%s %d%s\r\n' % (version, status, rng.choice((b'', b' ', b' OK', b' Not so good')))]
    lines = list(headers_of(rng)) + rng.choice(([], [], [b'Connection: close\r\n'], [b'connection: Close\r\n']))
    length = b'Content-Length: %d\r\n' % len(body)
    lines += {'length': [length], 'twice': [length] * 2, 'chunks': [b'Transfer-Encoding: chunked\r\n']}.get(kind, [])
    rng.shuffle(lines)
    interim = b'HTTP/1.1 100 Continue\r\nX: interim\r\n\r\n' * rng.choice((0, 0, 0, 1, 2))
    text = {'none': b'', 'chunks': chunks(rng, body)}.get(kind, body)
    after = b'' if kind == 'end' else rng.choice((b'', b'HTTP/1.1 200 OK\r\n'))
    return interim + b''.join(head + lines) + b'\r\n' + text, after


def check_valid(ours, cases):
    rng, wrong = random.Random(16), []
    for _ in range(cases):
        reply, after = make(rng)
        mine, theirs = ours.read(reply + after), of_python(reply + after)
        if mine is None or mine != theirs or mine[4] != len(reply):
            wrong.append('%r\n  we %r\n  they %r' % (reply + after, mine, theirs))
    report(not wrong, f'http.client reads {cases} valid replies as we do', '\n'.join(wrong))


def change(rng, reply):
    """Changes one byte, or one place, of a head or of a chunk's line."""
    at = rng.randrange(len(reply))
    piece = rng.choice((b'', b' ', b'\t', b'\r', b'\n', b'\r\n', b'\0', b':', b'0', b'1', b'f', b'-', b'+', b';', b','))
    return reply[:at] + piece + reply[at + rng.randrange(2):]


def safely(reply):
    try:
        return of_python(reply)
    except (http.client.HTTPException, ValueError, IndexError):
        return None


def check_changed(ours, cases):
    """Our parser is stricter. If it accepts a reply, http.client accepts it too, with the same status and body."""
    rng, taken, wrong = random.Random(17), 0, []
    for _ in range(cases):
        reply, _after = make(rng)
        reply = change(rng, reply)
        mine, theirs = ours.read(reply), safely(reply)
        taken += mine is not None
        if mine is not None and (theirs is None or mine[0] != theirs[0] or mine[2] != theirs[2]):
            wrong.append('%r\n  we %r\n  they %r' % (reply, mine, theirs))
    report(not wrong, f'http.client reads so {taken} of {cases} changed replies, which we take', '\n'.join(wrong))


class Canned(socketserver.BaseRequestHandler):
    def handle(self):
        while b'\r\n\r\n' not in self.request.recv(65536):
            pass
        self.request.sendall(self.server.reply)


def check_curl(ours, cases):
    if not shutil.which('curl'):
        return report(True, 'curl reads valid replies as we do # SKIP curl is missing')
    server, rng, wrong = socketserver.TCPServer(('127.0.0.1', 0), Canned), random.Random(18), []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for _ in range(cases):
        server.reply = make(rng)[0]
        done = subprocess.run(['curl', '-sN', '--noproxy', '*', '-w', '%{stderr}%{http_code}',
                               f'http://127.0.0.1:{server.server_address[1]}/'], capture_output=True, check=False)
        mine = ours.read(server.reply)
        if mine is None or done.stdout != mine[2] or done.stderr != b'%d' % mine[0]:
            wrong.append('%r\n  we %r\n  curl %r' % (server.reply, mine, done))
    server.shutdown()
    return report(not wrong, f'curl reads {cases} valid replies as we do', '\n'.join(wrong))


def main():
    ours, cases = Ours(sys.argv[1]), int(sys.argv[3]) if '--cases' in sys.argv else 2000
    check_valid(ours, cases)
    check_changed(ours, cases)
    check_curl(ours, 60)
    print(f'1..{count}')
    return 1 if failed else 0


sys.exit(main())
