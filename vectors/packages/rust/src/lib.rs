//! Test vectors for verifiers of AWS Nitro attestation documents, and a runner for them:
//!
//! ```ignore
//! let report = nitro_attest_vectors::run(&Config::default(), |vector| verify(vector)).unwrap();
//! assert!(report.ok(), "{report}");
//! ```
//!
//! README.md has a whole example; FORMAT.md has the meaning of roots, time and options.

mod container;
mod exceptions;
mod load;

pub use load::{files, load, Vector};

use exceptions::Exceptions;
use serde_json::{json, Map, Value};
use std::fmt;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::PathBuf;

/// What a verifier decides.
pub enum Verdict {
    Accept,
    /// With what the verifier returned: keys and values as FORMAT.md has them.
    AcceptWith(Map<String, Value>),
    Refuse,
    /// The verifier does not have an option of the vector.
    Unsupported,
}

/// Bytes as a value for `Verdict::AcceptWith`: hex, or null.
pub fn bytes(value: Option<&[u8]>) -> Value {
    value.map_or(Value::Null, |bytes| load::hex(bytes).into())
}

#[derive(Default)]
pub struct Config {
    /// A file of known failures.
    pub exceptions: Option<PathBuf>,
    /// Leave out vectors with one of these tags.
    pub skip_tags: Vec<String>,
    /// Real documents, which some vectors need.
    pub genuine: Vec<Vec<u8>>,
    /// How many vectors the verifier must accept or refuse; at least one.
    pub min_decided: usize,
}

/// What a verifier did with a vector or sequence.
pub struct Outcome {
    pub vector: Vector,
    /// agrees, accepts, refuses, wrong-values, crashes, unsupported or skipped
    pub outcome: &'static str,
    /// fine, unsupported, skipped, differs, known, failed, unexpected-pass or undecided
    pub standing: &'static str,
    pub detail: String,
}

impl Outcome {
    /// Whether it fails the run.
    pub fn failed(&self) -> bool {
        ["failed", "unexpected-pass", "undecided"].contains(&self.standing)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let v = &self.vector;
        let how = if ["failed", "differs"].contains(&self.standing) { self.outcome } else { self.standing };
        write!(f, "{}, {}: {} {how}", v.severity, v.reach, v.id)?;
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        write!(f, ": {}", v.description)
    }
}

/// The result of a run. Its text lists the failures, the most severe first.
pub struct Report {
    pub outcomes: Vec<Outcome>,
    /// What is wrong with the run as a whole.
    pub faults: Vec<String>,
}

const SEVERITIES: &[&str] = &["critical", "high", "medium", "low", "none"];
const SHOWN: usize = 100;

impl Report {
    /// The most severe first.
    pub fn failures(&self) -> Vec<&Outcome> {
        let mut failures: Vec<&Outcome> = self.outcomes.iter().filter(|outcome| outcome.failed()).collect();
        failures.sort_by_key(|outcome| SEVERITIES.iter().position(|word| *word == outcome.vector.severity));
        failures
    }

    pub fn ok(&self) -> bool {
        self.faults.is_empty() && !self.outcomes.iter().any(Outcome::failed)
    }

    /// A file of exceptions for the failures that are not listed yet. Give each your own reason.
    pub fn exceptions(&self) -> String {
        let new = self.outcomes.iter().filter(|outcome| outcome.standing == "failed");
        let entry = |o: &Outcome| json!({"id": o.vector.id, "expect": o.outcome, "reason": "Not examined yet."});
        format!("{:#}\n", json!({"version": 1, "exceptions": new.map(entry).collect::<Vec<_>>()}))
    }

    fn count(&self, standing: &str) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.standing == standing).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let failures = self.failures();
        write!(f, "{} vectors: ", self.outcomes.len())?;
        write!(f, "{} agree, {} known, ", self.count("fine"), self.count("known"))?;
        write!(f, "{} differ by policy, {} unsupported, ", self.count("differs"), self.count("unsupported"))?;
        write!(f, "{} skipped, {} failed", self.count("skipped"), failures.len())?;
        for failure in failures.iter().take(SHOWN) {
            write!(f, "\n{failure}")?;
        }
        if failures.len() > SHOWN {
            write!(f, "\n... and {} more", failures.len() - SHOWN)?;
        }
        self.faults.iter().try_for_each(|fault| write!(f, "\n{fault}"))
    }
}

fn differs(key: &str, value: &Value, expected: &Value) -> bool {
    match value {
        Value::Object(pcrs) if key == "pcrs" => pcrs.iter().any(|(index, pcr)| *pcr != expected[index]),
        _ => value != expected,
    }
}

const VALUE_KEYS: &[&str] = &["module_id", "digest", "timestamp", "pcrs", "public_key", "user_data", "nonce"];

fn decide(verdict: Verdict, expect: &Value) -> (&'static str, String) {
    let (accepts, values) = match verdict {
        Verdict::Unsupported => return ("unsupported", String::new()),
        Verdict::Refuse => (false, Map::new()),
        Verdict::Accept => (true, Map::new()),
        Verdict::AcceptWith(values) => (true, values),
    };
    if accepts != (expect["result"] == "accept") {
        return (if accepts { "accepts" } else { "refuses" }, String::new());
    }
    let is_wrong = |key: &&str| match (values.get(*key), expect["values"].get(*key)) {
        (Some(value), Some(expected)) => differs(key, value, expected),
        _ => false,
    };
    let wrong: Vec<&str> = VALUE_KEYS.iter().copied().filter(|key| is_wrong(key)).collect();
    (if wrong.is_empty() { "agrees" } else { "wrong-values" }, wrong.join(", "))
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// That of a sequence is the first that does not agree.
fn outcome_of(verify: &mut impl FnMut(&Vector) -> Verdict, v: &Vector) -> (&'static str, String) {
    for step in &v.steps {
        let found = outcome_of(verify, step);
        if found.0 != "agrees" {
            return found;
        }
    }
    if !v.steps.is_empty() {
        return ("agrees", String::new());
    }
    match catch_unwind(AssertUnwindSafe(|| verify(v))) {
        Ok(verdict) => decide(verdict, &v.expect),
        Err(panic) => ("crashes", message(panic.as_ref())),
    }
}

fn is_skipped(v: &Vector, tags: &[String]) -> bool {
    v.tags.iter().any(|tag| tags.contains(tag)) || !v.given || v.steps.iter().any(|step| !step.given)
}

/// Calls `verify` for each vector. A panic is a crash, and always a failure. The error is one of the configuration.
pub fn run(config: &Config, mut verify: impl FnMut(&Vector) -> Verdict) -> Result<Report, String> {
    let items = load(&config.genuine);
    let mut known = match &config.exceptions {
        Some(path) => Exceptions::read(path, &items)?,
        None => Exceptions::default(),
    };
    let mut outcomes = Vec::new();
    for vector in items {
        let (outcome, detail) = match is_skipped(&vector, &config.skip_tags) {
            true => ("skipped", String::new()),
            false => outcome_of(&mut verify, &vector),
        };
        let standing = if outcome == "skipped" { outcome } else { known.standing(&vector, outcome) };
        outcomes.push(Outcome { vector, outcome, standing, detail });
    }
    let mut faults = known.stale();
    let decided = outcomes.iter().filter(|o| !["unsupported", "skipped"].contains(&o.outcome)).count();
    let least = config.min_decided.max(1);
    if decided < least {
        faults.push(format!("{decided} vectors were decided; {least} are required"));
    }
    Ok(Report { outcomes, faults })
}
