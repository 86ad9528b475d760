//! `deletion_policy = "RESTORE"`: what a pool had before the resource managed it, kept beside the state and written back in the end.

use serde_json::Value as Json;

use super::state;
use crate::mfa::{Deletion, Difference, Settings, Wanted, record as codec};
use crate::resources::generation::FOUND;
use crate::resources::pool::private::Private;
use crate::tf::{Diagnostic, Dynamic, Value};

/// The private bytes with `live` as what was found on the pool.
pub fn kept(private: &[u8], live: &Settings) -> Vec<u8> {
    recorded(private, codec::encode(live))
}

/// The private bytes with this record of what was found.
pub fn recorded(private: &[u8], record: Json) -> Vec<u8> {
    Private::decode(private).with(FOUND, record).encode()
}

/// The record of what was found, as it stands in private bytes.
pub fn record(private: &[u8]) -> Option<Json> {
    Private::decode(private).member(FOUND).cloned()
}

/// The request that ends the resource, where its policy sends one: `OFF` with the passkey settings as they are (row M04), or what was
/// found on the pool (row M14).
pub fn request(deletion: Deletion, private: &[u8], pool: &Value<String>, live: &Settings) -> Result<Wanted, Diagnostic> {
    match deletion {
        Deletion::Restore => Ok(Wanted::from(&found(private, pool)?.replayable())),
        Deletion::Retain | Deletion::Off | Deletion::Prevent => Ok(super::plan::turned_off(live)),
    }
}

/// Whether the policy sends a request at all.
pub fn sends(deletion: Deletion) -> bool {
    matches!(deletion, Deletion::Off | Deletion::Restore)
}

fn found(private: &[u8], pool: &Value<String>) -> Result<Settings, Diagnostic> {
    let Some(record) = record(private) else {
        return Err(unable(
            pool,
            "what the pool had before this resource managed it was not recorded: the state was written by a version of this provider that did \
             not keep it, or the private part of the state was lost."
                .to_owned(),
        ));
    };
    codec::decode(&record).map_err(|reason| {
        let version = env!("CARGO_PKG_VERSION");
        unable(
            pool,
            format!(
                "version {version} of this provider cannot read what was recorded of the pool before this resource managed it. {reason} The \
                 version that wrote it can."
            ),
        )
    })
}

fn unable(pool: &Value<String>, why: String) -> Diagnostic {
    let id = pool.known().map_or("the user pool", String::as_str);
    let detail = format!(
        "`deletion_policy` is \"RESTORE\", but {why} Nothing was written.\n\nSet another policy, apply that, and then destroy:\n\n    \
         deletion_policy = \"RETAIN\" # or \"OFF\", which turns MFA off\n\nTo have what the pool has now restored by a later destroy, take \
         the resource out of the state with `terraform state rm`, and import it again."
    );
    Diagnostic::error(format!("Unable to restore MFA of {id}"), detail)
}

/// Where a pool that was to get `target` back has something else.
///
/// What no call takes off a pool may stay: an SMS sender (row S15) and passkey settings.
pub fn differences(target: &Settings, now: &Settings) -> Result<Vec<Difference>, Diagnostic> {
    const STAYS: [&str; 3] = ["sms_configuration", "sms_authentication_message", "web_authn_configuration"];
    let [wanted, read] = [target, now].map(|settings| state::refreshed(&Dynamic::Null, settings));
    let mut found = state::differences(&wanted?, &read?);
    found.retain(|difference| {
        let stays = STAYS.iter().any(|name| difference.attribute.starts_with(name));
        !(stays && difference.planned == "not set")
    });
    Ok(found)
}
