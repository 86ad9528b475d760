//! The msgpack form of values: what the command line sends and is answered in.

use super::dynamic::Dynamic;
use super::type_constraint::Type;

/// Why bytes or JSON are not a value of the type asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where in the value, written like `sms_configuration.sns_region`; empty for the root.
    pub at: String,
    /// What is wrong, as a phrase.
    pub reason: String,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.at.is_empty() { write!(f, "{}", self.reason) } else { write!(f, "{}: {}", self.at, self.reason) }
    }
}

impl std::error::Error for Malformed {}

/// Reads one value of type `ty`; objects must have exactly the type's attributes, and no byte may follow.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Dynamic, Malformed> {
    let _ = (bytes, ty);
    Err(Malformed { at: String::new(), reason: "not written yet".into() })
}

/// Writes a value of type `ty`; fails where the value is not of that type.
pub fn encode(value: &Dynamic, ty: &Type) -> Result<Vec<u8>, Malformed> {
    let _ = (value, ty);
    Err(Malformed { at: String::new(), reason: "not written yet".into() })
}
