//! Runs a verifier written in Rust against the vectors: JSON lines on standard input and output.
//!
//! The peer verifies document, chain, signature and time. This crate makes the comparisons of a caller on the returned
//! document: see caller.rs. It does not catch a panic of the peer: the process ends, and the runner counts a crash.

mod caller;
mod words;

use base64::{engine::general_purpose::STANDARD, Engine};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{stdin, stdout, BufRead, Write};

/// The result of a peer.
pub struct Document {
    pub module_id: String,
    pub timestamp_ms: u64,
    pub pcrs: BTreeMap<u64, Vec<u8>>,
    pub public_key: Option<Vec<u8>>,
    pub user_data: Option<Vec<u8>>,
    pub nonce: Option<Vec<u8>>,
}

#[derive(Deserialize)]
struct Request {
    id: String,
    document: String,
    roots: Vec<String>,
    now_ms: u64,
    options: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct Answer {
    id: String,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

enum Decision {
    Accept,
    Refuse(String),
    Unsupported(String),
}

/// Answers all requests until the input ends. `verify` calls the peer with the document, the root in DER, and the time
/// in milliseconds.
pub fn run(verify: impl Fn(&[u8], &[u8], u64) -> Result<Document, String>) {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line.expect("standard input")).expect("a request");
        let (result, reason) = match decide(&verify, &request) {
            Decision::Accept => ("accept", None),
            Decision::Refuse(reason) => ("refuse", Some(reason)),
            Decision::Unsupported(reason) => ("unsupported", Some(reason)),
        };
        let answer = Answer { id: request.id, result, reason };
        writeln!(out, "{}", serde_json::to_string(&answer).expect("an answer")).expect("standard output");
        out.flush().expect("standard output");
    }
}

fn decide(verify: &impl Fn(&[u8], &[u8], u64) -> Result<Document, String>, request: &Request) -> Decision {
    let wanted = match caller::Options::read(&request.options) {
        Ok(wanted) => wanted,
        Err(reason) => return Decision::Unsupported(reason),
    };
    let [root] = &request.roots[..] else {
        return Decision::Unsupported("the peer accepts exactly one root".into());
    };
    let document = STANDARD.decode(&request.document).expect("base64");
    let root = STANDARD.decode(root).expect("base64");
    let compared = verify(&document, &root, request.now_ms).and_then(|d| wanted.compare(&d, request.now_ms));
    match (compared, wanted.not_decided) {
        (Err(reason), _) => Decision::Refuse(reason),
        (Ok(()), Some(reason)) => Decision::Unsupported(reason),
        (Ok(()), None) => Decision::Accept,
    }
}
