//! The arguments of a factor's resource, read from a configuration, a plan or a state alike.

use crate::mfa::{Factor, Settings, Wanted};
use crate::resources::pool::arguments::{TimeoutArguments, WaiverArguments, pool_value};
use crate::resources::pool::constraints;
use crate::resources::pool::sms::SmsArguments;
use crate::rules::Waiver;
use crate::tf::{Diagnostic, Dynamic, Object, Path, Value};

/// Every argument as written. The authenticator app has no sender and no message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    pub user_pool_id: Value<String>,
    pub region: Value<String>,
    pub sms: Value<SmsArguments>,
    pub sms_message: Value<String>,
    pub waivers: Value<Vec<WaiverArguments>>,
    pub timeouts: Value<TimeoutArguments>,
}

/// Reads the arguments; a null object reads as no argument at all.
pub fn decode(value: &Dynamic) -> Result<Arguments, Diagnostic> {
    let root = Object::root(value);
    Ok(Arguments {
        user_pool_id: root.string("user_pool_id")?,
        region: root.string("region")?,
        sms: SmsArguments::decode(&root)?,
        sms_message: root.string("sms_authentication_message")?,
        waivers: WaiverArguments::decode(&root)?,
        timeouts: TimeoutArguments::decode(&root)?,
    })
}

impl Arguments {
    /// The waivers that are wholly known.
    pub fn waivers(&self) -> Vec<Waiver> {
        WaiverArguments::known(&self.waivers)
    }

    /// Every argument that breaks a constraint. Unknown values break none.
    pub fn broken(&self) -> Vec<Diagnostic> {
        let mut found = self.broken_place();
        if let Some(sms) = self.sms.known() {
            constraints::sender(sms, &Path::root("sms_configuration"), &mut found);
        }
        constraints::sms_message(&self.sms_message, &mut found);
        constraints::waivers(&self.waivers, &mut found);
        constraints::timeouts(&self.timeouts, &mut found);
        found
    }

    /// What is wrong with the pool's id and Region.
    pub fn broken_place(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        constraints::pool_and_region(&self.user_pool_id, &self.region, &mut found);
        found
    }

    /// Whether two sets of arguments mean the same to AWS, and everything is known.
    pub fn same_factor(&self, wanted: &Self) -> bool {
        let known = !wanted.sms.is_unknown() && wanted.sms.known().is_none_or(SmsArguments::is_settled);
        known && !wanted.sms_message.is_unknown() && self.sms == wanted.sms && self.sms_message == wanted.sms_message
    }

    /// `request` with the block of `factor` as these arguments want it.
    ///
    /// A member that was null in `before` and is null here was never the user's: it is sent as the pool has it, because
    /// `SetUserPoolMfaConfig` resets what it is not told (row M01).
    pub fn onto(&self, factor: Factor, request: Wanted, before: &Self, live: &Value<Settings>) -> Wanted {
        match factor {
            Factor::SoftwareToken => Wanted { token: Value::Known(true), ..request },
            Factor::Sms => {
                let sms_sender = self.sms.clone().and_then(|sms| sms.wanted(before.sms.known(), live));
                let sms_message = match (&self.sms_message, &before.sms_message) {
                    (Value::Null, Value::Null) => pool_value(live, |pool| pool.sms.as_ref()?.message.clone()),
                    (message, _) => message.clone(),
                };
                Wanted { sms_sender, sms_message, ..request }
            }
            Factor::Email => request,
        }
    }
}

/// What a pool that is `OFF` will be sent of a factor once something turns it on: the block, and nothing known beside it.
pub fn declared(factor: Factor, wanted: &Arguments, before: &Arguments, live: &Value<Settings>) -> Wanted {
    wanted.onto(factor, Wanted::UNKNOWN, before, live)
}
