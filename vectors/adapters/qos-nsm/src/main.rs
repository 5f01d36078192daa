//! Adapter for the crate qos_nsm.

use qos_nsm::nitro::attestation_doc_from_der;
use rust_adapter::Document;

fn verify(document: &[u8], root: &[u8], now_ms: u64) -> Result<Document, String> {
    let verified = attestation_doc_from_der(document, root, now_ms / 1000).map_err(|e| format!("{e:?}"))?;
    Ok(Document {
        module_id: verified.module_id,
        timestamp_ms: verified.timestamp,
        pcrs: verified.pcrs.into_iter().map(|(index, value)| (index as u64, value.into_vec())).collect(),
        public_key: verified.public_key.map(|v| v.into_vec()),
        user_data: verified.user_data.map(|v| v.into_vec()),
        nonce: verified.nonce.map(|v| v.into_vec()),
    })
}

fn main() {
    rust_adapter::run(verify);
}
