//! Scenarios on real command lines against the sandbox and the emulators.

mod apart;
mod bad_input;
mod binding;
mod by_hand;
mod call_budget;
mod canaries;
mod deletion;
mod deviations;
mod emulators;
mod examples;
mod factors;
mod import;
mod lifecycle;
mod logging;
mod lookups;
mod modules;
mod moved;
mod orders;
mod permissions;
mod phone_verification;
mod quotas;
mod refusals;
mod restore;
mod scenarios;
mod short_life;
mod sibling;
mod sms_role;
mod stage;
mod statements;
mod two_of_one;
mod user_mfa_preference;

use stage::{Stage, everywhere, on_every_cli, wherever};

/// The resource with these arguments beside `user_pool_id`, at the address `cognitomfa_user_pool_mfa.this`.
fn resource(pool: &str, arguments: &str) -> String {
    format!("resource \"cognitomfa_user_pool_mfa\" \"this\" {{\n  user_pool_id = \"{pool}\"\n  {}\n}}\n", arguments.trim())
}

/// A mode with the authenticator app.
fn token(mode: &str) -> String {
    format!("mfa_configuration = \"{mode}\"\n  software_token_mfa_configuration = {{ enabled = true }}")
}

/// SMS through SNS with this role and external id.
fn sms(mode: &str, role: &str, external_id: &str) -> String {
    format!(
        "mfa_configuration = \"{mode}\"\n  sms_configuration = {{ sns_caller_arn = \"{role}\", external_id = \"{external_id}\" }}\n  \
         sms_authentication_message = \"Your code is {{####}}\""
    )
}

const OFF: &str = "mfa_configuration = \"OFF\"";
