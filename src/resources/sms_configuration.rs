//! `cognitomfa_sms_configuration`: SMS and its sender as a factor of a pool, apart from the mode.

use super::factor::FactorResource;
use super::pool::schema::{self, object_of, text};
use super::pool::{factor, seen};
use crate::mfa::Factor;
use crate::tf::{Presence, Schema};

/// The one value of the type, for the registry.
pub static RESOURCE: FactorResource =
    FactorResource { type_name: "cognitomfa_sms_configuration", factor: Factor::Sms, schema: schema_of_type };

fn schema_of_type() -> Schema {
    let mut sender = schema::sms_configuration();
    sender.presence = Presence::Required;
    Schema::new(
        0,
        "Declares SMS with its sender as a factor of a user pool, apart from the mode. While MFA of the pool is `OFF` nothing is written; \
         `cognitomfa_user_pool_mfa` writes the factors of its `factors` together with the mode. While it is `OPTIONAL` or `ON`, the factor is \
         added to what the pool has and removed on destroy, the last one excepted. AWS keeps the sender on the pool after that.",
        vec![
            schema::user_pool_id(),
            schema::region(),
            sender,
            schema::sms_authentication_message(),
            schema::waivers(),
            schema::timeouts(),
            text("id", Presence::Computed, "The user pool id."),
            object_of("factor", "This factor, for `factors` of `cognitomfa_user_pool_mfa`.", &factor::members()),
            seen::attribute(),
        ],
    )
}
