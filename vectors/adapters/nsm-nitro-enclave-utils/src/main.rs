//! Adapter for the crate nsm-nitro-enclave-utils.

use nsm_nitro_enclave_utils::{api::nsm::AttestationDoc, time::Time, verify::AttestationDocVerifierExt};
use rust_adapter::Document;

fn verify(document: &[u8], root: &[u8], now_ms: u64) -> Result<Document, String> {
    let now = Time::new(Box::new(move || now_ms));
    let verified = AttestationDoc::from_cose(document, root, now).map_err(|e| format!("{:?}", e.kind()))?;
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
