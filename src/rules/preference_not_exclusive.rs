//! A user's preference that names more than one factor, or one that is not enabled.

use super::example;
use super::finding::{Allow, Finding, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Answer, Factor, Preference, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "preference_not_exclusive",
    summary: "A user can prefer one enabled factor only",
    docs: r#"### What it checks

A `cognitomfa_user_mfa_preference` with `preferred_mfa = true` in more than one block, or in a block with `enabled = false`.

### Why

The preferred factor is the one that AWS asks a user for when several are enabled, so there can be only one, and it has to be enabled.

### Rejected

```hcl
resource "cognitomfa_user_mfa_preference" "break_glass" {
  user_pool_id                = "eu-central-1_Ab12Cd34E"
  username                    = "break-glass-1"
  software_token_mfa_settings = { enabled = true, preferred_mfa = true }
  sms_mfa_settings            = { enabled = true, preferred_mfa = true }
}
```

### Accepted

```hcl
resource "cognitomfa_user_mfa_preference" "break_glass" {
  user_pool_id                = "eu-central-1_Ab12Cd34E"
  username                    = "break-glass-1"
  software_token_mfa_settings = { enabled = true, preferred_mfa = true }
  sms_mfa_settings            = { enabled = true }
}
```

### Evidence

Standing: documented. The API reference says that only one factor can be preferred; what AWS answers otherwise was not seen (row P01).
"#,
    evidence: Evidence { rows: &["P01"], standing: Standing::Documented, messages: &[], source: "Amazon Cognito API reference" },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || {
        let (token, sms) = (example::block(true, true), example::block(true, true));
        example::preferring(Preference { token, sms, ..Preference::default() })
    },
    accepted: || {
        let (token, sms) = (example::block(true, true), example::block(true, false));
        example::preferring(Preference { token, sms, ..Preference::default() })
    },
};

fn check(transition: &Transition) -> Verdict {
    let Some(preference) = &transition.preference else { return Verdict::Holds };
    let wanted = &preference.wanted;
    let [token, sms, email] = Factor::ALL.map(|factor| wanted.prefers(factor));
    let several = Answer::any([token.and(sms), token.and(email), sms.and(email)]);
    let disabled = Answer::any(Factor::ALL.map(|factor| wanted.prefers(factor).and(wanted.disables(factor))));
    Verdict::broken_when(Answer::any([several, disabled]), || finding(wanted))
}

fn finding(wanted: &Preference) -> Finding {
    let preferred: Vec<Factor> = Factor::ALL.into_iter().filter(|factor| wanted.prefers(*factor) == Answer::Yes).collect();
    let disabled = preferred.iter().find(|factor| wanted.disables(**factor) == Answer::Yes);
    let chosen = disabled.or(preferred.last()).copied().unwrap_or(Factor::SoftwareToken);
    let path = Path::root(chosen.user_argument()).member("preferred_mfa");
    let allow = Allow::Now("AWS is known to take it");
    if disabled.is_some() {
        let found = format!("The user is to prefer the {} in a block that disables it.", chosen.phrase());
        return Finding::at(path, found)
            .because("AWS documents the preferred factor as one of those that are enabled.")
            .say("Enable the factor, or leave `preferred_mfa` out:")
            .show([format!("{} = {{ enabled = false }}", chosen.user_argument())])
            .allow(allow);
    }
    let blocks: Vec<String> = preferred.iter().map(|factor| format!("`{}`", factor.user_argument())).collect();
    let found = format!("The user is to prefer more than one factor: {} each say `preferred_mfa = true`.", listed(&blocks));
    Finding::at(path, found)
        .because("AWS documents that only one factor can be preferred.")
        .say("Leave `preferred_mfa` out of all but one:")
        .show([format!("{} = {{ enabled = true }}", chosen.user_argument())])
        .allow(allow)
}
