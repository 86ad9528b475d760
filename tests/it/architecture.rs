//! The house rules of `docs/dev/architecture.md` and `docs/dev/style.md`, held over every source file.

mod layers;
mod names;
mod sizes;
mod source;

use std::path::Path;

use source::Source;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    line: usize,
    message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// The names, in Rust's spelling, of the crates that the manifest lists.
fn crates() -> Vec<String> {
    let manifest =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("the manifest is there");
    let mut listing = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            listing = line.ends_with("dependencies]");
        } else if let (true, Some((name, _))) = (listing, line.split_once('=')) {
            names.push(name.trim().replace('-', "_"));
        }
    }
    names
}

fn findings(sources: &[Source]) -> Vec<Finding> {
    let crates = crates();
    let mut all = Vec::new();
    for source in sources {
        layers::judge(source, &crates, &mut all);
        names::judge(source, &mut all);
        sizes::judge(source, &mut all);
    }
    all.sort();
    all.dedup();
    all
}

#[test]
fn the_house_is_in_order() {
    let sources = source::read_all(Path::new(env!("CARGO_MANIFEST_DIR")));
    for (folder, least) in [("src/", 200), ("tests/", 100), ("benches/", 1)] {
        let found = sources.iter().filter(|source| source.path.starts_with(folder)).count();
        assert!(found >= least, "only {found} files were found in {folder}");
    }
    let findings: Vec<String> = findings(&sources).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{} findings:\n{}\n", findings.len(), findings.join("\n"));
}

/// The messages about one made-up file, each with its line.
fn about(path: &str, text: &str) -> Vec<String> {
    findings(&[Source::new(path, text, false)]).iter().map(|finding| format!("{}: {}", finding.line, finding.message)).collect()
}

#[test]
fn every_crate_of_the_manifest_is_known() {
    let crates = crates();
    for name in ["rmp", "aws_sdk_iam", "tokio", "proptest", "serde_json"] {
        assert!(crates.iter().any(|known| known == name), "{name}");
    }
    assert!(!crates.iter().any(|known| known == "lto" || known == "version"));
}

#[test]
fn sources_are_found_with_their_places() {
    let sources = source::read_all(Path::new(env!("CARGO_MANIFEST_DIR")));
    let tests = sources.iter().find(|source| source.path == "src/tf/msgpack/tests.rs").expect("it is there");
    assert!(tests.is_test);
    assert_eq!(tests.place, ["tf", "msgpack", "tests"]);
    let library = sources.iter().find(|source| source.path == "src/tf/mod.rs").expect("it is there");
    assert!(!library.is_test);
    assert_eq!(library.place, ["tf"]);
}
