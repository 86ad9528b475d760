//! The SMS settings of a pool as its resources write them: arguments, request and state.

use super::arguments::{kept_or, known, member, pool_value};
use crate::aws::own_files;
use crate::mfa::{Settings, SmsSender, WantedSender};
use crate::tf::{Diagnostic, Dynamic, Object, Value};

/// `sms_configuration`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SmsArguments {
    pub caller_arn: Value<String>,
    pub external_id: Value<String>,
    pub region: Value<String>,
    pub eums: Value<EumsArguments>,
}

/// `sms_configuration.eums_sms`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EumsArguments {
    pub caller_arn: Value<String>,
    pub external_id: Value<String>,
    pub origination_identity: Value<String>,
    pub configuration_set_name: Value<String>,
    pub in_entity_id: Value<String>,
    pub in_template_id: Value<String>,
    pub region: Value<String>,
}

/// What tells senders apart that name another role or another external id, in digits that tell neither.
pub fn digest(role: Option<&str>, external_id: Option<&str>) -> String {
    own_files::name(&["sender", role.unwrap_or_default(), external_id.unwrap_or_default()])
}

impl SmsArguments {
    /// ARN of the role, whoever sends.
    pub fn role(&self) -> &Value<String> {
        self.eums.known().map_or(&self.caller_arn, |eums| &eums.caller_arn)
    }

    /// What tells this sender from others, as far as its role is concerned; `?` while a part of that is not known.
    pub fn digest(&self) -> String {
        let external_id = self.eums.known().map_or(&self.external_id, |eums| &eums.external_id);
        match (self.role(), external_id) {
            (Value::Unknown, _) | (_, Value::Unknown) => "?".to_owned(),
            (role, external_id) => digest(role.known().map(String::as_str), external_id.known().map(String::as_str)),
        }
    }

    /// Reads `sms_configuration`.
    pub fn decode(root: &Object<'_>) -> Result<Value<Self>, Diagnostic> {
        member(root, "sms_configuration", Self::of)
    }

    fn of(sms: &Object<'_>) -> Result<Self, Diagnostic> {
        Ok(Self {
            caller_arn: absent_when_empty(sms.string("sns_caller_arn")?),
            external_id: absent_when_empty(sms.string("external_id")?),
            region: sms.string("sns_region")?,
            eums: member(sms, "eums_sms", |eums| {
                Ok(EumsArguments {
                    caller_arn: eums.string("caller_arn")?,
                    external_id: absent_when_empty(eums.string("external_id")?),
                    origination_identity: eums.string("origination_identity")?,
                    configuration_set_name: eums.string("configuration_set_name")?,
                    in_entity_id: eums.string("in_entity_id")?,
                    in_template_id: eums.string("in_template_id")?,
                    region: eums.string("region")?,
                })
            })?,
        })
    }

    /// Whether everything that would be sent is known.
    pub fn is_settled(&self) -> bool {
        let eums = self.eums.known().is_none_or(|eums| {
            known([
                &eums.caller_arn,
                &eums.external_id,
                &eums.origination_identity,
                &eums.configuration_set_name,
                &eums.in_entity_id,
                &eums.in_template_id,
                &eums.region,
            ])
        });
        eums && !self.eums.is_unknown() && known([&self.caller_arn, &self.external_id, &self.region])
    }

