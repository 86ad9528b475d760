//! The configured provider of this process: settings, clients, and what is known and locked per pool.

pub mod pools;

use crate::tf::{Diagnostic, Dynamic, Schema};

/// One provider process. Unconfigured until Terraform sends `ConfigureProvider`, which may come more than once.
#[derive(Debug, Default)]
pub struct Provider {}

impl Provider {
    /// Arguments of the provider block.
    pub fn schema() -> Schema {
        Schema { version: 0, block: crate::tf::Block::default() }
    }

    /// Judges the provider block alone; anything may be unknown.
    pub fn validate(config: &Dynamic) -> Vec<Diagnostic> {
        let _ = config;
        Vec::new()
    }

    /// Takes the provider block; replaces what an earlier call configured. Makes no AWS call.
    pub async fn configure(&self, terraform_version: &str, config: &Dynamic) -> Vec<Diagnostic> {
        let _ = (terraform_version, config);
        Vec::new()
    }

    /// `StopProvider`: no new write begins after it, and calls in flight are cancelled or settled.
    pub fn stop(&self) {}
}
