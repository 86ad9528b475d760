//! One part of a pool's settings, two resources that write it.

use super::example;
use super::finding::{Finding, listed};
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Mode, Rival, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "two_managers",
    summary: "Two resources manage the same MFA settings",
    docs: r#"### What it checks

The same part of one pool's settings is in two resources of a run: the mode in two `cognitomfa_user_pool_mfa`, or a factor both inside
of `cognitomfa_user_pool_mfa` and in a resource of its own, or in two such resources. With `factor_management = "exclusive"`, a factor
with a resource of its own must be listed in `factors`, for it is removed otherwise. The plan warns; at apply the resource that comes
second is refused.

### Why

Each apply of the one would undo the other, and in between users sign in by rules that nobody has written down. Terraform does not
tell a provider the addresses of resources, and resources of other states are not seen at all.

### Rejected

```hcl
resource "cognitomfa_software_token" "this" {
  user_pool_id = "eu-central-1_Ab12Cd34E"
}

resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = "eu-central-1_Ab12Cd34E"
  mfa_configuration                = "ON"
  software_token_mfa_configuration = { enabled = true }
}
```

### Accepted

```hcl
resource "cognitomfa_software_token" "this" {
  user_pool_id = "eu-central-1_Ab12Cd34E"
}

resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id      = "eu-central-1_Ab12Cd34E"
  mfa_configuration = "ON"
  factors           = [cognitomfa_software_token.this.factor]
}
```

### Evidence

Standing: integrity. `SetUserPoolMfaConfig` replaces everything (row M01), so the last writer wins without a word.
"#,
    evidence: Evidence {
        rows: &["M01"],
        standing: Standing::Integrity,
        messages: &[],
        source: "this project; the call is known to replace the whole object",
    },
    severity: BySeverityProfile::ERROR,
    check,
    rejected: || {
        let rival = Rival { part: "software_token_mfa_configuration", resource: "cognitomfa_software_token" };
        Transition { rivals: vec![rival], ..example::change(example::token(Mode::Optional), &example::token(Mode::On)) }
    },
    accepted: || example::change(example::token(Mode::Optional), &example::token(Mode::On)),
};

fn check(transition: &Transition) -> Verdict {
    match transition.rivals.first() {
        None => Verdict::Holds,
        Some(first) => Verdict::Broken(finding(transition, first)),
    }
}

fn finding(transition: &Transition, first: &Rival) -> Finding {
    let shared: Vec<String> =
        transition.rivals.iter().map(|rival| format!("`{}` (also in a `{}`)", rival.part, rival.resource)).collect();
    let found = format!(
        "This resource and another one of this run both manage {} of {}. Each apply of the one would undo the other.",
        listed(&shared),
        transition.pool_label_inside()
    );
    let finding = Finding::at(Path::root(first.part), found);
    if first.part == "mfa_configuration" {
        return finding.say("Keep one of the two resources, and take the other out of the configuration and the state.");
    }
    finding
        .say("A factor with a resource of its own is listed in `cognitomfa_user_pool_mfa`, and not configured there:")
        .show(["factors = [cognitomfa_software_token.this.factor, cognitomfa_sms_configuration.this.factor]"])
}
