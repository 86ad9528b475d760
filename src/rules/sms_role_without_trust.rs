//! A request whose SMS role Cognito may not assume.

use super::example;
use super::finding::{Allow, Finding, listed};
use super::{BySeverityProfile, Evidence, Level, Rule, Standing, Verdict, trust};
use crate::mfa::role_policy::{AssumeRequest, COGNITO, Trust, TrustPolicy};
use crate::mfa::{Mode, SenderRole, Transition};
use crate::tf::Value;

pub(super) const RULE: Rule = Rule {
    name: "sms_role_without_trust",
    summary: "Cognito cannot assume the SMS role",
    docs: r#"### What it checks

The trust policy of the role in `sms_configuration`: a statement must let `cognito-idp.amazonaws.com` do `sts:AssumeRole`, and none
may deny it. A condition on `aws:SourceAccount` or `aws:SourceArn` that does not fit this pool is a warning. A statement that uses
something this provider does not evaluate leaves the rule undecided.

### Why

AWS tries the role on every write that carries it, and refuses the write when Cognito may not assume it. Roles for Cognito
identity pools (`cognito-identity.amazonaws.com`, `sts:AssumeRoleWithWebIdentity`) are a common mix-up.

### Rejected

```hcl
resource "aws_iam_role" "cognito_sms" {
  name = "cognito-sms"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}
```

### Accepted

```hcl
resource "aws_iam_role" "cognito_sms" {
  name = "cognito-sms"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cognito-idp.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "prod-1", "aws:SourceAccount" = "111122223333" } }
    }]
  })
}
```

### Evidence

Standing: api. AWS answers `InvalidSmsRoleTrustRelationshipException`: "Role does not have a trust relationship allowing Cognito to
assume the role" (row I01). That a source condition which does not fit is refused too is inferred (row I02), so it only warns.
"#,
    evidence: Evidence {
        rows: &["I01", "I02"],
        standing: Standing::Api,
        messages: &["Role does not have a trust relationship allowing Cognito to assume the role"],
        source: "Amazon Cognito API reference and public reports of live answers",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || {
        let role = Value::Known(example::role("lambda.amazonaws.com", "prod-1"));
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
    let (found, is_seen) = match policy.trust(&request) {
        Trust::Given => return Verdict::Holds,
        Trust::Undecidable(_) => return Verdict::Undecided,
        Trust::NotGiven { allowed_principals } => {
            let allowed = if allowed_principals.is_empty() { "nobody".to_owned() } else { listed(&allowed_principals) };
            let found = format!("The trust policy of {arn} allows {allowed}, and does not let {COGNITO} do `sts:AssumeRole`.");
            (found, true)
        }
        Trust::Denied => {
            (format!("The trust policy of {arn} has a `Deny` statement that keeps {COGNITO} from assuming the role."), true)
        }
        Trust::OtherSource { expected } => {
            let found = format!(
                "The trust policy of {arn} lets Cognito in for {} only, and this pool is {}.",
                listed(&expected),
                request.pool_arn.unwrap_or("another one")
            );
            (found, false)
        }
    };
    let finding = Finding::at(sender.caller_arn_path(), found);
    let finding = if is_seen {
        finding
    } else {
        finding.because("AWS is expected to refuse the role for this pool; that was not seen.").at_most(Level::Warning)
    };
    let condition = trust::Condition { key: "aws:SourceAccount", value: trust::account(transition.pool.known(), arn) };
    let finding = trust::mended(finding, &policy.letting_in(&request), &condition);
    Verdict::Broken(finding.allow(Allow::PutOff("the role is mended in the same apply")))
}
