//! The destroy of an SMS role that a pool still sends with.

use super::finding::{Allow, Finding, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Answer, RoleDeletion, RoleUser, Transition};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "sms_role_in_use",
    summary: "A user pool still sends SMS with this role",
    docs: r#"### What it checks

The destroy of a `cognitomfa_sms_role`, or the destroy that is half of its replacement, while a user pool of the account names the role
as its SMS sender. All pools are looked at of the Region in the provider block and of the Regions in `user_pool_ids`. A pool counts
whatever its MFA mode: AWS keeps the sender of a pool when MFA is turned off.

Also a change of the role's trust or `delivery` that would shut out such a pool: a pool that `user_pool_ids` does not name any more, or
another `external_id` while the pool keeps the old one. A pool whose sender changes in the same run is left to that change.

The plan warns, because the same apply may delete or change the pool. Right before the role is deleted or changed the pools are read
again, and a pool that is still there and does not go within seconds, or that nothing in this run changes, is an error. What a run changes
is known where plan and apply are one command: with a saved plan, the change of a role and of its pools takes the waiver, or two applies.
A severity of this rule in the provider block holds at both times.

### Why

AWS deletes or changes the role without a word about the pool. From then on no code is sent, and every update of the pool that carries its SMS
sender fails with a message about trust, which leads people to look at the wrong thing.

### Rejected

The role is destroyed while the user pool `prod-customers` sends with it.

```hcl
resource "cognitomfa_sms_role" "this" {
  name = "cognito-sms"
}
```

### Accepted

The role is destroyed after this was applied, whatever pools there are.

```hcl
resource "cognitomfa_sms_role" "this" {
  name = "cognito-sms"

  waivers = [
    {
      rule   = "sms_role_in_use"
      reason = "pool is deleted in the same destroy"
    },
  ]
}
```

### Evidence

Standing: guard. A role that was deleted was seen to make updates of a pool fail with "Role does not have a trust relationship allowing
Cognito to assume the role" (row U06). That a pool keeps its sender is from rows M11 and S15.
"#,
    evidence: Evidence {
        rows: &["U06", "M11", "S15"],
        standing: Standing::Guard,
        messages: &[],
        source: "one public report of 2026; acceptance tests of another provider",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || deletion(vec![RoleUser { user_pool_id: "eu-central-1_Ab12Cd34E".into(), name: "prod-customers".into() }]),
    accepted: || deletion(Vec::new()),
};

fn deletion(users: Vec<RoleUser>) -> Transition {
    Transition::of_role(Some(RoleDeletion { name: "cognito-sms".to_owned(), stays: false, users: Value::Known(users) }))
}

fn check(transition: &Transition) -> Verdict {
    let Some(deletion) = &transition.role_deletion else { return Verdict::Holds };
    match &deletion.users {
        Value::Known(users) => Verdict::broken_when((!users.is_empty()).into(), || finding(deletion, users)),
        Value::Null => Verdict::Holds,
        Value::Unknown => Verdict::broken_when(Answer::Unknown, || finding(deletion, &[])),
    }
}

/// How many pools are named one by one.
const NAMED: usize = 5;

fn finding(deletion: &RoleDeletion, users: &[RoleUser]) -> Finding {
    let mut pools: Vec<String> =
        users.iter().take(NAMED).map(|user| format!("{:?} ({})", user.name, user.user_pool_id)).collect();
    if users.len() > NAMED {
        pools.push(format!("{} more", users.len() - NAMED));
    }
    let (noun, verb) = if users.len() == 1 { ("user pool", "sends") } else { ("user pools", "send") };
    if deletion.stays {
        return change(&deletion.name, &format!("{noun} {}, which {verb} SMS with it,", listed(&pools)));
    }
    let found = format!(
        "The role {} is destroyed, and {noun} {} still {verb} SMS with it, or would once MFA is on.",
        deletion.name,
        listed(&pools)
    );
    Finding::at(Path::default(), found)
        .because(
            "AWS accepts this. This provider stops it at apply, because no code is sent any more then, and updates of the pool \
             fail with a message about trust. A pool keeps its SMS sender when MFA is turned off.",
        )
        .say("If the pool stays, give it another role first, in an apply of its own. To replace the role, create the new one first:")
        .show(["name_prefix = \"cognito-sms-\"", "", "lifecycle {", "  create_before_destroy = true", "}"])
        .say(
            "If the pool is destroyed too, let it depend on the role, so that it goes first. Where `user_pool_ids` refers to the \
             pool, that would be a circle, and only the waiver below helps.",
        )
        .show(["resource \"aws_cognito_user_pool\" \"main\" {", "  depends_on = [cognitomfa_sms_role.this]", "}"])
        .allow(Allow::BeforeDestroy("pool is deleted in the same destroy"))
}

fn change(name: &str, pools: &str) -> Finding {
    Finding::at(Path::default(), format!("The role {name} changes so that {pools} could not use it any more."))
        .because(
            "AWS accepts this. This provider stops it at apply unless the same run changes the pool's sender, because no code is sent any \
             more then, and updates of the pool fail with a message about trust.",
        )
        .say("Let the pool follow the role, and leave out `-target`:")
        .show(["sms_configuration = {", "  sns_caller_arn = cognitomfa_sms_role.this.arn", "  external_id    = cognitomfa_sms_role.this.external_id", "}"])
        .say("A pool that shall send no more is given another role, or none, in an apply before this one.")
        .allow(Allow::Now("the pool is retired"))
}
