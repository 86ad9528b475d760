//! The identity of a user's preference: the user.

use crate::tf::{Dynamic, IdentityAttribute, IdentitySchema};

/// `{ user_pool_id, username, region?, account_id? }`.
pub fn schema() -> IdentitySchema {
    IdentitySchema {
        version: 0,
        attributes: vec![
            IdentityAttribute::text("user_pool_id", true, "Id of the user pool, such as `eu-central-1_Ab12Cd34E`."),
            IdentityAttribute::text("username", true, "Username of the user."),
            IdentityAttribute::text("region", false, "Region of the user pool; the one in its id."),
            IdentityAttribute::text("account_id", false, "Account of the user pool; only stored when the import gave it."),
        ],
    }
}

/// The identity of a state or plan; an account id that an import gave is kept. `None` for a null state, and while a part is known only
/// after apply: `terraform show -json` fails on a plan with an identity that is not wholly known.
pub fn of(state: &Dynamic, stored: Option<&Dynamic>) -> Option<Dynamic> {
    let (id, username) = (state.member("user_pool_id")?.clone(), state.member("username")?.clone());
    let region = state.member("region").cloned().unwrap_or_default();
    let is_same = |stored: &&Dynamic| stored.member("user_pool_id") == Some(&id) && stored.member("username") == Some(&username);
    let account = stored.filter(is_same).and_then(|stored| stored.member("account_id")).cloned().unwrap_or_default();
    let identity = Dynamic::object([("user_pool_id", id), ("username", username), ("region", region), ("account_id", account)]);
    identity.is_wholly_known().then_some(identity)
}
