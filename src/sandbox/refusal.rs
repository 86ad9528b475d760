//! What a refused request is told.

/// An error answer in the terms AWS uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// AWS's error code, such as `InvalidParameterException`.
    pub code: &'static str,
    /// The message: AWS's own wording where it is known.
    pub message: String,
    /// The HTTP status AWS sends with the code.
    pub status: u16,
}

impl Refusal {
    /// An error with HTTP status 400.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: 400 }
    }

    /// An error whose HTTP status is not 400.
    pub fn with_status(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status }
    }

    /// Cognito's `InvalidParameterException`.
    pub fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// A refusal whose class is known and whose wording is not: the message says that it is the sandbox's own.
    pub fn unmeasured(code: &'static str, message: &str) -> Self {
        Self::new(code, format!("{message} (Wording of the sandbox: AWS's is not known.)"))
    }

    /// IAM's `NoSuchEntity`.
    pub fn no_such_entity(message: impl Into<String>) -> Self {
        Self::with_status(404, "NoSuchEntity", message)
    }
}
