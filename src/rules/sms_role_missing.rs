//! A request that names an SMS role which does not exist.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl, trust};
use crate::mfa::{Mode, RoleFacts, Transition, WantedSender};
use crate::tf::Value;

pub(super) const RULE: Rule = Rule {
    name: "sms_role_missing",
    summary: "The SMS role does not exist",
    docs: r#"### What it checks

A request whose `sms_configuration` names a role that IAM does not know, or knows by another ARN (its path is part of it). A role whose
ARN only apply will know is not judged at plan.

### Why

AWS checks the role on every write that carries an SMS sender. A role that is gone makes the write fail with a message about trust,
which leads people to look at the wrong thing.

### Rejected

There is no role `cognito-sms` in the account.

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

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    sns_caller_arn = aws_iam_role.cognito_sms.arn
    external_id    = "prod-1"
  }
}
```

### Evidence

Standing: documented. AWS documents that it checks the role; a deleted role was seen to make updates of a pool fail with
"Role does not have a trust relationship allowing Cognito to assume the role" (rows U06, I01). The refusal by this very call was not
seen.
"#,
    evidence: Evidence {
        rows: &["U06", "I01"],
        standing: Standing::Documented,
        messages: &[],
        source: "Amazon Cognito API reference; one public report of 2026 for another call",
    },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || {
        let role = Value::Known(RoleFacts::Missing { arn: example::ROLE.to_owned() });
        Transition { role, ..example::change(example::off(), &example::sms(Mode::Optional)) }
    },
    accepted: || example::change(example::off(), &example::sms(Mode::Optional)),
};

fn check(transition: &Transition) -> Verdict {
    match (transition.wanted_sender(), &transition.role) {
        (Value::Null, _) => Verdict::Holds,
        (Value::Known(sender), Value::Known(RoleFacts::Missing { arn })) => Verdict::Broken(finding(transition, sender, arn)),
        // IAM is asked for the last part of the ARN, and may know a role of that name with another path.
        (Value::Known(sender), Value::Known(RoleFacts::Found { arn, .. })) => match sender.caller_arn() {
            Value::Known(asked) if asked != arn => Verdict::Broken(other_path(sender, asked, arn)),
            Value::Known(_) | Value::Null => Verdict::Holds,
            Value::Unknown => Verdict::Undecided,
        },
        _ => Verdict::Undecided,
    }
}

fn finding(transition: &Transition, sender: &WantedSender, arn: &str) -> Finding {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    Finding::at(sender.caller_arn_path(), format!("`sms_configuration` names the role {arn}, and IAM has no such role."))
        .because(
            "AWS checks the role on every write that carries it, and answers that the role has no trust relationship, although it \
             is the role itself that is missing.",
        )
        .say("Create the role, and refer to it instead of writing its ARN, so that it is made first:")
        .show(role_with_reference(name, sender, transition, arn))
        .allow(Allow::Now("role is created outside Terraform before the apply"))
}

fn other_path(sender: &WantedSender, asked: &str, found: &str) -> Finding {
    let argument = sender.caller_arn_argument();
    Finding::at(
        sender.caller_arn_path(),
        format!("`sms_configuration` names the role {asked}, and IAM has {found} under that name."),
    )
    .because("AWS looks for the whole ARN, and answers that the role has no trust relationship when there is no such role.")
    .say("Use the ARN of the role, or refer to its resource:")
    .show(hcl::assignments([(argument, hcl::quoted(found))]))
    .allow(Allow::Now("role is created outside Terraform before the apply"))
}

fn role_with_reference(name: &str, sender: &WantedSender, transition: &Transition, arn: &str) -> Vec<String> {
    let condition = trust::Condition { key: "aws:SourceAccount", value: trust::account(transition.pool.known(), arn) };
    let mut statement = trust::statement(&condition);
    if let Some(first) = statement.first_mut() {
        first.insert_str(0, "  Statement = [");
    }
    if let Some(last) = statement.last_mut() {
        last.push(']');
    }
    let argument = sender.caller_arn_argument();
    let mut lines = vec!["resource \"aws_iam_role\" \"cognito_sms\" {".to_owned(), format!("  name = {}", hcl::quoted(name))];
    lines.extend(["  assume_role_policy = jsonencode({", "    Version = \"2012-10-17\""].map(str::to_owned));
    let inner = |(index, line): (usize, String)| if index == 0 { format!("  {line}") } else { format!("    {line}") };
    lines.extend(statement.into_iter().enumerate().map(inner));
    lines.extend(["  })", "}", "", "# in sms_configuration"].map(str::to_owned));
    lines.push(format!("{argument} = aws_iam_role.cognito_sms.arn"));
    lines
}
