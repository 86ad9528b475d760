//! The fuzz targets, for libFuzzer. The test suite runs the same functions: `tests/it/fuzz.rs`.

pub mod targets;
