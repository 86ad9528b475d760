//! A request whose SMS role may not send.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Mode, Permission, RoleFacts, RolePermissions, Transition, WantedSender};
use crate::tf::Value;

pub(super) const RULE: Rule = Rule {
    name: "sms_role_without_publish",
    summary: "The SMS role is not allowed to send SMS",
    docs: r#"### What it checks

The policies of the role in `sms_configuration`: they must allow `sns:Publish` on `*`, or `sms-voice:SendTextMessage` for a
sender through AWS End User Messaging (`eums_sms`). The ARN of an SNS topic does not cover phone numbers. A permission that
cannot be read or depends on a condition leaves the rule undecided.

### Why

AWS tries the role on every write that carries it, and refuses the write when the role may not send.

### Rejected

The role has no policy, only its trust policy.

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

The role has this policy:

```hcl
resource "aws_iam_role_policy" "send" {
  name = "send"
  role = aws_iam_role.cognito_sms.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sns:Publish", Resource = "*" }]
  })
}
```

### Evidence

Standing: api. AWS answers `InvalidSmsRoleAccessPolicyException`: "Role does not have permission to publish with SNS" (row I03).
For End User Messaging the exception is documented, and its text was not seen (row S06).
"#,
    evidence: Evidence {
        rows: &["I03", "S06"],
        standing: Standing::Api,
        messages: &["Role does not have permission to publish with SNS"],
        source: "Amazon Cognito API reference and public reports of live answers",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || {
        let permissions = RolePermissions { publish: Permission::Denied { by: None }, ..example::may_send() };
        let role = example::role("cognito-idp.amazonaws.com", "prod-1").with_permissions(permissions);
        Transition { role: Value::Known(role), ..example::change(example::off(), &example::sms(Mode::Optional)) }
    },
    accepted: || example::change(example::off(), &example::sms(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let (sender, arn, permissions) = match (transition.wanted_sender(), &transition.role) {
        (Value::Null, _) | (Value::Known(_), Value::Known(RoleFacts::Missing { .. })) => return Verdict::Holds,
        (Value::Known(sender), Value::Known(RoleFacts::Found { arn, permissions: Value::Known(permissions), .. })) => {
            (sender, arn, permissions)
        }
        _ => return Verdict::Undecided,
    };
    let (action, permission) = match sender {
        WantedSender::Sns { .. } => ("sns:Publish", &permissions.publish),
        WantedSender::EndUserMessaging { .. } => ("sms-voice:SendTextMessage", &permissions.send_text_message),
    };
    match permission {
        Permission::Allowed => Verdict::Holds,
        Permission::Unknown(_) => Verdict::Undecided,
        Permission::Denied { by } => Verdict::Broken(finding(sender, arn, action, by.as_deref())),
    }
}

fn finding(sender: &WantedSender, arn: &str, action: &str, by: Option<&str>) -> Finding {
    let found = match by {
        Some(by) => format!("The role {arn} may not do `{action}`: it is denied by {by}."),
        None => format!("No policy of the role {arn} allows `{action}` to phone numbers."),
    };
    let finding = Finding::at(sender.caller_arn_path(), found);
    let finding = match by {
        Some(_) => finding.say("Have the denial lifted for this role. Its own policy has to be at least this:"),
        None => finding.say("Attach this policy to the role:"),
    };
    let finding = match sender {
        WantedSender::Sns { .. } => finding,
        WantedSender::EndUserMessaging { .. } => {
            finding.unquoted().because("AWS documents that it refuses such a role with `InvalidSmsRoleAccessPolicyException`.")
        }
    };
    finding
        .show([
            "policy = jsonencode({".to_owned(),
            "  Version   = \"2012-10-17\"".to_owned(),
            format!("  Statement = [{{ Effect = \"Allow\", Action = \"{action}\", Resource = \"*\" }}]"),
            "})".to_owned(),
        ])
        .allow(Allow::PutOff("the role's policy is attached in the same apply"))
}
