//! A factor that is enabled for a user of a pool that does not ask for it.

use super::example;
use super::finding::{Allow, Finding, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Answer, Factor, FactorConfiguration, Mode, Preference, Settings, Transition};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "preference_without_pool_factor",
    summary: "The user pool does not ask for this factor",
    docs: r#"### What it checks

A `cognitomfa_user_mfa_preference` that enables a factor which the user pool does not have, or any factor while MFA of the pool is
`OFF`. For passkeys, the pool needs `factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"`.

### Why

AWS was seen to accept such a preference, to show it as the user's, and to ask for another factor at sign-in. This provider stops it,
because an account that is meant to be safe in an emergency is not, and nothing says so. In other cases AWS refuses it at apply.

### Rejected

The pool has the authenticator app and SMS.

```hcl
resource "cognitomfa_user_mfa_preference" "break_glass" {
  user_pool_id       = "eu-central-1_Ab12Cd34E"
  username           = "break-glass-1"
  email_mfa_settings = { enabled = true, preferred_mfa = true }
}
```

### Accepted

The pool has the authenticator app and SMS.

```hcl
resource "cognitomfa_user_mfa_preference" "break_glass" {
  user_pool_id     = "eu-central-1_Ab12Cd34E"
  username         = "break-glass-1"
  sms_mfa_settings = { enabled = true, preferred_mfa = true }
}
```

### Evidence

Standing: guard. One public report of a preference that was taken without effect (row P04). While MFA is `OFF` a refusal was reported
once (row P06), and email and passkeys are documented to need the tier and the settings of the pool (row P07).
"#,
    evidence: Evidence {
        rows: &["P04", "P06", "P07"],
        standing: Standing::Guard,
        messages: &[],
        source: "public reports; Amazon Cognito API reference",
    },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || example::preferring(Preference { email: example::block(true, true), ..Preference::default() }),
    accepted: || example::preferring(Preference { sms: example::block(true, true), ..Preference::default() }),
};

fn check(transition: &Transition) -> Verdict {
    let Some(preference) = &transition.preference else { return Verdict::Holds };
    let wanted = &preference.wanted;
    let unasked = Factor::ALL.map(|factor| unasked(transition, wanted, factor));
    let passkey = wanted.enables_passkey().and(!asks(transition, takes_passkeys));
    let any = Answer::any(unasked.into_iter().chain([passkey]));
    Verdict::broken_when(any, || match Factor::ALL.into_iter().zip(unasked).find(|(_, answer)| *answer == Answer::Yes) {
        Some((factor, _)) => unasked_factor(transition, factor),
        None => unasked_passkey(transition),
    })
}

fn unasked(transition: &Transition, wanted: &Preference, factor: Factor) -> Answer {
    wanted.enables(factor).and(!asks(transition, |live| live.effective_factors().contains(&factor)))
}

/// Whether `question` is so of the pool's settings.
fn asks(transition: &Transition, question: impl FnOnce(&Settings) -> bool) -> Answer {
    match &transition.live {
        Value::Known(live) => question(live).into(),
        Value::Null | Value::Unknown => Answer::Unknown,
    }
}

fn takes_passkeys(live: &Settings) -> bool {
    let multi = Some(FactorConfiguration::MultiFactorWithUserVerification);
    live.mode != Mode::Off && live.web_authn.as_ref().is_some_and(|passkeys| passkeys.factor_configuration == multi)
}

fn unasked_factor(transition: &Transition, factor: Factor) -> Finding {
    let (pool, phrase) = (transition.pool_label(), factor.phrase());
    let effective = transition.live.known().map(Settings::effective_factors).unwrap_or_default();
    let phrases: Vec<&str> = effective.iter().map(|factor| factor.phrase()).collect();
    let has = if phrases.is_empty() { "MFA turned off".to_owned() } else { format!("{} only", listed(&phrases)) };
    Finding::at(
        Path::root(factor.user_argument()).member("enabled"),
        format!("{pool} has {has}, and this enables {phrase} for the user."),
    )
    .because("AWS may take it without a word and never ask for it, or refuse it.")
    .say(format!("Make {phrase} a factor of the pool first, or choose one that the pool has."))
    .allow(Allow::Now("the pool gets the factor in the same apply"))
}

fn unasked_passkey(transition: &Transition) -> Finding {
    let found = format!("{} does not take passkeys as MFA, and this makes them a factor of the user.", transition.pool_label());
    Finding::at(Path::root("web_authn_mfa_settings").member("enabled"), found)
        .because("AWS documents that this needs active MFA and passkeys that stand for two factors; its refusal was not seen.")
        .say("Set this in `web_authn_configuration` of the pool first:")
        .show(["factor_configuration = \"MULTI_FACTOR_WITH_USER_VERIFICATION\""])
        .allow(Allow::Now("the pool takes passkeys as MFA in the same apply"))
}
