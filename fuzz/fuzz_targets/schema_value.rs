//! libFuzzer's way into the target `schema_value`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("schema_value", input));
