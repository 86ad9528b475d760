//! Required MFA beside a sign-in with a passkey that counts as one factor is refused by the API.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, FactorConfiguration, Mode, PoolFacts, PoolMember, Transition, UserVerification, Wanted};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "required_with_single_factor_passkey",
    summary: "Required MFA needs passkeys that count as two factors",
    docs: r#"### What it checks

MFA `ON` for a pool whose sign-in policy allows `WEB_AUTHN` as the first factor, in a request whose `factor_configuration` is
not `MULTI_FACTOR_WITH_USER_VERIFICATION`. A block that is left out of the configuration is filled from the pool; a block that
is left out of the request would count as `SINGLE_FACTOR`.

### Why

Cognito refuses it: a sign-in with such a passkey would be one factor where two are required.

### Rejected

The pool lets users begin a sign-in with `PASSWORD` or `WEB_AUTHN`, and has no passkey settings.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

The same pool.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
  web_authn_configuration = {
    relying_party_id     = "login.example.com"
    user_verification    = "required"
    factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
  }
}
```

### Evidence

Standing: api. AWS answers `InvalidParameterException`: "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is
required and WebAuthn is an allowed first auth factor" (row T05). The mirror of it, when `WEB_AUTHN` is added to a pool with MFA
`ON`, reads "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA." (row T06).
"#,
    evidence: Evidence {
        rows: &["T05", "T06"],
        standing: Standing::Api,
        messages: &[
            "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor",
            "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.",
        ],
        source: "live measurements of 2026 with five arms; two public reports of the mirror",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || example::on_pool(example::change(example::token(Mode::Optional), &example::token(Mode::On)), begin_with_passkey),
    accepted: || {
        let wanted = example::with_passkeys(example::token(Mode::On), UserVerification::Required);
        example::on_pool(example::change(example::token(Mode::Optional), &wanted), begin_with_passkey)
    },
};

fn begin_with_passkey(pool: &mut PoolFacts) {
    pool.first_factors.push("WEB_AUTHN".to_owned());
}

fn check(transition: &Transition) -> Verdict {
    let by_passkey = transition.is_pool(PoolMember::FirstFactors, |pool| pool.begins_with("WEB_AUTHN"));
    let single = transition.sends(|wanted| !counts_twice(wanted));
    Verdict::broken_when(Answer::all([transition.wanted_mode_in(&[Mode::On]), by_passkey, single]), || finding(transition))
}

/// Whether the request makes a passkey count as two factors; an absent block or member makes it one.
fn counts_twice(wanted: &Wanted) -> Answer {
    match wanted.web_authn.as_ref().and_then(|passkeys| passkeys.factor_configuration.as_ref()) {
        Value::Known(factor) => (*factor == FactorConfiguration::MultiFactorWithUserVerification).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    }
}

fn finding(transition: &Transition) -> Finding {
    let found = format!(
        "{} lets users begin a sign-in with a passkey (WEB_AUTHN), and this change makes a passkey count as one factor only.",
        transition.pool_label()
    );
    let factor = FactorConfiguration::MultiFactorWithUserVerification.as_str();
    Finding::at(Path::root("web_authn_configuration").member("factor_configuration"), found)
        .say("Let a passkey that verifies its user count as two factors:")
        .show([
            "web_authn_configuration = {".to_owned(),
            "  user_verification    = \"required\"".to_owned(),
            format!("  factor_configuration = {}", hcl::quoted(factor)),
            "}".to_owned(),
        ])
        .say("Or take `WEB_AUTHN` out of the pool's sign-in policy, and apply that before this change.")
        .allow(Allow::PutOff("the sign-in policy is changed in the same apply"))
}
