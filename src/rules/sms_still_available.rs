//! A pool whose SMS sender keeps SMS a factor that nobody configured.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Answer, Factor, Mode, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "sms_still_available",
    summary: "SMS stays an MFA method of this pool",
    docs: r#"### What it checks

Active MFA without `sms_configuration` for a pool that has an SMS role, for phone verification for example.

### Why

An active SMS sender makes SMS an MFA method by itself, whatever the request says, so users may still choose SMS. No API call is
known that takes the sender off a pool.

### Rejected

The pool has the SMS role `arn:aws:iam::111122223333:role/cognito-sms`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

The pool has no SMS role.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Evidence

Standing: advice. The developer guide says that an SMS configuration makes SMS available as soon as MFA is active (row S12);
leaving it out of a request does not take it off the pool (row S15), and no
read shows whether it is a factor (row M16).
"#,
    evidence: Evidence {
        rows: &["S12", "S15", "M16"],
        standing: Standing::Advice,
        messages: &[],
        source: "Amazon Cognito developer guide; one public report",
    },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || example::change(example::sms(Mode::Optional), &example::token(Mode::Optional)),
    accepted: || example::change(example::off(), &example::token(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let role_there = Answer::present(&transition.sms_role_on_pool());
    let without = transition.wanted_mode_in(&[Mode::Optional, Mode::On]).and(!transition.sends_factor(Factor::Sms));
    Verdict::broken_when(without.and(role_there), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let role = transition.sms_role_on_pool().into_known().unwrap_or_default();
    let found =
        format!("{} has the SMS role {role}, and this configuration has no `sms_configuration`.", transition.pool_label());
    Finding::at(Path::root("mfa_configuration"), found)
        .because("AWS offers SMS as an MFA method as long as a pool can send SMS and MFA is active, whatever the request says.")
        .say("If SMS is meant to be a factor, write the sender down. If not: no API call is known that takes it off a pool.")
        .allow(Allow::Now("role kept for phone verification"))
}
