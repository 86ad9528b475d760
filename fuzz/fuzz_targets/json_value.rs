//! libFuzzer's way into the target `json_value`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("json_value", input));
