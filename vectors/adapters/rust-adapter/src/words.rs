//! Written by vectors/generate-words from vectors.schema.json; do not edit.

pub const RELAXING: &[&str] = &["allow-debug", "allow-unknown-fields", "allow-weak-policy", "no-pcr-policy"];
pub const RESTRICTING: &[&str] = &["require-module-binding"];
