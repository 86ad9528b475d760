//! What the user reads: an error or a warning, at an attribute where there is one.

use super::path::Path;

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The run goes on.
    Warning,
    /// The run stops.
    Error,
}

/// An error or warning for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The first line: constant for one kind of problem, because Terraform groups warnings by it.
    pub summary: String,
    /// Full sentences. Lines that begin with a space are printed as they are; all others are wrapped by Terraform.
    pub detail: String,
    /// The attribute it is about, if it is about one.
    pub path: Option<Path>,
    /// The rule whose finding it is, or AWS's code for the error that it tells of. It stays within the provider.
    pub cause: Option<String>,
}

impl Diagnostic {
    /// An error without an attribute.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Error, summary: summary.into(), detail: detail.into(), path: None, cause: None }
    }

    /// A warning without an attribute.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, summary: summary.into(), detail: detail.into(), path: None, cause: None }
    }

    /// The same diagnostic at an attribute.
    #[must_use]
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    /// Whether it stops the run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
