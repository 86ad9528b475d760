//! An SMS budget that is used up at once.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Mode, SnsFacts, Transition};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "sms_spend_limit",
    summary: "The SMS spend limit is that of a new account",
    docs: r#"### What it checks

Active MFA with a sender through SNS, while the monthly spend limit of the account is 1 US dollar or less in the Region that
sends.

### Why

A new account may spend 1 US dollar a month, which is between ten and a few hundred codes. When it is spent, SNS stops sending
within minutes, and nothing in Cognito says so.

### Rejected

The limit in `eu-central-1` is 1 US dollar.

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

The limit in `eu-central-1` is 500 US dollars.

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

Standing: advice. The API reference of SNS (row N03).
"#,
    evidence: Evidence { rows: &["N03"], standing: Standing::Advice, messages: &[], source: "Amazon SNS API reference" },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || {
        let change = example::change(example::off(), &example::sms(Mode::Optional));
        example::with_sns(change, |sns| sns.monthly_spend_limit = Value::Known(1.0))
    },
    accepted: || example::change(example::off(), &example::sms(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let active = transition.wanted_mode_in(&[Mode::Optional, Mode::On]);
    let low = transition.sends_through_sns(|sns| sns.monthly_spend_limit.as_ref().map(|dollars| *dollars <= 1.0));
    Verdict::broken_when(active.and(low), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let sns = transition.sns.known();
    let region = sns.map_or("its Region", |sns: &SnsFacts| sns.region.as_str());
    let dollars = sns.and_then(|sns| sns.monthly_spend_limit.known()).copied().unwrap_or_default();
    let found =
        format!("The SMS spend limit of this account in {region} is USD {dollars} a month, which is soon spent on codes.");
    Finding::at(Path::root("sms_configuration"), found)
        .because(
            "AWS accepts the change. When the limit is reached, SNS stops sending, and users wait for codes that never come.",
        )
        .say("Ask AWS for a higher limit (SNS console, Text messaging, or a support case), and set it:")
        .show(["resource \"aws_sns_sms_preferences\" \"this\" {", "  monthly_spend_limit = 100", "}"])
        .allow(Allow::Now("test account with a handful of users"))
}
