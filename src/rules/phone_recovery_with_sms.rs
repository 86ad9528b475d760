//! SMS as a factor for a pool whose accounts are recovered by phone alone.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Factor, Mode, PoolFacts, PoolMember, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "phone_recovery_with_sms",
    summary: "SMS MFA beside recovery by phone alone may be refused",
    docs: r#"### What it checks

A request with an SMS factor for a pool whose only account recovery mechanism is `verified_phone_number`.

### Why

Whoever holds the phone could reset the password and pass the second factor. One report says that AWS refuses SMS MFA beside
recovery by phone; on which conditions exactly is not known.

### Rejected

The pool recovers accounts with `verified_phone_number` only.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
  }
}
```

### Accepted

The pool recovers accounts with `verified_email`, then `verified_phone_number`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
  }
}
```

### Evidence

Standing: reported. One report of 2023 with "Invalid account recovery setting parameter. Account Recovery Setting cannot use
verified_phone_number as a recovery mechanism when SMS MFA is configured." (row A02). That pool recovered by email first and by
phone second, which the developer guide calls good practice, so this rule speaks of phone alone only.
"#,
    evidence: Evidence {
        rows: &["A02"],
        standing: Standing::Reported,
        messages: &[
            "Account Recovery Setting cannot use verified_phone_number as a recovery mechanism when SMS MFA is configured.",
        ],
        source: "one public report of 2023; its condition is not known",
    },
    severity: BySeverityProfile::CLASSIC,
    check,
    rejected: || {
        let change = example::change(example::off(), &example::sms(Mode::Optional));
        example::on_pool(change, |pool| pool.recovery = Some(vec!["verified_phone_number".to_owned()]))
    },
    accepted: || example::change(example::off(), &example::sms(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    let by_phone_only = transition.is_pool(PoolMember::Recovery, recovers_by_phone_only);
    Verdict::broken_when(transition.sends_factor(Factor::Sms).and(by_phone_only), || finding(transition))
}

fn recovers_by_phone_only(pool: &PoolFacts) -> bool {
    pool.recovery.as_ref().is_some_and(|mechanisms| mechanisms.iter().eq(["verified_phone_number"]))
}

fn finding(transition: &Transition) -> Finding {
    let found = format!(
        "{} recovers accounts by `verified_phone_number` only, and this change makes SMS a second factor.",
        transition.pool_label()
    );
    Finding::at(Path::root("sms_configuration"), found)
        .because(
            "A report of 2023 has AWS refuse recovery by phone beside SMS MFA; its exact condition is not known. Where it is \
             accepted, one phone is enough for both the password and the code.",
        )
        .say("Let accounts be recovered by email first:")
        .show([
            "# in aws_cognito_user_pool",
            "account_recovery_setting {",
            "  recovery_mechanism {",
            "    name     = \"verified_email\"",
            "    priority = 1",
            "  }",
            "}",
        ])
        .allow(Allow::Now("accounts are recovered by the help desk"))
}
