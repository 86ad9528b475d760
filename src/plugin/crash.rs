//! What Terraform recognises as a crash of a plugin: one line on standard error that begins with `panic: `.

use std::io::Write;
use std::panic::PanicHookInfo;

use super::redact;

/// Replaces Rust's own wording, which Terraform would drop: the user would only read "Plugin did not respond".
pub(super) fn install_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        let line = line(message(panic), location.as_deref());
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }));
}

fn message<'a>(panic: &'a PanicHookInfo<'_>) -> &'a str {
    panic.payload_as_str().unwrap_or("a panic without a message")
}

/// One line with its newline; breaks inside the message become spaces, so that the location is never cut off.
fn line(message: &str, location: Option<&str>) -> String {
    let message: String = redact::text(message).chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    format!("panic: {message} [{}]\n", location.unwrap_or("unknown place"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_one_recognisable_line() {
        assert_eq!(line("left\n right: 2\r", Some("src/a.rs:1:2")), "panic: left  right: 2  [src/a.rs:1:2]\n");
        assert_eq!(line("", None), "panic:  [unknown place]\n");
        assert_eq!(line("key AKIAIOSFODNN7EXAMPLE", None), "panic: key (redacted) [unknown place]\n");
    }
}
