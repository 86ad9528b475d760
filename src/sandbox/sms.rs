//! Whether a pool can send SMS with a configuration: Region, account, trust and permission of its role.

use serde_json::{Map, Value};

use super::constraints::is_word;
use super::core::Core;
use super::policy::{Decision, Principal, Question, decide, has_condition_on, without_conditions_on};
use super::refusal::Refusal;
use super::state::{Role, partition, pool_arn};
use super::{ACCOUNT, json, messages};

/// What a checked configuration means for the pool.
#[derive(Clone, Debug, PartialEq)]
pub enum Sender {
    /// The configuration to store.
    Set(Map<String, Value>),
    /// The configuration is to be taken away (S15).
    Clear,
}

/// The R table: the SNS Regions a pool's Region may use.
#[rustfmt::skip]
const SNS_REGIONS: &[(&str, &[&str])] = &[
    ("us-east-2", &["us-east-2", "us-east-1"]), ("us-east-1", &["us-east-1"]), ("us-west-1", &["us-west-1"]),
    ("us-west-2", &["us-west-2"]), ("ca-central-1", &["ca-central-1", "us-east-1"]), ("ca-west-1", &["ca-west-1"]),
    ("mx-central-1", &["mx-central-1"]), ("eu-central-1", &["eu-central-1", "eu-west-1"]),
    ("eu-west-2", &["eu-west-2", "eu-west-1"]), ("eu-west-1", &["eu-west-1"]), ("eu-west-3", &["eu-west-3"]),
    ("eu-north-1", &["eu-north-1"]), ("eu-south-1", &["eu-south-1"]), ("eu-south-2", &["eu-south-2"]),
    ("eu-central-2", &["eu-central-2"]), ("ap-southeast-5", &["ap-southeast-1"]), ("ap-southeast-7", &["ap-south-1"]),
    ("ap-east-1", &["ap-southeast-1"]), ("ap-northeast-2", &["ap-northeast-1"]),
    ("ap-south-1", &["ap-south-1", "ap-southeast-1"]), ("ap-south-2", &["ap-south-2"]),
    ("ap-southeast-1", &["ap-southeast-1"]), ("ap-southeast-2", &["ap-southeast-2"]),
    ("ap-northeast-1", &["ap-northeast-1"]), ("ap-southeast-3", &["ap-southeast-3"]),
    ("ap-northeast-3", &["ap-northeast-3"]), ("ap-southeast-4", &["ap-southeast-4"]), ("me-south-1", &["me-south-1"]),
    ("me-central-1", &["me-central-1"]), ("sa-east-1", &["sa-east-1"]), ("il-central-1", &["il-central-1"]),
    ("af-south-1", &["af-south-1"]),
];

/// Regions without End User Messaging (S05).
const WITHOUT_EUMS: &[&str] = &["ap-southeast-7", "ap-east-1", "ap-southeast-5"];

impl Core {
    /// Checks an SMS configuration for a pool as every write that carries one does (U06): S03 to S10, I01 to I03, I06.
    ///
    /// With `role_must_exist` a missing role is refused like one without trust; without it nothing of the role is asked.
    pub(super) fn check_sender(
        &mut self,
        (region, pool_id): (&str, &str),
        sent: Map<String, Value>,
        role_must_exist: bool,
    ) -> Result<Sender, Refusal> {
        let mut stored = sent;
        let has_role = stored.get("SnsCallerArn").and_then(Value::as_str).is_some_and(|arn| !arn.is_empty());
        let has_eums = stored.contains_key("EumsSms");
        if has_role && has_eums {
            if self.switches.is_on("one_sms_sender") {
                let message = "SmsConfiguration takes either SnsCallerArn or EumsSms, not both.";
                return Err(Refusal::unmeasured("InvalidParameterException", message));
            }
            stored.remove("SnsCallerArn");
        }
        if !has_role && !has_eums {
            let clears = self.switches.is_on("empty_role_clears_sms") && stored.contains_key("SnsCallerArn");
            return if clears { Ok(Sender::Clear) } else { Err(without_trust()) };
        }
        self.check_regions(region, &stored, has_eums)?;
        let configuration = Value::Object(stored.clone());
        if has_eums {
            let identity = json::text(&configuration, &["EumsSms", "OriginationIdentity"]).filter(|id| id.starts_with("arn:"));
            let external_id = json::text(&configuration, &["EumsSms", "ExternalId"]);
            let arn = json::text(&configuration, &["EumsSms", "CallerArn"]).unwrap_or_default();
            self.check_account(arn)?;
            if role_must_exist || self.role_by_arn(arn).is_some() {
                let permission = ("sms-voice:SendTextMessage", identity.unwrap_or("*"));
                self.check_role((region, pool_id), arn, external_id, permission)?;
            }
            if !self.switches.is_on("empty_role_reads_back") {
                stored.remove("SnsCallerArn");
            }
        } else {
            let external_id = json::text(&configuration, &["ExternalId"]);
            let arn = json::text(&configuration, &["SnsCallerArn"]).unwrap_or_default();
            self.check_account(arn)?;
            if role_must_exist || self.role_by_arn(arn).is_some() {
                self.check_role((region, pool_id), arn, external_id, ("sns:Publish", "*"))?;
            }
        }
        Ok(Sender::Set(stored))
    }

