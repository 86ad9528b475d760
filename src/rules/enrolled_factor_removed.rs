//! A factor that users may have set up goes away.

use super::example;
use super::finding::{Allow, Finding, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, Factor, Mode, Transition};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "enrolled_factor_removed",
    summary: "A factor that users may have set up is removed",
    docs: r#"### What it checks

A change that takes the authenticator app or email away from a pool whose MFA stays `OPTIONAL` or `ON`. SMS is not looked at:
once a pool has an SMS sender, no read shows whether SMS is one of its factors.

### Why

AWS accepts it. Users whose only factor this was are asked to set up another one (`ON`), or sign in with one factor
(`OPTIONAL`). Authenticator apps that are enrolled stay enrolled, and may go on working.

### Rejected

The pool has the authenticator app and email.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

The pool has the authenticator app.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  email_mfa_configuration          = {}
}
```

### Evidence

Standing: advice. The developer guide of 2023 says that turning the app off for a pool does not remove enrolled tokens (row
A12). That SMS cannot be seen is row M16.
"#,
    evidence: Evidence {
        rows: &["A12", "M16"],
        standing: Standing::Advice,
        messages: &[],
        source: "Amazon Cognito developer guide of 2023",
    },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || example::change(example::with_email(example::token(Mode::Optional)), &example::token(Mode::Optional)),
    accepted: || example::change(example::token(Mode::Optional), &example::with_email(example::token(Mode::Optional))),
};

/// The factors whose presence a read shows for certain.
const SEEN: [Factor; 2] = [Factor::SoftwareToken, Factor::Email];

fn check(transition: &Transition) -> Verdict {
    let removed = Answer::any(SEEN.map(|factor| is_removed(transition, factor)));
    Verdict::broken_when(transition.wanted_mode_in(&[Mode::Optional, Mode::On]).and(removed), || finding(transition))
}

fn is_removed(transition: &Transition, factor: Factor) -> Answer {
    let there = match &transition.live {
        Value::Known(live) => live.effective_factors().contains(&factor).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    };
    there.and(!transition.sends_factor(factor))
}

fn finding(transition: &Transition) -> Finding {
    let removed: Vec<Factor> = SEEN.into_iter().filter(|factor| is_removed(transition, *factor) == Answer::Yes).collect();
    let names: Vec<&str> = removed.iter().map(|factor| factor.phrase()).collect();
    let argument = removed.first().map_or("mfa_configuration", |factor| factor.argument());
    let kept = removed
        .iter()
        .map(|factor| (factor.argument(), if *factor == Factor::SoftwareToken { "{ enabled = true }" } else { "{}" }.to_owned()));
    let found =
        format!("{} offers {} as a factor now, and this change takes that away.", transition.pool_label(), listed(&names));
    Finding::at(Path::root(argument), found)
        .because(
            "AWS accepts this. Users whose only factor it was have to set up another one, or sign in with one factor; \
             authenticator apps stay enrolled and may go on working.",
        )
        .say("To give users time, keep it beside the new factor until they have enrolled:")
        .show(hcl::assignments(kept))
        .allow(Allow::Now("SEC-1234 nobody has enrolled in it"))
}
