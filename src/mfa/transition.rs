//! One change of a pool's MFA settings, as far as it is known: the only thing rules look at.

use super::answer::Answer;
use super::facts::{PoolFacts, PoolMember, RoleFacts, RolePermissions, SnsFacts};
use super::preference::PreferenceChange;
use super::role_deletion::RoleDeletion;
use super::settings::{Factor, Mode, Settings, SmsSender};
use super::sibling::Sibling;
use super::wanted::{Wanted, WantedSender};
use crate::tf::Value;

/// A change from what a pool has to what would be sent. Everything not read yet is `Unknown`.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// The pool.
    pub user_pool_id: Value<String>,
    /// What the pool has now; `Unknown` where nothing was read (validate, or a pool made in the same apply).
    pub live: Value<Settings>,
    /// What would be sent; `Null` when nothing would be (a destroy that retains or is refused).
    pub request: Value<Wanted>,
    /// The SMS role that a resource of the same configuration puts on the pool first, if the pool is active until this change; its ARN may
    /// not be known yet.
    pub sms_role_listed: Option<Value<String>>,
    /// `DescribeUserPool`; `Unknown` where it was not read.
    pub pool: Value<PoolFacts>,
    /// The role of the request's SMS sender; `Null` when the request has no sender, `Unknown` where it was not read.
    pub role: Value<RoleFacts>,
    /// SNS in the Region that would send; `Null` when the request has no SNS sender, `Unknown` where it was not read.
    pub sns: Value<SnsFacts>,
    /// Set when this is the destroy of the resource, with its `deletion_policy`.
    pub deletion: Option<Deletion>,
    /// Where the pool differs from what the plan was made on; found at apply only, empty otherwise.
    pub drift: Vec<Difference>,
    /// Other resources of this run that manage the same part of the pool's settings, or take it away.
    pub rivals: Vec<Rival>,
    /// Set when this is the destroy of a factor's own resource, with that factor.
    pub removal: Option<Factor>,
    /// Set when this is about one user's preference; nothing is sent to the pool then, and `request` is `Null`.
    pub preference: Option<PreferenceChange>,
    /// Set when this is the destroy of a role and no change of a pool at all: everything about the pool is null then.
    pub role_deletion: Option<RoleDeletion>,
    /// How the resource would end after this change, by its `deletion_policy`; `None` where this is an end, or nobody asks.
    pub end: Option<Box<Transition>>,
    /// The `aws_cognito_user_pool` of the same pool with its planned values; null where the configuration does not give it.
    pub sibling: Value<Sibling>,
}

impl Transition {
    /// A change of which nothing beside the pool's settings is known: no destroy, without drift.
    pub fn of(user_pool_id: &Value<String>, live: Value<Settings>, request: Value<Wanted>) -> Self {
        Self {
            user_pool_id: user_pool_id.clone(),
            live,
            request,
            sms_role_listed: None,
            pool: Value::Unknown,
            role: Value::Unknown,
            sns: Value::Unknown,
            deletion: None,
            drift: Vec::new(),
            rivals: Vec::new(),
            removal: None,
            preference: None,
            role_deletion: None,
            end: None,
            sibling: Value::Null,
        }
    }

    /// The same change of a resource whose destroy would send `off`, or what this policy says.
    #[must_use]
    pub fn ending(self, policy: Deletion, off: impl FnOnce(&Settings) -> Wanted) -> Self {
        let after = self.request.known().and_then(Wanted::settle);
        let request = match (policy, &after) {
            (Deletion::Retain | Deletion::Prevent, _) => Value::Null,
            (Deletion::Off, Some(after)) => Value::Known(off(after)),
            // What was found is not at hand here.
            (Deletion::Off, None) | (Deletion::Restore, _) => Value::Unknown,
        };
        let live = after.map_or(Value::Unknown, Value::Known);
        let end = Self { pool: self.pool.clone(), deletion: Some(policy), ..Self::of(&self.user_pool_id, live, request) };
        Self { end: Some(Box::new(end)), ..self }
    }

    /// The destroy of a role; without one, nothing at all.
    pub fn of_role(role_deletion: Option<RoleDeletion>) -> Self {
        let nothing = Self::of(&Value::Null, Value::Null, Value::Null);
        Self { pool: Value::Null, role: Value::Null, sns: Value::Null, role_deletion, ..nothing }
    }

