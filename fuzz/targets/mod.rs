//! What each fuzz target does with one input.
//!
//! libFuzzer calls these functions through `fuzz/fuzz_targets/`, the test suite through `tests/it/fuzz.rs`. One that returns has found
//! nothing; one that panics, hangs or grows has.

mod answers;
mod environment;
mod handshake;
mod http2;
mod log_line;
mod names;
mod policy;
mod rpcs;
mod values;

/// One fuzz target; its corpus is `fuzz/corpus/<name>/`.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Name of its file and its corpus.
    pub name: &'static str,
    /// Whether the input was accepted for what it claims to be; an input that is makes a good ancestor.
    pub run: fn(&[u8]) -> bool,
}

/// Every target.
pub const ALL: &[Target] = &[
    Target { name: "api_answer", run: answers::run },
    Target { name: "client_certificate", run: handshake::client_certificate },
    Target { name: "http2", run: http2::run },
    Target { name: "json_value", run: values::json_value },
    Target { name: "launch_environment", run: environment::run },
    Target { name: "log_line", run: log_line::run },
    Target { name: "msgpack_value", run: values::msgpack_value },
    Target { name: "names", run: names::run },
    Target { name: "policy_document", run: policy::run },
    Target { name: "schema_value", run: rpcs::schema_value },
    Target { name: "stored_state", run: rpcs::stored_state },
    Target { name: "tls_records", run: handshake::tls_records },
];

/// Runs the target of this name.
///
/// # Panics
/// There is none of this name, or it has found something.
pub fn run(name: &str, input: &[u8]) {
    let target = ALL.iter().find(|target| target.name == name).expect("a target of this name");
    (target.run)(input);
}
