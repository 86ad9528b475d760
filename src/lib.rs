//! A Terraform and OpenTofu provider for multi-factor authentication on Amazon Cognito user pools.
//!
//! The modules are layers, in reading order. A value travels down through them and back:
//!
//! ```text
//! Terraform -> plugin -> rpc -> resources -> { rules -> mfa -> tf ; aws -> mfa }
//! a person  -> cli    -> { rules, mfa, aws, sandbox }
//! ```
//!
//! `rpc` is the only translator between protobuf and [`tf`]; [`aws`] is the only place that names the AWS SDK; [`rules`] and
//! [`mfa`] do no I/O. Who may name whom is written in `docs/dev/architecture.md` and held by `tests/it/architecture.rs`.

pub mod plugin;
pub mod proto;
pub mod rpc;
pub mod tf;

pub mod resources;

pub mod mfa;
pub mod rules;

pub mod aws;
pub mod provider;

pub mod cli;
pub mod sandbox;
