//! The resource's arguments, read from a configuration, a plan or a state alike: all three have the same shape.

use crate::mfa::{Deletion, FactorPreference, Preference};
use crate::resources::pool::arguments::{TimeoutArguments, WaiverArguments, member};
use crate::rules::Waiver;
use crate::tf::{Diagnostic, Dynamic, Object, Value};

/// Every argument as written. `Null` is an argument that is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    pub user_pool_id: Value<String>,
    pub username: Value<String>,
    pub region: Value<String>,
    /// The blocks.
    pub wanted: Preference,
    pub deletion_policy: Value<String>,
    pub waivers: Value<Vec<WaiverArguments>>,
    pub timeouts: Value<TimeoutArguments>,
}

/// Reads the arguments; a null object reads as no argument at all.
pub fn decode(value: &Dynamic) -> Result<Arguments, Diagnostic> {
    let root = Object::root(value);
    let block = |name: &str| {
        member(&root, name, |block| {
            Ok(FactorPreference { enabled: block.bool("enabled")?, preferred: block.bool("preferred_mfa")? })
        })
    };
    let passkey = member(&root, "web_authn_mfa_settings", |passkeys| passkeys.bool("enabled"))?;
    Ok(Arguments {
        user_pool_id: root.string("user_pool_id")?,
        username: root.string("username")?,
        region: root.string("region")?,
        wanted: Preference {
            token: block("software_token_mfa_settings")?,
            sms: block("sms_mfa_settings")?,
            email: block("email_mfa_settings")?,
            passkey: passkey.and_then(|enabled| enabled),
        },
        deletion_policy: root.string("deletion_policy")?,
        waivers: WaiverArguments::decode(&root)?,
        timeouts: TimeoutArguments::decode(&root)?,
    })
}

impl Arguments {
    /// Whether a destroy disables what is enabled here.
    pub fn turns_off(&self) -> bool {
        self.deletion_policy.known().is_some_and(|policy| policy == Deletion::Off.as_str())
    }

    /// The waivers that are wholly known. One that is not cannot waive anything yet.
    pub fn waivers(&self) -> Vec<Waiver> {
        WaiverArguments::known(&self.waivers)
    }
}