    /// The sender these arguments ask for. `before` are those of the state before: a Region that the user never gave is sent again as
    /// the pool has it.
    pub fn wanted(self, before: Option<&Self>, live: &Value<Settings>) -> Value<WantedSender> {
        let sender = |pool: &Settings| pool.sms.clone()?.sender;
        match self.eums {
            Value::Unknown => Value::Unknown,
            Value::Known(eums) => {
                let before = before.and_then(|sms| sms.eums.known());
                let kept = || {
                    pool_value(live, |pool| match sender(pool)? {
                        SmsSender::EndUserMessaging(messaging) => messaging.region,
                        SmsSender::Sns(_) => None,
                    })
                };
                Value::Known(WantedSender::EndUserMessaging {
                    region: kept_or(eums.region, before.map(|eums| &eums.region), kept),
                    caller_arn: eums.caller_arn,
                    external_id: eums.external_id,
                    origination_identity: eums.origination_identity,
                    configuration_set_name: eums.configuration_set_name,
                    in_entity_id: eums.in_entity_id,
                    in_template_id: eums.in_template_id,
                })
            }
            Value::Null => {
                let kept = || {
                    pool_value(live, |pool| match sender(pool)? {
                        SmsSender::Sns(sns) => sns.region,
                        SmsSender::EndUserMessaging(_) => None,
                    })
                };
                Value::Known(WantedSender::Sns {
                    region: kept_or(self.region, before.map(|sms| &sms.region), kept),
                    caller_arn: self.caller_arn,
                    external_id: self.external_id,
                })
            }
        }
    }
}

/// AWS's model allows an empty role ARN and returns one beside `EumsSms`; it means no role.
fn absent_when_empty(text: Value<String>) -> Value<String> {
    text.and_then(|text| if text.is_empty() { Value::Null } else { Value::Known(text) })
}

/// `sms_configuration` of a state when the pool has `sender`. `before` and `old` are what the state had; `imported` takes everything in.
pub fn refreshed(sender: &SmsSender, before: Option<&SmsArguments>, imported: bool, old: &Dynamic) -> Dynamic {
    let configured = before.cloned().unwrap_or_default();
    let eums = configured.eums.known().cloned().unwrap_or_default();
    match sender {
        SmsSender::Sns(sns) => Dynamic::object([
            ("sns_caller_arn", Dynamic::string(&sns.caller_arn)),
            ("external_id", same_when_absent(sns.external_id.as_deref(), old.member("external_id"))),
            ("sns_region", unless_null(imported, &configured.region, sns.region.clone())),
            ("eums_sms", Dynamic::Null),
        ]),
        SmsSender::EndUserMessaging(messaging) => Dynamic::object([
            ("sns_caller_arn", same_when_absent(None, old.member("sns_caller_arn"))),
            ("external_id", same_when_absent(None, old.member("external_id"))),
            ("sns_region", Dynamic::Null),
            (
                "eums_sms",
                Dynamic::object([
                    ("caller_arn", Dynamic::string(&messaging.caller_arn)),
                    (
                        "external_id",
                        same_when_absent(
                            messaging.external_id.as_deref(),
                            old.member("eums_sms").and_then(|eums| eums.member("external_id")),
                        ),
                    ),
                    ("origination_identity", optional(messaging.origination_identity.clone())),
                    ("configuration_set_name", optional(messaging.configuration_set_name.clone())),
                    ("in_entity_id", optional(messaging.in_entity_id.clone())),
                    ("in_template_id", optional(messaging.in_template_id.clone())),
                    ("region", unless_null(imported, &eums.region, messaging.region.clone())),
                ]),
            ),
        ]),
    }
}

/// A text that may be absent.
pub fn optional(text: Option<String>) -> Dynamic {
    text.map_or(Dynamic::Null, Dynamic::string)
}

/// The pool's value, but null where the user has none, unless `all` is taken in.
pub fn unless_null(all: bool, configured: &Value<String>, pool: Option<String>) -> Dynamic {
    if configured.is_null() && !all { Dynamic::Null } else { optional(pool) }
}

/// The pool's value; where it has none, the user's `""` stays as written.
fn same_when_absent(pool: Option<&str>, old: Option<&Dynamic>) -> Dynamic {
    match (pool, old) {
        (Some(text), _) => Dynamic::string(text),
        (None, Some(Dynamic::String(text))) if text.is_empty() => Dynamic::string(""),
        (None, _) => Dynamic::Null,
    }
}
