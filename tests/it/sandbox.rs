//! The sandbox process over HTTP.
