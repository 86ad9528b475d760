//! A pool that is no longer what the plan was made on is not written.

use super::example;
use super::finding::Finding;
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Difference, Mode, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "changed_since_plan",
    summary: "MFA settings changed since this plan was made",
    docs: r#"### What it checks

At apply, just before the write: the pool's MFA settings are still those that the plan was made on. Of a create these are the settings
that it replaces; of a preference, what the user had. Writes of the same run do not count as changes, nor does a write of
`aws_cognito_user_pool` that `aws_user_pool_wo` has announced. A pool whose id the plan did not know was not seen by it.

Before Terraform 1.16 core itself stops a create whose pool has changed before it plans again inside apply: "Provider produced
inconsistent final plan", at `created_over` and `change_summary`. It means the same.

### Why

A write replaces the whole MFA object. If someone else has changed it in the meantime, going on would undo their change without
anyone having seen it. Nothing is written; a new plan shows the difference.

### Rejected

The plan was made while the pool had MFA `OPTIONAL`. Before the apply, someone turned it off in the console.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

The pool is as it was when the plan was made.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Evidence

Standing: integrity. `SetUserPoolMfaConfig` has no precondition and replaces everything (row M01), so the provider compares for it.
"#,
    evidence: Evidence {
        rows: &["M01"],
        standing: Standing::Integrity,
        messages: &[],
        source: "this project; the call is known to replace the whole object",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || {
        let drift = Difference {
            attribute: "mfa_configuration".to_owned(),
            planned: "\"OPTIONAL\"".to_owned(),
            now: "\"OFF\"".to_owned(),
        };
        Transition { drift: vec![drift], ..example::change(example::off(), &example::token(Mode::On)) }
    },
    accepted: || example::change(example::token(Mode::Optional), &example::token(Mode::On)),
};

fn check(transition: &Transition) -> Verdict {
    if transition.drift.is_empty() { Verdict::Holds } else { Verdict::Broken(finding(transition)) }
}

fn finding(transition: &Transition) -> Finding {
    let user = transition.preference.as_ref().map(|change| change.username.known().map_or("", String::as_str));
    let (object, reason) = match user {
        Some(name) => (
            format!("User {name} of {}", transition.pool_label_inside()),
            "Going on would write over a preference that this plan does not show.",
        ),
        None => (
            transition.pool_label(),
            "A write replaces all MFA settings of a pool, so going on would undo what someone else has done.",
        ),
    };
    Finding::at(Path::default(), format!("{object} is not what this plan was made on. Nothing was written."))
        .because(reason)
        .show(table(&transition.drift))
        .say("Plan again and look at the new difference.")
}

fn table(drift: &[Difference]) -> Vec<String> {
    let width = |column: fn(&Difference) -> &String, title: &str| {
        drift.iter().map(|difference| column(difference).chars().count()).max().unwrap_or_default().max(title.len())
    };
    let attributes = width(|difference| &difference.attribute, "");
    let planned = width(|difference| &difference.planned, "when planned");
    let row = |attribute: &str, then: &str, now: &str| format!("{attribute:attributes$}  {then:planned$}  {now}");
    let rows = drift.iter().map(|difference| row(&difference.attribute, &difference.planned, &difference.now));
    [row("", "when planned", "now")].into_iter().chain(rows).collect()
}
