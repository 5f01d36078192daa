// Loads the package where only what browsers have exists: no process, Buffer, require or imports from Node.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import vm from "node:vm";

const context = vm.createContext({ atob, btoa, Blob, Response, DecompressionStream, TextDecoder, crypto });
const modules = new Map();

function load(specifier, from) {
  if (!specifier.startsWith("./")) throw new Error(`${from} imports ${specifier}`);
  const path = join(dirname(from), specifier);
  if (!modules.has(path)) {
    modules.set(path, new vm.SourceTextModule(readFileSync(path, "utf8"), { context, identifier: path }));
  }
  return modules.get(path);
}

const module = load("./index.js", "node_modules/nitro-attest-vectors/index.js");
await module.link((specifier, from) => load(specifier, from.identifier));
await module.evaluate();
console.log(String(await module.namespace.run(() => "refuse")));
