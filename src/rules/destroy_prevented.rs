//! A destroy that `deletion_policy` refuses.

use super::example;
use super::finding::Finding;
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Deletion, Transition};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "destroy_prevented",
    summary: "deletion_policy prevents this destroy",
    docs: r#"### What it checks

The removal of a resource whose `deletion_policy` is `PREVENT`, or its move to another user pool. The value in the state counts, as it
was applied last. A replacement of the resource for the same pool is no removal: it leaves the pool alone and is let through.

Nothing is ever written in the name of `PREVENT`: where this rule is waived or lowered, the destroy leaves MFA as it is, like `RETAIN`.

### Why

`lifecycle { prevent_destroy = true }` cannot be set from outside a module, and it goes with the resource's block. This argument can be
set from outside, and counts when the block is gone.

### Rejected

The resource is destroyed.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
  deletion_policy                  = "PREVENT"
}
```

### Accepted

The resource is destroyed after this was applied; the pool has MFA `OFF`, so nothing is left behind either.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
  deletion_policy   = "RETAIN"
}
```

### Evidence

Standing: guard. This project's own argument; it says nothing of AWS.
"#,
    evidence: Evidence { rows: &[], standing: Standing::Guard, messages: &[], source: "this project" },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || destroy(Deletion::Prevent, example::change(example::off(), &example::off())),
    accepted: || destroy(Deletion::Retain, example::change(example::off(), &example::off())),
};

fn destroy(policy: Deletion, change: Transition) -> Transition {
    Transition { deletion: Some(policy), request: Value::Null, ..change }
}

fn check(transition: &Transition) -> Verdict {
    if transition.deletion == Some(Deletion::Prevent) { Verdict::Broken(finding(transition)) } else { Verdict::Holds }
}

fn finding(transition: &Transition) -> Finding {
    let found = format!(
        "{} is managed with `deletion_policy = \"PREVENT\"`, and this plan removes the resource, or moves it to \
         another pool.",
        transition.pool_label()
    );
    Finding::at(Path::default(), found)
        .because(
            "This provider stops it because the configuration asked for that. Where this rule is waived or lowered, the destroy leaves \
             MFA as it is.",
        )
        .say("Either keep the resource, or set another policy, apply that, and then destroy it:")
        .show(
            hcl::assignments([("deletion_policy", hcl::quoted("RETAIN"))])
                .into_iter()
                .map(|line| format!("{line} # or \"OFF\", which turns MFA off")),
        )
}
