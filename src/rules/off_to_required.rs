//! Requiring MFA of the users of a pool from one day to the next.

use super::example;
use super::finding::{Allow, Finding, counted};
use super::{BySeverityProfile, Evidence, Level, Rule, Standing, Verdict, hcl};
use crate::mfa::{Mode, PoolMember, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "off_to_required",
    summary: "MFA goes from OFF to ON for users without a factor",
    docs: r#"### What it checks

A change that sets MFA `ON` for a pool where it is `OFF` now and that has users. It looks at what the pool has, so a resource
that is only being created for an existing pool is judged as well.

### Why

AWS accepts it. Every user who has no factor yet is stopped at the next sign-in until the app walks them through setting one up,
and an app that has no screen for `MFA_SETUP` locks them out. `OPTIONAL` lets them enrol first. The documentation of 2017 said
that MFA can be required only when a pool is made, so profile `classic` stops it.

### Rejected

The pool has MFA `OFF` and about 4,120 users.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

The pool has MFA `OFF` and about 4,120 users. The next change, when they have enrolled, may say `ON`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Evidence

Standing: guard. The API takes the direct change (row M10). "Required can only be set when the pool is created" is a sentence of
older documentation; what is left of it is a refusal of another call, `UpdateUserPool` (row L01).
"#,
    evidence: Evidence {
        rows: &["L01", "M10"],
        standing: Standing::Guard,
        messages: &[],
        source: "older documentation; acceptance tests of other providers show that AWS accepts it",
    },
    severity: BySeverityProfile { aws: Level::Off, guarded: Level::Warning, classic: Level::Error },
    check,
    rejected: || example::change(example::off(), &example::token(Mode::On)),
    accepted: || example::change(example::off(), &example::token(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let jump = transition.live_mode_in(&[Mode::Off]).and(transition.wanted_mode_in(&[Mode::On]));
    Verdict::broken_when(jump.and(transition.is_pool(PoolMember::EstimatedUsers, |pool| pool.estimated_users > 0)), || {
        finding(transition)
    })
}

fn finding(transition: &Transition) -> Finding {
    let users = transition.pool.known().map_or(0, |pool| pool.estimated_users);
    let found = format!(
        "{} has MFA OFF and about {} users. This change asks all of them for a second factor at their next sign-in.",
        transition.pool_label(),
        counted(users)
    );
    Finding::at(Path::root("mfa_configuration"), found)
        .because("AWS accepts this. A user without a factor cannot sign in until the app has led them through setting one up.")
        .say("Let them enrol first, apply, and require MFA later:")
        .show(hcl::assignments([("mfa_configuration", hcl::quoted("OPTIONAL"))]))
        .allow(Allow::Now("all users are test users"))
}
