//! Passkeys that count as two factors on a pool of the LITE tier.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, FactorConfiguration, Mode, PoolMember, Settings, Transition, UserVerification};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "passkey_factor_on_lite_tier",
    summary: "Multi-factor passkeys are not part of the LITE tier",
    docs: r#"### What it checks

A request whose `factor_configuration` is `MULTI_FACTOR_WITH_USER_VERIFICATION` for a pool of the tier `LITE`. `SINGLE_FACTOR`
is what an absent value means, and is not sent to such a pool.

### Why

AWS documents that the setting needs the tier `ESSENTIALS` or `PLUS`. The refusal is expected at apply, after the plan looked
fine.

### Rejected

The pool has `user_pool_tier = "LITE"`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  web_authn_configuration = {
    user_verification    = "required"
    factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
  }
}
```

### Accepted

The pool has `user_pool_tier = "LITE"`.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
}
```

### Evidence

Standing: documented. The API reference names the tiers; `FeatureUnavailableInTierException` is what the call may answer, and
its text for this setting was not seen (row W05).
"#,
    evidence: Evidence { rows: &["W05"], standing: Standing::Documented, messages: &[], source: "Amazon Cognito API reference" },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || {
        let wanted = example::with_passkeys(example::token(Mode::Optional), UserVerification::Required);
        example::on_pool(example::change(example::off(), &wanted), |pool| pool.tier = Some("LITE".to_owned()))
    },
    accepted: || {
        let change = example::change(example::off(), &example::token(Mode::Optional));
        example::on_pool(change, |pool| pool.tier = Some("LITE".to_owned()))
    },
};

fn check(transition: &Transition) -> Verdict {
    let lite = transition.is_pool(PoolMember::Tier, |pool| pool.tier.as_deref() == Some("LITE"));
    let twice =
        transition.sends(|wanted| match wanted.web_authn.as_ref().and_then(|passkeys| passkeys.factor_configuration.as_ref()) {
            Value::Known(factor) => (*factor == FactorConfiguration::MultiFactorWithUserVerification).into(),
            Value::Null => Answer::No,
            Value::Unknown => Answer::Unknown,
        });
    Verdict::broken_when(Answer::all([twice, lite, !has_it(transition)]), || finding(transition))
}

/// Whether passkeys stand for two factors already: AWS has taken it, whatever the tier.
fn has_it(transition: &Transition) -> Answer {
    let stands_for_two = |live: &Settings| {
        let factor = live.web_authn.as_ref().and_then(|passkeys| passkeys.factor_configuration.as_ref());
        factor == Some(&FactorConfiguration::MultiFactorWithUserVerification)
    };
    match &transition.live {
        Value::Known(live) => stands_for_two(live).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    }
}

fn finding(transition: &Transition) -> Finding {
    let found = format!("{} is of the LITE tier, and this change makes a passkey count as two factors.", transition.pool_label());
    Finding::at(Path::root("web_authn_configuration").member("factor_configuration"), found)
        .because("AWS documents that this needs the ESSENTIALS or PLUS tier; its refusal was not seen.")
        .say("Either delete `factor_configuration`, or raise the tier first and apply that; a higher tier costs more:")
        .show(
            hcl::assignments([("user_pool_tier", hcl::quoted("ESSENTIALS"))])
                .into_iter()
                .map(|line| format!("{line} # in aws_cognito_user_pool")),
        )
        .allow(Allow::Now("tier is raised in the same apply"))
}
