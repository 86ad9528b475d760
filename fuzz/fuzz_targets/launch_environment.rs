//! libFuzzer's way into the target `launch_environment`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("launch_environment", input));
