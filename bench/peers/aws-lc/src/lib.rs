//! AWS-LC as a peer of the benchmarks: see `bench/aws_lc_bench.c`.
use aws_lc_sys as aws_lc;
use std::ptr::null_mut;

/// `struct bench_signed` of `bench/aws_lc_bench.c`.
#[repr(C)]
pub struct Signed {
    message: *const u8,
    message_len: usize,
    signature: *const u8, // DER
    signature_len: usize,
    key: *const u8, // 97 octets: 4, x, y
}

const POINT_LEN: usize = 97;

unsafe fn verify(signed: &Signed) -> bool {
    let mut digest = [0u8; 48];
    let group = aws_lc::EC_group_p384();
    aws_lc::SHA384(signed.message, signed.message_len, digest.as_mut_ptr());
    let key = aws_lc::EC_KEY_new();
    let point = aws_lc::EC_POINT_new(group);
    let valid = aws_lc::EC_KEY_set_group(key, group) == 1
        && aws_lc::EC_POINT_oct2point(group, point, signed.key, POINT_LEN, null_mut()) == 1
        && aws_lc::EC_KEY_set_public_key(key, point) == 1
        && aws_lc::ECDSA_verify(0, digest.as_ptr(), digest.len(), signed.signature, signed.signature_len, key) == 1;
    aws_lc::EC_POINT_free(point);
    aws_lc::EC_KEY_free(key);
    valid
}

/// Are all signatures valid? Each message is hashed with SHA-384, and each key decoded and checked, first.
///
/// # Safety
/// `all` has `count` elements, whose pointers and lengths are those of readable memory.
#[no_mangle]
pub unsafe extern "C" fn bench_aws_lc_verify(all: *const Signed, count: usize) -> bool {
    std::slice::from_raw_parts(all, count).iter().all(|signed| verify(signed))
}
