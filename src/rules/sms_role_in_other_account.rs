//! An SMS role of another account is refused by the API.

use super::example;
use super::finding::Finding;
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Mode, Settings, SmsSender, SnsSender, Transition, WantedSender};
use crate::tf::Value;

pub(super) const RULE: Rule = Rule {
    name: "sms_role_in_other_account",
    summary: "The SMS role belongs to another account",
    docs: r#"### What it checks

A request whose `sms_configuration` names a role of another AWS account than that of the user pool.

### Why

Cognito takes a role of the pool's own account only.

### Rejected

The pool belongs to account 111122223333.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::999988887777:role/cognito-sms"
    external_id    = "prod-1"
  }
}
```

### Accepted

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

Standing: api. AWS answers "Cross-account pass role is not allowed." (row S10).
"#,
    evidence: Evidence {
        rows: &["S10"],
        standing: Standing::Api,
        messages: &["Cross-account pass role is not allowed."],
        source: "a public report of a real deployment in 2026",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || {
        let sender = SnsSender {
            caller_arn: "arn:aws:iam::999988887777:role/cognito-sms".to_owned(),
            external_id: Some("prod-1".to_owned()),
            region: None,
        };
        let wanted = example::with_sender(example::off(), SmsSender::Sns(sender));
        example::change(example::off(), &Settings { mode: Mode::Optional, ..wanted })
    },
    accepted: || example::change(example::off(), &example::sms(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let sender = match transition.wanted_sender() {
        Value::Null => return Verdict::Holds,
        Value::Unknown => return Verdict::Undecided,
        Value::Known(sender) => sender,
    };
    // What is no ARN of a role was reported as such; it is nobody's.
    let role = sender.caller_arn().as_ref().and_then(|arn| arn.split(':').nth(4).map_or(Value::Null, Value::Known));
    match (role, transition.pool.known().and_then(|pool| pool.account())) {
        (Value::Null, _) => Verdict::Holds,
        (Value::Known(role), Some(own)) if role == own => Verdict::Holds,
        (Value::Known(role), Some(own)) => Verdict::Broken(finding(transition, sender, role, own)),
        (Value::Unknown, _) | (_, None) => Verdict::Undecided,
    }
}

fn finding(transition: &Transition, sender: &WantedSender, role: &str, own: &str) -> Finding {
    let arn = sender.caller_arn().known().map_or("", String::as_str);
    let found = format!("{} belongs to account {own}, and the role {arn} to account {role}.", transition.pool_label());
    let mended = arn.replacen(&format!("::{role}:"), &format!("::{own}:"), 1);
    Finding::at(sender.caller_arn_path(), found)
        .say("Create the role in the pool's own account, and name that one:")
        .show(hcl::assignments([(sender.caller_arn_argument(), hcl::quoted(&mended))]))
}
