//! Why an AWS call failed, in terms of what the caller can do about it.

use std::fmt;

/// A failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What the caller can do.
    pub kind: ErrorKind,
    /// The operation with its service prefix as IAM writes it, such as `cognito-idp:GetUserPoolMfaConfig`.
    pub operation: &'static str,
    /// AWS's error code, such as `InvalidParameterException`; empty where no answer came.
    pub code: String,
    /// AWS's message, or what happened to the connection. Never holds a credential.
    pub message: String,
    /// AWS's request id, where an answer carried one.
    pub request_id: Option<String>,
    /// The endpoint that was called, such as `http://127.0.0.1:4566`, where it is known.
    pub endpoint: Option<String>,
}

/// What the caller of a failed call can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The object does not exist.
    Gone,
    /// A role that is not visible everywhere yet: worth another try when the role itself reads as right (row I06).
    NotYet,
    /// Too many requests: worth another try later.
    Throttled,
    /// Another write of the same object was under way and this one was not made: worth another try after another read.
    Conflict,
    /// AWS judged the request and says no; the same request will fail again.
    Refused,
    /// The credentials lack a permission, are expired, wrong or missing.
    Denied,
    /// No credentials were found in any place.
    NoCredentials,
    /// No usable answer: connection, time limit, or an answer that is not AWS's. A write may or may not have happened.
    Unreachable,
    /// `StopProvider` came first.
    Stopped,
}

impl Error {
    /// The error of a resource whose deadline came while another one of the process was asking for the same.
    pub fn late(operation: &'static str) -> Self {
        let message =
            "another resource of this run is asking for the same, and its answer did not come before the time limit of this one";
        Self::local(ErrorKind::Unreachable, operation, message.to_owned())
    }

    /// An error that no answer of AWS stands behind.
    pub fn local(kind: ErrorKind, operation: &'static str, message: String) -> Self {
        Self { kind, operation, code: String::new(), message, request_id: None, endpoint: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code.as_str(), self.message.as_str()) {
            ("", words) | (words, "") => f.write_str(words),
            (code, message) => write!(f, "{code}: {message}"),
        }
    }
}

impl std::error::Error for Error {}
