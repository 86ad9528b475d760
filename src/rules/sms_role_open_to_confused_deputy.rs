//! An SMS role that Cognito may assume for anybody's pool.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, trust};
use crate::mfa::role_policy::TrustPolicy;
use crate::mfa::{Mode, RoleFacts, SenderRole, Transition, WantedSender};
use crate::tf::Value;

pub(super) const RULE: Rule = Rule {
    name: "sms_role_open_to_confused_deputy",
    summary: "The SMS role can be used by pools of other accounts",
    docs: r#"### What it checks

The trust policy of the role in `sms_configuration`: each statement for `cognito-idp.amazonaws.com` should have a condition on
`aws:SourceAccount` or `aws:SourceArn`.

### Why

Without it, a pool of any account that learns the ARN and the external id can have Cognito send SMS at this account's expense.
AWS calls that the confused deputy problem, and recommends both conditions.

### Rejected

```hcl
resource "aws_iam_role" "cognito_sms" {
  name = "cognito-sms"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cognito-idp.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "prod-1" } }
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

Standing: advice. The developer guide recommends the conditions (row I02); AWS takes a role without them.
"#,
    evidence: Evidence { rows: &["I02"], standing: Standing::Advice, messages: &[], source: "Amazon Cognito developer guide" },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || {
        let trust_policy = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},
            "Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"prod-1"}}}]}"#;
        let role = RoleFacts::found(example::ROLE, trust_policy).with_permissions(example::may_send());
        Transition { role: Value::Known(role), ..example::change(example::off(), &example::sms(Mode::Optional)) }
    },
    accepted: || example::change(example::off(), &example::sms(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let SenderRole { sender, arn, trust_policy, .. } = match transition.sender_role() {
        Value::Known(role) => role,
        Value::Null => return Verdict::Holds,
        Value::Unknown => return Verdict::Undecided,
    };
    let Ok(policy) = TrustPolicy::parse(trust_policy) else { return Verdict::Undecided };
    Verdict::broken_when(policy.is_open_to_other_pools(), || finding(transition, sender, arn, &policy))
}

fn finding(transition: &Transition, sender: &WantedSender, arn: &str, policy: &TrustPolicy) -> Finding {
    let found =
        format!("The trust policy of {arn} lets Cognito in without a condition on `aws:SourceAccount` or `aws:SourceArn`.");
    let finding = Finding::at(sender.caller_arn_path(), found).because(
        "AWS accepts this. A pool of another account that knows the role and its external id could send at your expense.",
    );
    // The account, not this pool: a role may be for several pools, and each of their plans says the same then.
    let condition = trust::Condition { key: "aws:SourceAccount", value: trust::account(transition.pool.known(), arn) };
    trust::mended(finding, &policy.asking_for_source(), &condition)
        .allow(Allow::Now("role is shared by the pools of several accounts"))
}
