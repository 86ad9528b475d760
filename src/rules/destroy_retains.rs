//! A destroy that leaves MFA as it is.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, Deletion, Mode, Transition};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "destroy_retains",
    summary: "MFA stays as it is after destroy",
    docs: r#"### What it checks

The destroy of a resource whose `deletion_policy` is `RETAIN` (the default) while MFA is `ON` or `OPTIONAL`. A `PREVENT` whose rule
`destroy_prevented` is waived or silenced is taken for `RETAIN`.

### Why

Nothing is called, so the pool keeps its MFA settings and nothing manages them afterwards. That is the safe default, and not what
everyone expects of a destroy.

### Rejected

The resource is destroyed.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

The resource is destroyed; there is nothing to leave behind.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
}
```

### Evidence

Standing: guard. This project's own argument; it says nothing of AWS.
"#,
    evidence: Evidence { rows: &[], standing: Standing::Guard, messages: &[], source: "this project" },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || destroy(example::change(example::token(Mode::On), &example::off())),
    accepted: || destroy(example::change(example::off(), &example::off())),
};

fn destroy(change: Transition) -> Transition {
    Transition { deletion: Some(Deletion::Retain), request: Value::Null, ..change }
}

fn check(transition: &Transition) -> Verdict {
    let retains = Answer::from(matches!(transition.deletion, Some(Deletion::Retain | Deletion::Prevent)));
    Verdict::broken_when(retains.and(transition.live_mode_in(&[Mode::Optional, Mode::On])), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let mode = transition.live.known().map_or(Mode::On, |live| live.mode);
    let policy = transition.deletion.map_or("", Deletion::as_str);
    let found = format!(
        "`deletion_policy` is \"{policy}\", so this destroy changes nothing on AWS. {} keeps `mfa_configuration = \"{mode}\"`, as long as \
         there is such a pool, and nothing manages it afterwards.",
        transition.pool_label()
    );
    Finding::at(Path::default(), found)
        .say("To turn MFA off with the destroy, set this, apply it, and then destroy:")
        .show(hcl::assignments([("deletion_policy", hcl::quoted("OFF"))]))
        .allow(Allow::BeforeDestroy("MFA is managed elsewhere from now on"))
}
