//! Every request of aws-nitro-enclaves-nsm-api, unmodified, and the answers of an NSM as it is after boot.
//! Usage: peer [FILE]: writes the attestation document there.
use aws_nitro_enclaves_nsm_api::api::{Digest, ErrorCode, Request, Response};
use aws_nitro_enclaves_nsm_api::driver::{nsm_exit, nsm_init, nsm_process_request};
use serde_bytes::ByteBuf;

/// SHA-384 of 48 zero bytes and these.
const EXTENSION: [u8; 8] = [0x0b, 0x00, 0x37, 0x48, 0x63, 0xff, 0x5c, 0x65];
const EXTENDED: &str =
    "b33da05a0fdb71627c8c68fc4232281fc440edd6f0ac7467fa497bbb907db32d957b5fd393845fa02c264ad5ea233888";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{:02x}", b)).collect()
}

fn pcr(fd: i32, index: u16) -> (bool, Vec<u8>) {
    match nsm_process_request(fd, Request::DescribePCR { index }) {
        Response::DescribePCR { lock, data } if data.len() == 48 => (lock, data),
        other => panic!("DescribePCR {}: {:?}", index, other),
    }
}

fn extend(fd: i32) -> Response {
    nsm_process_request(fd, Request::ExtendPCR { index: 16, data: EXTENSION.to_vec() })
}

fn check_device(fd: i32) {
    match nsm_process_request(fd, Request::DescribeNSM) {
        Response::DescribeNSM { version_major, max_pcrs, digest, locked_pcrs, module_id, .. } => {
            assert_eq!((version_major, max_pcrs, digest), (1, 32, Digest::SHA384));
            assert_eq!(locked_pcrs.into_iter().collect::<Vec<u16>>(), (0..16).collect::<Vec<u16>>());
            assert!(module_id.starts_with("i-"), "{}", module_id);
        }
        other => panic!("DescribeNSM: {:?}", other),
    }
}

fn check_pcrs(fd: i32) {
    assert!(pcr(fd, 0).0);
    assert_eq!(pcr(fd, 16), (false, vec![0; 48]));
    match extend(fd) {
        Response::ExtendPCR { data } => assert_eq!(hex(&data), EXTENDED),
        other => panic!("ExtendPCR: {:?}", other),
    }
    assert!(matches!(nsm_process_request(fd, Request::LockPCR { index: 16 }), Response::LockPCR));
    let (lock, data) = pcr(fd, 16);
    assert_eq!((lock, hex(&data)), (true, EXTENDED.to_string()));
    assert!(matches!(extend(fd), Response::Error(ErrorCode::ReadOnlyIndex)));
    assert!(matches!(nsm_process_request(fd, Request::LockPCRs { range: 20 }), Response::LockPCRs));
    assert!(pcr(fd, 19).0 && !pcr(fd, 20).0);
    let refused = nsm_process_request(fd, Request::DescribePCR { index: 50 });
    assert!(matches!(refused, Response::Error(ErrorCode::InvalidIndex)), "{:?}", refused);
}

fn contains(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|w| w == part)
}

fn check_attestation(fd: i32, path: Option<String>) {
    let field = |text: &str| Some(ByteBuf::from(text.as_bytes()));
    let request = Request::Attestation {
        user_data: field("user data"),
        nonce: field("a nonce"),
        public_key: field("key"),
    };
    match nsm_process_request(fd, request) {
        Response::Attestation { document } => {
            assert!(document.starts_with(&[0x84, 0x44, 0xa1, 0x01, 0x38, 0x22, 0xa0, 0x59]));
            for part in ["user data", "a nonce", "key"] {
                assert!(contains(&document, part.as_bytes()), "{}", part);
            }
            if let Some(path) = path {
                std::fs::write(path, document).expect("the document's file");
            }
        }
        other => panic!("Attestation: {:?}", other),
    }
    let nothing = Request::Attestation { user_data: None, nonce: None, public_key: None };
    assert!(matches!(nsm_process_request(fd, nothing), Response::Attestation { .. }));
}

fn random(fd: i32) -> Vec<u8> {
    match nsm_process_request(fd, Request::GetRandom) {
        Response::GetRandom { random } => random,
        other => panic!("GetRandom: {:?}", other),
    }
}

fn check_random(fd: i32) {
    let threads: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(move || {
                for _ in 0..50 {
                    let (a, b) = (random(fd), random(fd));
                    assert_eq!((a.len(), b.len()), (256, 256));
                    assert_ne!(a, b);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("a thread");
    }
}

fn main() {
    let fd = nsm_init();
    assert!(fd >= 0, "the device does not open");
    check_device(fd);
    check_pcrs(fd);
    check_attestation(fd, std::env::args().nth(1));
    check_random(fd);
    nsm_exit(fd);
    println!("ok");
}
