//! Required MFA beside a sign-in that begins with a one-time code is refused by the API.

use super::example;
use super::finding::{Allow, Finding, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Mode, PoolFacts, PoolMember, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "required_with_otp_first_factor",
    summary: "Required MFA and sign-in by one-time code exclude each other",
    docs: r#"### What it checks

MFA `ON` for a pool whose sign-in policy allows `EMAIL_OTP` or `SMS_OTP` as the first factor. `OPTIONAL` and `OFF` are accepted.
What counts is the pool as it is, because leaving the policy out of a configuration does not take a factor off the pool.

### Why

Cognito refuses it: a one-time code as the only proof, and a second factor for everyone, contradict each other to it.

### Rejected

The pool lets users begin a sign-in with `PASSWORD` or `EMAIL_OTP`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

The same pool.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Evidence

Standing: api. AWS answers `InvalidParameterException`: "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth
factor if MFA is enabled" (row T03). The list on the pool is what counts (row T08).
"#,
    evidence: Evidence {
        rows: &["T03", "T08"],
        standing: Standing::Api,
        messages: &["Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"],
        source: "live measurements of 2026 for both factors and both modes, and the developer guide",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || example::on_pool(example::change(example::token(Mode::Optional), &example::token(Mode::On)), begin_with_code),
    accepted: || example::on_pool(example::change(example::off(), &example::token(Mode::Optional)), begin_with_code),
};

const CODES: [&str; 2] = ["EMAIL_OTP", "SMS_OTP"];

fn begin_with_code(pool: &mut PoolFacts) {
    pool.first_factors.push("EMAIL_OTP".to_owned());
}

fn check(transition: &Transition) -> Verdict {
    let by_code = transition.is_pool(PoolMember::FirstFactors, |pool| CODES.iter().any(|code| pool.begins_with(code)));
    Verdict::broken_when(transition.wanted_mode_in(&[Mode::On]).and(by_code), || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let first_factors = transition.pool.known().map(|pool| pool.first_factors.clone()).unwrap_or_default();
    let (codes, others): (Vec<String>, Vec<String>) =
        first_factors.into_iter().partition(|factor| CODES.contains(&factor.as_str()));
    let found = format!("{} lets users begin a sign-in with {}.", transition.pool_label(), listed(&codes));
    let others: Vec<String> = others.iter().map(|factor| hcl::quoted(factor)).collect();
    Finding::at(Path::root("mfa_configuration"), found)
        .because("\"OPTIONAL\" is accepted.")
        .say("To require MFA, drop the sign-in by code from the pool first, and apply that before this change:")
        .show([
            "# in aws_cognito_user_pool".to_owned(),
            "sign_in_policy {".to_owned(),
            format!("  allowed_first_auth_factors = [{}]", others.join(", ")),
            "}".to_owned(),
        ])
        .allow(Allow::PutOff("the sign-in policy is changed in the same apply"))
}
