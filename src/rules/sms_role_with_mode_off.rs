//! Turning MFA off while an SMS role is set on the pool is stopped.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Answer, Mode, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "sms_role_with_mode_off",
    summary: "MFA is turned off while an SMS role is set on the pool",
    docs: r#"### What it checks

A change that takes a pool from `ON` or `OPTIONAL` to `OFF` while the pool has an SMS role (`SmsConfiguration`). A pool that is
`OFF` already is left in peace, whatever role it has. A role that the same run would put on the pool first counts too: a
`cognitomfa_sms_configuration` listed in `factors` is applied before the mode, while MFA is still active.

### Why

AWS accepts this, and the role stays: the pool can still send SMS for phone verification and account recovery through it, and a
role that is later deleted makes every update of the pool fail. No API call is known that takes the role off a pool, so there is
nothing to do first; a waiver says that the remaining role was thought of.

### Rejected

The pool has MFA `OPTIONAL` and the SMS role `arn:aws:iam::111122223333:role/cognito-sms`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
}
```

### Accepted

The pool has MFA `OFF` and the same SMS role.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
}
```

### Evidence

Standing: guard. Pools with an SMS role and MFA `OFF` are made and kept by live tests of other projects (rows S14, M11). "MFA cannot
be turned off if an SMS role is configured" is a sentence of the console of 2018 to 2021 (row L03). Neither leaving the role out
nor turning MFA off removes it (row S15).
"#,
    evidence: Evidence {
        rows: &["S14", "L03", "M11", "S15"],
        standing: Standing::Guard,
        messages: &[],
        source: "reports of the older console; live tests of other providers show that AWS accepts it",
    },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || example::change(example::sms(Mode::Optional), &example::off()),
    accepted: || example::change(example::sms(Mode::Off), &example::off()),
};

fn check(transition: &Transition) -> Verdict {
    let role_there = Answer::present(&transition.sms_role_on_pool()).or(transition.sms_role_listed.is_some().into());
    let leaves = transition.live_mode_in(&[Mode::Optional, Mode::On]).and(transition.wanted_mode_in(&[Mode::Off]));
    let leaves = leaves.and((!transition.restores()).into());
    Verdict::broken_when(leaves.and(role_there), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let destroy = transition.deletion.is_some();
    let pool = transition.pool_label();
    let had = match (transition.sms_role_on_pool().known(), &transition.sms_role_listed) {
        (None, Some(role)) => {
            let role = role.known().map_or("an SMS role".to_owned(), |arn| format!("the SMS role {arn}"));
            format!(
                "{pool} gets {role} in the same run: the SMS resource in `factors` is applied before this one, while MFA is still active."
            )
        }
        (role, _) => format!("{pool} has the SMS role {}.", role.copied().unwrap_or_default()),
    };
    let found = format!(
        "{had} After this {} MFA is OFF, and the role stays on the pool for phone verification and recovery.",
        if destroy { "destroy" } else { "change" }
    );
    let reason = "role kept for phone verification";
    let path = if destroy { Path::default() } else { Path::root("mfa_configuration") };
    Finding::at(path, found)
        .because(
            "AWS accepts this; the console of 2018 to 2021 did not, and no API call is known that takes the role off a pool. This \
             provider stops it until someone has said that the role is meant to stay.",
        )
        .allow(if destroy { Allow::BeforeDestroy(reason) } else { Allow::Now(reason) })
}