    /// What `SmsConfigurationFailure` says of a stored configuration (I08).
    pub(super) fn sms_failure(&self, region: &str, configuration: &Value) -> Option<String> {
        let eums = json::at(configuration, &["EumsSms"]);
        let (arn, permission) = match eums {
            Some(eums) => (json::text(eums, &["CallerArn"]), "sms-voice:SendTextMessage"),
            None => (json::text(configuration, &["SnsCallerArn"]), "sns:Publish"),
        };
        let resource = eums.and_then(|eums| json::text(eums, &["OriginationIdentity"])).filter(|id| id.starts_with("arn:"));
        let role = self.role_by_arn(arn.unwrap_or_default());
        let may_publish = role.is_some_and(|role| self.role_may(role, permission, resource.unwrap_or("*")));
        let sns_region = json::text(configuration, &["SnsRegion"]).unwrap_or(region);
        let in_sandbox = eums.is_none() && self.state.sms_accounts.get(sns_region).is_some_and(|account| account.in_sandbox);
        let failures = [(!may_publish, "InvalidSmsRoleAccessPolicyException"), (in_sandbox, "SNSSandbox")];
        let failures: Vec<_> = failures.iter().filter(|(fails, _)| *fails).map(|(_, name)| *name).collect();
        (!failures.is_empty()).then(|| failures.join(","))
    }

    /// The role an ARN names; a role of that name under another path is another role.
    pub(super) fn role_by_arn(&self, arn: &str) -> Option<&Role> {
        let name = arn.rsplit('/').next()?;
        self.state.roles.get(name).filter(|role| role.arn == arn)
    }

    /// Whether the policies of a role allow an action: inline and attached ones, within its boundary.
    pub(super) fn role_may(&self, role: &Role, action: &str, resource: &str) -> bool {
        self.role_decision(role, action, resource, &[]) == Decision::Allowed
    }

    /// The same in the terms of a simulation.
    pub(super) fn role_decision(&self, role: &Role, action: &str, resource: &str, context: &[(&str, &str)]) -> Decision {
        let question = Question { principal: None, action, resource: Some(resource), context };
        let attached = role.attached.iter().filter_map(|arn| self.policy_document(arn));
        let documents: Vec<&str> = role.inline.values().map(String::as_str).chain(attached).collect();
        let decision = decide(&documents, &question);
        let boundary = role.boundary.as_deref().and_then(|arn| self.policy_document(arn));
        match boundary.map(|document| decide(&[document], &question)) {
            Some(Decision::Denied) => Decision::Denied,
            Some(Decision::NotAllowed) if decision == Decision::Allowed => Decision::NotAllowed,
            _ => decision,
        }
    }

