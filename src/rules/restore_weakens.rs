//! A destroy that brings back settings weaker than today's.

use super::example;
use super::finding::{Allow, Finding};
use super::sign_in_weakened::{before_and_after, lowers};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Answer, Deletion, Mode, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "restore_weakens",
    summary: "This destroy restores weaker MFA settings",
    docs: r#"### What it checks

The destroy of a resource whose `deletion_policy` is `RESTORE`, where the settings that the pool had before the resource managed it are
weaker than what it has now: a lower mode, or a lower assurance level that every sign-in is sure to reach. It takes the place of
`required_to_off` and `sms_role_with_mode_off`, which do not judge such a destroy.

### Why

What was found on the pool may be years old, and a plan shows a destroy as the removal of a resource only. Somebody has to say that
users are meant to sign in with less again. An SMS sender that the pool has got meanwhile stays on it in any case, because no API call
is known that takes it off.

### Rejected

The pool had MFA `OFF` when the resource was created. The resource is destroyed.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  deletion_policy                  = "RESTORE"
}
```

### Accepted

The pool had MFA `ON` when the resource was created. The resource is destroyed.

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  deletion_policy                  = "RESTORE"
}
```

### Evidence

Standing: guard. This project's own argument; AWS accepts every such change (row M10), and what was read from a pool can be written back to
it (row M14). That no call is known which takes an SMS sender off a pool is row S15.
"#,
    evidence: Evidence { rows: &["M10", "M14", "S15"], standing: Standing::Guard, messages: &[], source: "this project" },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || restore(example::change(example::token(Mode::Optional), &example::off())),
    accepted: || restore(example::change(example::token(Mode::Optional), &example::token(Mode::On))),
};

fn restore(change: Transition) -> Transition {
    Transition { deletion: Some(Deletion::Restore), ..change }
}

fn check(transition: &Transition) -> Verdict {
    let weakens = Answer::from(transition.restores()).and(lowers(transition));
    Verdict::broken_when(weakens, || finding(transition))
}

fn finding(transition: &Transition) -> Finding {
    let found = format!(
        "{} goes back to the MFA settings it had before this resource managed it, because `deletion_policy` is \"RESTORE\". They are weaker \
         than today's.",
        transition.pool_label()
    );
    let finding = Finding::at(Path::default(), found)
        .because("AWS accepts this. This provider stops it until someone has said that sign-in is meant to be weaker again.")
        .say("What every sign-in is sure to reach, as a level of NIST SP 800-63B:")
        .show(before_and_after(transition));
    let finding = match (transition.wanted_sender().is_null(), transition.sms_role_on_pool().known()) {
        (true, Some(role)) => finding.say(format!(
            "The SMS role {role} stays on the pool for phone verification and recovery: no API call is known that takes it off."
        )),
        _ => finding,
    };
    finding
        .say("To leave MFA as it is, set this, apply it, and then destroy:")
        .show(hcl::assignments([("deletion_policy", hcl::quoted("RETAIN"))]))
        .allow(Allow::BeforeDestroy("the pool goes back to its former owner"))
}
