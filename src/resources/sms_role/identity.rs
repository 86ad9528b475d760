//! The identity of a role: its name and account.

use crate::mfa::sms_role::Owner;
use crate::tf::{Dynamic, IdentityAttribute, IdentitySchema};

/// `{ name, account_id? }`.
pub fn schema() -> IdentitySchema {
    IdentitySchema {
        version: 0,
        attributes: vec![
            IdentityAttribute::text("name", true, "Name of the role."),
            IdentityAttribute::text("account_id", false, "Account of the role."),
        ],
    }
}

/// The identity of a state or plan; `None` for a null state. What is stored for the same name stays: an identity never changes.
///
/// Parts that are not known before apply are unknown, which core accepts for a create and a replacement only.
pub fn of(state: &Dynamic, stored: Option<&Dynamic>) -> Option<Dynamic> {
    let name = state.member("name")?.clone();
    if let Some(stored) = stored.filter(|stored| stored.is_wholly_known() && stored.member("name") == Some(&name)) {
        return Some(stored.clone());
    }
    let account = match state.member("arn") {
        Some(Dynamic::String(arn)) => Owner::of_arn(arn).map_or(Dynamic::Null, |owner| Dynamic::String(owner.account)),
        Some(Dynamic::Unknown(_)) => Dynamic::UNKNOWN,
        _ => Dynamic::Null,
    };
    Some(Dynamic::object([("name", name), ("account_id", account)]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn state(arn: Dynamic) -> Dynamic {
        Dynamic::object([("name", Dynamic::string("sms")), ("arn", arn)])
    }

    #[test]
    fn the_account_is_that_of_the_arn() {
        let identity = of(&state(Dynamic::string("arn:aws:iam::111122223333:role/sms")), None).unwrap();
        assert_eq!(identity.member("account_id"), Some(&Dynamic::string("111122223333")));
        assert_eq!(of(&state(Dynamic::UNKNOWN), None).unwrap().member("account_id"), Some(&Dynamic::UNKNOWN));
        assert_eq!(of(&Dynamic::Null, None), None);
    }

    #[test]
    fn what_is_stored_stays_while_the_name_does() {
        let named = |name: &str| Dynamic::object([("name", Dynamic::string(name)), ("account_id", Dynamic::Null)]);
        let state = state(Dynamic::string("arn:aws:iam::111122223333:role/sms"));
        assert_eq!(of(&state, Some(&named("sms"))), Some(named("sms")));
        assert_ne!(of(&state, Some(&named("other"))), Some(named("other")));
        let planned = Dynamic::object([("name", Dynamic::string("sms")), ("account_id", Dynamic::UNKNOWN)]);
        assert!(of(&state, Some(&planned)).unwrap().is_wholly_known());
    }
}
