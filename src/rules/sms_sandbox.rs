//! SMS that reach verified numbers only.

use super::example;
use super::finding::{Allow, Finding, counted};
use super::{BySeverityProfile, Evidence, Level, Rule, Standing, Verdict};
use crate::mfa::{Answer, Factor, Mode, PoolMember, Settings, SmsSender, SnsFacts, Transition, WantedSender};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "sms_sandbox",
    summary: "SMS is in the sandbox: most users get no code",
    docs: r#"### What it checks

Active MFA with a sender through SNS, while the account is in the SMS sandbox in the Region that sends. It is louder when MFA is
`ON` and SMS is the only factor: then an error in the profiles `guarded` and `classic`.

### Why

In the sandbox SNS sends to verified numbers only, ten at the most. AWS takes the configuration all the same, and users wait for
codes that never come.

### Rejected

The account is in the SMS sandbox in `eu-central-1`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
  }
}
```

### Accepted

The account has left the sandbox.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
  }
}
```

### Evidence

Standing: guard. The API reference of SNS and the developer guide of Cognito (rows N01, N02). A pool also says so itself, in
`SmsConfigurationFailure` (row I08).
"#,
    evidence: Evidence {
        rows: &["N01", "N02", "I08"],
        standing: Standing::Guard,
        messages: &[],
        source: "Amazon SNS API reference and Amazon Cognito developer guide",
    },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || example::with_sns(both_factors(), |sns| sns.in_sandbox = Value::Known(true)),
    accepted: || both_factors(),
};

fn both_factors() -> Transition {
    let wanted = Settings { token_enabled: Some(true), ..example::sms(Mode::Optional) };
    example::change(example::off(), &wanted)
}

/// How loud it is where nobody could sign in without the code.
const NOTHING_ELSE: BySeverityProfile = BySeverityProfile { aws: Level::Warning, ..BySeverityProfile::ERROR };

fn check(transition: &Transition) -> Verdict {
    let active = transition.wanted_mode_in(&[Mode::Optional, Mode::On]);
    let broken = active.and(is_in_sandbox(transition));
    let nothing_else = transition.wanted_mode_in(&[Mode::On]).and(transition.sends_only(Factor::Sms));
    match (broken, nothing_else) {
        (Answer::No, _) => Verdict::Holds,
        // How loud it is would not be certain.
        (Answer::Unknown, _) | (_, Answer::Unknown) => Verdict::Undecided,
        (Answer::Yes, Answer::Yes) => Verdict::Broken(finding(transition, true).weighing(NOTHING_ELSE)),
        (Answer::Yes, Answer::No) => Verdict::Broken(finding(transition, false)),
    }
}

/// Whether SNS says so, or the pool itself does of the Region that would send again.
fn is_in_sandbox(transition: &Transition) -> Answer {
    let says_so = transition.is_pool(PoolMember::SmsConfigurationFailure, |pool| {
        pool.sms_configuration_failure.as_ref().is_some_and(|failure| failure.contains("SNSSandbox"))
    });
    let asked = transition.sends_through_sns(|sns| sns.in_sandbox.clone());
    asked.or(says_so.and(sends_from_same_region(transition)))
}

fn sends_from_same_region(transition: &Transition) -> Answer {
    let settled = transition.pool.known().filter(|pool| pool.is_settled(PoolMember::SmsSender));
    let own = match settled.map(|pool| pool.sms_sender.as_ref()) {
        Some(Some(SmsSender::Sns(own))) => own.region.as_ref(),
        Some(_) => return Answer::No,
        None => return Answer::Unknown,
    };
    transition.sends(|wanted| match &wanted.sms_sender {
        Value::Known(WantedSender::Sns { region, .. }) => {
            region.settled().map_or(Answer::Unknown, |region| (region == own).into())
        }
        Value::Null | Value::Known(WantedSender::EndUserMessaging { .. }) => Answer::No,
        Value::Unknown => Answer::Unknown,
    })
}

fn finding(transition: &Transition, nothing_else: bool) -> Finding {
    let sns = transition.sns.known();
    let region = sns.map(|sns: &SnsFacts| format!(" in {}", sns.region)).unwrap_or_default();
    let numbers = match sns.and_then(|sns| sns.verified_numbers.known()) {
        Some(0) => "No phone number is verified, so nobody can receive a code.".to_owned(),
        Some(1) => "Only the one verified phone number can receive codes.".to_owned(),
        Some(count) => {
            format!("Only the {} verified phone numbers can receive codes.", counted((*count).try_into().unwrap_or(i32::MAX)))
        }
        None => "Only verified phone numbers can receive codes.".to_owned(),
    };
    let found = format!("Amazon SNS{region} keeps this account in its SMS sandbox. {numbers}");
    let finding = Finding::at(Path::root("sms_configuration"), found).because(if nothing_else {
        "AWS accepts the change. With MFA ON and no other factor, users could not sign in."
    } else {
        "AWS accepts the change, and users wait for codes that never come."
    });
    let leave = "Leave the sandbox (SNS console, Text messaging, Exit SMS sandbox).";
    let finding = if transition.sends_factor(Factor::SoftwareToken) == Answer::Yes {
        finding.say(format!("{leave} Until then, users need the authenticator app."))
    } else {
        let add = ["software_token_mfa_configuration = { enabled = true }"];
        finding.say(format!("{leave} Until then, offer the authenticator app:")).show(add)
    };
    finding.allow(Allow::Now("all users are testers with verified numbers"))
}
