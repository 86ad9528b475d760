//! `ON` and `OPTIONAL` without any factor are refused by the API.

use super::example;
use super::finding::{Finding, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Factor, Mode, Settings, Transition, Wanted};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "active_mode_without_factor",
    summary: "MFA is active but no factor is configured",
    docs: r#"### What it checks

A request that says `mfa_configuration = "ON"` or `"OPTIONAL"` and carries no authenticator-app, SMS or email factor. A
`software_token_mfa_configuration` with `enabled = false` is never sent, so it does not count. Passkeys
(`web_authn_configuration`) are no factor to Cognito.

With `factor_management = "shared"`, factors that are on the pool count although this resource does not list them. A factor that it
listed and lists no more counts as gone in the plan, because its own resource usually goes in the same run.

### Why

Cognito refuses it, even for a pool that has an SMS role: a block that is left out counts as disabled. Nobody could finish a
sign-in that asks for a factor no one can have.

### Rejected

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = false }
}
```

### Accepted

The pool has MFA `OPTIONAL`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Evidence

Standing: api. AWS answers `InvalidParameterException`: "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA
must be enabled." (row M03). Until about the end of 2024 the wording was "Invalid MFA Configuration given, can't disable all MFAs
with a required or optional configuration." (row M03a). Whether AWS takes a lone disabled token block is reported both ways (row
M05); it is not sent, so the question does not arise.
"#,
    evidence: Evidence {
        rows: &["M03", "M03a", "M05"],
        standing: Standing::Api,
        messages: &[
            "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.",
            "Invalid MFA Configuration given, can't disable all MFAs with a required or optional configuration.",
        ],
        source: "three public reports of live answers in 2026, four of the older wording from 2022 to 2024",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || example::change(example::off(), &Settings { mode: Mode::On, ..Settings::UNTOUCHED }),
    accepted: || example::change(example::token(Mode::Optional), &example::token(Mode::On)),
};

fn check(transition: &Transition) -> Verdict {
    let active = transition.wanted_mode_in(&[Mode::Optional, Mode::On]);
    Verdict::broken_when(active.and(!transition.sends(Wanted::carries_any)), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let mode = transition.request.known().and_then(|wanted| wanted.mode.known()).map_or("ON", |mode| mode.as_str());
    let found = format!(
        "`mfa_configuration` is \"{mode}\", but this change configures no authenticator-app, SMS or email factor. A \
         `software_token_mfa_configuration` with `enabled = false` counts as none."
    );
    let add = hcl::assignments([
        ("mfa_configuration", hcl::quoted(mode)),
        (Factor::SoftwareToken.argument(), "{ enabled = true }".to_owned()),
    ]);
    let finding = Finding::at(Path::root("mfa_configuration"), found);
    let finding = match last_factors(transition) {
        Some(factors) => finding.because(format!("{} would lose its last factor, {factors}.", transition.pool_label())).say(
            "Keep that factor and add the new one beside it, apply, let users set it up, and only then delete the old one. The \
                 authenticator app needs no other AWS resource:",
        ),
        None => finding.say("Add at least one. The authenticator app needs no other AWS resource:"),
    };
    finding.show(add)
}

/// What the pool would lose, in words.
fn last_factors(transition: &Transition) -> Option<String> {
    let Value::Known(live) = &transition.live else { return None };
    let factors: Vec<&str> = live.effective_factors().into_iter().map(Factor::phrase).collect();
    (!factors.is_empty()).then(|| listed(&factors))
}
