//! What was asked, in order: tests read it to count calls and to compare writes.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::sandbox::core::CoreRequest;
use crate::sandbox::json;
use crate::sandbox::operations::operation;
use crate::sandbox::refusal::Refusal;

/// How many requests are kept; older ones make room.
const KEPT: usize = 100_000;

/// Members whose values never leave the request.
const SECRETS: &[&str] = &["TemporaryPassword", "ClientMetadata", "ValidationData"];

/// One request.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    n: u64,
    at_ms: i64,
    service: &'static str,
    operation: String,
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_pool_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    write: bool,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
}

/// All of them, and the file they are copied to.
#[derive(Debug, Default)]
pub struct Journal {
    entries: VecDeque<Entry>,
    made: u64,
    copy: Option<File>,
}

impl Journal {
    /// A journal that also appends each entry as one JSON line to `copy`.
    pub fn open(copy: Option<&Path>) -> io::Result<Self> {
        let copy = copy.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self { copy, ..Self::default() })
    }

    /// Notes a request. `cut` is `before` or `after` where the connection was closed instead of answered.
    pub fn note(&mut self, request: &CoreRequest, outcome: Option<&Result<Value, Refusal>>, cut: Option<&'static str>) {
        self.made += 1;
        let write = operation(request.service, &request.operation).is_some_and(|operation| operation.write);
        let refusal = outcome.and_then(|outcome| outcome.as_ref().err());
        let text = |member: &str| json::text(&request.input, &[member]).map(str::to_owned);
        let entry = Entry {
            n: self.made,
            at_ms: request.now_ms,
            service: request.service.prefix(),
            operation: request.operation.clone(),
            region: request.region.clone(),
            user_pool_id: text("UserPoolId"),
            role: text("RoleName"),
            write,
            status: if cut.is_some() { 0 } else { refusal.map_or(200, |refusal| refusal.status) },
            error: refusal.map(|refusal| refusal.code),
            cut,
            body: write.then(|| without_secrets(&request.input)),
        };
        if let (Some(copy), Ok(line)) = (&mut self.copy, serde_json::to_string(&entry)) {
            // A full disk must not turn a test of the provider into a test of the disk.
            let _ = writeln!(copy, "{line}");
        }
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// The entries as a JSON list.
    pub fn to_json(&self) -> Value {
        self.entries.iter().filter_map(|entry| serde_json::to_value(entry).ok()).collect()
    }

    /// Forgets the entries; numbers go on.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

fn without_secrets(input: &Value) -> Value {
    let mut body = input.clone();
    if let Value::Object(members) = &mut body {
        for secret in SECRETS {
            if let Some(value) = members.get_mut(*secret) {
                *value = "(not shown)".into();
            }
        }
    }
    body
}
