//! Email MFA on a pool whose accounts are recovered by email alone is refused by the API.

use super::example;
use super::finding::{Allow, Finding, listed};
use super::{BySeverityProfile, Evidence, Level, Rule, Standing, Verdict};
use crate::mfa::{Answer, Factor, Mode, PoolFacts, PoolMember, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "email_with_email_only_recovery",
    summary: "Email MFA needs a recovery other than email alone",
    docs: r#"### What it checks

A request with `email_mfa_configuration` for a pool that has no account recovery setting, or one that names `verified_email`
only. A single mechanism of another name is a warning.

### Why

Cognito refuses it: whoever can read a user's mail could reset the password and pass the second factor.

### Rejected

The pool recovers accounts with `verified_email` only.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  email_mfa_configuration          = {}
}
```

### Accepted

The pool recovers accounts with `verified_email`, then `verified_phone_number`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  email_mfa_configuration          = {}
}
```

### Evidence

Standing: api. AWS answers `InvalidParameterException`: "Cannot set EmailMfaConfiguration when user pool AccountRecoverySetting
is not set or contains only verified_email in RecoveryMechanisms." (row E03). That `admin_only` is accepted is believed, not
seen, and nobody has tried `verified_phone_number` alone. The pool has to be changed in an apply before (row T09).
"#,
    evidence: Evidence {
        rows: &["E03", "T09"],
        standing: Standing::Api,
        messages: &[
            "Cannot set EmailMfaConfiguration when user pool AccountRecoverySetting is not set or contains only verified_email in RecoveryMechanisms.",
        ],
        source: "one public report word for word, and the developer guide",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || {
        let change = example::change(example::off(), &example::with_email(example::token(Mode::Optional)));
        example::on_pool(change, |pool| pool.recovery = Some(vec!["verified_email".to_owned()]))
    },
    accepted: || example::change(example::off(), &example::with_email(example::token(Mode::Optional))),
};

fn check(transition: &Transition) -> Verdict {
    let sends = transition.sends_factor(Factor::Email);
    let by_email_only = sends.and(transition.is_pool(PoolMember::Recovery, recovers_by_email_only));
    let by_one_other = sends.and(transition.is_pool(PoolMember::Recovery, recovers_by_one_other));
    match by_email_only.or(by_one_other) {
        Answer::Yes if by_email_only == Answer::Yes => Verdict::Broken(finding(transition)),
        answer => Verdict::broken_when(answer, || unmeasured(transition)),
    }
}

fn recovers_by_one_other(pool: &PoolFacts) -> bool {
    pool.recovery.as_ref().is_some_and(|mechanisms| mechanisms.len() == 1) && !recovers_by_email_only(pool)
}

fn unmeasured(transition: &Transition) -> Finding {
    let mechanisms = transition.pool.known().and_then(|pool| pool.recovery.clone()).unwrap_or_default();
    let found = format!(
        "{} recovers accounts by `{}` only, and this change makes email a second factor.",
        transition.pool_label(),
        listed(&mechanisms)
    );
    Finding::at(Path::root("email_mfa_configuration"), found)
        .because("AWS refuses recovery by `verified_email` alone; two mechanisms were accepted, and this one was not tried.")
        .say("If AWS refuses it, nothing is changed; then add a second mechanism to the pool first.")
        .allow(Allow::Now("tried on the staging pool"))
        .at_most(Level::Warning)
}

fn recovers_by_email_only(pool: &PoolFacts) -> bool {
    pool.recovery.iter().flatten().all(|mechanism| mechanism == "verified_email")
}

fn finding(transition: &Transition) -> Finding {
    let label = transition.pool_label();
    let found = match transition.pool.known().and_then(|pool| pool.recovery.as_ref()) {
        Some(_) => format!("{label} recovers accounts by `verified_email` only, and this change makes email a second factor."),
        None => format!("{label} has no account recovery setting, and this change makes email a second factor."),
    };
    Finding::at(Path::root("email_mfa_configuration"), found)
        .say("Give the pool another way to recover an account first, apply that, and add email MFA afterwards:")
        .show([
            "# in aws_cognito_user_pool",
            "account_recovery_setting {",
            "  recovery_mechanism {",
            "    name     = \"verified_email\"",
            "    priority = 1",
            "  }",
            "  recovery_mechanism {",
            "    name     = \"verified_phone_number\"",
            "    priority = 2",
            "  }",
            "}",
        ])
        .allow(Allow::PutOff("the recovery setting is changed in the same apply"))
}
