//! The configured provider of this process: settings, clients, and what is known and locked per pool.

pub mod account;
mod arguments;
pub mod claims;
mod configured;
pub mod pool_senders;
pub mod pools;
pub mod roles;
mod schema;
pub mod sms_accounts;
#[cfg(test)]
mod tests;
mod validate;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

pub use configured::{Configured, Lookups};

use crate::tf::{Diagnostic, Dynamic, Schema};
use arguments::Arguments;

/// One provider process. Unconfigured until Terraform sends `ConfigureProvider`, which may come more than once.
#[derive(Debug, Default)]
pub struct Provider {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    configured: Option<Arc<Configured>>,
    stop: CancellationToken,
}

impl Provider {
    /// Arguments of the provider block.
    pub fn schema() -> Schema {
        schema::schema()
    }

    /// Judges the provider block alone; anything may be unknown.
    pub fn validate(config: &Dynamic) -> Vec<Diagnostic> {
        let (arguments, mut problems) = Arguments::read(config);
        problems.extend(validate::judge(&arguments, &variable));
        problems
    }

    /// Takes the provider block; replaces what an earlier call configured. Makes no AWS call.
    ///
    /// A block with an error leaves the provider unconfigured.
    pub async fn configure(&self, terraform_version: &str, config: &Dynamic) -> Vec<Diagnostic> {
        let stop = CancellationToken::new();
        {
            let mut state = self.state();
            state.configured = None;
            state.stop = stop.clone();
        }
        let (arguments, mut problems) = Arguments::read(config);
        problems.extend(validate::judge(&arguments, &variable));
        if !problems.iter().any(Diagnostic::is_error) {
            let configured = Configured::new(&arguments, terraform_version, stop, &variable).await;
            tracing::debug!(region = configured.region, unknown = configured.unknown, "the provider is configured");
            self.state().configured = Some(Arc::new(configured));
        }
        problems
    }

    /// What the last `ConfigureProvider` made; an error where there was none.
    pub fn configured(&self) -> Result<Arc<Configured>, Diagnostic> {
        let missing = || {
            let detail = "The provider was not configured before it was asked to work on a resource. This is a bug in this provider or \
                          in what starts it; nothing was read and nothing was changed.";
            Diagnostic::error("Provider not configured", detail)
        };
        self.state().configured.clone().ok_or_else(missing)
    }

    /// `StopProvider`: no new write begins after it, and calls in flight are cancelled or settled.
    pub fn stop(&self) {
        self.state().stop.cancel();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A variable of the environment; an empty one counts as absent.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}
