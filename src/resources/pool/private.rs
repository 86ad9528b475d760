//! What this provider stores beside a state for itself: one JSON object, of which each feature has a member.

use serde_json::{Map, Value as Json};

/// The private bytes of one resource. Bytes that are not an object read as an empty one, for nobody can mend them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private {
    members: Map<String, Json>,
}

impl Private {
    /// Reads the bytes beside a state.
    pub fn decode(bytes: &[u8]) -> Self {
        Self { members: serde_json::from_slice(bytes).unwrap_or_default() }
    }

    /// The bytes to store; none where there is nothing to store.
    pub fn encode(&self) -> Vec<u8> {
        if self.members.is_empty() { Vec::new() } else { serde_json::to_vec(&self.members).unwrap_or_default() }
    }

    /// A member.
    pub fn member(&self, name: &str) -> Option<&Json> {
        self.members.get(name)
    }

    /// The same with a member more, or with another value for it.
    #[must_use]
    pub fn with(mut self, name: &str, value: Json) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    /// The same without a member.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.members.remove(name);
        self
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::Private;

    #[test]
    fn members_that_nobody_here_knows_survive() {
        let stored = Private::decode(br#"{"later":{"a":1}}"#).with("owner", "x".into()).encode();
        let read = Private::decode(&stored);
        assert_eq!(read.member("later").unwrap()["a"], 1);
        assert_eq!(read.member("owner").unwrap(), "x");
    }

    #[test]
    fn broken_bytes_read_as_nothing() {
        for bytes in [&b""[..], b"[]", b"\xff", b"{"] {
            assert_eq!(Private::decode(bytes), Private::default());
        }
        assert_eq!(Private::default().encode(), Vec::<u8>::new());
    }
}
