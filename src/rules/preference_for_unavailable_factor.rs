//! A factor that is enabled for a user who lacks what it needs.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Level, Rule, Standing, Verdict};
use crate::mfa::{Answer, Factor, Preference, Transition, UserFacts};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "preference_for_unavailable_factor",
    summary: "The user lacks what this factor needs",
    docs: r#"### What it checks

A `cognitomfa_user_mfa_preference` that enables SMS for a user without `phone_number`, or email for a user without `email`. It warns of
passkeys for a user whom this change leaves without another factor.

The authenticator app is not judged: no call shows whether a user has set one up before it is enabled. A user that does not exist yet is
judged at apply.

### Why

AWS refuses to enable a factor that the user cannot use.

### Rejected

The user has no `phone_number`.

```hcl
resource "cognitomfa_user_mfa_preference" "break_glass" {
  user_pool_id     = "eu-central-1_Ab12Cd34E"
  username         = "break-glass-1"
  sms_mfa_settings = { enabled = true, preferred_mfa = true }
}
```

### Accepted

The user has the `phone_number` +4912345678.

```hcl
resource "cognitomfa_user_mfa_preference" "break_glass" {
  user_pool_id     = "eu-central-1_Ab12Cd34E"
  username         = "break-glass-1"
  sms_mfa_settings = { enabled = true, preferred_mfa = true }
}
```

### Evidence

Standing: api. For a user without a phone number AWS was seen to answer "User does not have a phone_number set to turn on SMS MFA"
(row P03), and for one without an authenticator app "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA" (row P02).
What it answers about email was not seen. That passkeys need another factor is documented (row P07).
"#,
    evidence: Evidence {
        rows: &["P02", "P03", "P07"],
        standing: Standing::Api,
        messages: &["User does not have a phone_number set to turn on SMS MFA"],
        source: "public reports of several years; Amazon Cognito API reference",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || example::of_user(sms(), |user| user.has_phone_number = false),
    accepted: sms,
};

fn sms() -> Transition {
    example::preferring(Preference { sms: example::block(true, true), ..Preference::default() })
}

fn check(transition: &Transition) -> Verdict {
    let Some(preference) = &transition.preference else { return Verdict::Holds };
    let (wanted, user) = (&preference.wanted, &preference.user);
    let unusable = |factor, has: fn(&UserFacts) -> bool| wanted.enables(factor).and(lacks(user, has));
    let sms = unusable(Factor::Sms, |user| user.has_phone_number);
    let email = unusable(Factor::Email, |user| user.has_email);
    match Answer::any([sms, email]) {
        Answer::Yes if sms == Answer::Yes => Verdict::Broken(unusable_factor(Factor::Sms, "phone_number")),
        Answer::Yes => Verdict::Broken(unusable_factor(Factor::Email, "email").unquoted()),
        Answer::Unknown => Verdict::Undecided,
        Answer::No => {
            let others = Factor::ALL.map(|factor| keeps(wanted, user, factor));
            let alone = wanted.enables_passkey().and(!Answer::any(others));
            Verdict::broken_when(alone, passkey_alone)
        }
    }
}

fn lacks(user: &Value<UserFacts>, has: fn(&UserFacts) -> bool) -> Answer {
    user.known().map_or(Answer::Unknown, |user| (!has(user)).into())
}

/// Whether the user has this factor after the change.
fn keeps(wanted: &Preference, user: &Value<UserFacts>, factor: Factor) -> Answer {
    let has = user.known().map_or(Answer::Unknown, |user| user.has(factor).into());
    Answer::any([wanted.enables(factor), has.and(!wanted.disables(factor))])
}

fn unusable_factor(factor: Factor, attribute: &str) -> Finding {
    let found = format!("The user has no `{attribute}`, and this enables {} for them.", factor.phrase());
    Finding::at(Path::root(factor.user_argument()).member("enabled"), found)
        .because("A factor that the user cannot use cannot be enabled.")
        .say(format!("Give the user the attribute `{attribute}` first, or leave the block out."))
        .allow(Allow::PutOff("aws_cognito_user sets the attribute in this apply"))
}

fn passkey_alone() -> Finding {
    let found = "The user has no other factor after this change, and it makes passkeys one.";
    Finding::at(Path::root("web_authn_mfa_settings").member("enabled"), found)
        .because("AWS documents that passkeys need another factor of the user; its refusal was not seen.")
        .say("Enable another factor for the user beside it.")
        .at_most(Level::Warning)
        .allow(Allow::Now("the user sets up another factor"))
}
