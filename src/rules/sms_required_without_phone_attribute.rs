//! Required MFA by SMS alone for users who need not have a phone number.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Factor, Mode, PoolMember, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "sms_required_without_phone_attribute",
    summary: "Users without a phone number cannot pass SMS MFA",
    docs: r#"### What it checks

MFA `ON` with SMS as the only factor for a pool whose schema does not require `phone_number`.

### Why

A user without a phone number has no way to get a code, and MFA is required of everyone. The schema of a pool cannot be changed
later, so the way out is another factor.

### Rejected

`phone_number` is not a required attribute of the pool.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "ON"
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
  }
}
```

### Accepted

`phone_number` is a required attribute of the pool.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "ON"
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
  }
}
```

### Evidence

Standing: advice. The developer guide and the API reference; required attributes cannot be changed once a pool is made (row
A08).
"#,
    evidence: Evidence {
        rows: &["A08"],
        standing: Standing::Advice,
        messages: &[],
        source: "Amazon Cognito developer guide and API reference",
    },
    severity: BySeverityProfile::WARNING,
    check,
    rejected: || {
        let change = example::change(example::sms(Mode::Optional), &example::sms(Mode::On));
        example::on_pool(change, |pool| pool.phone_required = false)
    },
    accepted: || example::change(example::sms(Mode::Optional), &example::sms(Mode::On)),
};

fn check(transition: &Transition) -> Verdict {
    let sms_or_nothing = transition.wanted_mode_in(&[Mode::On]).and(transition.sends_only(Factor::Sms));
    let not_required = transition.is_pool(PoolMember::PhoneRequired, |pool| !pool.phone_required);
    Verdict::broken_when(sms_or_nothing.and(not_required), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let found = format!(
        "{} does not require `phone_number` of its users, and after this change SMS is the only factor of a required MFA.",
        transition.pool_label()
    );
    Finding::at(Path::root("mfa_configuration"), found)
        .because("AWS accepts this. A user without a phone number cannot finish a sign-in.")
        .say("Add a factor that needs no phone number:")
        .show(["software_token_mfa_configuration = { enabled = true }"])
        .allow(Allow::Now("the sign-up form requires a phone number"))
}
