//! Email MFA on a pool of the LITE tier.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, Factor, Mode, PoolMember, Transition};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "email_on_lite_tier",
    summary: "Email MFA is not part of the LITE tier",
    docs: r#"### What it checks

A request with `email_mfa_configuration` for a pool of the tier `LITE` that does not have email MFA yet.

### Why

AWS documents that email MFA needs the tier `ESSENTIALS` or `PLUS`. The refusal is expected at apply, after the plan looked
fine.

### Rejected

The pool has `user_pool_tier = "LITE"`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  email_mfa_configuration          = {}
}
```

### Accepted

The pool has `user_pool_tier = "ESSENTIALS"`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  email_mfa_configuration          = {}
}
```

### Evidence

Standing: documented. The API reference names the tiers; `FeatureUnavailableInTierException` is what the call may answer, and
its text for email MFA was not seen (row E01).
"#,
    evidence: Evidence { rows: &["E01"], standing: Standing::Documented, messages: &[], source: "Amazon Cognito API reference" },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || {
        let change = example::change(example::off(), &example::with_email(example::token(Mode::Optional)));
        example::on_pool(change, |pool| pool.tier = Some("LITE".to_owned()))
    },
    accepted: || example::change(example::off(), &example::with_email(example::token(Mode::Optional))),
};

fn check(transition: &Transition) -> Verdict {
    let lite = transition.is_pool(PoolMember::Tier, |pool| pool.tier.as_deref() == Some("LITE"));
    Verdict::broken_when(Answer::all([transition.sends_factor(Factor::Email), lite, !has_email(transition)]), || {
        finding(transition)
    })
}

/// Whether email is a factor of the pool already: AWS has taken it, whatever the tier.
fn has_email(transition: &Transition) -> Answer {
    match &transition.live {
        Value::Known(live) => live.effective_factors().contains(&Factor::Email).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    }
}

fn finding(transition: &Transition) -> Finding {
    let found = format!("{} is of the LITE tier, and this change makes email a second factor.", transition.pool_label());
    Finding::at(Path::root("email_mfa_configuration"), found)
        .because("AWS documents that email MFA needs the ESSENTIALS or PLUS tier; its refusal was not seen.")
        .say("Raise the tier first and apply that; a higher tier costs more for each active user:")
        .show(
            hcl::assignments([("user_pool_tier", hcl::quoted("ESSENTIALS"))])
                .into_iter()
                .map(|line| format!("{line} # in aws_cognito_user_pool")),
        )
        .say("The authenticator app works in every tier.")
        .allow(Allow::Now("tier is raised in the same apply"))
}
