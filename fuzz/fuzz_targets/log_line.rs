//! libFuzzer's way into the target `log_line`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("log_line", input));
