//! Passkeys for a name under which the sign-in page does not run.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, FactorConfiguration, Mode, PoolMember, Transition, UserVerification, WantedWebAuthn};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "relying_party_not_on_custom_domain",
    summary: "Passkeys would not work on the sign-in page",
    docs: r#"### What it checks

Passkeys that are in use (they are an allowed first factor, or count as two factors): a `relying_party_id` that is not the
pool's custom domain, and no `relying_party_id` for a pool that has no domain at all.

### Why

A browser takes a passkey only on pages of its relying party. AWS documents that the relying party has to be the custom domain
where a pool has one and uses its sign-in pages; without any name, registering a passkey fails.

### Rejected

The pool has the custom domain `auth.example.com`.

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

### Accepted

The pool has the custom domain `login.example.com`.

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

Standing: advice. The developer guide and the API reference; nothing is refused when the settings are made, and the errors are
seen at sign-in (rows W02, W03).
"#,
    evidence: Evidence {
        rows: &["W02", "W03"],
        standing: Standing::Advice,
        messages: &[],
        source: "Amazon Cognito developer guide and API reference",
    },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || on_domain("auth.example.com"),
    accepted: || on_domain("login.example.com"),
};

fn on_domain(domain: &str) -> Transition {
    let wanted = example::with_passkeys(example::token(Mode::Optional), UserVerification::Required);
    example::on_pool(example::change(example::off(), &wanted), |pool| pool.custom_domain = Some(domain.to_owned()))
}

fn check(transition: &Transition) -> Verdict {
    let unusable = transition.sends(|wanted| match &wanted.web_authn {
        Value::Known(passkeys) => is_elsewhere(passkeys, transition).and(are_in_use(passkeys, transition)),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    });
    Verdict::broken_when(unusable, || finding(transition))
}

fn are_in_use(passkeys: &WantedWebAuthn, transition: &Transition) -> Answer {
    let twice = match passkeys.factor_configuration {
        Value::Known(factor) => (factor == FactorConfiguration::MultiFactorWithUserVerification).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    };
    twice.or(transition.is_pool(PoolMember::FirstFactors, |pool| pool.begins_with("WEB_AUTHN")))
}

fn is_elsewhere(passkeys: &WantedWebAuthn, transition: &Transition) -> Answer {
    match &passkeys.relying_party_id {
        Value::Known(party) => {
            transition.is_pool(PoolMember::Domains, |pool| pool.custom_domain.as_ref().is_some_and(|domain| domain != party))
        }
        Value::Null => transition.is_pool(PoolMember::Domains, |pool| pool.custom_domain.is_none() && pool.domain.is_none()),
        Value::Unknown => Answer::Unknown,
    }
}

fn finding(transition: &Transition) -> Finding {
    let custom = transition.pool.known().and_then(|pool| pool.custom_domain.as_deref());
    let party = transition.request.known().and_then(|wanted| wanted.web_authn.known()?.relying_party_id.known());
    let label = transition.pool_label();
    let found = match (party, custom) {
        (Some(party), Some(custom)) => format!("{label} signs users in on {custom}, and its passkeys would be for {party}."),
        _ => format!("{label} has no domain, and this change names no relying party for its passkeys."),
    };
    let name = custom.unwrap_or("login.example.com");
    Finding::at(Path::root("web_authn_configuration").member("relying_party_id"), found)
        .because("AWS accepts this, and users see the error when they register a passkey or sign in with one.")
        .say("Name the domain of the page that users sign in on:")
        .show(hcl::assignments([("relying_party_id", hcl::quoted(name))]))
        .allow(Allow::Now("the app has a sign-in page of its own on that domain"))
}
