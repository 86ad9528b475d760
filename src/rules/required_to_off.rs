//! Turning required MFA off in one step is stopped.

use super::example;
use super::finding::{Allow, Finding, counted, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Factor, Mode, Settings, Transition, Wanted};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "required_to_off",
    summary: "MFA cannot go from ON to OFF in one step",
    docs: r#"### What it checks

A change that turns MFA `OFF` for a pool where it is `ON` now. It looks at what the pool has, so a resource that is only being
created for an existing pool is judged as well, and so is a destroy with `deletion_policy = "OFF"`. One with `"RESTORE"` is judged by
`restore_weakens`.

### Why

AWS accepts the direct change; this provider stops it. It removes the second factor from every sign-in at once, for all users, and
one wrong variable is enough to ask for it. Through `OPTIONAL` the same happens in two applies that can be looked at: users with
a factor keep it after the first.

### Rejected

The pool has MFA `ON`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
}
```

### Accepted

The pool has MFA `ON`. `sign_in_weakened` would warn of this step; here it is waived. The next plan, from `OPTIONAL`, may say `OFF`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }

  waivers = [
    {
      rule   = "sign_in_weakened"
      reason = "SEC-1234 pool is being retired"
    },
  ]
}
```

### Evidence

Standing: guard. The API takes the direct change; live tests of other projects go from `ON` to `OFF` and back (row M10). That it is
forbidden was said of the older console only, and no text of AWS was found that says so (row L02).
"#,
    evidence: Evidence {
        rows: &["L02", "M10"],
        standing: Standing::Guard,
        messages: &[],
        source: "acceptance tests of other providers and two measurements of 2026 show that AWS accepts it",
    },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || example::change(example::token(Mode::On), &example::off()),
    accepted: || example::change(example::token(Mode::On), &example::token(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let answer = transition.live_mode_in(&[Mode::On]).and(transition.wanted_mode_in(&[Mode::Off]));
    let answer = answer.and((!transition.restores()).into());
    Verdict::broken_when(answer, || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let destroy = transition.deletion.is_some();
    let users = match transition.pool.known().map(|pool| pool.estimated_users) {
        Some(users) if users > 0 => format!("for about {} users", counted(users)),
        _ => "for every user".to_owned(),
    };
    let step = if destroy { "Destroying this resource with `deletion_policy = \"OFF\"`" } else { "This change" };
    let found = format!("{} requires MFA today. {step} turns it off {users} in a single apply.", transition.pool_label());
    let path = if destroy { Path::default() } else { Path::root("mfa_configuration") };
    let live = transition.live.known().cloned().unwrap_or(Settings::UNTOUCHED);
    let reason = "SEC-1234 pool is being retired";
    let finding = Finding::at(path, found)
        .because("AWS accepts this. This provider stops it, because it takes the second factor out of every sign-in at once.")
        .say("Go through \"OPTIONAL\", in two applies:");
    let optional = Settings { mode: Mode::Optional, ..live.clone() };
    let step = Transition { deletion: None, request: Value::Known(Wanted::from(&optional)), ..transition.clone() };
    let second = Transition { live: Value::Known(optional), ..transition.clone() };
    let first = ["# 1. apply this; users who have a factor keep it".to_owned()].into_iter();
    let finding = finding.show(first.chain(hcl::mode_with_factors("OPTIONAL", &live)));
    if destroy {
        let finding = finding.show_waivers_of([step, second]).show(["", "# 2. when you are sure, destroy the resource"]);
        return finding.allow(Allow::BeforeDestroy(reason));
    }
    finding.show_waivers_of([step]).show(turned_off(&live)).show_waivers_of([second]).allow(Allow::Now(reason))
}

fn turned_off(live: &Settings) -> Vec<String> {
    let mut lines = vec![String::new(), "# 2. when you are sure, apply this".to_owned()];
    lines.extend(hcl::assignments([("mfa_configuration", hcl::quoted("OFF"))]));
    let factors: Vec<&str> = live.factors().into_iter().map(Factor::argument).collect();
    if !factors.is_empty() {
        lines.push(format!("# and delete {}", listed(&factors)));
    }
    lines
}
