//! Why something is not a value of the type asked for, and where in it.

use std::fmt;

/// Why bytes or JSON are not a value of the type asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where in the value, written like `sms_configuration.sns_region`; empty for the root.
    pub at: String,
    /// What is wrong, as a phrase.
    pub reason: String,
}

impl Malformed {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { at: String::new(), reason: reason.into() }
    }

    /// The same problem, seen from the object or map that holds it.
    pub(super) fn within_member(mut self, name: &str) -> Self {
        self.at = match self.at.as_bytes().first() {
            None => name.to_owned(),
            Some(b'[') => format!("{name}{}", self.at),
            Some(_) => format!("{name}.{}", self.at),
        };
        self
    }

    /// The same problem, seen from the list, set or tuple that holds it.
    pub(super) fn within_element(mut self, index: usize) -> Self {
        let dot = if self.at.is_empty() || self.at.starts_with('[') { "" } else { "." };
        self.at = format!("[{index}]{dot}{}", self.at);
        self
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_empty() { write!(f, "{}", self.reason) } else { write!(f, "{}: {}", self.at, self.reason) }
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn places_read_like_a_path() {
        let problem = Malformed::new("too deep");
        assert_eq!(problem.to_string(), "too deep");
        let problem = problem.within_member("region").within_element(2).within_member("pools").within_member("all");
        assert_eq!(problem.to_string(), "all.pools[2].region: too deep");
        assert_eq!(Malformed::new("x").within_element(1).within_element(0).at, "[0][1]");
    }
}
