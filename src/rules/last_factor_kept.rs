//! The destroy of the last factor of an active pool.

use super::example;
use super::finding::Finding;
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, Factor, Mode, Transition};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "last_factor_kept",
    summary: "The pool's last factor is kept",
    docs: r#"### What it checks

The destroy of a `cognitomfa_software_token` or `cognitomfa_sms_configuration` while MFA is `ON` or `OPTIONAL` and the pool has no other
factor.

### Why

AWS refuses an active mode without a factor, and a factor's resource never changes the mode. So the factor stays on the pool, and
nothing manages it afterwards. A plan cannot see whether the same run turns MFA off or adds another factor first; then nothing is kept,
and the apply says nothing.

### Rejected

The resource of the authenticator app is destroyed while it is the only factor.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  factors           = [cognitomfa_software_token.this.factor]
}
```

### Accepted

MFA is off, so there is no factor to take away.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
}
```

### Evidence

Standing: guard. AWS refuses the request that this provider does not make (row M03).
"#,
    evidence: Evidence { rows: &["M03"], standing: Standing::Guard, messages: &[], source: "this project" },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || removal(example::token(Mode::Optional)),
    accepted: || removal(example::off()),
};

fn removal(live: crate::mfa::Settings) -> Transition {
    Transition { removal: Some(Factor::SoftwareToken), request: Value::Null, ..example::change(live, &example::off()) }
}

fn check(transition: &Transition) -> Verdict {
    let Some(factor) = transition.removal else { return Verdict::Holds };
    let alone = match &transition.live {
        Value::Known(live) => (live.factors() == [factor]).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    };
    Verdict::broken_when(transition.live_mode_in(&[Mode::Optional, Mode::On]).and(alone), || finding(transition, factor))
}

fn finding(transition: &Transition, factor: Factor) -> Finding {
    let mode = transition.live.known().map_or(Mode::On, |live| live.mode);
    let found = format!(
        "The {} is the only factor of {}, whose `mfa_configuration` is \"{mode}\". AWS takes no active mode without a factor, so the factor \
         stays on the pool, and nothing manages it afterwards. If the same run turns MFA off or adds another factor first, it does go.",
        factor.phrase(),
        transition.pool_label_inside()
    );
    Finding::at(Path::default(), found)
        .say("To take the factor away, turn MFA off in the resource that manages the mode:")
        .show(hcl::assignments([("mfa_configuration", hcl::quoted("OFF"))]))
}
