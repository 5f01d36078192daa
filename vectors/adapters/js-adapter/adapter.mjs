// Runs a verifier written in JavaScript against the vectors: JSON lines on standard input and output.
//
// The peer verifies document, chain, signature and time. This module makes the comparisons of a caller on the returned
// fields. Every exception of the peer is a refusal, as its callers see it.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// The only supported value of each option.
const ONLY = { kind: 'enclave', time_mode: 'now', limits: 'default', not_before_leeway_ms: 0, not_after_leeway_ms: 0 };
// Restrictions that neither peer nor caller checks. A refusal still counts, an acceptance does not.
const NOT_DECIDED = ['region', 'deny'];
const COMPARED = ['max_age_ms', 'max_future_ms', 'nonce', 'user_data', 'public_key', 'module_id', 'flags',
                  'pcr_policy'];

const defs = JSON.parse(readFileSync(process.env.NATT_SCHEMA)).$defs;
const FLAGS = defs.options.properties.flags.items.enum;
const MODES = defs.expectation.properties.mode.enum;

class Refused extends Error {}
class Unsupported extends Error {}

function require(condition, reason) {
    if (!condition) throw new Refused(reason);
}

function checkSupported(options) {
    for (const [key, value] of Object.entries(options)) {
        if (key in ONLY && value !== ONLY[key]) throw new Unsupported(`${key} ${value} is not supported`);
        if (!(key in ONLY) && !COMPARED.includes(key) && !NOT_DECIDED.includes(key))
            throw new Unsupported(`option ${key} is not supported`);
    }
    for (const flag of options.flags)
        if (!FLAGS.includes(flag)) throw new Unsupported(`flag ${flag} is not supported`);
    for (const key of ['user_data', 'public_key'])
        if (key in options && !MODES.includes(options[key].mode))
            throw new Unsupported(`${key}: mode ${options[key].mode} is not supported`);
}

function checkDecided(options) {
    const restricting = options.flags.filter((flag) => flag.startsWith('require-'));
    for (const name of [...NOT_DECIDED.filter((key) => key in options), ...restricting])
        throw new Unsupported(`${name} is not checked`);
}

// Bytes as the peers return them: null and undefined mean absent. Other types never match.
function hex(value) {
    if (value instanceof ArrayBuffer) return Buffer.from(value).toString('hex');
    if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
    return value === null || value === undefined ? null : 'not bytes';
}

function compareExpectation(expectation, value, name) {
    if (expectation.mode === 'absent') require(hex(value) === null, `${name} is present`);
    else require(hex(value) === expectation.value, `${name} does not match`);
}

function compare(fields, nowMs, options) {
    const timestamp = BigInt(fields.timestamp);
    const limit = options.max_age_ms ?? 'unlimited';
    require(timestamp <= BigInt(nowMs + (options.max_future_ms ?? 0)), 'the timestamp is in the future');
    require(limit === 'unlimited' || BigInt(nowMs) - timestamp <= BigInt(limit), 'the document is too old');
    if ('nonce' in options) require(hex(fields.nonce) === options.nonce, 'nonce does not match');
    if ('module_id' in options) require(fields.moduleId === options.module_id, 'module_id does not match');
    if ('user_data' in options) compareExpectation(options.user_data, fields.userData, 'user_data');
    if ('public_key' in options) compareExpectation(options.public_key, fields.publicKey, 'public_key');
    // One set must match as a whole. The values of one PCR are alternatives.
    const matches = (set) =>
        Object.entries(set.pcrs).every(([index, values]) => values.includes(hex(fields.pcr(Number(index)))));
    if ('pcr_policy' in options) require(options.pcr_policy.sets.some(matches), 'no PCR set matches');
}

async function decide(verify, request) {
    checkSupported(request.options);
    if (request.roots.length !== 1) throw new Unsupported('the peer accepts exactly one root');
    const root = Buffer.from(request.roots[0], 'base64');
    let fields;
    try {
        fields = await verify(request.document, root, request.now_ms);
        BigInt(fields.timestamp);
    } catch (e) {
        throw new Refused(String(e?.message ?? e));
    }
    compare(fields, request.now_ms, request.options);
    checkDecided(request.options);
}

async function answer(verify, request) {
    try {
        await decide(verify, request);
        return { id: request.id, result: 'accept' };
    } catch (e) {
        if (e instanceof Refused) return { id: request.id, result: 'refuse', reason: e.message.slice(0, 300) };
        if (e instanceof Unsupported) return { id: request.id, result: 'unsupported', reason: e.message };
        throw e;
    }
}

// Answers all requests until the input ends. `verify` calls the peer with the document in base64, the root in DER and
// the time in milliseconds, and returns moduleId, timestamp, nonce, userData, publicKey and a function pcr(index).
export async function run(verify) {
    console.warn = console.log = () => {};
    for await (const line of createInterface({ input: process.stdin })) {
        process.stdout.write(JSON.stringify(await answer(verify, JSON.parse(line))) + '\n');
    }
}
