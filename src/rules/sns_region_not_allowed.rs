//! An SNS Region that AWS does not offer to a pool of this Region.

use super::example;
use super::finding::{Allow, Finding, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict, hcl};
use crate::mfa::{Mode, SmsSender, SnsSender, Transition, WantedSender, sms_regions};
use crate::tf::{Path, Value};

pub(super) const RULE: Rule = Rule {
    name: "sns_region_not_allowed",
    summary: "SNS cannot send for this pool from that Region",
    docs: r#"### What it checks

A `sns_region` that the developer guide's table does not list for the Region of the user pool. A Region of the pool that is not
in the table is a warning; a `sns_region` that is left out is never reported.

### Why

Cognito refuses a Region that is not in its list, and the list is not the same for all Regions: some pools may also use a
neighbouring Region, some have to.

### Rejected

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
    sns_region     = "us-east-1"
  }
}
```

### Accepted

```hcl
resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "OPTIONAL"
  sms_configuration = {
    sns_caller_arn = "arn:aws:iam::111122223333:role/cognito-sms"
    external_id    = "prod-1"
    sns_region     = "eu-west-1"
  }
}
```

### Evidence

Standing: documented. The table is the developer guide's of 2026 (row R). AWS was seen to answer "Invalid snsRegion. Allowed SNS
region for us-east-1 is us-east-1" for two of its Regions (row S09).
"#,
    evidence: Evidence {
        rows: &["S09"],
        standing: Standing::Documented,
        messages: &["Invalid snsRegion. Allowed SNS region for"],
        source: "Amazon Cognito developer guide of 2026; two public reports of live answers",
    },
    severity: BySeverityProfile::GUARDED,
    check,
    rejected: || from("us-east-1"),
    accepted: || from("eu-west-1"),
};

fn from(region: &str) -> Transition {
    let sender = SnsSender {
        caller_arn: example::ROLE.to_owned(),
        external_id: Some("prod-1".to_owned()),
        region: Some(region.to_owned()),
    };
    let wanted = example::with_sender(example::token(Mode::Optional), SmsSender::Sns(sender));
    example::change(example::off(), &wanted)
}

fn check(transition: &Transition) -> Verdict {
    let asked = match transition.wanted_sender() {
        Value::Known(WantedSender::Sns { region, .. }) => region.as_ref(),
        Value::Null | Value::Known(WantedSender::EndUserMessaging { .. }) => Value::Null,
        Value::Unknown => Value::Unknown,
    };
    match (asked, transition.region()) {
        (Value::Null, _) => Verdict::Holds,
        (Value::Known(asked), Value::Known(pool)) => match sms_regions::of_sns(pool) {
            Some(allowed) if allowed.contains(&asked.as_str()) => Verdict::Holds,
            allowed => Verdict::Broken(finding(transition, asked, pool, allowed)),
        },
        _ => Verdict::Undecided,
    }
}

fn finding(transition: &Transition, asked: &str, pool: &str, allowed: Option<&[&str]>) -> Finding {
    let path = Path::root("sms_configuration").member("sns_region");
    let label = transition.pool_label();
    let Some(allowed) = allowed else {
        let found = format!("{label} is in {pool}, and AWS's table of SNS Regions does not list that Region.");
        return Finding::at(path, found)
            .because(format!("So it is not known whether AWS takes `sns_region = \"{asked}\"`."))
            .say("Leave `sns_region` out unless AWS documents this Region for the pool.")
            .allow(Allow::Now("AWS support confirmed this Region"))
            .weighing(BySeverityProfile::WARNING);
    };
    let found = format!("{label} is in {pool}, and `sns_region` is \"{asked}\". AWS documents {} for it.", listed(allowed));
    let regions = allowed.iter().map(|region| hcl::assignments([("sns_region", hcl::quoted(region))]).concat());
    Finding::at(path, found)
        .because("Where this was tried, AWS refused it with \"Invalid snsRegion\".")
        .say("Use a Region of the table:")
        .show(regions)
        .allow(Allow::Now("AWS support confirmed this Region"))
}
