//! A destroy that turns MFA off.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, Deletion, Mode, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "destroy_turns_off",
    summary: "This destroy turns MFA off",
    docs: r#"### What it checks

The destroy of a resource whose `deletion_policy` is `OFF` while MFA is `ON` or `OPTIONAL`. From `ON`, `required_to_off` stops it
first; with an SMS role on the pool, `sms_role_with_mode_off` does.

### Why

It is what the argument asks for. A plan shows a destroy as the removal of a resource; that users sign in with one factor afterwards
is worth a line.

### Rejected

The resource is destroyed.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  deletion_policy                  = "OFF"
}
```

### Accepted

The resource is destroyed; MFA is `OFF` already.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
  deletion_policy   = "OFF"
}
```

### Evidence

Standing: guard. This project's own argument; AWS accepts the change (row M10).
"#,
    evidence: Evidence { rows: &["M10"], standing: Standing::Guard, messages: &[], source: "this project" },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || destroy(example::change(example::token(Mode::Optional), &example::off())),
    accepted: || destroy(example::change(example::off(), &example::off())),
};

fn destroy(change: Transition) -> Transition {
    Transition { deletion: Some(Deletion::Off), ..change }
}

fn check(transition: &Transition) -> Verdict {
    let turns_off = Answer::from(transition.deletion == Some(Deletion::Off));
    Verdict::broken_when(turns_off.and(transition.live_mode_in(&[Mode::Optional, Mode::On])), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let mode = transition.live.known().map_or(Mode::On, |live| live.mode);
    let found = format!(
        "{} goes from \"{mode}\" to \"OFF\" with this destroy, because `deletion_policy` is \"OFF\". Nobody will be asked for a \
         second factor any more.",
        transition.pool_label()
    );
    Finding::at(Path::default(), found)
        .say("To leave MFA as it is, set this, apply it, and then destroy:")
        .show(hcl::assignments([("deletion_policy", hcl::quoted("RETAIN"))]))
        .allow(Allow::BeforeDestroy("pool is being retired"))
}
