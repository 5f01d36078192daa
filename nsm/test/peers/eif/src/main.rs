//! The public builder, signer and reader of enclave images, unmodified.
//! build FILE KERNEL CMDLINE RAMDISK... [--key KEY CERTIFICATE]   writes an image; prints its measurements
//! sign FILE KEY CERTIFICATE                                      adds or replaces its signature
//! describe FILE                                                  prints what its reader finds
use aws_nitro_enclaves_image_format::defs::{EifBuildInfo, EifIdentityInfo};
use aws_nitro_enclaves_image_format::utils::eif_reader::EifReader;
use aws_nitro_enclaves_image_format::utils::{EifBuilder, EifSigner, PcrSignatureChecker, SignKeyData};
use serde_json::json;
use sha2::{Digest, Sha384};
use std::fs::OpenOptions;
use std::path::Path;

fn identity() -> EifIdentityInfo {
    let text = |t: &str| t.to_string();
    EifIdentityInfo {
        img_name: text("peer"),
        img_version: text("1.0"),
        build_info: EifBuildInfo {
            build_time: text("2026-01-02T03:04:05+00:00"),
            build_tool: text("eif-peer"),
            build_tool_version: text("0.1.0"),
            img_os: text("Linux"),
            img_kernel: text("6.1"),
        },
        docker_info: json!({}),
        custom_info: json!({"by": "a test"}),
    }
}

fn key(words: &[String]) -> Option<SignKeyData> {
    words.first().map(|path| SignKeyData::new(path, Path::new(&words[1])).expect("key and certificate"))
}

fn build(words: &[String]) {
    let end = words.iter().position(|w| w == "--key").unwrap_or(words.len());
    let signer = key(words.get(end + 1..).unwrap_or(&[]));
    let mut builder = EifBuilder::new(Path::new(&words[1]), words[2].clone(), signer, Sha384::new(), 0, identity());
    for ramdisk in &words[3..end] {
        builder.add_ramdisk(Path::new(ramdisk));
    }
    let mut options = OpenOptions::new();
    let mut file = options.read(true).write(true).create(true).truncate(true).open(&words[0]).expect("the image");
    println!("{}", json!(builder.write_to(&mut file)));
}

fn sign(words: &[String]) {
    EifSigner::new(key(&words[1..])).expect("a key").sign_image(&words[0]).expect("a signature");
}

fn describe(words: &[String]) {
    let mut reader = match EifReader::from_eif(words[0].clone()) {
        Ok(reader) => reader,
        Err(error) => return println!("{}", json!({ "error": error })),
    };
    let measurements = reader.get_measurements().expect("measurements");
    let signature = reader.signature_section.is_some().then(|| {
        let certificate = reader.get_certificate_info(measurements.clone()).map(|_| reader.sign_check == Some(true));
        let signature = PcrSignatureChecker::from_eif(&words[0]).and_then(|mut c| c.verify());
        json!({"payload_matches": certificate.unwrap_or(false), "verified": signature.is_ok(),
               "error": signature.err()})
    });
    println!("{}", json!({"measurements": measurements, "crc": reader.check_crc(), "signature": signature,
                          "version": reader.header.version}));
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("build") => build(&words[1..]),
        Some("sign") => sign(&words[1..]),
        Some("describe") => describe(&words[1..]),
        _ => panic!("build, sign or describe"),
    }
}
