//! The AWS provider is about to write MFA settings of its own to the pool.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, Mode, Part, PlannedPool, Settings, Sibling, Transition, Wanted};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "aws_user_pool_will_reset",
    summary: "aws_cognito_user_pool is about to reset MFA",
    docs: r#"### What it checks

An `aws_cognito_user_pool`, given as `aws_user_pool_wo`, whose plan writes an MFA mode or factor that is neither what the pool has nor
what this resource asks for. It is checked in plans without a change of this resource too. What is not known before apply, and what the
object does not have, is passed over.

### Why

For the AWS provider, an `mfa_configuration` that is left out is `OFF`, and a factor's block that is left out is a factor to take away.
It writes that in the apply of some other change of the pool. This resource has nothing to do in such a plan, because the pool still is
as it should be; MFA would be off until the next apply.

### Rejected

The pool has `ON` with an authenticator app, and `aws_cognito_user_pool.main` plans `OFF`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = aws_cognito_user_pool.main.id
  aws_user_pool_wo                 = aws_cognito_user_pool.main
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

The same, and `aws_cognito_user_pool.main` leaves MFA alone, so that its plan has what the pool has:

```hcl
resource "aws_cognito_user_pool" "main" {
  name = "prod-customers"

  lifecycle {
    ignore_changes = [
      mfa_configuration, software_token_mfa_configuration,
      email_mfa_configuration, web_authn_configuration,
      sms_configuration, sms_authentication_message,
    ]
  }
}
```

### Evidence

Standing: guard. AWS accepts the write. That the AWS provider makes it is read from its source (row U08).
"#,
    evidence: Evidence {
        rows: &["U08"],
        standing: Standing::Guard,
        messages: &[],
        source: "source of the AWS provider, read in 2026",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || beside(&example::off()),
    accepted: || beside(&example::token(Mode::On)),
};

/// No change of a pool with required MFA, beside a plan of these settings.
fn beside(planned: &Settings) -> Transition {
    let sibling = Sibling { settings: Wanted::from(planned), pool: PlannedPool::default() };
    let change = example::change(example::token(Mode::On), &example::token(Mode::On));
    Transition { sibling: Value::Known(sibling), ..change }
}

fn check(transition: &Transition) -> Verdict {
    let answer = match (&transition.sibling, &transition.request) {
        (Value::Null, _) | (_, Value::Null) => Answer::No,
        _ => Answer::any(Part::ALL.map(|part| resets(transition, part))),
    };
    Verdict::broken_when(answer, || finding(transition))
}

fn resets(transition: &Transition, part: Part) -> Answer {
    match (&transition.sibling, &transition.live, &transition.request) {
        (Value::Known(sibling), Value::Known(live), Value::Known(asked)) => sibling.resets(part, live, asked),
        _ => Answer::Unknown,
    }
}

fn finding(transition: &Transition) -> Finding {
    let parts: Vec<Part> = Part::ALL.into_iter().filter(|part| resets(transition, *part) == Answer::Yes).collect();
    let found = format!("In this plan, `aws_cognito_user_pool` writes MFA settings to {}:", transition.pool_label_inside());
    let rows = parts.iter().map(|part| row(transition, *part));
    let found = [found].into_iter().chain(rows).collect::<Vec<_>>().join("\n");
    Finding::at(Path::root("aws_user_pool_wo"), found)
        .because(
            "AWS accepts that. This provider stops it, because it undoes what this resource manages, and the pool stays so until the \
             next apply.",
        )
        .say("Let only this resource own MFA. In `aws_cognito_user_pool`, delete the MFA arguments and add:")
        .show([
            "lifecycle {",
            "  ignore_changes = [",
            "    mfa_configuration, software_token_mfa_configuration,",
            "    email_mfa_configuration, web_authn_configuration,",
            "    sms_configuration, sms_authentication_message,",
            "  ]",
            "}",
        ])
        .allow(Allow::Now("MFA goes back to aws_cognito_user_pool next week"))
}

/// One part in words: what the pool has, and what it would get.
fn row(transition: &Transition, part: Part) -> String {
    let has = transition.live.known().map(|live| shown(part, &Wanted::from(live)));
    let gets = transition.sibling.known().map(|sibling| shown(part, &sibling.settings));
    let gets = if has == gets { "another one".to_owned() } else { gets.unwrap_or_default() };
    format!("    {}: {} -> {gets}", part.argument(), has.unwrap_or_default())
}

fn shown(part: Part, settings: &Wanted) -> String {
    let there = |there: bool| (if there { "set" } else { "not set" }).to_owned();
    match part {
        Part::Mode => settings.mode.known().map_or_else(String::new, |mode| hcl::quoted(mode.as_str())),
        Part::SoftwareToken => (if settings.token == Value::Known(true) { "enabled" } else { "not enabled" }).to_owned(),
        Part::Sms => match settings.sms_sender.known().and_then(|sender| sender.caller_arn().known()) {
            Some(arn) => hcl::quoted(arn),
            None => there(false),
        },
        Part::Email => there(settings.email.known().is_some()),
        Part::WebAuthn => there(settings.web_authn.known().is_some()),
    }
}
