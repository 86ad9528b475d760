//! The second factor and the password reset arrive at the same address.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Answer, Factor, Mode, PoolFacts, PoolMember, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "recovery_through_mfa_channel",
    summary: "Password reset and MFA code arrive at the same place",
    docs: r#"### What it checks

Active MFA whose only factor is SMS for a pool that recovers accounts by phone first, or whose only factor is email for a pool
that recovers them by email first.

### Why

Cognito does not send a user the reset code to the address that gets the MFA code. Users who have that one address only cannot
reset their password.

### Rejected

The pool recovers accounts with `verified_phone_number`, then `verified_email`.

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

The pool recovers accounts with `verified_email`, then `verified_phone_number`.

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

Standing: advice. The developer guide says that both codes never go to one address, and `ForgotPassword` fails for such users
(row A03).
"#,
    evidence: Evidence { rows: &["A03"], standing: Standing::Advice, messages: &[], source: "Amazon Cognito developer guide" },
    severity: BySeverityProfile::CLASSIC,
    check,
    rejected: || {
        let change = example::change(example::off(), &example::sms(Mode::Optional));
        let mechanisms = ["verified_phone_number", "verified_email"].map(str::to_owned);
        example::on_pool(change, |pool| pool.recovery = Some(mechanisms.into()))
    },
    accepted: || example::change(example::off(), &example::sms(Mode::Optional)),
};

/// A factor, and the recovery mechanism that uses the same address.
const CHANNELS: [(Factor, &str); 2] = [(Factor::Sms, "verified_phone_number"), (Factor::Email, "verified_email")];

fn check(transition: &Transition) -> Verdict {
    let active = transition.wanted_mode_in(&[Mode::Optional, Mode::On]);
    let same = CHANNELS.map(|(factor, mechanism)| {
        transition
            .sends_only(factor)
            .and(transition.is_pool(PoolMember::Recovery, |pool| first_recovery(pool) == Some(mechanism)))
    });
    Verdict::broken_when(active.and(Answer::any(same)), || finding(transition))
}

fn first_recovery(pool: &PoolFacts) -> Option<&str> {
    pool.recovery.as_ref()?.first().map(String::as_str)
}

fn finding(transition: &Transition) -> Finding {
    let first = transition.pool.known().and_then(first_recovery).unwrap_or_default();
    let (factor, other) = if first == "verified_email" { ("email", "verified_phone_number") } else { ("SMS", "verified_email") };
    let argument = if factor == "SMS" { Factor::Sms } else { Factor::Email }.argument();
    let found = format!(
        "{} recovers accounts by `{first}` first, and after this change {factor} is its only factor.",
        transition.pool_label()
    );
    Finding::at(Path::root(argument), found)
        .because("Cognito does not send a reset code to where the MFA code goes, so users with that one address cannot reset a password.")
        .say(format!("Put `{other}` first, or add the authenticator app:"))
        .show(["software_token_mfa_configuration = { enabled = true }"])
        .allow(Allow::Now("passwords are reset by the help desk"))
}
