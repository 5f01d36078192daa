//! The crate nsm-nitro-enclave-utils as verifier: peer true|wrong. Wrong accepts a document whose signature is bad.
use nitro_attest_vectors::{run, Config, Vector, Verdict};
use nsm_nitro_enclave_utils::{api::nsm::AttestationDoc, time::Time, verify::AttestationDocVerifierExt};

const FEATURES: &[&str] =
    &["kind=enclave", "time_mode=now", "max_age_ms", "nonce", "no-pcr-policy", "allow-debug", "allow-unknown-fields"];

fn verify(v: &Vector, wrong: bool) -> Verdict {
    if v.needs_more_than(FEATURES) {
        return Verdict::Unsupported;
    }
    let now_ms = v.now_ms;
    let document = match AttestationDoc::from_cose(&v.document, &v.roots[0], Time::new(Box::new(move || now_ms))) {
        Ok(document) => document,
        Err(e) if wrong && format!("{:?}", e.kind()).contains("Verification") => return Verdict::Accept,
        Err(_) => return Verdict::Refuse,
    };
    let max_age = v.options["max_age_ms"].as_u64().expect("a number");
    let nonce = document.nonce.map(|nonce| nonce.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let wanted = v.options.get("nonce").map(|nonce| nonce.as_str().expect("hex").to_owned());
    let age = now_ms.checked_sub(document.timestamp);
    if age.is_none_or(|age| age > max_age) || wanted.is_some() && nonce != wanted {
        return Verdict::Refuse;
    }
    Verdict::Accept
}

fn main() {
    let wrong = std::env::args().nth(1).as_deref() == Some("wrong");
    println!("{}", run(&Config::default(), |v| verify(v, wrong)).unwrap());
}