    /// Whether the pool's mode is one of these now.
    pub fn live_mode_in(&self, modes: &[Mode]) -> Answer {
        match &self.live {
            Value::Known(live) => modes.contains(&live.mode).into(),
            Value::Null => modes.contains(&Mode::Off).into(),
            Value::Unknown => Answer::Unknown,
        }
    }

    /// Whether something would be sent and its mode is one of these.
    pub fn wanted_mode_in(&self, modes: &[Mode]) -> Answer {
        self.sends(|wanted| match wanted.mode {
            Value::Known(mode) => modes.contains(&mode).into(),
            Value::Null | Value::Unknown => Answer::Unknown,
        })
    }

    /// Whether this is a destroy that writes back what the pool had before the resource managed it.
    pub fn restores(&self) -> bool {
        self.deletion == Some(Deletion::Restore)
    }

    /// Whether something would be sent and `question` is so of it.
    pub fn sends(&self, question: impl FnOnce(&Wanted) -> Answer) -> Answer {
        match &self.request {
            Value::Known(wanted) => question(wanted),
            Value::Null => Answer::No,
            Value::Unknown => Answer::Unknown,
        }
    }

    /// The SMS sender that would be sent; null where there is none.
    pub fn wanted_sender(&self) -> Value<&WantedSender> {
        self.request.as_ref().and_then(|wanted| wanted.sms_sender.as_ref())
    }

    /// The role that the SMS sender names, as IAM has it; null where there is no sender, or no role of that very ARN.
    ///
    /// IAM is asked for the last part of the ARN, and may answer with a role of that name under another path or in another account:
    /// what that one allows says nothing of this sender.
    pub fn sender_role(&self) -> Value<SenderRole<'_>> {
        match (self.wanted_sender(), &self.role) {
            (Value::Null, _) | (Value::Known(_), Value::Known(RoleFacts::Missing { .. })) => Value::Null,
            (Value::Known(sender), Value::Known(RoleFacts::Found { arn, trust_policy, permissions })) => {
                match sender.caller_arn() {
                    Value::Known(asked) if asked == arn => Value::Known(SenderRole { sender, arn, trust_policy, permissions }),
                    Value::Known(_) | Value::Null => Value::Null,
                    Value::Unknown => Value::Unknown,
                }
            }
            _ => Value::Unknown,
        }
    }

    /// Whether something would be sent and carries this factor.
    pub fn sends_factor(&self, factor: Factor) -> Answer {
        self.sends(|wanted| wanted.carries(factor))
    }

    /// Whether something would be sent and this is its only factor.
    pub fn sends_only(&self, only: Factor) -> Answer {
        let others = Factor::ALL.into_iter().filter(|factor| *factor != only);
        self.sends_factor(only).and(Answer::all(others.map(|factor| !self.sends_factor(factor))))
    }

    /// Whether something would be sent through SNS and `question` is so of it; a member that was not read answers nothing.
    pub fn sends_through_sns(&self, question: impl FnOnce(&SnsFacts) -> Value<bool>) -> Answer {
        let asked = match &self.sns {
            Value::Known(sns) => question(sns).known().map_or(Answer::Unknown, |answer| (*answer).into()),
            Value::Null | Value::Unknown => Answer::Unknown,
        };
        self.sends(|wanted| match wanted.sms_sender {
            Value::Known(WantedSender::Sns { .. }) => asked,
            Value::Null | Value::Known(WantedSender::EndUserMessaging { .. }) => Answer::No,
            Value::Unknown => Answer::Unknown,
        })
    }

    /// Whether `question`, which looks at this member only, is so of the pool.
    pub fn is_pool(&self, member: PoolMember, question: impl FnOnce(&PoolFacts) -> bool) -> Answer {
        let pool = self.pool.known().filter(|pool| pool.is_settled(member));
        pool.map_or(Answer::Unknown, |pool| question(pool).into())
    }

    /// The pool's Region, which its id begins with and its ARN names.
    pub fn region(&self) -> Value<&str> {
        let of_id = self.user_pool_id.known().and_then(|id| Some(id.split_once('_')?.0));
        let region = of_id.or_else(|| self.pool.known().and_then(PoolFacts::region));
        region.map_or(Value::Unknown, Value::Known)
    }

    /// The SMS sender on the pool now, whatever its mode (rows M11, S15); null where there is none.
    pub fn sender_on_pool(&self) -> Value<&SmsSender> {
        let of_mfa = self.live.known().and_then(|live| live.sms.as_ref()).and_then(|sms| sms.sender.as_ref());
        let of_pool = self.pool.known().filter(|_| self.knows_pool_sender()).and_then(|pool| pool.sms_sender.as_ref());
        let mut senders = [of_pool, of_mfa].into_iter().flatten();
        match senders.find(|sender| !sender.caller_arn().is_empty()) {
            Some(sender) => Value::Known(sender),
            None if self.knows_pool_sender() && !self.live.is_unknown() => Value::Null,
            None => Value::Unknown,
        }
    }

    fn knows_pool_sender(&self) -> bool {
        self.pool.known().is_some_and(|pool| pool.is_settled(PoolMember::SmsSender))
    }

    /// ARN of the SMS role on the pool now, whatever its mode (rows M11, S15); null where there is none.
    pub fn sms_role_on_pool(&self) -> Value<&str> {
        self.sender_on_pool().map(SmsSender::caller_arn)
    }

    /// The id of the pool, or the name of the role, that the change is about.
    pub fn subject(&self) -> Option<String> {
        let role = self.role_deletion.as_ref().map(|deletion| deletion.name.clone()).filter(|name| !name.is_empty());
        role.or_else(|| self.user_pool_id.known().cloned())
    }

    /// The pool within a sentence.
    pub fn pool_label_inside(&self) -> String {
        let label = self.pool_label();
        match label.strip_prefix("User pool ") {
            Some(name) => format!("user pool {name}"),
            None => label.replacen("The", "the", 1),
        }
    }

    /// The pool as a sentence begins with it: its name and id as far as they are known.
    pub fn pool_label(&self) -> String {
        match (self.pool.known().filter(|pool| !pool.name.is_empty()), self.user_pool_id.known()) {
            (Some(pool), Some(id)) => format!("User pool \"{}\" ({id})", pool.name),
            (Some(pool), None) => format!("User pool \"{}\"", pool.name),
            (None, Some(id)) => format!("User pool {id}"),
            (None, None) => "The user pool".to_owned(),
        }
    }
}

