//! What can be done to a request, and which requests it is done to.

use serde_json::{Value, json};

use crate::support::http::Answer;

/// A fault of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: Spoiled,
    /// Whether the sandbox carries the request out before its answer is spoiled.
    pub committed: bool,
}

/// How a request is spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoiled {
    /// No byte of an answer.
    Hang,
    /// Headers, a byte at a time, without end.
    DripHead,
    /// A body, a byte at a time.
    DripBody,
    /// Half of the body.
    Truncate,
    /// The connection is closed in order.
    Close,
    /// The connection is reset.
    Reset,
    /// The right answer after so many milliseconds.
    Slow(u64),
    /// The right answer, and afterwards nobody listens.
    Down,
    /// What the pool was before its last write.
    Stale,
    /// The right answer with another content.
    Altered(Alteration),
    /// Another answer.
    Canned(Canned),
    /// A body of 64 MiB that does not say its length.
    Endless,
}

/// What an answer says that it should not, or does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alteration {
    /// A mode of which nobody has heard.
    NewMode,
    /// A user verification of which nobody has heard.
    NewVerification,
    /// A member of which nobody has heard.
    NewMember,
    /// No mode.
    NoMode,
    /// No authenticator app.
    NoToken,
    /// Members of the wrong type.
    WrongType,
}

impl Alteration {
    pub fn apply(self, body: &mut Value) {
        match self {
            Self::NewMode => body["MfaConfiguration"] = json!("ADAPTIVE"),
            Self::NewVerification => {
                body["WebAuthnConfiguration"] = json!({ "RelyingPartyId": "example.com", "UserVerification": "discouraged" });
            }
            Self::NewMember => body["RetinaMfaConfiguration"] = json!({ "Enabled": true, "Eyes": [1, 2] }),
            Self::NoMode => drop(body.as_object_mut().map(|members| members.remove("MfaConfiguration"))),
            Self::NoToken => drop(body.as_object_mut().map(|members| members.remove("SoftwareTokenMfaConfiguration"))),
            Self::WrongType => body["SoftwareTokenMfaConfiguration"] = json!({ "Enabled": "perhaps" }),
        }
    }
}

/// An answer that the sandbox did not give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canned {
    /// AWS's error with this status, code and message.
    Error(u16, &'static str, &'static str),
    /// HTML with this status.
    Html(u16),
    /// Nothing with this status.
    Empty(u16),
    /// A JSON list where an object belongs.
    List,
    /// 64 MiB that are declared.
    Huge,
    /// A million brackets.
    Deep,
    /// Compressed content that nobody asked for.
    Gzip,
    /// A refused signature, and the server's clock so many seconds ahead.
    Skewed(i64),
}

pub const THROTTLED: Canned = Canned::Error(400, "TooManyRequestsException", "Rate exceeded");
pub const LIMIT: Canned = Canned::Error(400, "LimitExceededException", "Request limit exceeded.");
pub const CONCURRENT: Canned = Canned::Error(400, "ConcurrentModificationException", "Another write is under way.");
pub const EXPIRED: Canned = Canned::Error(400, "ExpiredTokenException", "The security token included in the request is expired");
pub const DENIED: Canned = Canned::Error(400, "AccessDeniedException", "User is not authorized to perform this.");
pub const INTERNAL: Canned = Canned::Error(500, "InternalErrorException", "Something went wrong.");
pub const UNAVAILABLE: Canned = Canned::Error(503, "ServiceUnavailableException", "Come back later.");
pub const GONE: Canned = Canned::Error(400, "ResourceNotFoundException", "User pool does not exist.");

impl Canned {
    pub fn answer(self) -> Answer {
        let html = b"<html><body>Gateway</body></html>".to_vec();
        let json = "application/x-amz-json-1.1";
        match self {
            Self::Error(status, code, message) => {
                let body = json!({ "__type": code, "message": message }).to_string();
                answer(status, json, &[("x-amzn-errortype", code)], body.into_bytes())
            }
            Self::Html(status) => answer(status, "text/html", &[], html),
            Self::Empty(status) => answer(status, "", &[], Vec::new()),
            Self::List => answer(200, json, &[], b"[1, 2]".to_vec()),
            Self::Huge => answer(200, json, &[], vec![b' '; 64 << 20]),
            Self::Deep => answer(200, json, &[], vec![b'['; 1_000_000]),
            Self::Gzip => {
                answer(200, json, &[("content-encoding", "gzip")], [&b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], &[0; 4000]].concat())
            }
            Self::Skewed(seconds) => {
                let time = time::OffsetDateTime::now_utc() + time::Duration::seconds(seconds);
                let date = time.format(time::macros::format_description!(
                    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
                ));
                let code = "InvalidSignatureException";
                let body = json!({ "__type": code, "message": "Signature expired: it is now earlier than another time" });
                answer(400, json, &[("date", &date.unwrap()), ("x-amzn-errortype", code)], body.to_string().into_bytes())
            }
        }
    }
}

fn answer(status: u16, kind: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let mut all: Vec<(String, String)> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    if !kind.is_empty() {
        all.push(("content-type".to_owned(), kind.to_owned()));
    }
    Answer { status, headers: all, body }
}

/// Which requests a fault falls on.
#[derive(Clone, Debug)]
pub struct Order {
    /// The operation; empty is any.
    pub operation: &'static str,
    /// The pool or role; `None` is any.
    pub subject: Option<String>,
    /// Matching requests that are spared first.
    pub spared: usize,
    /// How many are spoiled then.
    pub left: usize,
    /// Whether only every second one is.
    pub alternating: bool,
    pub fault: Fault,
    met: usize,
}

impl Order {
    /// The fault for every request of the operation.
    pub fn always(operation: &'static str, fault: Fault) -> Self {
        Self { operation, subject: None, spared: 0, left: usize::MAX, alternating: false, fault, met: 0 }
    }

    /// The fault for the first `count`.
    pub fn first(count: usize, operation: &'static str, fault: Fault) -> Self {
        Self { left: count, ..Self::always(operation, fault) }
    }

    /// The same for one pool or role.
    pub fn of(self, subject: &str) -> Self {
        Self { subject: Some(subject.to_owned()), ..self }
    }

    /// The same after sparing the first `spared`.
    pub fn after(self, spared: usize) -> Self {
        Self { spared, ..self }
    }

    /// The same for every second request.
    pub fn alternating(self) -> Self {
        Self { alternating: true, ..self }
    }

    /// The fault, where this order falls on the request, counting it.
    pub fn falls_on(&mut self, operation: &str, subject: &str) -> Option<Fault> {
        let is_meant = (self.operation.is_empty() || self.operation == operation)
            && self.subject.as_deref().is_none_or(|wanted| wanted == subject);
        if !is_meant || self.left == 0 {
            return None;
        }
        self.met += 1;
        if self.met <= self.spared || (self.alternating && (self.met - self.spared).is_multiple_of(2)) {
            return None;
        }
        self.left = self.left.saturating_sub(usize::from(self.left != usize::MAX));
        Some(self.fault)
    }
}
