"""The AWS CLI, version 1, against the local KMS: client.py AWS SCENARIO. Prints TAP; steps.py describes the steps.

It has no typed errors, so the test compares name and message. Bytes are passed as files: inside --recipient with
"AttestationDocument@=fileb://FILE". With "=" alone, it sends the name of the file, which the server must detect.
"""
import base64
import json
import os
import re
import subprocess
import sys
import tempfile

AWS = sys.argv[1]
ERROR = re.compile(r"An error occurred \((\w+)\) when calling the \w+ operation(?: \(reached max retries: 0\))?: (.*)")


def read(path):
    """Bytes are {"base64": text} in the scenario."""
    with open(path, encoding="utf-8") as f:
        return json.load(f, object_hook=lambda o: base64.b64decode(o["base64"]) if set(o) == {"base64"} else o)


SCENARIO = read(sys.argv[2])


class Failed(Exception):
    """The service's error: name, message."""


def kebab(name):
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()


def file_of(folder, name, value):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(value)
    return "fileb://" + path


def words_of(folder, name, value, sign="@="):
    """The options for one member of a request."""
    option = "--" + kebab(name)
    if name == "Recipient":
        document = file_of(folder, "document", value["AttestationDocument"])
        return [option, "KeyEncryptionAlgorithm=%s,AttestationDocument%s%s" % (value["KeyEncryptionAlgorithm"], sign,
                                                                              document)]
    if isinstance(value, bytes):
        return [option, file_of(folder, name, value)]
    if isinstance(value, bool):
        return [option if value else "--no-" + kebab(name)]
    if isinstance(value, dict):
        return [option, ",".join("%s=%s" % pair for pair in value.items())]
    return [option, *map(str, value if isinstance(value, list) else [value])]


def environment(name, tries):
    caller = SCENARIO["callers"][name] or {"access_key": "none", "secret_key": "none"}
    env = {**os.environ, "AWS_DEFAULT_REGION": SCENARIO["region"], "AWS_ACCESS_KEY_ID": caller["access_key"],
           "AWS_SECRET_ACCESS_KEY": caller["secret_key"], "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": str(tries),
           "AWS_RETRY_MODE": "standard"}
    return {**env, "AWS_SESSION_TOKEN": caller["session_token"]} if "session_token" in caller else env


def call(caller, operation, members, sign="@=", server="main", tries=1):
    with tempfile.TemporaryDirectory() as folder:
        words = [AWS, "kms", kebab(operation), "--endpoint-url", SCENARIO["endpoints"][server], "--output",
                 "json"]
        words += ["--no-sign-request"] if SCENARIO["callers"][caller] is None else []
        for name, value in members.items():
            words += words_of(folder, name, value, sign)
        done = subprocess.run(words, env=environment(caller, tries), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, check=False)
    found = ERROR.search(done.stderr)
    if found:
        raise Failed(*found.groups())
    if done.returncode != 0:
        raise Failed("status %d" % done.returncode, done.stderr)
    return json.loads(done.stdout or "{}")


def opened(message):
    return subprocess.run([SCENARIO["tool"], "recipient", "open", "--key", SCENARIO["key"], "-"],
                          input=base64.b64decode(message), stdout=subprocess.PIPE, check=True).stdout


def check_reply(step, reply):
    yield from ("%s is there" % name for name in step.get("absent", ()) if name in reply)
    yield from ("%s is absent" % name for name in step.get("present", ()) if not reply.get(name))
    if not any(key.startswith("opens") for key in step):
        return
    value = opened(reply["CiphertextForRecipient"])
    if "opens_to" in step and value != step["opens_to"]:
        yield "it opens to something else"
    if "opens_to_length" in step and len(value) != step["opens_to_length"]:
        yield "it opens to %d bytes" % len(value)
    if "opens_like" in step:
        ciphertext = base64.b64decode(reply[step["opens_like"]])
        if base64.b64decode(call("admin", "Decrypt", {"CiphertextBlob": ciphertext})["Plaintext"]) != value:
            yield "%s decrypts to something else" % step["opens_like"]


def faults(step):
    try:
        reply = call(step["caller"], step["operation"], step["input"], step.get("sign", "@="), step["server"],
                     step["tries"])
    except Failed as failed:
        name, message = failed.args
        right = name == step.get("error") and step["message"] in message
        return [] if right else ["%s: %s" % (name, message)]
    return ["there is no error"] if "error" in step else list(check_reply(step, reply))


def paged(step):
    """The only command that sends several requests in a row: a list, with a page for each key."""
    return {**{k: step[k] for k in step if not k.startswith("opens")}, "caller": "admin", "operation": "ListKeys",
            "input": {"PageSize": 1}}


STEPS = [paged(step) if step["server"] == "throttled" else step for step in SCENARIO["steps"]] + [{
    "title": "a file name instead of the document", "caller": "app", "operation": "GenerateRandom", "sign": "=",
    "server": "main", "tries": 1,
    "input": {"NumberOfBytes": 8, "Recipient": SCENARIO["steps"][0]["input"]["Recipient"]},
    "error": "ValidationException", "message": "AttestationDocument@=fileb://FILE"}]
print("1..%d" % len(STEPS))
for number, one in enumerate(STEPS, 1):
    wrong = faults(one)
    print("%s %d - %s" % ("not ok" if wrong else "ok", number, one["title"]))
    print("".join("# %s: %s\n" % (one["title"], text) for text in wrong), end="", flush=True)
