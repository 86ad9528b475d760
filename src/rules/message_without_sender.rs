//! An SMS text without the SMS configuration it belongs to.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, Factor, Mode, Transition, Wanted};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "message_without_sender",
    summary: "sms_authentication_message is not sent",
    docs: r#"### What it checks

A `sms_authentication_message` in a configuration without `sms_configuration`.

### Why

The text is part of the SMS block, and the block is sent only with a sender: what AWS makes of one without is not known, so the
argument has no effect. That is easily overlooked.

### Rejected

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  sms_authentication_message       = "Your code is {####}"
}
```

### Accepted

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Evidence

Standing: advice. What AWS does with a message without a sender, on a pool that has one, was not measured (row S16).
"#,
    evidence: Evidence {
        rows: &["S16"],
        standing: Standing::Advice,
        messages: &[],
        source: "this project, because no measurement was found",
    },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || {
        let mut wanted = Wanted::from(&example::token(Mode::Optional));
        wanted.sms_message = Value::Known("Your code is {####}".to_owned());
        let change = example::change(example::off(), &example::token(Mode::Optional));
        Transition { request: Value::Known(wanted), ..change }
    },
    accepted: || example::change(example::off(), &example::token(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    Verdict::broken_when(transition.sends(has_message_without_sender), finding)
}

fn has_message_without_sender(wanted: &Wanted) -> Answer {
    Answer::present(&wanted.sms_message).and(!wanted.carries(Factor::Sms))
}

fn finding() -> Finding {
    let found =
        "`sms_authentication_message` is set, and `sms_configuration` is not. The text is not sent to AWS and has no effect.";
    Finding::at(Path::root("sms_authentication_message"), found)
        .say("Delete it, or configure the sender it belongs to:")
        .show([
            "sms_configuration = {".to_owned(),
            "  sns_caller_arn = aws_iam_role.cognito_sms.arn".to_owned(),
            format!("  external_id    = {}", hcl::quoted("a-value-of-your-own")),
            "}".to_owned(),
        ])
        .allow(Allow::Now("the sender follows in the next change"))
}
