//! Risk-based MFA that has nothing left to decide.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Mode, PoolFacts, PoolMember, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "threat_protection_with_required",
    summary: "Risk-based MFA has no effect while MFA is ON",
    docs: r#"### What it checks

MFA `ON` for a pool whose threat protection (`advanced_security_mode`) is `ENFORCED`.

### Why

Adaptive authentication decides for each sign-in whether to ask for a second factor. AWS documents that this needs `OPTIONAL`:
with `ON` every sign-in is asked anyway. Blocking and the check for leaked passwords go on working.

### Rejected

Threat protection of the pool is `ENFORCED`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

Threat protection of the pool is `ENFORCED`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Evidence

Standing: advice. The developer guide asks for `OPTIONAL`; a deployment with both was reported to work in 2020 (row A04).
"#,
    evidence: Evidence { rows: &["A04"], standing: Standing::Advice, messages: &[], source: "Amazon Cognito developer guide" },
    severity: BySeverityProfile::CLASSIC,
    check,
    rejected: || example::on_pool(example::change(example::token(Mode::Optional), &example::token(Mode::On)), enforce),
    accepted: || example::on_pool(example::change(example::off(), &example::token(Mode::Optional)), enforce),
};

fn enforce(pool: &mut PoolFacts) {
    pool.threat_protection = Some("ENFORCED".to_owned());
}

fn check(transition: &Transition) -> Verdict {
    let enforced = transition.is_pool(PoolMember::ThreatProtection, |pool| pool.threat_protection.as_deref() == Some("ENFORCED"));
    Verdict::broken_when(transition.wanted_mode_in(&[Mode::On]).and(enforced), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let found = format!(
        "Threat protection of {} is ENFORCED. It chooses for each sign-in whether to ask for a second factor.",
        transition.pool_label_inside()
    );
    Finding::at(Path::root("mfa_configuration"), found)
        .because(
            "AWS accepts both together, and documents that the choice needs \"OPTIONAL\": with \"ON\" every sign-in is asked.",
        )
        .say("Let the risk decide, or keep asking everyone:")
        .show(hcl::assignments([("mfa_configuration", hcl::quoted("OPTIONAL"))]))
        .allow(Allow::Now("every sign-in is meant to be asked"))
}
