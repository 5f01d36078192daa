// Adapter for @turnkey/crypto: its two exported checks of an attestation document, in the order of its verifyPair.
import { run } from './adapter.mjs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const entry = require.resolve('@turnkey/crypto');
const { verifyCertificateChain, verifyCoseSign1Sig } = require(entry);
const constants = require(join(dirname(entry), 'constants.js'));
const CBOR = require('cbor-js');

const bytes = (value) => (value === null || value === undefined ? value : new Uint8Array(value));

async function verify(document, root, nowMs) {
    constants.AWS_ROOT_CERT_SHA256 = createHash('sha256').update(root).digest('hex').toUpperCase();
    const pem = `-----BEGIN CERTIFICATE-----\n${root.toString('base64')}\n-----END CERTIFICATE-----\n`;
    const coseSign1 = CBOR.decode(new Uint8Array(Buffer.from(document, 'base64')).buffer);
    const fields = CBOR.decode(new Uint8Array(coseSign1[2]).buffer);
    await verifyCoseSign1Sig(coseSign1, fields.certificate);
    await verifyCertificateChain(fields.cabundle, pem, fields.certificate, nowMs);
    const own = (index) => (Object.hasOwn(fields.pcrs, index) ? bytes(fields.pcrs[index]) : undefined);
    return { moduleId: fields.module_id, timestamp: fields.timestamp, pcr: own, nonce: bytes(fields.nonce),
             userData: bytes(fields.user_data), publicKey: bytes(fields.public_key) };
}

await run(verify);
