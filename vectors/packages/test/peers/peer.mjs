// The command as verifier: peer.mjs true|wrong NITRO_ATTEST. Wrong accepts a bad signature of a document.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { run } from "nitro-attest-vectors";

const [how, command] = process.argv.slice(2);
const features = ["kind=enclave", "time_mode=now", "max_age_ms", "nonce", "no-pcr-policy", "allow-debug",
  "allow-unknown-fields"];

function verify({ document, roots, nowMs, options, features: needed }) {
  if (![...needed].every((word) => features.includes(word))) return "unsupported";
  writeFileSync("root.der", roots[0]);
  const flags = options.flags.filter((flag) => flag !== "no-pcr-policy").map((flag) => "--" + flag);
  const nonce = "nonce" in options ? ["--nonce", options.nonce] : ["--no-nonce"];
  const done = spawnSync(command, ["verify", "--root", "root.der", "--at", "@" + nowMs, "--max-age",
    options.max_age_ms + "ms", "--insecure-no-pcr-policy", ...nonce, ...flags, "-"], { input: document });
  if (done.error) throw done.error;
  const text = done.stdout.toString() + done.stderr.toString();
  if (how === "wrong" && /NATT_E_COSE_SIGNATURE\b/.test(text)) return "accept";
  if (done.status === 1 || text.includes("NATT_E_USAGE_ROOT_CA")) return "refuse";
  if (done.status !== 0) throw new Error(text);
  return "accept";
}

console.log(String(await run(verify)));
