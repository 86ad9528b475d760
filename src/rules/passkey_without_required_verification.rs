//! Passkeys that count as two factors and need not verify their user.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Answer, FactorConfiguration, Mode, Transition, UserVerification, WantedWebAuthn};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "passkey_without_required_verification",
    summary: "Two-factor passkeys do not require user verification",
    docs: r#"### What it checks

`factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"` with a `user_verification` that is not `required`; left out, it
is `preferred`.

### Why

AWS accepts it. With `preferred` a passkey without a fingerprint or PIN can be registered, and is then of no use where two
factors are asked for.

### Rejected

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  web_authn_configuration = {
    relying_party_id     = "login.example.com"
    user_verification    = "preferred"
    factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
  }
}
```

### Accepted

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  web_authn_configuration = {
    relying_party_id     = "login.example.com"
    user_verification    = "required"
    factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
  }
}
```

### Evidence

Standing: advice. A live measurement of 2026 shows that AWS takes the two together (row W06); the default is row W04.
"#,
    evidence: Evidence { rows: &["W06", "W04"], standing: Standing::Advice, messages: &[], source: "a live measurement of 2026" },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || asking(UserVerification::Preferred),
    accepted: || asking(UserVerification::Required),
};

fn asking(user_verification: UserVerification) -> Transition {
    example::change(example::off(), &example::with_passkeys(example::token(Mode::Optional), user_verification))
}

fn check(transition: &Transition) -> Verdict {
    let unverified = transition.sends(|wanted| match &wanted.web_authn {
        Value::Known(passkeys) => is_unverified(passkeys),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    });
    Verdict::broken_when(unverified, || finding(transition))
}

fn is_unverified(passkeys: &WantedWebAuthn) -> Answer {
    let twice = match passkeys.factor_configuration {
        Value::Known(factor) => (factor == FactorConfiguration::MultiFactorWithUserVerification).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    };
    let verified = match passkeys.user_verification {
        Value::Known(verification) => (verification == UserVerification::Required).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    };
    twice.and(!verified)
}

fn finding(transition: &Transition) -> Finding {
    let found = format!(
        "{} would count a passkey as two factors, and take passkeys that do not verify who uses them.",
        transition.pool_label()
    );
    Finding::at(Path::root("web_authn_configuration").member("user_verification"), found)
        .because("AWS accepts this. Such a passkey can be registered, and then does not pass for two factors.")
        .say("Ask for the fingerprint, face or PIN when it is used:")
        .show(["user_verification = \"required\""])
        .allow(Allow::Now("the app checks the authenticators it lets register"))
}
