//! One HTTP/1.1 request of the provider, read from a connection that may carry more.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

/// A request, and what it is about.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// Headers that may be passed on.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Such as `GetUserPoolMfaConfig` or `GetRole`.
    pub operation: String,
    /// Pool id, role name or empty.
    pub subject: String,
}

impl Request {
    /// The next request; `None` when the client has left or the injector stops. `kept` is what was read too far.
    pub fn read(stream: &mut TcpStream, kept: &mut Vec<u8>, stop: &AtomicBool) -> Option<Self> {
        let mut buffer = [0; 16 * 1024];
        loop {
            if let Some((request, used)) = Self::parse(kept) {
                kept.drain(..used);
                return Some(request);
            }
            match stream.read(&mut buffer) {
                Ok(0) => return None,
                Ok(count) => kept.extend_from_slice(&buffer[..count]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    if stop.load(Ordering::SeqCst) {
                        return None;
                    }
                }
                Err(_) => return None,
            }
        }
    }

    /// The same client's question for the settings of the same pool.
    pub fn reading(&self) -> Self {
        let mut reading = self.clone();
        reading.body = format!("{{\"UserPoolId\":\"{}\"}}", self.subject).into_bytes();
        let target = reading.headers.iter_mut().find(|(name, _)| name == "x-amz-target");
        target.unwrap().1 = "AWSCognitoIdentityProviderService.GetUserPoolMfaConfig".to_owned();
        reading
    }

    fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        let split = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
        let mut lines = head.lines();
        let mut first = lines.next()?.split(' ');
        let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
        let all: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
            .collect();
        let value = |wanted: &str| all.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let length = value("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let end = split + 4 + length;
        let body = bytes.get(split + 4..end)?.to_vec();
        let target = value("x-amz-target").and_then(|target| target.split_once('.')).map(|(_, operation)| operation.to_owned());
        let operation = target.or_else(|| in_form(&body, "Action")).unwrap_or_default();
        let subject = subject(&body);
        let own = ["host", "content-length", "connection", "transfer-encoding"];
        let headers = all.iter().filter(|(name, _)| !own.contains(&name.as_str())).cloned().collect();
        Some((Self { method, path, headers, body, operation, subject }, end))
    }
}

fn subject(body: &[u8]) -> String {
    let pool = serde_json::from_slice::<Value>(body).ok().and_then(|body| body["UserPoolId"].as_str().map(str::to_owned));
    pool.or_else(|| in_form(body, "RoleName")).unwrap_or_default()
}

fn in_form(body: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    text.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}
