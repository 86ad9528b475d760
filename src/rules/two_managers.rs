//! One part of a pool's settings, two resources that write it.

use std::collections::BTreeSet;

use super::example;
use super::finding::{Finding, listed};
use super::policy::Level;
use super::{BySeverityProfile, Evidence, Rule, Standing, Verdict};
use crate::mfa::{Contest, Factor, Mode, Rival, Transition};
use crate::tf::Path;

pub(super) const RULE: Rule = Rule {
    name: "two_managers",
    summary: "Two resources manage the same MFA settings",
    docs: r#"### What it checks

The same part of one pool's settings is in two resources of a run, whatever provider alias they have: the mode in two
`cognitomfa_user_pool_mfa`, or a factor both inside of `cognitomfa_user_pool_mfa` and in a resource of its own, or in two such resources.
A factor with a resource of its own must be listed in `factors` where it would be missing otherwise: with
`factor_management = "exclusive"`, and where the shared form turns MFA on. Two that have the same, and change nothing, are a warning.

Also, the end of one resource would take away what another one has that does not change in this run: after an import beside a
removal, or where an address was left out of an apply before. A new address that changes something is told of the end in time, and
keeps what it has; one without a change is never called by Terraform.

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
        let (part, resource) = ("software_token_mfa_configuration".to_owned(), "cognitomfa_software_token".to_owned());
        let rivals = vec![Rival { part, resource, contest: Contest::Held }];
        Transition { rivals, ..example::change(example::token(Mode::Optional), &example::token(Mode::On)) }
    },
    accepted: || example::change(example::token(Mode::Optional), &example::token(Mode::On)),
};

fn check(transition: &Transition) -> Verdict {
    let ends = |rival: &&Rival| matches!(rival.contest, Contest::Ending | Contest::Ended);
    match (transition.rivals.iter().find(ends), transition.rivals.first()) {
        (Some(rival), _) => Verdict::Broken(taken_away(transition, rival)),
        (None, Some(first)) => Verdict::Broken(managed_twice(transition, first)),
        (None, None) => Verdict::Holds,
    }
}

fn object(transition: &Transition) -> String {
    match &transition.preference {
        Some(_) => format!("the user of {}", transition.pool_label_inside()),
        None => match &transition.role_deletion {
            Some(role) => role.name.clone(),
            None => transition.pool_label_inside(),
        },
    }
}

fn managed_twice(transition: &Transition, first: &Rival) -> Finding {
    let mut parts: Vec<&str> = transition.rivals.iter().map(|rival| rival.part.as_str()).collect();
    let mut seen = BTreeSet::new();
    parts.retain(|part| seen.insert(*part));
    let others = |part: &str| -> Vec<String> {
        let others: BTreeSet<&str> =
            transition.rivals.iter().filter(|rival| rival.part == part).map(|rival| rival.resource.as_str()).collect();
        others.into_iter().map(|resource| format!("a `{resource}`")).collect()
    };
    let shared: Vec<String> = parts.iter().map(|part| format!("`{part}` (also in {})", listed(&others(part)))).collect();
    let found = format!(
        "This resource and another one of this run both manage {} of {}. Each apply of the one would undo the other.",
        listed(&shared),
        object(transition)
    );
    let idle = transition.rivals.iter().all(|rival| rival.contest == Contest::Idle);
    let finding = Finding::at(Path::root(&first.part), found);
    let finding = if idle { finding.at_most(Level::Warning) } else { finding };
    if first.part == "mfa_configuration" {
        return finding.say("Keep one of the two resources, and take the other out of the configuration and the state.");
    }
    finding
        .say("A factor with a resource of its own is listed in `cognitomfa_user_pool_mfa`, and not configured there:")
        .show([format!("factors = [{}]", factors_of(&parts).join(", "))])
}

/// The resources of these factors, as the one that manages the mode lists them.
fn factors_of(parts: &[&str]) -> Vec<&'static str> {
    [(Factor::SoftwareToken, "cognitomfa_software_token.this.factor"), (Factor::Sms, "cognitomfa_sms_configuration.this.factor")]
        .into_iter()
        .filter_map(|(factor, address)| parts.contains(&factor.argument()).then_some(address))
        .collect()
}

fn taken_away(transition: &Transition, rival: &Rival) -> Finding {
    let (object, part, other) = (object(transition), &rival.part, &rival.resource);
    let found = if rival.contest == Contest::Ending {
        format!("The end of a `{other}` in this run would take away `{part}` of {object}, which this resource has.")
    } else {
        format!("The end of this resource would take away `{part}` of {object}, which a `{other}` of this run has.")
    };
    Finding::at(Path::root(part), found)
        .because("The one that stays has no change, so Terraform does not call it, and it cannot keep what it has.")
        .say("Say that the older address has become the newer one, in place of an `import` where there is one:")
        .show(["moved {", "  from = OLD_ADDRESS", "  to   = NEW_ADDRESS", "}"])
        .say("Where both are in the state, or are of two types, forget the older one (from Terraform 1.7 and OpenTofu 1.10 on):")
        .show(["removed {", "  from = OLD_ADDRESS", "", "  lifecycle {", "    destroy = false", "  }", "}"])
        .say(
            "Before these, change an argument of the newer one, such as `timeouts`, in the same apply; or, where the older one has a \
             `deletion_policy`, put it back with \"RETAIN\", apply that with `-target`, and then remove it.",
        )
}
