// Test vectors for verifiers of AWS Nitro attestation documents, and a runner for them. README.md has an example,
// index.d.ts the interface, FORMAT.md the meaning of roots, time and options.

import { Exceptions } from "./exceptions.js";
import { load, toHex } from "./load.js";

export { files } from "./container.js";
export { load };

const VALUES = ["module_id", "digest", "timestamp", "pcrs", "public_key", "user_data", "nonce"];
const SEVERITIES = ["critical", "high", "medium", "low", "none"];
const COUNTED = { fine: "agree", known: "known", differs: "differ by policy", unsupported: "unsupported",
  skipped: "skipped", failed: "failed" };
const SHOWN = 100;

class Accept {
  constructor(values) {
    this.values = values;
  }
}

export function accept(values) {
  return new Accept(values);
}

class Result {
  constructor(item, outcome, standing, detail = "") {
    Object.assign(this, { item, outcome, standing, detail });
  }

  get failed() {
    return ["failed", "unexpected-pass", "undecided"].includes(this.standing);
  }

  toString() {
    const { id, severity, reach, description } = this.item;
    const how = ["failed", "differs"].includes(this.standing) ? this.outcome : this.standing;
    return `${severity}, ${reach}: ${id} ${how}${this.detail && ` (${this.detail})`}: ${description}`;
  }
}

class Report {
  constructor(results, faults) {
    Object.assign(this, { results, faults });
  }

  get failures() {
    const rank = (result) => SEVERITIES.indexOf(result.item.severity);
    return this.results.filter((result) => result.failed).sort((a, b) => rank(a) - rank(b));
  }

  get ok() {
    return this.faults.length === 0 && this.failures.length === 0;
  }

  exceptions() {
    const entry = ({ item, outcome }) => ({ id: item.id, expect: outcome, reason: "Not examined yet." });
    return { version: 1, exceptions: this.results.filter((r) => r.standing === "failed").map(entry) };
  }

  toString() {
    const { failures, results } = this;
    const count = (name) => results.filter((r) => (r.failed ? "failed" : r.standing) === name).length;
    const counts = Object.entries(COUNTED).map(([name, text]) => `${count(name)} ${text}`);
    const lines = [`${results.length} vectors: ${counts.join(", ")}`, ...failures.slice(0, SHOWN).map(String)];
    if (failures.length > SHOWN) lines.push(`... and ${failures.length - SHOWN} more`);
    return [...lines, ...this.faults].join("\n");
  }
}

const plain = (value) => (value instanceof Uint8Array ? toHex(value) : value);

function differs(key, value, expected) {
  if (key !== "pcrs") return plain(value) !== expected;
  const pcrs = value instanceof Map ? [...value] : Object.entries(value);
  return pcrs.some(([index, pcr]) => plain(pcr) !== expected[index]);
}

function decide(verdict, expect) {
  const values = verdict instanceof Accept ? verdict.values : {};
  const word = verdict instanceof Accept ? "accept" : verdict;
  if (word === "unsupported") return ["unsupported", ""];
  if (word !== "accept" && word !== "refuse") return ["garbled", `the verdict is ${String(verdict)}`];
  if (word !== expect.result) return [word + "s", ""];
  const expected = expect.values ?? {};
  const wrong = VALUES.filter((key) => key in values && key in expected && differs(key, values[key], expected[key]));
  return wrong.length > 0 ? ["wrong-values", wrong.join(", ")] : ["agrees", ""];
}

// That of a sequence is the first that does not agree.
async function outcomeOf(verify, item) {
  for (const step of item.steps ?? []) {
    const found = await outcomeOf(verify, step);
    if (found[0] !== "agrees") return found;
  }
  if (item.steps) return ["agrees", ""];
  let verdict;
  try {
    verdict = await verify(item);
  } catch (e) {
    return ["crashes", String(e?.message ?? e).split(/\s+/).join(" ").trim().slice(0, 200)];
  }
  return decide(verdict, item.expect);
}

function isSkipped(item, skipTags) {
  const missing = (item.steps ?? [item]).some((step) => step.document === null);
  return missing || item.tags.some((tag) => skipTags.includes(tag));
}

async function resultOf(verify, item, known, skipTags) {
  if (isSkipped(item, skipTags)) return new Result(item, "skipped", "skipped");
  const [outcome, detail] = await outcomeOf(verify, item);
  return new Result(item, outcome, known.standing(item, outcome), detail);
}

export async function run(verify, { exceptions, skipTags = [], genuine = [], minDecided = 1 } = {}) {
  const { vectors, sequences } = await load(genuine);
  const items = [...vectors, ...sequences];
  const known = new Exceptions(exceptions ?? { version: 1, exceptions: [] }, items);
  const results = [];
  for (const item of items) results.push(await resultOf(verify, item, known, skipTags));
  const decided = results.filter((r) => !["unsupported", "skipped"].includes(r.outcome)).length;
  const few = `${decided} vectors were decided; ${minDecided} are required`;
  return new Report(results, [...known.stale(), ...(decided < minDecided ? [few] : [])]);
}
