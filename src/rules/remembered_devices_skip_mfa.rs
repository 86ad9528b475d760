//! Remembered devices that stand in for the second factor.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Mode, PoolMember, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "remembered_devices_skip_mfa",
    summary: "Remembered devices are not asked for MFA",
    docs: r#"### What it checks

Active MFA for a pool whose `device_configuration` has `challenge_required_on_new_device = true`.

### Why

A device that the pool remembers replaces the code: its users are asked for a second factor on a new device only. Risk-based MFA
settings are left out for them as well.

### Rejected

The pool has `challenge_required_on_new_device = true`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

The pool has no `device_configuration`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Evidence

Standing: advice. The developer guide describes it (row A09).
"#,
    evidence: Evidence { rows: &["A09"], standing: Standing::Advice, messages: &[], source: "Amazon Cognito developer guide" },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || {
        let change = example::change(example::off(), &example::token(Mode::Optional));
        example::on_pool(change, |pool| pool.challenge_on_new_device = true)
    },
    accepted: || example::change(example::off(), &example::token(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let active = transition.wanted_mode_in(&[Mode::Optional, Mode::On]);
    Verdict::broken_when(
        active.and(transition.is_pool(PoolMember::ChallengeOnNewDevice, |pool| pool.challenge_on_new_device)),
        || finding(transition),
    )
}

fn finding(transition: &Transition) -> Finding {
    let found = format!(
        "{} asks for a second factor on new devices only: a device that it remembers stands in for the code.",
        transition.pool_label()
    );
    Finding::at(Path::root("mfa_configuration"), found)
        .because("AWS accepts this, and it is what `challenge_required_on_new_device = true` asks for.")
        .say("To have every sign-in asked, change the pool:")
        .show(["# in aws_cognito_user_pool", "device_configuration {", "  challenge_required_on_new_device = false", "}"])
        .allow(Allow::Now("remembered devices are meant to skip MFA"))
}
