//! The vectors, as a runner needs them. The data are part of this crate, so a fault in them panics.

use crate::container;
use base64::{engine::general_purpose::STANDARD, Engine};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const FORMAT: u64 = 3;
static PACK: &[u8] = include_bytes!("../vectors.pack");

/// One document, with what the verifier must require of it; or a sequence of them.
#[derive(Clone, Debug)]
pub struct Vector {
    pub id: String,
    pub description: String,
    pub class: String,
    pub severity: String,
    pub reach: String,
    pub tags: Vec<String>,
    /// Why verifiers may differ.
    pub policy: Option<String>,
    /// Empty and not `given`: a genuine document that the caller does not have.
    pub document: Vec<u8>,
    pub given: bool,
    /// DER. Trust exactly these.
    pub roots: Vec<Vec<u8>>,
    /// The current time for the verifier. Never use the clock.
    pub now_ms: u64,
    pub options: Map<String, Value>,
    /// Keep one verifier for the steps of a sequence.
    pub sequence: Option<String>,
    /// Of a sequence: give each the verdict that it has alone.
    pub steps: Vec<Vector>,
    pub(crate) expect: Value,
}

impl Vector {
    /// What a verifier must support for this vector: words, described in README.md.
    pub fn features(&self) -> BTreeSet<String> {
        let mut words: BTreeSet<String> = self.options.iter().flat_map(|(key, value)| words_of(key, value)).collect();
        if self.roots.len() != 1 {
            words.insert("several-roots".into());
        }
        words
    }

    /// Whether the vector needs anything except these features.
    pub fn needs_more_than(&self, features: &[&str]) -> bool {
        self.features().iter().any(|word| !features.contains(&word.as_str()))
    }

    pub(crate) fn accepted(&self) -> bool {
        self.expect["result"] == "accept"
    }
}

fn words_of(key: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Array(flags) if key == "flags" => {
            flags.iter().map(|flag| flag.as_str().expect("flags are strings").to_owned()).collect()
        }
        Value::Object(object) if object.contains_key("mode") => vec![format!("{key}={}", text(value, "mode"))],
        Value::String(word) if !["nonce", "module_id", "region"].contains(&key) => vec![format!("{key}={word}")],
        _ => vec![key.to_owned()],
    }
}

/// manifest.json and the files that it lists, as they are in the source of the vectors.
pub fn files() -> &'static BTreeMap<String, String> {
    static FILES: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    FILES.get_or_init(|| container::decode(PACK).expect("the container of this crate"))
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is not a string")).to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    let strings = value.as_array().into_iter().flatten();
    strings.map(|item| item.as_str().expect("a string").to_owned()).collect()
}

fn decoded(value: &str) -> Vec<u8> {
    STANDARD.decode(value).expect("base64")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(byte).collect()
}

fn patched(genuine: &[u8], patch: &Value) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    let number = |edit: &Value, key: &str| edit[key].as_u64().expect("a number") as usize;
    for edit in patch.as_array().into_iter().flatten() {
        let offset = number(edit, "offset");
        out.extend_from_slice(&genuine[at..offset]);
        out.extend(unhex(&text(edit, "insert")));
        at = offset + number(edit, "remove");
    }
    out.extend_from_slice(&genuine[at..]);
    out
}

fn document(value: &Value, given: &BTreeMap<String, &[u8]>) -> Option<Vec<u8>> {
    match value.as_str() {
        Some(base64) => Some(decoded(base64)),
        None => given.get(&text(value, "sha256")).map(|genuine| patched(genuine, &value["patch"])),
    }
}

fn bare(v: &Value) -> Vector {
    Vector {
        id: text(v, "id"),
        description: text(v, "description"),
        class: text(v, "class"),
        severity: text(v, "severity"),
        reach: text(v, "reach"),
        tags: texts(&v["tags"]),
        policy: v["policy"].as_str().map(str::to_owned),
        document: Vec::new(),
        given: true,
        roots: Vec::new(),
        now_ms: v["now_ms"].as_u64().unwrap_or(0),
        options: v["options"].as_object().cloned().unwrap_or_default(),
        sequence: None,
        steps: Vec::new(),
        expect: v["expect"].clone(),
    }
}

fn vector(v: &Value, roots: &Value, given: &BTreeMap<String, &[u8]>) -> Vector {
    let mut vector = bare(v);
    let document = document(&v["document"], given);
    vector.given = document.is_some();
    vector.document = document.unwrap_or_default();
    vector.roots = texts(&v["roots"]).iter().map(|name| decoded(&text(roots, name))).collect();
    vector
}

fn sequence(s: &Value, vectors: &[Vector]) -> Vector {
    let mut sequence = bare(s);
    for id in texts(&s["steps"]) {
        let mut step = vectors.iter().find(|v| v.id == id).expect("a vector of the same file").clone();
        step.sequence = Some(sequence.id.clone());
        sequence.steps.push(step);
    }
    sequence
}

/// All vectors, then all sequences. `genuine`: real documents, which some vectors need; they are not distributed.
pub fn load(genuine: &[Vec<u8>]) -> Vec<Vector> {
    let given = genuine.iter().map(|document| (hex(&Sha256::digest(document)), document.as_slice())).collect();
    let parse = |name: &str| -> Value { serde_json::from_str(&files()[name]).expect("the JSON of this crate") };
    let manifest = parse("manifest.json");
    assert_eq!(manifest["format"], FORMAT, "this crate reads only this format of the vectors");
    let (mut vectors, mut sequences) = (Vec::new(), Vec::new());
    for entry in manifest["files"].as_array().expect("files") {
        let group = parse(&text(entry, "file"));
        let rows = |key: &str| group[key].as_array().cloned().unwrap_or_default();
        let found: Vec<Vector> = rows("vectors").iter().map(|v| vector(v, &group["roots"], &given)).collect();
        sequences.extend(rows("sequences").iter().map(|s| sequence(s, &found)));
        vectors.extend(found);
    }
    vectors.extend(sequences);
    vectors
}
