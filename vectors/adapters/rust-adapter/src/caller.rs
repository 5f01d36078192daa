//! The comparisons of a caller on the returned document.

use crate::words::{RELAXING, RESTRICTING};
use crate::Document;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

type Set = BTreeMap<u64, Vec<Vec<u8>>>;

/// A field that is not set is not compared.
#[derive(Default)]
pub struct Options {
    max_age_ms: Option<u64>,
    max_future_ms: u64,
    nonce: Option<Vec<u8>>,
    user_data: Option<Expectation>,
    public_key: Option<Expectation>,
    module_id: Option<String>,
    policy: Option<Vec<Set>>,
    /// A restriction that neither peer nor caller checks. A refusal still counts, an acceptance does not.
    pub not_decided: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "mode", rename_all = "lowercase")]
enum Expectation {
    Exact { value: String },
    Absent,
}

#[derive(Deserialize)]
struct PolicyFile {
    sets: Vec<PolicySet>,
}

#[derive(Deserialize)]
struct PolicySet {
    pcrs: BTreeMap<u64, Vec<String>>,
}

impl Options {
    /// Fails for options that the adapter cannot pass on.
    pub fn read(raw: &Map<String, Value>) -> Result<Self, String> {
        let mut options = Self::default();
        for (key, value) in raw {
            options.read_one(key, value)?;
        }
        Ok(options)
    }

    fn read_one(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match key {
            "kind" => return only(key, value, "enclave"),
            "time_mode" => return only(key, value, "now"),
            "limits" => return only(key, value, "default"),
            "not_before_leeway_ms" | "not_after_leeway_ms" => return only(key, value, "0"),
            "max_age_ms" if value == "unlimited" => (),
            "max_age_ms" => self.max_age_ms = Some(parse(value)?),
            "max_future_ms" => self.max_future_ms = parse(value)?,
            "nonce" => self.nonce = Some(unhex(&parse::<String>(value)?)?),
            "user_data" => self.user_data = Some(parse(value)?),
            "public_key" => self.public_key = Some(parse(value)?),
            "module_id" => self.module_id = Some(parse(value)?),
            "pcr_policy" => self.policy = Some(read_policy(value)?),
            "flags" => return self.read_flags(value),
            "region" | "deny" => self.not_decided = Some(format!("{key} is not checked")),
            _ => return Err(format!("option {key} is not supported")),
        }
        Ok(())
    }

    /// Ignores flags that only relax, and records a flag that restricts as not decided.
    fn read_flags(&mut self, value: &Value) -> Result<(), String> {
        for flag in parse::<Vec<String>>(value)? {
            if RESTRICTING.contains(&flag.as_str()) {
                self.not_decided = Some(format!("{flag} is not checked"));
            } else if !RELAXING.contains(&flag.as_str()) {
                return Err(format!("flag {flag} is not supported"));
            }
        }
        Ok(())
    }

    pub fn compare(&self, document: &Document, now_ms: u64) -> Result<(), String> {
        let timestamp = document.timestamp_ms;
        refuse_if(timestamp > now_ms + self.max_future_ms, "the timestamp is in the future")?;
        let age = now_ms.saturating_sub(timestamp);
        refuse_if(self.max_age_ms.is_some_and(|limit| age > limit), "the document is too old")?;
        refuse_if(self.nonce.is_some() && self.nonce != document.nonce, "nonce does not match")?;
        let other = |id: &String| *id != document.module_id;
        refuse_if(self.module_id.as_ref().is_some_and(other), "module_id does not match")?;
        refuse_if(!expected(&self.user_data, &document.user_data), "user_data does not match")?;
        refuse_if(!expected(&self.public_key, &document.public_key), "public_key does not match")?;
        // One set must match as a whole. The values of one PCR are alternatives.
        let no_set = |sets: &Vec<Set>| !sets.iter().any(|set| matches(set, &document.pcrs));
        refuse_if(self.policy.as_ref().is_some_and(no_set), "no PCR set matches")
    }
}

fn refuse_if(wrong: bool, reason: &str) -> Result<(), String> {
    if wrong {
        return Err(reason.into());
    }
    Ok(())
}

fn expected(expectation: &Option<Expectation>, actual: &Option<Vec<u8>>) -> bool {
    match expectation {
        None => true,
        Some(Expectation::Absent) => actual.is_none(),
        Some(Expectation::Exact { value }) => actual.as_ref().is_some_and(|bytes| hex::encode(bytes) == *value),
    }
}

fn matches(set: &Set, pcrs: &BTreeMap<u64, Vec<u8>>) -> bool {
    set.iter().all(|(index, values)| pcrs.get(index).is_some_and(|actual| values.contains(actual)))
}

fn only(key: &str, value: &Value, supported: &str) -> Result<(), String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    refuse_if(text != supported, &format!("{key} {text} is not supported"))
}

fn parse<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T, String> {
    T::deserialize(value).map_err(|e| e.to_string())
}

fn unhex(text: &str) -> Result<Vec<u8>, String> {
    hex::decode(text).map_err(|e| e.to_string())
}

fn read_policy(value: &Value) -> Result<Vec<Set>, String> {
    let read_values = |(index, values): (u64, Vec<String>)| {
        Ok((index, values.iter().map(|v| unhex(v)).collect::<Result<_, String>>()?))
    };
    let read_set = |set: PolicySet| set.pcrs.into_iter().map(read_values).collect();
    parse::<PolicyFile>(value)?.sets.into_iter().map(read_set).collect()
}
