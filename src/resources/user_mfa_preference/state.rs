//! The state of a user's preference as Cognito answers it now.

use super::arguments;
use crate::mfa::{Factor, FactorPreference, UserFacts};
use crate::tf::{Diagnostic, Dynamic, Value};

/// What `basis` (a prior or planned state) becomes when the user has `user`.
///
/// A block that is null is not managed and stays null. A basis without `enabled_factors` is the first read after an import: every
/// factor that the user has is taken in. Passkeys stay as they were written, for no call shows them.
pub fn refreshed(basis: &Dynamic, user: &UserFacts, region: &str) -> Result<Dynamic, Diagnostic> {
    let before = arguments::decode(basis)?;
    let mut state = basis.members();
    let is_imported = basis.member("enabled_factors").is_none_or(Dynamic::is_null);
    for factor in Factor::ALL {
        let block = block(factor, before.wanted.block(factor), user, is_imported);
        state.insert(factor.user_argument().to_owned(), block);
    }
    if let (Some(pool), Some(name)) = (before.user_pool_id.known(), before.username.known()) {
        state.insert("id".into(), Dynamic::string(id(pool, name)));
    }
    if before.region.known().is_none() {
        state.insert("region".into(), Dynamic::string(region));
    }
    if before.deletion_policy.known().is_none() {
        state.insert("deletion_policy".into(), Dynamic::string("RETAIN"));
    }
    state.insert("enabled_factors".into(), Dynamic::Sequence(user.factors.iter().map(Dynamic::string).collect()));
    state.insert("preferred_factor".into(), user.preferred.as_ref().map_or(Dynamic::Null, Dynamic::string));
    Ok(Dynamic::Mapping(state))
}

/// `id`, and what `terraform import` takes.
pub fn id(user_pool_id: &str, username: &str) -> String {
    format!("{user_pool_id}/{username}")
}

fn block(factor: Factor, before: &Value<FactorPreference>, user: &UserFacts, is_imported: bool) -> Dynamic {
    let (enabled, prefers) = (user.has(factor), user.prefers(factor));
    let preferred = match before {
        Value::Known(block) if block.preferred.is_null() => Dynamic::Null,
        Value::Known(_) => Dynamic::Bool(prefers),
        // A configuration need not say that a factor is not preferred, so an import does not either.
        _ if is_imported && enabled => Some(true).filter(|_| prefers).map_or(Dynamic::Null, Dynamic::Bool),
        _ => return Dynamic::Null,
    };
    Dynamic::object([("enabled", Dynamic::Bool(enabled)), ("preferred_mfa", preferred)])
}
