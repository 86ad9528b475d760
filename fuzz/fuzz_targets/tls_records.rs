//! libFuzzer's way into the target `tls_records`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("tls_records", input));
