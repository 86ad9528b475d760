//! `OFF` together with a factor is refused by the API.

use super::example;
use super::finding::{Finding, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Factor, Mode, Transition, Wanted};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "factors_with_mode_off",
    summary: "MFA cannot be OFF while a factor is configured",
    docs: r#"### What it checks

A request that says `mfa_configuration = "OFF"` and carries an authenticator-app, SMS or email factor. A
`software_token_mfa_configuration` with `enabled = false` is never sent, so it is no factor here. Passkeys
(`web_authn_configuration`) are none either.

### Why

Cognito replaces the whole MFA object on every write, and refuses an object that turns MFA off and configures a factor in one.
The presence of a factor's block counts, even an empty one.

### Rejected

The pool has MFA `OFF`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OFF"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
}
```

### Evidence

Standing: api. AWS answers `InvalidParameterException`: "Invalid MFA configuration given, can't turn off MFA and configure an MFA
together." Seen by several independent projects from 2020 to 2026 (row M02). The same request with passkeys alone is accepted
(row M04). Reading a pool may show its SMS block beside `OFF`, which therefore is not sent back (row M13).
"#,
    evidence: Evidence {
        rows: &["M02", "M04", "M13"],
        standing: Standing::Api,
        messages: &["Invalid MFA configuration given, can't turn off MFA and configure an MFA together."],
        source: "five public reports of live answers, 2020 to 2026",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || example::change(example::off(), &example::token(Mode::Off)),
    accepted: || example::change(example::off(), &example::off()),
};

fn check(transition: &Transition) -> Verdict {
    let off = transition.wanted_mode_in(&[Mode::Off]);
    Verdict::broken_when(off.and(transition.sends(Wanted::carries_any)), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let factors = transition.request.known().map(Wanted::certain_factors).unwrap_or_default();
    let arguments: Vec<String> = factors.iter().map(|factor| format!("`{}`", factor.argument())).collect();
    let found = format!(
        "This resource sets `mfa_configuration = \"OFF\"` and still configures {}{}.",
        listed(&arguments),
        role_of(transition).map(|arn| format!(" (the SMS role is {arn})")).unwrap_or_default()
    );
    let mut lines = hcl::assignments([("mfa_configuration", hcl::quoted("OFF"))]);
    lines.extend(factors.iter().map(|factor| format!("# {} = ...   <- delete", factor.argument())));
    let finding = Finding::at(Path::root("mfa_configuration"), found)
        .say("To turn MFA off, delete the factors in the same change:")
        .show(lines)
        .say("To keep them, use \"OPTIONAL\" or \"ON\" instead.");
    announce(transition, &factors, finding)
}

/// Says what comes next where an SMS role is involved, so that one edit is enough.
fn announce(transition: &Transition, factors: &[Factor], finding: Finding) -> Finding {
    let role_there = factors.contains(&Factor::Sms) || transition.sms_role_on_pool().known().is_some();
    let off_already = transition.live.known().is_some_and(|live| live.mode == Mode::Off);
    if !role_there || off_already {
        return finding;
    }
    finding
        .say(
            "The SMS role stays on the pool when MFA is turned off. If MFA is active today, `sms_role_with_mode_off` stops that \
             next, unless the same change says that it is meant:",
        )
        .show(hcl::waivers(&[("sms_role_with_mode_off", "role kept for phone verification")]))
}

fn role_of(transition: &Transition) -> Option<String> {
    match transition.wanted_sender() {
        Value::Known(sender) => sender.caller_arn().known().cloned(),
        Value::Null | Value::Unknown => None,
    }
}