/// The role of an SMS sender that would be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderRole<'a> {
    /// The sender that names it.
    pub sender: &'a WantedSender,
    /// Its ARN.
    pub arn: &'a str,
    /// `AssumeRolePolicyDocument`, URL-decoded JSON.
    pub trust_policy: &'a str,
    /// What its policies let it do; `Unknown` where they were not read.
    pub permissions: &'a Value<RolePermissions>,
}

/// Another resource of the run that has to do with the same part of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// The part, such as `mfa_configuration` or `sms_configuration`.
    pub part: String,
    /// The type of the other resource, such as `cognitomfa_software_token`.
    pub resource: String,
    /// What the two want of it.
    pub contest: Contest,
}

/// What two resources want of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contest {
    /// Both have it, and at least one of them writes.
    Held,
    /// Both have it, and neither of them writes in this run.
    Idle,
    /// This one has it and does not change; the other one ends, and takes it away.
    Ending,
    /// This one ends, and takes it away; the other one has it and does not change.
    Ended,
}

/// `deletion_policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deletion {
    /// `RETAIN`: leave the pool as it is.
    Retain,
    /// `OFF`: turn MFA off.
    Off,
    /// `RESTORE`: write back the settings that the pool had before the resource managed it.
    Restore,
    /// `PREVENT`: refuse the destroy.
    Prevent,
}

impl Deletion {
    /// All policies.
    pub const ALL: [Self; 4] = [Self::Retain, Self::Off, Self::Restore, Self::Prevent];

    /// The argument's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retain => "RETAIN",
            Self::Off => "OFF",
            Self::Restore => "RESTORE",
            Self::Prevent => "PREVENT",
        }
    }

    /// The policy of the argument's spelling, exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text)
    }
}

/// One setting that is not what the plan was made on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The attribute, such as `mfa_configuration` or `sms_configuration.external_id`.
    pub attribute: String,
    /// Its value in the plan, as HCL would write it.
    pub planned: String,
    /// Its value now, as HCL would write it.
    pub now: String,
}
