//! The generated protocol code belongs to the proto files.

use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

const REGENERATE: &str = "cargo run --locked --manifest-path proto/generate/Cargo.toml";

fn read(path: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("Unable to read {}: {error}", path.display()))
}

fn text(path: &str) -> String {
    String::from_utf8(read(path)).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files named in `proto.sha256` whose bytes are no longer those that were hashed.
fn changed(hashes: &str, read: impl Fn(&str) -> Vec<u8>) -> Vec<String> {
    let parts = |line: &str| line.split_once("  ").map(|(hash, file)| (hash.to_owned(), file.to_owned())).unwrap();
    let differs = |(hash, file): (String, String)| (sha256(&read(&file)) != hash).then_some(file);
    hashes.lines().map(parts).filter_map(differs).collect()
}

/// The methods of a proto file as `(service path, streams in, streams out)`.
fn methods(proto: &str) -> Vec<(String, bool, bool)> {
    let word = |line: &str, after: &str| -> Option<String> {
        let rest = line.trim().strip_prefix(after)?;
        Some(rest.split(['(', ' ', ';', '{']).next()?.to_owned())
    };
    let package = proto.lines().find_map(|line| word(line, "package ")).unwrap();
    let (mut service, mut found) = (String::new(), Vec::new());
    for line in proto.lines() {
        if let Some(name) = word(line, "service ") {
            service = name;
        } else if let Some(name) = word(line, "rpc ") {
            let (request, response) = line.split_once(" returns ").unwrap();
            found.push((format!("/{package}.{service}/{name}"), request.contains("(stream "), response.contains("(stream ")));
        }
    }
    found
}

#[test]
fn generated_code_and_proto_files_change_together() {
    let hashes = text("src/proto/proto.sha256");
    let files: Vec<&str> = hashes.lines().filter_map(|line| line.split_once("  ")).map(|(_, file)| file).collect();
    assert_eq!(
        files,
        ["proto/tfplugin6.proto", "src/proto/tfplugin6.rs", "proto/goplugin.proto", "src/proto/plugin.rs"],
        "`src/proto/proto.sha256` must name every proto file and what is generated from it. Run `{REGENERATE}`."
    );
    let changed = changed(&hashes, read);
    assert!(
        changed.is_empty(),
        "{} changed since the protocol code was generated. Change only the files in `proto/`, then run `{REGENERATE}` and commit \
         what it writes.",
        changed.join(" and ")
    );
}

#[test]
fn a_changed_byte_is_noticed() {
    let hashes = text("src/proto/proto.sha256");
    let tampered = |file: &str| {
        let mut bytes = read(file);
        if file == "proto/goplugin.proto" {
            bytes.push(b'\n');
        }
        bytes
    };
    assert_eq!(changed(&hashes, tampered), ["proto/goplugin.proto"]);
}

#[test]
fn the_provider_service_has_all_methods_of_the_protocol() {
    let methods = methods(&text("proto/tfplugin6.proto"));
    assert_eq!(methods.len(), 36);
    let streams = |pick: fn(&(String, bool, bool)) -> bool| -> Vec<&str> {
        methods.iter().filter(|method| pick(method)).map(|(path, ..)| path.rsplit('/').next().unwrap()).collect()
    };
    assert_eq!(streams(|method| method.1), ["WriteStateBytes"], "methods with a stream of requests");
    assert_eq!(
        streams(|method| method.2),
        ["ListResource", "InvokeAction", "ReadStateBytes"],
        "methods with a stream of answers"
    );
}

#[test]
fn every_method_is_served_and_called_under_its_path() {
    for (proto, generated) in
        [("proto/tfplugin6.proto", "src/proto/tfplugin6.rs"), ("proto/goplugin.proto", "src/proto/plugin.rs")]
    {
        let code = text(generated);
        let methods = methods(&text(proto));
        assert!(!methods.is_empty(), "{proto} declares no method");
        for (path, ..) in methods {
            let quoted = format!("\"{path}\"");
            assert_eq!(code.matches(&format!("{quoted} => {{")).count(), 1, "{generated} does not serve {path}");
            let called = code.split_whitespace().collect::<String>().contains(&format!("PathAndQuery::from_static({quoted}"));
            assert!(called, "{generated} has no client of {path}");
        }
    }
}

#[test]
fn methods_that_are_not_written_are_answered_as_unimplemented() {
    let code = text("src/proto/tfplugin6.rs");
    assert_eq!(code.matches("Err(tonic::Status::unimplemented(\"Not yet implemented\"))").count(), 36);
}
