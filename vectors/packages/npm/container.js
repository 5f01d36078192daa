// Reads the container of the vectors, as CONTAINER.md describes it. It needs only what Node and browsers both have.

import pack from "./pack.js"; // base64

class Reader {
  constructor(data) {
    this.data = data;
    this.at = 0;
  }

  get done() {
    return this.at === this.data.length;
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.data[this.at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  bytes() {
    const size = this.number();
    this.at += size;
    return this.data.subarray(this.at - size, this.at);
  }
}

// Undoes the copies.
function expand(data) {
  const reader = new Reader(data);
  let out = new Uint8Array(1 << 20);
  let size = 0;
  const room = (more) => {
    if (size + more <= out.length) return;
    const larger = new Uint8Array(2 * (size + more));
    larger.set(out);
    out = larger;
  };
  for (;;) {
    const literal = reader.bytes();
    room(literal.length);
    out.set(literal, size);
    size += literal.length;
    if (reader.done) return out.subarray(0, size);
    const length = reader.number();
    const begin = size - reader.number();
    room(length);
    out.copyWithin(size, begin, begin + length);
    size += length;
  }
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function decode() {
  const stream = new Reader(expand(await inflate(fromBase64(pack))));
  const [first, ...rest] = new TextDecoder().decode(stream.bytes()).split("\0");
  const text = first + rest.map((part) => toBase64(stream.bytes()) + part).join("");
  const parts = text.split("\u0001");
  const names = parts.filter((_, n) => n % 2 === 0);
  return new Map(names.map((name, n) => [name, parts[2 * n + 1]]));
}

let decoded;

/** manifest.json and the files that it lists, as text, by name. */
export async function files() {
  decoded ??= decode();
  return new Map(await decoded);
}
