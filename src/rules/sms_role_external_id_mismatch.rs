//! A request whose external id is not the one that the SMS role asks for.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Level, Rule, Standing, Verdict, hcl, trust};
use crate::mfa::role_policy::{AssumeRequest, ExternalId, TrustPolicy};
use crate::mfa::{Mode, SenderRole, Transition, WantedSender};
use crate::tf::Value;

pub(super) const RULE: Rule = Rule {
    name: "sms_role_external_id_mismatch",
    summary: "External ID does not match the SMS role",
    docs: r#"### What it checks

The external ID of `sms_configuration` against the condition on `sts:ExternalId` in the role's trust policy. Another value is an
error. A trust policy that asks for none is a warning, and so is one that takes this value only for another pool or account.

### Why

Cognito sends the external ID whenever it assumes the role. When the role asks for another one, AWS refuses the write. AWS documents
that a role for SMS MFA must ask for it: without the condition, whoever may configure a user pool may send SMS through the role.

### Rejected

The trust policy of the role accepts only `prod-2`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
  }
}
```

### Accepted

The trust policy of the role accepts only `prod-1`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
  }
}
```

### Evidence

Standing: api. AWS answers `InvalidSmsRoleTrustRelationshipException`: "Role does not have a trust relationship allowing Cognito to
assume the role" (row S08). A missing condition is documented as a mistake (row I02); no refusal was seen, so it only warns.
That a condition on the source keeps this pool out is inferred (row I02).
"#,
    evidence: Evidence {
        rows: &["S08", "I02"],
        standing: Standing::Api,
        messages: &["Role does not have a trust relationship allowing Cognito to assume the role"],
        source: "Amazon Cognito developer guide on SMS, and the API reference of the exception",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || {
        let role = Value::Known(example::role("cognito-idp.amazonaws.com", "prod-2"));
        Transition { role, ..example::change(example::off(), &example::sms(Mode::Optional)) }
    },
    accepted: || example::change(example::off(), &example::sms(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let SenderRole { sender, arn, trust_policy, .. } = match transition.sender_role() {
        Value::Known(role) => role,
        Value::Null => return Verdict::Holds,
        Value::Unknown => return Verdict::Undecided,
    };
    let pool = transition.pool.known();
    let request = AssumeRequest {
        external_id: sender.external_id().as_ref().map(String::as_str),
        account: pool.and_then(|pool| pool.account()),
        pool_arn: pool.and_then(|pool| pool.known_arn()),
    };
    let Ok(policy) = TrustPolicy::parse(trust_policy) else { return Verdict::Undecided };
    let accepts = |value: &str| {
        let external_id = Value::Known(value);
        policy.external_id(&AssumeRequest { external_id, ..request.clone() }) == ExternalId::Accepted
    };
    match policy.external_id(&request) {
        ExternalId::Accepted => Verdict::Holds,
        ExternalId::Undecidable(_) => Verdict::Undecided,
        ExternalId::Mismatch { expected } => Verdict::Broken(mismatch(sender, arn, &expected, accepts)),
        ExternalId::NotAsked => Verdict::Broken(not_asked(sender, arn, &policy, &request)),
        // That AWS holds a role's condition on the source against the pool is documented, and was not seen.
        ExternalId::MismatchForSource { expected } => {
            Verdict::Broken(mismatch(sender, arn, &expected, accepts).at_most(Level::Warning))
        }
    }
}

fn mismatch(sender: &WantedSender, arn: &str, expected: &[String], accepts: impl Fn(&str) -> bool) -> Finding {
    let argument = sender.external_id_path();
    let given = match sender.external_id().known() {
        Some(given) => format!("`{argument}` is {}", hcl::quoted(given)),
        None => format!("`{argument}` is not set"),
    };
    let values: Vec<String> = expected.iter().map(|value| hcl::quoted(value)).collect();
    // A policy may also name values that it does not want.
    let fitting: Vec<&String> = expected.iter().filter(|value| accepts(value)).collect();
    let asked = if fitting.is_empty() { "has a condition on it that names" } else { "asks for" };
    let found = format!("{given}, but the trust policy of {arn} {asked} {}.", values.join(" or "));
    let finding = Finding::at(argument, found);
    let finding = match fitting.into_iter().find(|value| !value.contains(['*', '?'])) {
        Some(value) => {
            finding.say("Use the value that the role asks for:").show(hcl::assignments([("external_id", hcl::quoted(value))]))
        }
        None => finding.say("Use a value that fits the role's condition, or change the condition."),
    };
    finding.allow(Allow::PutOff("the role is changed in the same apply"))
}

fn not_asked(sender: &WantedSender, arn: &str, policy: &TrustPolicy, request: &AssumeRequest<'_>) -> Finding {
    let given = request.external_id.known().copied();
    let finding =
        Finding::at(sender.external_id_path(), format!("The trust policy of {arn} has no condition on `sts:ExternalId`."))
            .because("AWS documents that a role for SMS MFA must ask for the external ID of the pool's SMS configuration.");
    let finding = match given {
        Some(_) => finding,
        None => {
            finding.say("Choose a value of your own, set it as `external_id` in `sms_configuration`, and ask for it in the role.")
        }
    };
    let condition = trust::Condition { key: "sts:ExternalId", value: given.unwrap_or("a-value-of-your-own") };
    trust::mended(finding, &policy.asking_for_external_id(request), &condition)
        .allow(Allow::Now("role is shared and guarded by its permissions boundary"))
        .at_most(Level::Warning)
}
