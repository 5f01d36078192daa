"""boto3 against the local KMS: client.py SCENARIO. Prints TAP; steps.py describes the steps."""
import base64
import functools
import json
import subprocess
import sys

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError


def read(path):
    """Bytes are {"base64": text} in the scenario."""
    with open(path, encoding="utf-8") as f:
        return json.load(f, object_hook=lambda o: base64.b64decode(o["base64"]) if set(o) == {"base64"} else o)


SCENARIO = read(sys.argv[1])


@functools.lru_cache(maxsize=None)
def client(name, server="main", tries=1):
    caller = SCENARIO["callers"][name]
    config = Config(retries={"total_max_attempts": tries, "mode": "standard"},
                    **({} if caller else {"signature_version": UNSIGNED}))
    caller = caller or {"access_key": None, "secret_key": None}
    return boto3.client("kms", endpoint_url=SCENARIO["endpoints"][server], region_name=SCENARIO["region"],
                        config=config, aws_access_key_id=caller["access_key"],
                        aws_secret_access_key=caller["secret_key"], aws_session_token=caller.get("session_token"))


def of(step):
    return client(step["caller"], step["server"], step["tries"])


def snake(operation):
    return "".join("_" + c.lower() if c.isupper() else c for c in operation)[1:]


def call(used, operation, members):
    return getattr(used, snake(operation))(**members)


def alteration(step):
    """Alters a request before it is signed, also for an UNSIGNED client."""
    def alter(request, **_):
        if "body" in step["alter"]:
            request.data = step["alter"]["body"]
        if "authorization" in step["alter"]:
            request.headers["Authorization"] = step["alter"]["authorization"]
    return alter


def run(step):
    alter, events = alteration(step), of(step).meta.events
    if "alter" in step:
        events.register("before-sign.kms", alter)
    try:
        for _ in range(step.get("times", 1)):
            reply = call(of(step), step["operation"], step["input"])
        return reply
    finally:
        events.unregister("before-sign.kms", alter)


def opened(message):
    return subprocess.run([SCENARIO["tool"], "recipient", "open", "--key", SCENARIO["key"], "-"], input=message,
                          stdout=subprocess.PIPE, check=True).stdout


def check_reply(step, reply):
    """The faults of the reply; empty if there are none."""
    if not reply["ResponseMetadata"].get("RequestId"):
        yield "there is no request id"
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
        plain = call(client("admin"), "Decrypt", {"CiphertextBlob": reply[step["opens_like"]]})
        if plain["Plaintext"] != value:
            yield "%s decrypts to something else" % step["opens_like"]


def check_error(step, error):
    """A typed exception has the error's name; other errors are a ClientError with the name as its code."""
    exceptions = of(step).exceptions
    wanted = getattr(exceptions, step["error"]) if step["modelled"] else ClientError
    if type(error) is not wanted:
        yield "it is a %s" % type(error).__name__
    if error.response["Error"]["Code"] != step["error"]:
        yield "its code is %s" % error.response["Error"]["Code"]
    if step["message"] not in error.response["Error"]["Message"]:
        yield "its message is: %s" % error.response["Error"]["Message"]
    if not error.response["ResponseMetadata"].get("RequestId"):
        yield "there is no request id"


def faults(step):
    try:
        reply = run(step)
    except ClientError as error:
        return list(check_error(step, error)) if "error" in step else [str(error)]
    return ["there is no error"] if "error" in step else list(check_reply(step, reply))


print("1..%d" % len(SCENARIO["steps"]))
for number, one in enumerate(SCENARIO["steps"], 1):
    wrong = faults(one)
    print("%s %d - %s" % ("not ok" if wrong else "ok", number, one["title"]))
    print("".join("# %s: %s\n" % (one["title"], text) for text in wrong), end="", flush=True)
