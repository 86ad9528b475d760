//! A change as the provider would plan it, from what the sandbox answers.

use cognitomfa::mfa::{PoolFacts, RoleFacts, Settings, SmsSender, SnsFacts, Step, Steps, Transition, Wanted};
use cognitomfa::tf::Value;

use super::account::sns;

/// A change of a pool with everything known.
pub struct Change {
    pub transition: Transition,
    /// What would be sent.
    pub request: Settings,
}

impl Change {
    /// `None` where nothing would be sent, because nothing would change.
    pub fn plan(pool: &str, live: &Settings, facts: &PoolFacts, role: &RoleFacts, planned: &Settings) -> Option<Self> {
        let wanted = Wanted::from(planned);
        if wanted.changes(live) == Some(false) {
            return None;
        }
        let sender = planned.sms.as_ref().and_then(|sms| sms.sender.as_ref());
        let settled = wanted.settle().expect("everything is known").for_tier(facts.tier.as_deref());
        let Steps { forward, .. } = Steps::plan(live, &settled);
        let [Step::SetUserPoolMfaConfig(request)] = forward.as_slice() else { panic!("one call makes the change") };
        let transition = Transition {
            pool: Value::Known(facts.clone()),
            role: if sender.is_some() { Value::Known(role.clone()) } else { Value::Null },
            sns: sender.map_or(Value::Null, |sender| sns_facts(sender, facts.region().unwrap())),
            ..Transition::of(&Value::Known(pool.to_owned()), Value::Known(live.clone()), Value::Known(wanted))
        };
        Some(Self { transition, request: request.clone() })
    }
}

fn sns_facts(sender: &SmsSender, home: &str) -> Value<SnsFacts> {
    match sender {
        SmsSender::Sns(sender) => Value::Known(sns(sender.region.as_deref().unwrap_or(home))),
        SmsSender::EndUserMessaging(_) => Value::Null,
    }
}
