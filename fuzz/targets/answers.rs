//! What comes back from the address at which AWS should be.

use cognitomfa::aws::{Error, ErrorKind, fuzzing};

/// A byte that picks the operation, one that picks status and content type, then the body.
pub fn run(input: &[u8]) -> bool {
    let [operation, shape, body @ ..] = input else { return false };
    let status = STATUSES[usize::from(*shape) % STATUSES.len()];
    let content_type = CONTENT_TYPES[usize::from(*shape) / STATUSES.len() % CONTENT_TYPES.len()];
    let answer = fuzzing::answer(status, content_type, body).expect("an answer");
    let failure = match operation % 4 {
        0 => fuzzing::read_mfa_settings(answer).map(drop).err(),
        1 => fuzzing::read_written_settings(answer).map(drop).err(),
        2 => match fuzzing::read_pool_facts(answer) {
            Ok(facts) => {
                let _ = (facts.account().map(str::len), facts.region().map(str::len));
                None
            }
            Err(error) => Some(error),
        },
        _ => fuzzing::read_role(answer).map(drop).err(),
    };
    let failed = failure.is_some();
    if let Some(failure) = failure {
        told(&failure);
    }
    assert!(failed || (200..300).contains(&status), "an answer with status {status} was taken for a success");
    !failed
}

const STATUSES: [u16; 8] = [200, 200, 200, 400, 403, 429, 500, 503];
const CONTENT_TYPES: [&str; 4] = ["application/x-amz-json-1.1", "text/xml", "text/html; charset=utf-8", ""];

/// A failure says something, and never that the credentials are missing: an answer came.
fn told(failure: &Error) {
    assert!(!failure.to_string().is_empty(), "a failure without words: {failure:?}");
    assert!(!matches!(failure.kind, ErrorKind::NoCredentials | ErrorKind::Stopped), "{failure:?}");
}
