// The file of known failures: FORMAT.md describes it under "Exceptions".

const EXPECTED = ["accepts", "refuses", "wrong-values", "crashes", "times-out", "garbled", "unsupported"];
const KEYS = ["id", "class", "expect", "reason", "issue"];

const identity = (entry) => JSON.stringify("id" in entry ? [entry.id] : [entry.class, entry.expect]);
const names = (entry, item) => ("id" in entry ? entry.id === item.id : entry.class === item.className);

// Whether a vector or sequence can fail in this way.
function canFail(item, how) {
  if (item.steps) return item.steps.some((step) => canFail(step, how));
  if (how === "accepts" || how === "refuses") return how !== item.expect.result + "s";
  return how !== "wrong-values" || "values" in item.expect;
}

function faultOf(entry, items) {
  if (!Object.keys(entry).every((key) => KEYS.includes(key)) || "id" in entry === "class" in entry) {
    return "it must have an id or a class, expect, reason, and perhaps issue";
  }
  if (!EXPECTED.includes(entry.expect)) return `expect must be one of ${EXPECTED.join(", ")}`;
  if (!entry.reason?.trim()) return "the reason is blank: explain why this failure is accepted";
  const named = items.filter((item) => names(entry, item));
  if (named.length === 0) return `${identity(entry)} is unknown`;
  const possible = named.some((item) => canFail(item, entry.expect));
  return possible ? null : `"${entry.expect}" is not a possible failure of ${identity(entry)}`;
}

export class Exceptions {
  constructor(given, items) {
    const { version, exceptions, require_decided: requireDecided = false, ...unknown } = given;
    if (version !== 1 || !Array.isArray(exceptions) || Object.keys(unknown).length > 0) {
      throw new TypeError('the file must be {"version": 1, "exceptions": [...]}');
    }
    Object.assign(this, { entries: exceptions, requireDecided, used: new Set() });
    const seen = new Set();
    exceptions.forEach((entry, n) => {
      const fault = faultOf(entry, items) ?? (seen.has(identity(entry)) ? "it is listed twice" : null);
      if (fault) throw new TypeError(`exceptions[${n}]: ${fault}`);
      seen.add(identity(entry));
    });
  }

  // The entries with the id of the vector, else those with its class.
  covering(item) {
    const covers = this.entries.filter((entry) => names(entry, item) && canFail(item, entry.expect));
    const byId = covers.filter((entry) => "id" in entry);
    return byId.length > 0 ? byId : covers;
  }

  standing(item, outcome) {
    const covering = this.covering(item);
    const exact = covering.find((entry) => entry.expect === outcome);
    if (exact) {
      this.used.add(identity(exact));
      return "known";
    }
    if (covering.length > 0 && ["agrees", "unsupported"].includes(outcome)) {
      covering.forEach((entry) => this.used.add(identity(entry)));
      return outcome === "agrees" ? "unexpected-pass" : "undecided";
    }
    if (outcome === "unsupported") return this.requireDecided ? "undecided" : "unsupported";
    if (outcome === "agrees") return "fine";
    return item.policy && ["accepts", "refuses"].includes(outcome) ? "differs" : "failed";
  }

  // A sentence for each class that no vector needs.
  stale() {
    const unused = this.entries.filter((entry) => "class" in entry && !this.used.has(identity(entry)));
    return unused.map((e) => `exceptions: no vector needs ${e.expect} of class "${e.class}" any more`);
  }
}