    fn check_regions(&self, region: &str, configuration: &Map<String, Value>, has_eums: bool) -> Result<(), Refusal> {
        let allowed = SNS_REGIONS.iter().find(|(pool, _)| *pool == region).map(|(_, allowed)| *allowed);
        let refused = |message: &str| Err(Refusal::unmeasured("InvalidParameterException", message));
        let must_serve = self.switches.is_on("sender_must_serve_region");
        if has_eums {
            let eums_region = configuration.get("EumsSms").and_then(|eums| json::text(eums, &["Region"]));
            if self.switches.is_on("eums_region_is_pool_region") && eums_region.is_some_and(|named| named != region) {
                return refused("The Region of EumsSms is the Region of the user pool.");
            }
            if must_serve && WITHOUT_EUMS.contains(&region) {
                return refused("EumsSms is not available in the Region of the user pool.");
            }
        } else if must_serve && allowed.is_none() && partition(region) == "aws" {
            return refused("The Region of the user pool sends SMS with EumsSms only.");
        }
        let named =
            configuration.get("SnsRegion").and_then(Value::as_str).filter(|_| self.switches.is_on("sns_region_from_table"));
        match (named, allowed) {
            (Some(named), Some(allowed)) if !allowed.contains(&named) => {
                Err(Refusal::parameter(messages::sns_region(region, &allowed.join(", "))))
            }
            _ => Ok(()),
        }
    }

    /// S10 and I07: whose role it is, and whether the caller may pass it.
    fn check_account(&self, arn: &str) -> Result<(), Refusal> {
        let account = arn.split(':').nth(4).unwrap_or_default();
        if account != ACCOUNT {
            return Err(Refusal::new("AccessDeniedException", messages::CROSS_ACCOUNT_ROLE));
        }
        if self.is_denied("iam:PassRole") {
            let caller = self.caller("");
            let message = format!("User: {caller} is not authorized to perform: iam:PassRole on resource: {arn}");
            return Err(Refusal::new("AccessDeniedException", message));
        }
        Ok(())
    }

    fn check_role(
        &mut self,
        (region, pool_id): (&str, &str),
        arn: &str,
        external_id: Option<&str>,
        (permission, resource): (&str, &str),
    ) -> Result<(), Refusal> {
        let external_id = external_id.filter(|id| !id.is_empty());
        if self.switches.is_on("external_id_bounds") && external_id.is_some_and(|id| !is_sts_external_id(id)) {
            return Err(without_trust());
        }
        let name = self.role_by_arn(arn).map(|role| role.name.clone()).ok_or_else(without_trust)?;
        self.meet_propagation(&name)?;
        let role = self.role_by_arn(arn).ok_or_else(without_trust)?;
        let needs_condition = external_id.is_some() && self.switches.is_on("trust_needs_external_id");
        if needs_condition && !has_condition_on(&role.trust, "sts:ExternalId") {
            return Err(without_trust());
        }
        let pool = pool_arn(region, pool_id);
        let mut context = vec![("aws:SourceArn", pool.as_str()), ("aws:SourceAccount", ACCOUNT)];
        context.extend(external_id.map(|id| ("sts:ExternalId", id)));
        let principal = Some(Principal::Service("cognito-idp.amazonaws.com"));
        let question = Question { principal, action: "sts:AssumeRole", resource: None, context: &context };
        let trust = match self.switches.is_on("trust_source_counts") {
            true => role.trust.clone(),
            false => without_conditions_on(&role.trust, &["aws:SourceArn", "aws:SourceAccount"]),
        };
        if decide(&[&trust], &question) != Decision::Allowed {
            return Err(without_trust());
        }
        if !self.role_may(role, permission, resource) {
            return Err(without_publish());
        }
        Ok(())
    }

    /// A role that was just changed is not seen everywhere at once (I06).
    fn meet_propagation(&mut self, name: &str) -> Result<(), Refusal> {
        let Some(role) = self.state.roles.get_mut(name) else { return Ok(()) };
        for (unseen, refusal) in [(&mut role.unseen_trust, without_trust()), (&mut role.unseen_policies, without_publish())] {
            if *unseen > 0 {
                *unseen -= 1;
                return Err(refusal);
            }
        }
        Ok(())
    }
}

/// What STS takes as an external id (S07).
fn is_sts_external_id(text: &str) -> bool {
    (2..=1224).contains(&text.len()) && text.chars().all(|letter| is_word(letter) || "+=,.@:/-".contains(letter))
}

fn without_trust() -> Refusal {
    Refusal::new("InvalidSmsRoleTrustRelationshipException", messages::ROLE_WITHOUT_TRUST)
}

fn without_publish() -> Refusal {
    Refusal::new("InvalidSmsRoleAccessPolicyException", messages::ROLE_WITHOUT_PUBLISH)
}
