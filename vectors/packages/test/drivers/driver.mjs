// As driver.py.
import { readFileSync, writeFileSync } from "node:fs";
import { accept, files, run } from "nitro-attest-vectors";

const [folder, ...plans] = process.argv.slice(2);
const parsed = (path) => (path ? JSON.parse(readFileSync(path, "utf8")) : undefined);
let verdicts;

function verify(vector) {
  const verdict = verdicts[(vector.sequence ? vector.sequence + "/" : "") + vector.id];
  if (verdict === "crash") throw new Error("planned  crash");
  return typeof verdict === "string" ? verdict : accept(verdict);
}

for (const [name, content] of await files()) writeFileSync(folder + "/" + name.replaceAll("/", "_"), content);
while (plans.length > 0) {
  verdicts = parsed(plans.shift());
  const exceptions = parsed(plans.shift());
  console.log(String(await run(verify, { exceptions, skipTags: plans.shift().split(" ") })));
}
