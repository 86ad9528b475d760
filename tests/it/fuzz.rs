//! The fuzz targets of `fuzz/`, each for a moment in every test run and for as long as one likes with `scripts/fuzz`.

mod corpora;
mod engine;
mod grammar;
#[path = "../../fuzz/targets/mod.rs"]
mod targets;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use engine::Report;
use targets::Target;

/// The seed of an ordinary test run.
const SEED: u64 = 20_261_122;

/// Inputs a target gets in an ordinary test run: all together they take some seconds of a debug build.
fn cases(target: &Target) -> u64 {
    match target.name {
        // A key exchange for each input.
        "client_certificate" => 200,
        // A connection for each input.
        "http2" | "tls_records" => 1_000,
        // Schemas are built, or patterns matched, for each input.
        "names" | "policy_document" | "schema_value" | "stored_state" => 4_000,
        _ => 20_000,
    }
}

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is not a number")))
}

fn target(name: &str) -> &'static Target {
    targets::ALL.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("there is no fuzz target `{name}`"))
}

/// Prints what a target went through, keeps a find as a file and fails with it.
fn conclude(target: &Target, seed: u64, report: &Report) {
    let Report { cases, accepted, took, slowest, find } = report;
    let rate = *cases as f64 / took.as_secs_f64().max(1e-9);
    let share = 100.0 * *accepted as f64 / (*cases).max(1) as f64;
    println!(
        "{:<20} seed {seed}  {cases:>9} cases  {rate:>8.0}/s  {share:>4.1} % accepted  slowest {:>7.1} ms  most memory {} MiB",
        target.name,
        slowest.as_secs_f64() * 1000.0,
        most_memory() >> 10
    );
    if let Some(find) = find {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}-{seed}-{}", target.name, find.case));
        std::fs::write(&place, &find.input).unwrap();
        panic!(
            "{}: case {} of seed {seed} panicked. Its input is {}: {:?}",
            target.name,
            find.case,
            place.display(),
            String::from_utf8_lossy(&find.input)
        );
    }
    // What a target promises is asked of inputs that it accepts.
    assert!(*cases < 200 || *accepted > 0, "{}: no input was accepted", target.name);
}

/// The most memory this process ever had, in KiB; 0 where the system does not say.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or_default()
}

macro_rules! moments {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                let target = target(stringify!($name));
                conclude(target, SEED, &engine::run(target, cases(target), SEED));
            }
        )*

        /// Targets with a test of their own.
        const MOMENTS: &[&str] = &[$(stringify!($name)),*];
    };
}

moments! {
    api_answer,
    client_certificate,
    http2,
    json_value,
    launch_environment,
    log_line,
    msgpack_value,
    names,
    policy_document,
    schema_value,
    stored_state,
    tls_records,
}

/// What `scripts/fuzz` runs: `COGNITOMFA_FUZZ_CASES` inputs of `COGNITOMFA_FUZZ_SEED` for `COGNITOMFA_FUZZ_TARGETS`, all where
/// that is empty.
#[test]
#[ignore = "as long as one likes: scripts/fuzz"]
fn long_run() {
    let cases = setting("COGNITOMFA_FUZZ_CASES").unwrap_or(10_000_000);
    let seed = setting("COGNITOMFA_FUZZ_SEED").unwrap_or(SEED);
    let chosen = std::env::var("COGNITOMFA_FUZZ_TARGETS").unwrap_or_default();
    let chosen: Vec<&Target> = match chosen.split_whitespace().map(target).collect::<Vec<_>>() {
        all if all.is_empty() => targets::ALL.iter().collect(),
        some => some,
    };
    for target in chosen {
        conclude(target, seed, &engine::run(target, cases, seed));
    }
}

/// Names of the files in a folder of `fuzz/`, without their endings.
fn listed(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder);
    let stem =
        |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
    std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).map(stem).collect()
}

#[test]
fn every_target_has_its_loop_its_file_and_its_corpus() {
    let names: BTreeSet<String> = targets::ALL.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(names.len(), targets::ALL.len(), "two targets have one name");
    assert_eq!(MOMENTS.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), names, "tests and targets");
    assert_eq!(listed("fuzz_targets"), names, "files in fuzz/fuzz_targets and targets");
    assert_eq!(listed("corpus"), names, "folders in fuzz/corpus and targets");
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml")).unwrap();
    for name in &names {
        let file =
            std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets").join(format!("{name}.rs")))
                .unwrap();
        assert!(file.contains(&format!("targets::run(\"{name}\", input)")), "fuzz/fuzz_targets/{name}.rs runs another target");
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "fuzz/Cargo.toml does not list {name}");
    }
}

#[test]
fn corpora_are_small_and_hold_something_each_target_accepts() {
    let mut unaccepted = String::new();
    for target in targets::ALL {
        let corpus = engine::corpus(target.name);
        assert!((2..=24).contains(&corpus.len()), "fuzz/corpus/{} has {} files", target.name, corpus.len());
        assert!(corpus.iter().all(|entry| entry.len() <= 4096), "fuzz/corpus/{} has a file above 4 KiB", target.name);
        if !corpus.iter().any(|entry| engine::judged(target, entry) == Some(true)) {
            let _ = writeln!(unaccepted, "{}", target.name);
        }
    }
    assert!(unaccepted.is_empty(), "nothing in the corpus is accepted by:\n{unaccepted}");
}

#[test]
fn the_loop_finds_a_panic_also_where_it_is_caught() {
    fn caught(input: &[u8]) -> bool {
        let _ = std::panic::catch_unwind(|| assert!(!input.contains(&b'['), "on purpose: the loop must find this"));
        true
    }
    let planted = Target { name: "json_value", run: caught };
    let report = engine::run(&planted, 10_000, SEED);
    assert!(report.find.is_some_and(|find| find.input.contains(&b'[')));
}
