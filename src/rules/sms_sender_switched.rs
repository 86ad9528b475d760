//! A pool that changes the service its SMS go through.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Mode, Settings, SmsSender, Transition, WantedSender};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "sms_sender_switched",
    summary: "The SMS sender moves to another AWS service",
    docs: r#"### What it checks

A change from a sender through SNS (`sns_caller_arn`) to one through AWS End User Messaging (`eums_sms`), or back.

### Why

A pool has one sender: setting the one clears the other. Sandbox, spend limit, origination numbers and opt-outs of the two
services are kept apart, so a pool that sent yesterday may reach nobody tomorrow.

### Rejected

The pool sends through SNS.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    eums_sms = {
      caller_arn  = "arn:aws:iam::111122223333:role/cognito-sms"
      external_id = "prod-1"
    }
  }
}
```

### Accepted

The pool sends through End User Messaging already.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    eums_sms = {
      caller_arn  = "arn:aws:iam::111122223333:role/cognito-sms"
      external_id = "prod-1"
    }
  }
}
```

### Evidence

Standing: advice. The developer guide of 2026 says that setting one sender clears the other (row S03). Sandbox and spend limit
of End User Messaging are its own (row N05).
"#,
    evidence: Evidence {
        rows: &["S03", "N05"],
        standing: Standing::Advice,
        messages: &[],
        source: "Amazon Cognito developer guide of 2026",
    },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || example::change(example::sms(Mode::Optional), &through_messaging()),
    accepted: || example::change(through_messaging(), &through_messaging()),
};

fn through_messaging() -> Settings {
    Settings { mode: Mode::Optional, ..example::with_sender(example::off(), example::messaging(None)) }
}

fn check(transition: &Transition) -> Verdict {
    match (transition.sender_on_pool(), transition.wanted_sender()) {
        (Value::Null, _) | (_, Value::Null) => Verdict::Holds,
        (Value::Known(SmsSender::Sns(_)), Value::Known(WantedSender::EndUserMessaging { .. })) => {
            Verdict::Broken(finding(transition, "SNS", "AWS End User Messaging", "eums_sms"))
        }
        (Value::Known(SmsSender::EndUserMessaging(_)), Value::Known(WantedSender::Sns { .. })) => {
            Verdict::Broken(finding(transition, "AWS End User Messaging", "SNS", "sns_caller_arn"))
        }
        (Value::Known(_), Value::Known(_)) => Verdict::Holds,
        (Value::Unknown, _) | (_, Value::Unknown) => Verdict::Undecided,
    }
}

fn finding(transition: &Transition, before: &str, after: &str, argument: &str) -> Finding {
    let found = format!(
        "{} sends SMS through {before} now. This change makes it send through {after}, and clears the sender it had.",
        transition.pool_label()
    );
    Finding::at(Path::root("sms_configuration").member(argument), found)
        .because("Sandbox, spend limit and origination numbers of the two services are kept apart.")
        .say(format!("Make sure before the apply that {after} may send to your users: out of its sandbox, with a spend limit that is high enough."))
        .allow(Allow::Now("the new service is out of its sandbox"))
}
