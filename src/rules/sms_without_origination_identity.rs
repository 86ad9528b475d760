//! SMS from an account that has no number to send from.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Mode, SnsFacts, Transition};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "sms_without_origination_identity",
    summary: "There is no number to send SMS from",
    docs: r#"### What it checks

Active MFA with a sender through SNS, while the account has no origination number in the Region that sends.

### Why

Some countries, the United States among them, take SMS only from a short code, a 10DLC or a toll-free number. Without one,
messages to them are dropped when they are sent, and nothing in Cognito says so. Other countries need none.

### Rejected

The account has no origination number in `eu-central-1`.

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

The account has a number in `eu-central-1`.

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

Standing: advice. The developer guide and the API reference of SNS (row N04).
"#,
    evidence: Evidence {
        rows: &["N04"],
        standing: Standing::Advice,
        messages: &[],
        source: "Amazon Cognito developer guide and Amazon SNS API reference",
    },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || {
        let change = example::change(example::off(), &example::sms(Mode::Optional));
        example::with_sns(change, |sns| sns.origination_numbers = Value::Known(0))
    },
    accepted: || example::change(example::off(), &example::sms(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let active = transition.wanted_mode_in(&[Mode::Optional, Mode::On]);
    let none = transition.sends_through_sns(|sns| sns.origination_numbers.as_ref().map(|numbers| *numbers == 0));
    Verdict::broken_when(active.and(none), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let region = transition.sns.known().map_or("its Region", |sns: &SnsFacts| sns.region.as_str());
    let found = format!("This account has no origination number for SMS in {region}.");
    Finding::at(Path::root("sms_configuration"), found)
        .because("AWS accepts the change. Messages to some countries, the United States among them, are dropped without one.")
        .say("If you have users there, request a number in AWS End User Messaging before they need their first code.")
        .allow(Allow::Now("no users in countries that ask for a number"))
}
