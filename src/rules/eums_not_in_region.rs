//! An SMS service that does not exist for the Region of the pool.

use super::example;
use super::finding::{Allow, Finding};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Mode, Transition, WantedSender, sms_regions};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "eums_not_in_region",
    summary: "This SMS service cannot send for the Region of the pool",
    docs: r#"### What it checks

A sender through AWS End User Messaging (`eums_sms`) for a pool in a Region that does not have it, or with a `region` that is
not the pool's. The other way round: a sender through SNS for a pool in a Region that AWS's table of SNS Regions does not list,
where `eums_sms` is the way; a Region that this provider has not heard of is a warning.

### Why

AWS documents that one of the two services is missing in a few Regions, and that End User Messaging sends from the pool's own
Region. The refusal is expected at apply, after the plan looked fine.

### Rejected

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    eums_sms = {
      caller_arn  = "arn:aws:iam::111122223333:role/cognito-sms"
      external_id = "prod-1"
      region      = "eu-west-1"
    }
  }
}
```

### Accepted

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    eums_sms = {
      caller_arn  = "arn:aws:iam::111122223333:role/cognito-sms"
      external_id = "prod-1"
    }
  }
}
```

### Evidence

Standing: documented. The developer guide of 2026 names the Regions; refusals were not seen (rows S04, S05).
"#,
    evidence: Evidence {
        rows: &["S04", "S05"],
        standing: Standing::Documented,
        messages: &[],
        source: "Amazon Cognito developer guide of 2026",
    },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || from(Some("eu-west-1")),
    accepted: || from(None),
};

fn from(region: Option<&str>) -> Transition {
    let wanted = example::with_sender(example::token(Mode::Optional), example::messaging(region));
    example::change(example::off(), &wanted)
}

fn check(transition: &Transition) -> Verdict {
    let asked = match transition.wanted_sender() {
        Value::Null => return Verdict::Holds,
        Value::Unknown => return Verdict::Undecided,
        Value::Known(WantedSender::Sns { .. }) => return through_sns(transition),
        Value::Known(WantedSender::EndUserMessaging { region, .. }) => region,
    };
    let Value::Known(pool) = transition.region() else { return Verdict::Undecided };
    match asked {
        _ if !sms_regions::has_end_user_messaging(pool) => Verdict::Broken(missing(transition, pool)),
        Value::Known(asked) if asked != pool => Verdict::Broken(elsewhere(transition, asked, pool)),
        Value::Known(_) | Value::Null => Verdict::Holds,
        Value::Unknown => Verdict::Undecided,
    }
}

fn through_sns(transition: &Transition) -> Verdict {
    match transition.region() {
        Value::Known(pool) if sms_regions::of_sns(pool).is_none() && sms_regions::is_covered(pool) => {
            Verdict::Broken(without_sns(transition, pool))
        }
        Value::Known(_) | Value::Null => Verdict::Holds,
        Value::Unknown => Verdict::Undecided,
    }
}

fn missing(transition: &Transition, pool: &str) -> Finding {
    let found = format!("{} is in {pool}, where AWS End User Messaging cannot send for user pools.", transition.pool_label());
    Finding::at(Path::root("sms_configuration").member("eums_sms"), found)
        .because("AWS documents this; its refusal was not seen.")
        .say("Send through SNS instead: name the role as `sns_caller_arn`, and delete `eums_sms`.")
        .allow(Allow::Now("AWS has opened the Region"))
}

fn elsewhere(transition: &Transition, asked: &str, pool: &str) -> Finding {
    let found = format!("{} is in {pool}, and `region` of `eums_sms` is \"{asked}\".", transition.pool_label());
    Finding::at(Path::root("sms_configuration").member("eums_sms").member("region"), found)
        .because("AWS documents that End User Messaging sends from the pool's own Region; its refusal was not seen.")
        .say("Leave it out, or write:")
        .show(hcl::assignments([("region", hcl::quoted(pool))]))
        .allow(Allow::Now("AWS has lifted the limit"))
}

fn without_sns(transition: &Transition, pool: &str) -> Finding {
    let found = format!("{} is in {pool}, and AWS's table of SNS Regions does not list that Region.", transition.pool_label());
    let finding = Finding::at(Path::root("sms_configuration"), found)
        .because("AWS documents that such a pool sends through End User Messaging; its refusal was not seen.")
        .say("Name the role as `caller_arn` of `eums_sms`, and delete `sns_caller_arn`.")
        .allow(Allow::Now("AWS has opened the Region"));
    if sms_regions::lacks_sns(pool) { finding } else { finding.weighing(BySeverityProfile::WARNING) }
}
