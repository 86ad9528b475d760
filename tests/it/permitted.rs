//! Permitted.
