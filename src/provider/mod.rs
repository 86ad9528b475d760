//! The configured provider of this process: settings, clients, and what is known and locked per pool.

pub mod account;
mod arguments;
mod configured;
mod floor;
mod memo;
pub mod pool_senders;
pub mod pools;
pub mod roles;
mod schema;
pub mod sms_accounts;
#[cfg(test)]
mod tests;
mod validate;
pub mod walk;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

pub use configured::{Configured, Lookups};

use crate::rules::Policy;
use crate::tf::{Diagnostic, Dynamic, Schema};
use arguments::Arguments;
use validate::RULES_PROFILE;
use walk::Walk;

/// One provider process. Unconfigured until Terraform sends `ConfigureProvider`, which may come more than once.
#[derive(Debug, Default)]
pub struct Provider {
    state: Mutex<State>,
    /// Where the processes of a run may share what they plan, the first that can be used; nothing is shared where there are none.
    shared_files: Vec<PathBuf>,
}

#[derive(Debug, Default)]
struct State {
    configured: Option<Arc<Configured>>,
    /// What the walk that validates has seen of the provider block.
    foreseen: Foreseen,
    stop: CancellationToken,
}

/// How a plan would weigh findings, as far as the walk that validates knows it.
#[derive(Debug, Default)]
enum Foreseen {
    /// No block was shown: core shows none that is empty, and a block before the resources it is for.
    #[default]
    NoBlock,
    /// The levels that the block sets.
    Known(Box<Policy>),
    /// The block has a part that is not known yet.
    Unknown,
}

impl Provider {
    /// A provider that a command line started, beside others of the same run; one of `places` has the files that they share.
    pub fn hosted(places: Vec<PathBuf>) -> Self {
        Self { shared_files: places, ..Self::default() }
    }

    /// The directories of this machine that are for such files, the usual one first.
    pub fn usual_places() -> Vec<PathBuf> {
        let of_user = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let others = ["/tmp", "/var/tmp", "/dev/shm"].map(PathBuf::from);
        [std::env::temp_dir()].into_iter().chain(of_user).chain(others).collect()
    }

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

    /// Keeps how the block weighs findings, for the resources that are validated after it.
    pub fn foresee(&self, config: &Dynamic) {
        let (arguments, problems) = Arguments::read(config);
        let policy = if problems.is_empty() { configured::known_policy(&arguments, variable(RULES_PROFILE)) } else { None };
        self.state().foreseen = policy.map_or(Foreseen::Unknown, |policy| Foreseen::Known(Box::new(policy)));
    }

    /// How a plan would weigh what a configuration alone shows. None where that is not known, and in a process that plans: there each
    /// finding comes from the plan itself.
    pub fn foreseen_policy(&self) -> Option<Policy> {
        let state = self.state();
        match &state.foreseen {
            _ if state.configured.is_some() => None,
            Foreseen::NoBlock => configured::known_policy(&Arguments::default(), variable(RULES_PROFILE)),
            Foreseen::Known(policy) => Some(policy.as_ref().clone()),
            Foreseen::Unknown => None,
        }
    }

    /// Takes the provider block; replaces what an earlier call configured. Makes no AWS call.
    ///
    /// A block with an error leaves the provider unconfigured, and so does a Terraform that is too old.
    pub async fn configure(&self, terraform_version: &str, config: &Dynamic) -> Vec<Diagnostic> {
        let stop = CancellationToken::new();
        {
            let mut state = self.state();
            state.configured = None;
            state.stop = stop.clone();
        }
        if let Some(refusal) = floor::refusal(terraform_version) {
            return vec![refusal];
        }
        let (arguments, mut problems) = Arguments::read(config);
        problems.extend(validate::judge(&arguments, &variable));
        if !problems.iter().any(Diagnostic::is_error) {
            let mut configured = Configured::new(&arguments, terraform_version, stop, &variable).await;
            configured.walk = Walk::join(&self.shared_files);
            problems.extend((!self.shared_files.is_empty() && !configured.walk.is_shared()).then(nothing_shared));
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

    /// Keeps that a block of the configuration is about this pool and user: the walk that validates comes before the one that plans, and
    /// is the only one that sees every block before a removal is planned.
    pub fn validated(&self, resource: &str, config: &Dynamic) {
        let text = |name: &str| match config.member(name) {
            Some(Dynamic::String(text)) => text.as_str(),
            _ => "",
        };
        let (pool, user) = (text("user_pool_id"), text("username"));
        if self.state().configured.is_none() && !pool.is_empty() {
            walk::named(&self.shared_files, &[resource, pool, user]);
        }
    }

    /// Keeps that this process applies: core plans no ends in it but those of deposed objects.
    pub fn begin_apply(&self) {
        if let Some(configured) = &self.state().configured {
            configured.walk.begin_apply();
        }
    }

    /// `StopProvider`: no new write begins after it, and calls in flight are cancelled or settled.
    pub fn stop(&self) {
        self.state().stop.cancel();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nothing_shared() -> Diagnostic {
    Diagnostic::warning(
        "What is planned cannot be shared between plan and apply",
        "No directory for temporary files can be used: each that was tried is missing, cannot be written to, or has a `cognitomfa-<user id>` \
         in it that is not this user's alone. Without these files a plan and its apply, and the aliases of this provider, do not know of \
         each other: a rename without a `moved` block may turn MFA off for a moment. Set TMPDIR to a directory of your own.",
    )
}

/// A variable of the environment; an empty one counts as absent.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}
