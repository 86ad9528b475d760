//! `cognitomfa_software_token`: the authenticator app as a factor of a pool, apart from the mode.

use super::factor::FactorResource;
use super::pool::schema::{self, object_of, text};
use super::pool::{factor, seen};
use crate::mfa::Factor;
use crate::tf::{Presence, Schema};

/// The one value of the type, for the registry.
pub static RESOURCE: FactorResource =
    FactorResource { type_name: "cognitomfa_software_token", factor: Factor::SoftwareToken, schema: schema_of_type };

fn schema_of_type() -> Schema {
    Schema::new(
        0,
        "Declares the authenticator app (TOTP) as a factor of a user pool, apart from the mode. While MFA of the pool is `OFF` nothing is \
         written; `cognitomfa_user_pool_mfa` writes the factors of its `factors` together with the mode. While it is `OPTIONAL` or `ON`, the \
         factor is added to what the pool has and removed on destroy, the last one excepted.",
        vec![
            schema::user_pool_id(),
            schema::region(),
            schema::waivers(),
            schema::timeouts(),
            text("id", Presence::Computed, "The user pool id."),
            object_of("factor", "This factor, for `factors` of `cognitomfa_user_pool_mfa`.", &factor::members()),
            seen::attribute(),
        ],
    )
}
