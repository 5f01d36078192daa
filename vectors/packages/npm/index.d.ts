/** The requirements of a vector: FORMAT.md describes the keys. */
export type Options = Record<string, unknown> & { kind: string; time_mode: string; flags: string[] };

interface Common {
  readonly id: string;
  readonly description: string;
  readonly className: string;
  readonly severity: "critical" | "high" | "medium" | "low" | "none";
  readonly reach: "anybody" | "enclave-owner" | "parent-instance" | "aws";
  readonly tags: readonly string[];
  /** Why verifiers may differ; null if they may not. */
  readonly policy: string | null;
}

/** One document, with what the verifier must require of it, and the expected verdict. */
export interface Vector extends Common {
  /** Null: a genuine document that was not given. */
  readonly document: Uint8Array;
  /** DER. Trust exactly these. */
  readonly roots: readonly Uint8Array[];
  /** The current time for the verifier. Never use the clock. */
  readonly nowMs: number;
  readonly options: Options;
  /** What a verifier must support for this vector: words, described in README.md. */
  readonly features: ReadonlySet<string>;
  /** Keep one verifier for the steps of a sequence. */
  readonly sequence: string | null;
  readonly expect: { result: "accept" | "refuse"; values?: Values; code?: string };
}

/** Steps for one verifier, which must give each the verdict that it has alone. */
export interface Sequence extends Common {
  readonly steps: readonly Vector[];
}

type Bytes = Uint8Array | string | null;

/** What a verifier returned; a string of bytes is hex. Leave out what it does not return. */
export interface Values {
  module_id?: string;
  digest?: string;
  timestamp?: number;
  pcrs?: Record<string, Bytes> | Map<number, Bytes>;
  public_key?: Bytes;
  user_data?: Bytes;
  nonce?: Bytes;
}

declare class Accept {
  readonly values: Values;
}

export type Verdict = "accept" | "refuse" | "unsupported" | Accept;

/** The verdict "accept", with what the verifier returned. */
export function accept(values: Values): Accept;

/** What a verifier did with a vector or sequence. */
export interface Result {
  readonly item: Vector | Sequence;
  readonly outcome:
    "agrees" | "accepts" | "refuses" | "wrong-values" | "crashes" | "garbled" | "unsupported" | "skipped";
  readonly standing:
    "fine" | "unsupported" | "skipped" | "differs" | "known" | "failed" | "unexpected-pass" | "undecided";
  readonly detail: string;
  readonly failed: boolean;
  toString(): string;
}

/** The file of known failures: FORMAT.md describes it under "Exceptions". */
export interface ExceptionsFile {
  version: 1;
  require_decided?: boolean;
  exceptions: { id?: string; class?: string; expect: string; reason: string; issue?: string }[];
}

export interface Report {
  readonly results: readonly Result[];
  /** What is wrong with the run as a whole. */
  readonly faults: readonly string[];
  /** The most severe first. */
  readonly failures: readonly Result[];
  readonly ok: boolean;
  /** A file of exceptions for the failures that are not listed yet. Give each your own reason. */
  exceptions(): ExceptionsFile;
  toString(): string;
}

export interface Settings {
  /** Known failures: the parsed file. */
  exceptions?: ExceptionsFile;
  /** Leave out vectors with one of these tags. */
  skipTags?: string[];
  /** Real documents, which some vectors need; they are not distributed. */
  genuine?: Uint8Array[];
  /** How many vectors the verifier must accept or refuse; one without. */
  minDecided?: number;
}

/** Calls verify for each vector. What it throws is a crash, and always a failure. */
export function run(verify: (vector: Vector) => Verdict | Promise<Verdict>, settings?: Settings): Promise<Report>;

export function load(genuine?: Uint8Array[]): Promise<{ vectors: Vector[]; sequences: Sequence[] }>;

/** manifest.json and the files that it lists, as text, by name. */
export function files(): Promise<Map<string, string>>;
