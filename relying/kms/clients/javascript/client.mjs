// The AWS SDK for JavaScript, version 3, against the local KMS: client.mjs SCENARIO. Prints TAP; steps.py describes
// the steps.
import * as kms from "@aws-sdk/client-kms";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

// Bytes are {"base64": text} in the scenario.
const revive = (_, value) => typeof value?.base64 === "string" ? Buffer.from(value.base64, "base64") : value;
const scenario = JSON.parse(readFileSync(process.argv[2], "utf8"), revive);

const newClient = (caller, server, tries) => new kms.KMSClient({
  endpoint: scenario.endpoints[server],
  region: scenario.region,
  maxAttempts: tries,
  credentials: {
    accessKeyId: caller?.access_key ?? "none",
    secretAccessKey: caller?.secret_key ?? "none",
    sessionToken: caller?.session_token,
  },
  ...(caller ? {} : { signer: { sign: async (request) => request } }),
});
const admin = newClient(scenario.callers.admin, "main", 1);

// What the request is before it is signed.
const alteration = (alter) => (next) => (args) => {
  if (alter.body) args.request.body = alter.body;
  if (alter.authorization) args.request.headers.authorization = alter.authorization;
  return next(args);
};

const call = (client, operation, input) => client.send(new kms[operation + "Command"](input));

async function run(step) {
  const client = newClient(scenario.callers[step.caller], step.server, step.tries);
  if (step.alter) client.middlewareStack.add(alteration(step.alter), { step: "build", priority: "high" });
  for (let i = 1; i < (step.times ?? 1); i++) await call(client, step.operation, step.input);
  return call(client, step.operation, step.input);
}

const open = (message) =>
  execFileSync(scenario.tool, ["recipient", "open", "--key", scenario.key, "-"], { input: message });

async function checkOpening(step, reply) {
  const value = open(reply.CiphertextForRecipient);
  const faults = [];
  if (step.opens_to && !value.equals(step.opens_to)) faults.push("it opens to something else");
  if (step.opens_to_length && value.length !== step.opens_to_length) faults.push(`it opens to ${value.length} bytes`);
  if (step.opens_like) {
    const plain = await call(admin, "Decrypt", { CiphertextBlob: reply[step.opens_like] });
    if (!value.equals(plain.Plaintext)) faults.push(`${step.opens_like} decrypts to something else`);
  }
  return faults;
}

async function checkReply(step, reply) {
  const faults = reply.$metadata.requestId ? [] : ["there is no request id"];
  for (const name of step.absent ?? []) if (reply[name] !== undefined) faults.push(`${name} is there`);
  for (const name of step.present ?? []) if (reply[name] === undefined) faults.push(`${name} is absent`);
  const opens = step.opens_to || step.opens_to_length || step.opens_like;
  return opens ? faults.concat(await checkOpening(step, reply)) : faults;
}

// A typed exception has the error's name; others are the service's exception, with that name.
function checkError(step, error) {
  const faults = [];
  const type = step.modelled ? step.error : "KMSServiceException";
  if (error.constructor !== kms[type]) faults.push(`it is a ${error.constructor.name}`);
  if (error.name !== step.error) faults.push(`its name is ${error.name}`);
  if (!error.message.includes(step.message)) faults.push(`its message is: ${error.message}`);
  if (!error.$metadata?.requestId) faults.push("there is no request id");
  return faults;
}

async function faultsOf(step) {
  let reply;
  try {
    reply = await run(step);
  } catch (error) {
    return step.error ? checkError(step, error) : [`${error.name}: ${error.message}`];
  }
  return step.error ? ["there is no error"] : checkReply(step, reply);
}

console.log(`1..${scenario.steps.length}`);
for (const [i, step] of scenario.steps.entries()) {
  const faults = await faultsOf(step);
  console.log(`${faults.length ? "not ok" : "ok"} ${i + 1} - ${step.title}`);
  for (const fault of faults) console.log(`# ${step.title}: ${fault}`);
}
