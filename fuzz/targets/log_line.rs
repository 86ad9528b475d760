//! The net under the log: whatever stands around a credential, the credential is taken out.

use cognitomfa::plugin::fuzzing;

// Not a word of the grammar: inside a longer word it would be no key id.
const KEY_ID: &str = "ASIAQ7CANARY2EXAMPLE";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

/// What stands before and after a secret in a line of the log.
pub fn run(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let half = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let (before, after) = text.split_at(half);
    let line = format!("{before} {KEY_ID} Signature={TOKEN} {after}");
    let shown = fuzzing::redacted(&line);
    assert!(!shown.contains(KEY_ID) && !shown.contains(TOKEN), "a credential is shown");
    fuzzing::redacted(&text) != text
}
