//! The sandbox's own sources, read so that the tests notice what is added there.

use std::path::Path;

/// What `SetUserPoolMfaConfig` runs through.
const WRITE: &[&str] = &["cognito/mfa.rs", "sms.rs"];

/// The files of the write, and in one of another call the check that it shares.
pub fn of_the_write() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = WRITE.iter().map(|file| ((*file).to_owned(), read(file))).collect();
    let shared = read("cognito/pool_rules.rs");
    let (_, check) = shared.split_once("pub fn check_sms_users").expect("the check is there");
    files.push(("check_sms_users".to_owned(), check.split("\n}").next().unwrap().to_owned()));
    files
}

pub fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sandbox").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a constructor of refusals is called with: `text` from its opening bracket to the closing one.
pub fn refusals(text: &str) -> Vec<&str> {
    const MADE: &[&str] = &["Refusal::parameter(", "Refusal::new(", "Refusal::unmeasured(", "Refusal::with_status(", "refused("];
    let calls = MADE.iter().flat_map(|made| text.match_indices(made)).map(|(at, made)| &text[at + made.len()..]);
    calls.map(|rest| &rest[..closing(rest)]).collect()
}

/// Where the bracket closes that was opened before the text.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        depth = match letter {
            '(' => depth + 1,
            ')' if depth == 1 => return at,
            ')' => depth - 1,
            _ => depth,
        };
    }
    panic!("a bracket that never closes: {text}")
}

/// Every text between two marks.
pub fn between<'t>(text: &'t str, before: &'t str, after: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split(after).next())
}
