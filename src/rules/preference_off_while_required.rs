//! A factor that is disabled for a user of a pool that requires MFA.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Answer, Factor, Mode, Preference, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "preference_off_while_required",
    summary: "A user's factor cannot go while MFA is required",
    docs: r#"### What it checks

A `cognitomfa_user_mfa_preference` that disables a factor which the user has, while MFA of the user pool is `ON`. It also looks at the
destroy of a resource with `deletion_policy = "OFF"`.

### Why

AWS documents that while MFA is required, the factors of a user cannot be disabled; only which of them is preferred can change.

### Rejected

The pool has MFA `ON`, and the user has the authenticator app and SMS.

```hcl
resource "cognitomfa_user_mfa_preference" "break_glass" {
  user_pool_id                = "eu-central-1_Ab12Cd34E"
  username                    = "break-glass-1"
  software_token_mfa_settings = { enabled = true, preferred_mfa = true }
  sms_mfa_settings            = { enabled = false }
}
```

### Accepted

The pool has MFA `OPTIONAL`, and the user has the authenticator app and SMS.

```hcl
resource "cognitomfa_user_mfa_preference" "break_glass" {
  user_pool_id                = "eu-central-1_Ab12Cd34E"
  username                    = "break-glass-1"
  software_token_mfa_settings = { enabled = true, preferred_mfa = true }
  sms_mfa_settings            = { enabled = false }
}
```

### Evidence

Standing: documented. The API reference says so of SMS and of the authenticator app; AWS's refusal was not seen (row P05).
"#,
    evidence: Evidence { rows: &["P05"], standing: Standing::Documented, messages: &[], source: "Amazon Cognito API reference" },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || {
        let mut change = without_sms();
        change.live = change.live.map(|live| crate::mfa::Settings { mode: Mode::On, ..live });
        change
    },
    accepted: without_sms,
};

fn without_sms() -> Transition {
    let (token, sms) = (example::block(true, true), example::block(false, false));
    let change = example::preferring(Preference { token, sms, ..Preference::default() });
    example::of_user(change, |user| {
        user.factors = [Factor::SoftwareToken, Factor::Sms].map(|factor| factor.user_setting().to_owned()).to_vec();
        user.preferred = Some(Factor::SoftwareToken.user_setting().to_owned());
    })
}

fn check(transition: &Transition) -> Verdict {
    let Some(preference) = &transition.preference else { return Verdict::Holds };
    let loses = |factor| {
        let has = preference.user.known().map_or(Answer::Unknown, |user| user.has(factor).into());
        preference.wanted.disables(factor).and(has)
    };
    let lost = Factor::ALL.map(loses);
    let required = transition.live_mode_in(&[Mode::On]);
    Verdict::broken_when(required.and(Answer::any(lost)), || {
        let found = Factor::ALL.into_iter().zip(lost).find(|(_, answer)| *answer == Answer::Yes);
        finding(transition, preference.is_destroy, found.map_or(Factor::SoftwareToken, |(factor, _)| factor))
    })
}

fn finding(transition: &Transition, is_destroy: bool, factor: Factor) -> Finding {
    let (phrase, pool) = (factor.phrase(), transition.pool_label());
    let found = format!("{pool} requires MFA, and this disables {phrase} for the user.");
    let because = "AWS documents that no factor of a user can be disabled while MFA is required; its refusal was not seen.";
    if is_destroy {
        return Finding::at(Path::default(), found)
            .because(because)
            .say("To leave the user as it is, set this, apply it, and then destroy:")
            .show(["deletion_policy = \"RETAIN\""])
            .allow(Allow::BeforeDestroy("the account is retired"));
    }
    Finding::at(Path::root(factor.user_argument()).member("enabled"), found)
        .because(because)
        .say("Leave the block out, and choose what the user is asked for with `preferred_mfa`.")
        .allow(Allow::Now("the pool stops requiring MFA in the same apply"))
}
