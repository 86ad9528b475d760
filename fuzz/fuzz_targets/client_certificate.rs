//! libFuzzer's way into the target `client_certificate`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("client_certificate", input));
