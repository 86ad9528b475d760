//! A change as the provider would plan it, from what the sandbox answers.

use cognitomfa::mfa::{PoolFacts, RoleFacts, Settings, SmsSender, SnsFacts, Step, Steps, Transition, Wanted};
use cognitomfa::tf::Value;

use super::account::sns;

/// A change of a pool with everything known.
pub struct Change {
    pub transition: Transition,
    /// The calls that would be made.
    pub steps: Vec<Step>,
    /// What is asked for.
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
        let Steps { forward, .. } = Steps::plan(live, &settled, &Value::Known(facts.clone()));
        let transition = Transition {
            pool: Value::Known(facts.clone()),
            role: if sender.is_some() { Value::Known(role.clone()) } else { Value::Null },
            sns: sender.map_or(Value::Null, |sender| sns_facts(sender, facts.region().unwrap())),
            ..Transition::of(&Value::Known(pool.to_owned()), Value::Known(live.clone()), Value::Known(wanted))
        };
        Some(Self { transition, steps: forward, request: settled })
    }
}

fn sns_facts(sender: &SmsSender, home: &str) -> Value<SnsFacts> {
    match sender {
        SmsSender::Sns(sender) => Value::Known(sns(sender.region.as_deref().unwrap_or(home))),
        SmsSender::EndUserMessaging(_) => Value::Null,
    }
}
