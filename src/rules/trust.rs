//! How a role's trust policy is mended, in words: which statement of the policy that is there, and what is added to it.

use super::finding::{Finding, listed};
use super::hcl;
use crate::mfa::PoolFacts;
use crate::mfa::role_policy::{COGNITO, Mend, Place};

/// The condition to add: a key of IAM and its value.
pub(super) struct Condition<'a> {
    pub key: &'static str,
    pub value: &'a str,
}

/// The account whose pools a role is for: the pool's own, which is the role's as well (row S10).
pub(super) fn account<'a>(pool: Option<&'a PoolFacts>, role_arn: &'a str) -> &'a str {
    let of_role = || role_arn.split(':').nth(4).unwrap_or_default();
    pool.and_then(PoolFacts::account).unwrap_or_else(of_role)
}

/// Adds to a finding how to mend the policy, so that whoever follows it loses nothing that the policy asks for now.
pub(super) fn mended(finding: Finding, mends: &[Mend], condition: &Condition<'_>) -> Finding {
    mends.iter().fold(finding, |finding, mend| one(finding, mend, condition))
}

fn one(finding: Finding, mend: &Mend, condition: &Condition<'_>) -> Finding {
    match mend {
        Mend::Ask(place) => ask(finding, place, condition),
        Mend::AskApart(place) => ask_apart(finding, place, condition),
        Mend::Admit { place, operator, key, values } => {
            let values: Vec<String> = values.iter().map(|value| format!("    {},", hcl::quoted(value))).collect();
            let lines = [format!("{} = {{", operator_name(operator)), format!("  {} = [", hcl::quoted(key))];
            finding
                .say(format!(
                    "Add this pool to that condition of {}, beside the values that are there, and leave the rest of the policy as it is:",
                    inside(place)
                ))
                .show(lines.into_iter().chain(values).chain(["  ]".to_owned(), "}".to_owned()]))
        }
        Mend::Widen { place, operator, key } => finding.say(format!(
            "The condition on `{key}` (`{operator}`) of {} keeps this pool out. Take it out of the values there, and leave the rest of the \
             policy as it is.",
            inside(place)
        )),
        Mend::Lift(place) => finding.say(format!(
            "{} is the `Deny`. Take {COGNITO} out of it, or give it a condition that this pool does not meet, and leave the rest of the \
             policy as it is.",
            named(place)
        )),
        Mend::Actions(place, actions) => {
            let actions: Vec<String> = actions.iter().map(|action| hcl::quoted(action)).collect();
            let value = if actions.len() == 1 { actions.concat() } else { format!("[{}]", actions.join(", ")) };
            finding
                .say(format!(
                    "{} is for {COGNITO}, and for other actions. Change them, and leave the rest of the policy as it is:",
                    named(place)
                ))
                .show([format!("Action = {value}")])
        }
        Mend::Statement { federated } => {
            let finding = match federated {
                Some((place, names)) => finding.say(format!(
                    "{} lets {} in as `Federated`, which is for identities that sign in. A user pool sends as a service: the principal is \
                     `Service` {COGNITO}, and the action `sts:AssumeRole`.",
                    named(place),
                    listed(names)
                )),
                None => finding,
            };
            finding.say("Add this statement to the policy, and leave those that are there as they are:").show(statement(condition))
        }
    }
}

fn ask_apart(finding: Finding, place: &Place, condition: &Condition<'_>) -> Finding {
    let lead = if place.others.iter().any(|name| name == "*") {
        format!("{} lets everyone in. Name in it whom it is meant for.", named(place))
    } else {
        format!(
            "{} is for {} too, and a condition in it would shut them out. Take {COGNITO} out of it.",
            named(place),
            listed(&place.others)
        )
    };
    finding
        .say(format!(
            "{lead} Then give Cognito a statement of its own, with the conditions of that one and this one, and leave the rest of the \
             policy as it is:"
        ))
        .show([format!("StringEquals = {{ {} }}", assigned(condition))])
}

fn ask(finding: Finding, place: &Place, condition: &Condition<'_>) -> Finding {
    let own = "StringEquals".to_owned();
    let equals = format!("StringEquals = {{ {} }}", assigned(condition));
    let (part, line) = match &place.operators {
        Some(operators) if operators.contains(&own) => ("`StringEquals` in the `Condition` of ", assigned(condition)),
        Some(_) => ("the `Condition` of ", equals),
        None => ("", format!("Condition = {{ {equals} }}")),
    };
    let beside = if place.operators.is_some() { ", beside what is there," } else { "" };
    finding.say(format!("Add this to {part}{}{beside} and leave the rest of the policy as it is:", inside(place))).show([line])
}

fn assigned(condition: &Condition<'_>) -> String {
    format!("{} = {}", hcl::quoted(condition.key), hcl::quoted(condition.value))
}

/// Operators with a set in front (`ForAnyValue:StringLike`) are no names in HCL.
fn operator_name(operator: &str) -> String {
    if operator.contains(':') { hcl::quoted(operator) } else { operator.to_owned() }
}

/// A statement that lets Cognito in (rows I01, I02, S08). The external id is not repeated where nothing is wrong with it.
pub(super) fn statement(condition: &Condition<'_>) -> Vec<String> {
    let mut lines: Vec<String> = [
        "{",
        "  Effect    = \"Allow\"",
        "  Principal = { Service = \"cognito-idp.amazonaws.com\" }",
        "  Action    = \"sts:AssumeRole\"",
        "  Condition = {",
        "    StringEquals = {",
    ]
    .map(str::to_owned)
    .into();
    let external_id = Condition { key: "sts:ExternalId", value: "..." };
    let pairs = [&external_id, condition].map(|condition| (hcl::quoted(condition.key), hcl::quoted(condition.value)));
    let width = pairs.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
    let remarks = [" # external_id of sms_configuration", ""];
    lines.extend(pairs.iter().zip(remarks).map(|((key, value), remark)| format!("      {key:width$} = {value}{remark}")));
    lines.extend(["    }", "  }", "}"].map(str::to_owned));
    lines
}

/// A statement as a sentence begins with it.
fn named(place: &Place) -> String {
    let name = inside(place);
    let mut rest = name.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// A statement inside of a sentence: `its only statement`, `statement 2 of 3 ("LetCognitoIn")`.
fn inside(place: &Place) -> String {
    let position =
        if place.of == 1 { "its only statement".to_owned() } else { format!("statement {} of {}", place.number, place.of) };
    match &place.sid {
        Some(sid) => format!("{position} ({})", hcl::quoted(sid)),
        None => position,
    }
}
