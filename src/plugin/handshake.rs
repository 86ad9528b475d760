//! The one line a plugin host reads from standard output, and the line a person pastes in debug mode.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

use super::environment::PROTOCOL_VERSION;

/// Version of go-plugin's own protocol.
const CORE_VERSION: u32 = 1;
/// Addresses under which the two command-line programs know this provider.
const SOURCES: [&str; 2] = ["registry.terraform.io/cognitomfa/cognitomfa", "registry.opentofu.org/cognitomfa/cognitomfa"];

/// `1|6|unix|<socket>|grpc|<certificate>`, with a seventh field `false` where the host asks whether we multiplex.
pub(super) fn line(protocol: u32, socket: &str, certificate: Option<&[u8]>, multiplex_field: bool) -> String {
    let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
    let multiplex = if multiplex_field { "|false" } else { "" };
    format!("{CORE_VERSION}|{protocol}|unix|{socket}|grpc|{certificate}{multiplex}")
}

/// A shell assignment that makes Terraform and OpenTofu use the running process `pid`.
///
/// `Test` keeps them from stopping it.
pub(super) fn reattach_line(pid: u32, socket: &str) -> String {
    let address = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL_VERSION,
        "Pid": pid,
        "Test": true,
        "Addr": { "Network": "unix", "String": socket },
    });
    let providers: serde_json::Map<_, _> = SOURCES.iter().map(|source| ((*source).to_owned(), address.clone())).collect();
    let quoted = serde_json::Value::from(providers).to_string().replace('\'', r"'\''");
    format!("TF_REATTACH_PROVIDERS='{quoted}'")
}

/// Writes the line; standard output must not be used afterwards, because the host stops reading with care.
pub(super) fn print(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(format!("{line}\n").as_bytes())?;
    stdout.flush()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_six_fields_or_seven() {
        assert_eq!(line(6, "/tmp/a/s", Some(&[0xfb, 0xff]), false), "1|6|unix|/tmp/a/s|grpc|+/8");
        assert_eq!(line(6, "/tmp/a/s", None, false), "1|6|unix|/tmp/a/s|grpc|");
        assert_eq!(line(6, "/tmp/a/s", None, true), "1|6|unix|/tmp/a/s|grpc||false");
    }

    #[test]
    fn reattaching_names_both_registries() {
        let line = reattach_line(7, "/tmp/it's/s");
        let quoted = line.strip_prefix("TF_REATTACH_PROVIDERS='").unwrap().strip_suffix('\'').unwrap();
        let value: serde_json::Value = serde_json::from_str(&quoted.replace(r"'\''", "'")).unwrap();
        let wanted = json!({
            "Protocol": "grpc", "ProtocolVersion": 6, "Pid": 7, "Test": true,
            "Addr": { "Network": "unix", "String": "/tmp/it's/s" },
        });
        assert_eq!(value.as_object().unwrap().len(), 2);
        assert_eq!(value["registry.terraform.io/cognitomfa/cognitomfa"], wanted);
        assert_eq!(value["registry.opentofu.org/cognitomfa/cognitomfa"], wanted);
    }
}
