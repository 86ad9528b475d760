//! A strict AWS endpoint on loopback: what the quick start, examples and tests run on.
