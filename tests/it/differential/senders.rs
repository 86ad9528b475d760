//! The second enumeration.
