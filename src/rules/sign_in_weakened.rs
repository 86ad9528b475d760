//! Any lowering of what a sign-in is asked for: one line to look for.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Answer, Factor, Mode, Settings, Transition, Wanted, assurance};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "sign_in_weakened",
    summary: "This change weakens sign-in",
    docs: r#"### What it checks

A change that lowers the mode (`ON` to `OPTIONAL`, either to `OFF`), or that lowers the assurance level which every sign-in is sure
to reach: adding email to a pool with MFA `ON` does that, because email is no out-of-band authenticator in NIST SP 800-63B.

### Why

AWS accepts it. One warning under one name makes every lowering easy to find in reviews and pipelines. Where a rule stops
the same change, that rule speaks instead.

### Rejected

The pool has MFA `ON`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
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

Standing: advice. All changes of the mode are legal (row M10). The levels are this project's reading of NIST SP 800-63B.
"#,
    evidence: Evidence {
        rows: &["M10"],
        standing: Standing::Advice,
        messages: &[],
        source: "this project; NIST SP 800-63B for the levels",
    },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || example::change(example::token(Mode::On), &example::token(Mode::Optional)),
    accepted: || example::change(example::token(Mode::Optional), &example::token(Mode::On)),
};

/// The level without a second factor.
const LEAST: u8 = 1;

fn check(transition: &Transition) -> Verdict {
    Verdict::broken_when(lowers(transition), || finding(transition))
}

/// Whether the change lowers the mode, or the level that every sign-in is sure to reach.
pub(super) fn lowers(transition: &Transition) -> Answer {
    let lowered = |from: &[Mode], to: &[Mode]| transition.live_mode_in(from).and(transition.wanted_mode_in(to));
    let mode = lowered(&[Mode::On], &[Mode::Optional, Mode::Off]).or(lowered(&[Mode::Optional], &[Mode::Off]));
    let level = guaranteed_before(transition).and(transition.sends(|wanted| !guaranteed_after(wanted)));
    mode.or(level)
}

fn guaranteed_before(transition: &Transition) -> Answer {
    match &transition.live {
        Value::Known(live) => (assurance::level(live) == 2).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    }
}

/// [`assurance::level`] of settings that are not all known.
fn guaranteed_after(wanted: &Wanted) -> Answer {
    let required = match wanted.mode {
        Value::Known(mode) => (mode == Mode::On).into(),
        Value::Null | Value::Unknown => Answer::Unknown,
    };
    Answer::all([required, wanted.carries_any(), !wanted.carries(Factor::Email)])
}

fn finding(transition: &Transition) -> Finding {
    let before = transition.live.known().unwrap_or(&Settings::UNTOUCHED);
    let wanted = transition.request.known();
    let mode = wanted.and_then(|wanted| wanted.mode.known()).copied();
    let carries_none = wanted.is_some_and(|wanted| wanted.carries_any() == Answer::No);
    let what = match (before.mode, mode) {
        (_, None) if carries_none => {
            "the mode is not known yet, and no factor is left: whatever it will be, no sign-in is sure to be asked for a second factor."
        }
        (Mode::On, Some(Mode::Optional)) => {
            "MFA goes from required to optional: users without a factor will sign in with one factor only."
        }
        (Mode::On, Some(Mode::Off)) => "MFA goes from required to off: nobody will be asked for a second factor.",
        (_, Some(Mode::Off)) => "MFA goes from optional to off: users who have a factor will no longer be asked for it.",
        _ => "email becomes a second factor, and a code by email does not count as a second factor in NIST SP 800-63B.",
    };
    let path = if transition.deletion.is_some() { Path::default() } else { Path::root("mfa_configuration") };
    let reason = "SEC-1234 agreed with the security team";
    let lead = if assurance::level(before) == LEAST {
        "What every sign-in is sure to reach stays the lowest level of NIST SP 800-63B; users who have a factor lose what it adds:"
    } else {
        "What every sign-in is sure to reach, as a level of NIST SP 800-63B:"
    };
    Finding::at(path, format!("{}: {what} AWS accepts this.", transition.pool_label()))
        .say(lead)
        .show(before_and_after(transition))
        .allow(if transition.deletion.is_some() { Allow::BeforeDestroy(reason) } else { Allow::Now(reason) })
}

/// Mode, factors and level before and after the change, as two rows of a table.
pub(super) fn before_and_after(transition: &Transition) -> [String; 2] {
    let before = transition.live.known().unwrap_or(&Settings::UNTOUCHED);
    let wanted = transition.request.known();
    let mode = wanted.and_then(|wanted| wanted.mode.known()).copied();
    let factors = if mode == Some(Mode::Off) { Vec::new() } else { wanted.map(Wanted::certain_factors).unwrap_or_default() };
    let [before_names, after_names] = [before.effective_factors(), factors].map(|factors| named(&factors));
    let width = before_names.len().max(after_names.len());
    let row = |when: &str, mode: Option<Mode>, names: &str, level: u8| {
        format!("{when:6}  {mode:8}  {names:width$}  AAL{level}", mode = mode.map_or("?", Mode::as_str))
    };
    [row("before", Some(before.mode), &before_names, assurance::level(before)), row("after", mode, &after_names, LEAST)]
}

fn named(factors: &[Factor]) -> String {
    let names: Vec<&str> = factors.iter().copied().map(Factor::phrase).collect();
    if names.is_empty() { "no factor".to_owned() } else { names.join(", ") }
}
