//! libFuzzer's way into the target `msgpack_value`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cognitomfa_fuzz::targets::run("msgpack_value", input));
