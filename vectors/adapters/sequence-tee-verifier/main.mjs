// Adapter for @0xsequence/tee-verifier: its checks in the order of createAttestationVerifyingFetch.
import { run } from './adapter.mjs';
import { createHash } from 'node:crypto';

// The peer expects a browser, and pkijs must find one already when it is imported.
globalThis.window = globalThis;
const { SignedAttestation } = await import('@0xsequence/tee-verifier');

async function verify(document, root, nowMs) {
    const found = SignedAttestation.fromDocument(document);
    if (!(await found.verifyRootOfTrust(new Date(nowMs)))) throw new Error('Invalid root of trust');
    if ((await found.rootCertFingerprint()) !== createHash('sha256').update(root).digest('hex'))
        throw new Error('Invalid root certificate fingerprint');
    if (!(await found.verifySignature())) throw new Error('Invalid signature');
    const pcr = (index) => (found.pcrs.has(index) ? Buffer.from(found.pcrs.get(index), 'hex') : undefined);
    return { moduleId: found.raw.module_id, timestamp: found.raw.timestamp, pcr, nonce: found.raw.nonce,
             userData: found.raw.user_data, publicKey: found.raw.public_key };
}

await run(verify);
