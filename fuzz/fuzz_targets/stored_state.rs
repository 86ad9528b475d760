//! libFuzzer's way into the target `stored_state`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("stored_state", input));
