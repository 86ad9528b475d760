//! What can never be right about a single argument, whatever the user: bounds and words of the API's model.

use super::arguments::Arguments;
use crate::mfa::Deletion;
use crate::resources::pool::constraints::{self, one_of, report};
use crate::resources::pool::patterns::unprintable;
use crate::tf::{Diagnostic, Path};

/// Every argument that breaks a constraint. Unknown values break none.
pub fn broken(arguments: &Arguments) -> Vec<Diagnostic> {
    let mut found = user(arguments);
    let policies = [Deletion::Retain, Deletion::Off].map(Deletion::as_str);
    let summary = "Unknown deletion policy [unknown_value]";
    one_of(&mut found, &arguments.deletion_policy, Path::root("deletion_policy"), summary, &policies);
    constraints::waivers(&arguments.waivers, &mut found);
    constraints::timeouts(&arguments.timeouts, &mut found);
    if arguments.wanted.is_empty() {
        let detail = "None of `software_token_mfa_settings`, `sms_mfa_settings`, `email_mfa_settings` and `web_authn_mfa_settings` is \
                      set, so there is nothing to manage. Configure at least one of them:\n\n    \
                      software_token_mfa_settings = { enabled = true, preferred_mfa = true }";
        found.push(Diagnostic::error("No factor is configured", detail));
    }
    found
}

/// What is wrong with the pool, its Region and the user: all that an import gives.
pub fn user(arguments: &Arguments) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    constraints::pool_and_region(&arguments.user_pool_id, &arguments.region, &mut found);
    if let Some(text) = arguments.username.known() {
        let length = text.chars().count();
        if !(1..=128).contains(&length) || unprintable(text, false).is_some() {
            let detail = format!(
                "`username` has {length} characters and reads {text:?}; AWS takes 1 to 128 letters, marks, symbols, digits and \
                 punctuation, without white space (UsernameType)."
            );
            report(&mut found, Path::root("username"), "Not a username", detail);
        }
    }
    found
}
