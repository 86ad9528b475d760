//! MFA off for a pool that verifies phone numbers by itself.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Mode, PoolFacts, PoolMember, Transition, UserVerification};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "phone_verification_with_mode_off",
    summary: "OFF is no plain step while the pool verifies phones",
    docs: r#"### What it checks

A request with MFA `OFF` for a pool whose `auto_verified_attributes` have `phone_number`.

### Why

A request with `OFF` may not carry an SMS block, and a report of 2022 says that `SetUserPoolMfaConfig` then looks at such a pool as one
without an SMS sender and refuses the call. It was not measured since.

A pool with MFA `ON` or `OPTIONAL` is therefore turned off by another call, `UpdateUserPool`. It replaces the settings of the whole
pool, so the provider reads the pool right before and sends everything again as it is. That is worth a warning: a change of the pool
that somebody else makes in the same moment is lost, AWS checks the SMS role and the email sender again, and the credentials need the
permission `cognito-idp:UpdateUserPool`. Passkey settings that change too are written by a call before, which is taken back if the second
one fails.

For a pool that has MFA `OFF` already there is no other call. The write is made all the same; if AWS refuses it, the pool stays as it is.

### Rejected

The pool has MFA `OFF` and verifies phone numbers; a write of any kind says `OFF` again.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
  web_authn_configuration = {
    relying_party_id  = "login.example.com"
    user_verification = "required"
  }
}
```

### Accepted

The pool has MFA `OFF` and verifies email addresses only.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OFF"
  web_authn_configuration = {
    relying_party_id  = "login.example.com"
    user_verification = "required"
  }
}
```

### Evidence

Standing: reported. One report of December 2022 for this call, with "SMS configuration is required when phone_number is selected
for auto verification"; that `UpdateUserPool` turns MFA off was measured on a pool without such verification (row M12). The same text
is known of calls that make or update a pool without an SMS sender (row U05). That `UpdateUserPool` checks the role again was observed
(row U06).
"#,
    evidence: Evidence {
        rows: &["M12", "U05", "U06"],
        standing: Standing::Reported,
        messages: &["SMS configuration is required when phone_number is selected for auto verification"],
        source: "one public report of 2022 for this call",
    },
    severity: BySeverityProfile::CLASSIC,
    check,
    rejected: || example::on_pool(passkeys_while_off(), |pool| pool.auto_verified_attributes = vec!["phone_number".to_owned()]),
    accepted: || example::on_pool(passkeys_while_off(), |pool| pool.auto_verified_attributes = vec!["email".to_owned()]),
};

fn passkeys_while_off() -> Transition {
    let mut wanted = example::with_passkeys(example::off(), UserVerification::Required);
    if let Some(passkeys) = &mut wanted.web_authn {
        passkeys.factor_configuration = None;
    }
    example::change(example::off(), &wanted)
}

fn check(transition: &Transition) -> Verdict {
    let verifies = transition.is_pool(PoolMember::AutoVerifiedAttributes, PoolFacts::verifies_phone);
    Verdict::broken_when(transition.wanted_mode_in(&[Mode::Off]).and(verifies), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let destroy = transition.deletion.is_some();
    let found = format!(
        "{} verifies phone numbers by itself, and this {} asks for `mfa_configuration = \"OFF\"`.",
        transition.pool_label(),
        if destroy { "destroy" } else { "change" }
    );
    let path = if destroy { Path::default() } else { Path::root("mfa_configuration") };
    let is_off = transition.live.known().is_some_and(|live| live.mode == Mode::Off);
    let finding = if is_off { without_another_call(Finding::at(path, found)) } else { by_another_call(Finding::at(path, found)) };
    let reason = "tried on the staging pool";
    finding.show(["# in aws_cognito_user_pool", "auto_verified_attributes = [\"email\"]"]).allow(if destroy {
        Allow::BeforeDestroy(reason)
    } else {
        Allow::Now(reason)
    })
}

fn by_another_call(finding: Finding) -> Finding {
    finding
        .because(
            "A report of 2022 has AWS refuse that in `SetUserPoolMfaConfig`, so this provider turns MFA off with `UpdateUserPool`. That call \
             replaces the settings of the whole pool; they are read right before and sent again as they are.",
        )
        .say(
            "A change that somebody else makes to the pool in the same moment is lost. AWS checks the SMS role and the email sender again, and \
             the credentials need the permission `cognito-idp:UpdateUserPool`. The way around is to stop the verification first, and apply \
             that before:",
        )
}

fn without_another_call(finding: Finding) -> Finding {
    finding
        .because(
            "A report of 2022 has AWS refuse that with \"SMS configuration is required when phone_number is selected for auto \
             verification\", although the pool has one; nobody has measured it since.",
        )
        .say("If AWS refuses it, nothing is changed. The way around is to stop the verification first, and apply that before:")
}
