//! libFuzzer's way into the target `policy_document`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("policy_document", input));
