//! Writes `src/proto` from `proto`: the protocol code and the hashes that tie it to the proto files.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Proto files, and the file that each one's package is generated into; paths from the repository's root.
const FILES: [(&str, &str); 2] =
    [("proto/tfplugin6.proto", "src/proto/tfplugin6.rs"), ("proto/goplugin.proto", "src/proto/plugin.rs")];

fn main() -> Result<(), Box<dyn Error>> {
    let root = repository();
    let protos: Vec<PathBuf> = FILES.iter().map(|(proto, _)| root.join(proto)).collect();
    let descriptors = protox::compile(protos, [root.join("proto")])?;

    // The transport is left out: the tests bring their own channel, and the provider is no client.
    tonic_prost_build::configure()
        .build_transport(false)
        .btree_map(".")
        .generate_default_stubs(true)
        .out_dir(root.join("src/proto"))
        .compile_fds(descriptors)?;

    let mut hashes = String::new();
    for (proto, generated) in FILES {
        let path = root.join(generated);
        let code = fs::read_to_string(&path)?;
        fs::write(&path, format!("//! Generated from `{proto}`; never edited.\n\n{code}"))?;
        for file in [proto, generated] {
            writeln!(hashes, "{}  {file}", sha256(&root.join(file))?)?;
        }
    }
    fs::write(root.join("src/proto/proto.sha256"), hashes)?;
    Ok(())
}

/// The repository's root: two directories above this package's manifest.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The SHA-256 of a file, in hexadecimal as `sha256sum` prints it.
fn sha256(path: &Path) -> Result<String, Box<dyn Error>> {
    let digest = Sha256::digest(fs::read(path)?);
    Ok(digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
