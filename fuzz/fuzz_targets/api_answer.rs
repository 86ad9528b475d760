//! libFuzzer's way into the target `api_answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("api_answer", input));
