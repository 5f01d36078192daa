//! The file of known failures: FORMAT.md describes it under "Exceptions".

use crate::load::Vector;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const EXPECTED: &[&str] = &["accepts", "refuses", "wrong-values", "crashes", "times-out", "garbled", "unsupported"];

#[derive(Default)]
pub struct Exceptions {
    require_decided: bool,
    entries: Vec<Entry>,
    used: BTreeSet<usize>,
}

struct Entry {
    is_class: bool,
    name: String,
    expect: String,
}

impl Entry {
    fn names(&self, v: &Vector) -> bool {
        self.name == *(if self.is_class { &v.class } else { &v.id })
    }

    fn covers(&self, v: &Vector) -> bool {
        self.names(v) && can_fail(v, &self.expect)
    }

    fn is_twice(&self, other: &Entry) -> bool {
        self.is_class == other.is_class && self.name == other.name && (!self.is_class || self.expect == other.expect)
    }
}

/// Whether a vector or sequence can fail in this way.
fn can_fail(v: &Vector, how: &str) -> bool {
    if !v.steps.is_empty() {
        return v.steps.iter().any(|step| can_fail(step, how));
    }
    match how {
        "accepts" => !v.accepted(),
        "refuses" => v.accepted(),
        "wrong-values" => v.expect["values"].is_object(),
        _ => true,
    }
}

fn entry(value: &Value, items: &[Vector]) -> Result<Entry, String> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let keys = ["id", "class", "expect", "reason", "issue"];
    let only = value.as_object().is_some_and(|object| object.keys().all(|key| keys.contains(&key.as_str())));
    let (is_class, name) = match (text("id"), text("class"), only) {
        (Some(id), None, true) => (false, id),
        (None, Some(class), true) => (true, class),
        _ => return Err("it must have an id or a class, expect, reason, and perhaps issue".into()),
    };
    let expect = text("expect").filter(|word| EXPECTED.contains(&word.as_str()));
    let expect = expect.ok_or_else(|| format!("expect must be one of {}", EXPECTED.join(", ")))?;
    if text("reason").unwrap_or_default().trim().is_empty() {
        return Err("the reason is blank: explain why this failure is accepted".into());
    }
    let entry = Entry { is_class, name, expect };
    if !items.iter().any(|v| entry.names(v)) {
        return Err(format!("\"{}\" is unknown", entry.name));
    }
    if !items.iter().any(|v| entry.covers(v)) {
        return Err(format!("\"{}\" is not a possible failure of \"{}\"", entry.expect, entry.name));
    }
    Ok(entry)
}

impl Exceptions {
    pub fn read(path: &Path, items: &[Vector]) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let file: Value = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let keys = file.as_object().map(|object| object.keys().map(String::as_str).collect::<Vec<_>>());
        let only =
            keys.is_some_and(|keys| keys.iter().all(|k| ["version", "exceptions", "require_decided"].contains(k)));
        let (true, true, Some(list)) = (only, file["version"] == 1, file["exceptions"].as_array()) else {
            return Err(format!("{} must be {{\"version\": 1, \"exceptions\": [...]}}", path.display()));
        };
        let mut known = Exceptions { require_decided: file["require_decided"] == true, ..Self::default() };
        for (n, value) in list.iter().enumerate() {
            let entry = entry(value, items).map_err(|fault| format!("exceptions[{n}]: {fault}"))?;
            if known.entries.iter().any(|before| before.is_twice(&entry)) {
                return Err(format!("exceptions[{n}]: it is listed twice"));
            }
            known.entries.push(entry);
        }
        Ok(known)
    }

    /// The entries with the id of the vector, else those with its class.
    fn covering(&self, v: &Vector) -> Vec<usize> {
        let of = |is_class| -> Vec<usize> {
            let covers = |n: &usize| self.entries[*n].is_class == is_class && self.entries[*n].covers(v);
            (0..self.entries.len()).filter(covers).collect()
        };
        let by_id = of(false);
        if by_id.is_empty() {
            of(true)
        } else {
            by_id
        }
    }

    pub fn standing(&mut self, v: &Vector, outcome: &str) -> &'static str {
        let covering = self.covering(v);
        if let Some(n) = covering.iter().find(|n| self.entries[**n].expect == outcome) {
            self.used.insert(*n);
            return "known";
        }
        let listed = !covering.is_empty();
        if listed && ["agrees", "unsupported"].contains(&outcome) {
            self.used.extend(covering);
        }
        match outcome {
            "agrees" if listed => "unexpected-pass",
            "agrees" => "fine",
            "unsupported" if listed || self.require_decided => "undecided",
            "unsupported" => "unsupported",
            "accepts" | "refuses" if v.policy.is_some() => "differs",
            _ => "failed",
        }
    }

    /// A sentence for each class that no vector needs.
    pub fn stale(&self) -> Vec<String> {
        let unused = |(n, e): &(usize, &Entry)| e.is_class && !self.used.contains(n);
        let sentence = |(_, e): (usize, &Entry)| {
            format!("exceptions: no vector needs {} of class \"{}\" any more", e.expect, e.name)
        };
        self.entries.iter().enumerate().filter(unused).map(sentence).collect()
    }
}
