//! Email MFA on a pool that sends mail with the Cognito default is refused by the API.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Factor, Mode, PoolMember, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "email_without_ses",
    summary: "Email MFA needs Amazon SES",
    docs: r#"### What it checks

A request with `email_mfa_configuration` for a pool that sends mail through the Cognito default (`COGNITO_DEFAULT`) and not
through an identity of its own in Amazon SES (`DEVELOPER`).

### Why

Cognito refuses it, for `OPTIONAL` as for `ON`: its default sender is limited to a few messages a day.

### Rejected

The pool has no `email_configuration`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  email_mfa_configuration          = {}
}
```

### Accepted

The pool has `email_sending_account = "DEVELOPER"`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  email_mfa_configuration          = {}
}
```

### Evidence

Standing: api. AWS answers `InvalidParameterException`: "Cannot set EmailMfaConfiguration when user pool EmailConfiguration
contains an EmailSendingAccount of COGNITO_DEFAULT." (row E02). The pool has to be changed in an apply before (row T09). Beside
MFA `OFF` AWS looks at the factors first (row M09), and so does `factors_with_mode_off`.
"#,
    evidence: Evidence {
        rows: &["E02", "T09", "M09"],
        standing: Standing::Api,
        messages: &[
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT.",
        ],
        source: "three public reports of live answers",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || {
        let change = example::change(example::off(), &example::with_email(example::token(Mode::Optional)));
        example::on_pool(change, |pool| pool.email_sending_account = Some("COGNITO_DEFAULT".to_owned()))
    },
    accepted: || example::change(example::off(), &example::with_email(example::token(Mode::Optional))),
};

fn check(transition: &Transition) -> Verdict {
    // A pool without the setting sends with the default.
    let by_default =
        transition.is_pool(PoolMember::EmailSendingAccount, |pool| pool.email_sending_account.as_deref() != Some("DEVELOPER"));
    Verdict::broken_when(transition.sends_factor(Factor::Email).and(by_default), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let found = format!(
        "`email_mfa_configuration` is set, but {} still sends mail with the Cognito default.",
        transition.pool_label_inside()
    );
    Finding::at(Path::root("email_mfa_configuration"), found)
        .say("Let the pool send through Amazon SES first, apply that, and add email MFA afterwards:")
        .show([
            "# in aws_cognito_user_pool",
            "email_configuration {",
            "  email_sending_account = \"DEVELOPER\"",
            "  source_arn            = aws_ses_domain_identity.example.arn",
            "  from_email_address    = \"login@example.com\"",
            "}",
        ])
        .say("Email MFA also needs a tier above LITE, and a way to recover an account other than `verified_email`.")
        .allow(Allow::PutOff("the sender is changed in the same apply"))
}
