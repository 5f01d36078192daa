// The vectors, as a runner needs them.

import { files, fromBase64 } from "./container.js";

const FORMAT = 3;

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function wordsOf(key, value) {
  if (key === "flags") return value;
  if (value?.mode) return [`${key}=${value.mode}`];
  const isWord = typeof value === "string" && !["nonce", "module_id", "region"].includes(key);
  return [isWord ? `${key}=${value}` : key];
}

// What a verifier must support for a vector: words, described in README.md.
function featuresOf(options, roots) {
  const words = Object.entries(options).flatMap(([key, value]) => wordsOf(key, value));
  return new Set(roots.length === 1 ? words : [...words, "several-roots"]);
}

function patched(genuine, patch) {
  const out = [];
  let at = 0;
  for (const edit of patch) {
    out.push(genuine.subarray(at, edit.offset), fromHex(edit.insert));
    at = edit.offset + edit.remove;
  }
  out.push(genuine.subarray(at));
  return Uint8Array.from(out.flatMap((part) => Array.from(part)));
}

// Null: a genuine document that was not given.
function documentOf(document, given) {
  if (typeof document === "string") return fromBase64(document);
  const genuine = given.get(document.sha256);
  return genuine ? patched(genuine, document.patch ?? []) : null;
}

function common(row) {
  const { id, description, severity, reach, tags, policy = null } = row;
  return { id, description, className: row.class, severity, reach, tags, policy };
}

function vectorOf(row, roots, given) {
  const trusted = row.roots.map((name) => fromBase64(roots[name]));
  return {
    ...common(row), document: documentOf(row.document, given), roots: trusted, nowMs: row.now_ms,
    options: row.options, features: featuresOf(row.options, trusted), sequence: null, expect: row.expect,
  };
}

function sequenceOf(row, vectors) {
  const step = (id) => ({ ...vectors.find((vector) => vector.id === id), sequence: row.id });
  return { ...common(row), steps: row.steps.map(step) };
}

async function byDigest(genuine) {
  const given = new Map();
  for (const document of genuine) {
    given.set(toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", document))), document);
  }
  return given;
}

export async function load(genuine = []) {
  const [all, given] = [await files(), await byDigest(genuine)];
  const manifest = JSON.parse(all.get("manifest.json"));
  if (manifest.format !== FORMAT) throw new Error(`the vectors have format ${manifest.format}, not ${FORMAT}`);
  const [vectors, sequences] = [[], []];
  for (const { file } of manifest.files) {
    const group = JSON.parse(all.get(file));
    const found = group.vectors.map((row) => vectorOf(row, group.roots, given));
    vectors.push(...found);
    sequences.push(...(group.sequences ?? []).map((row) => sequenceOf(row, found)));
  }
  return { vectors, sequences };
}
