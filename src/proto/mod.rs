//! Generated from `proto/` and checked in; never edited.

/// The provider protocol, version 6: what Terraform and OpenTofu call.
#[allow(clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]
#[rustfmt::skip]
pub mod tfplugin6;

/// The services of go-plugin that a provider serves beside it.
#[allow(clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]
#[rustfmt::skip]
pub mod plugin;
