//! The guide's table of attribute constraints against what the resource refuses.

use std::collections::BTreeSet;

use cognitomfa::resources::{self, ClientCapabilities};
use cognitomfa::tf::Dynamic;

fn text(value: &str) -> Dynamic {
    Dynamic::string(value)
}

fn sms<const N: usize>(members: [(&str, Dynamic); N]) -> Dynamic {
    Dynamic::object([("sms_configuration", Dynamic::object(members))])
}

/// Arguments, each with a value that it never takes.
fn refused() -> Vec<Dynamic> {
    let role = || text("arn:aws:iam::111122223333:role/cognito-sms");
    let eums = |name, value| sms([("eums_sms", Dynamic::object([("caller_arn", role()), (name, value)]))]);
    let email = |name, value| Dynamic::object([("email_mfa_configuration", Dynamic::object([(name, value)]))]);
    let passkeys = |name, value| Dynamic::object([("web_authn_configuration", Dynamic::object([(name, value)]))]);
    let waiver = Dynamic::object([("rule", text("required_to_off")), ("reason", text(" "))]);
    let mut all = vec![
        Dynamic::object([("user_pool_id", text("customers"))]),
        Dynamic::object([("user_pool_id", text("eu-central-1_Ab12Cd34E")), ("region", text("eu-west-1"))]),
        Dynamic::object([("mfa_configuration", text("required"))]),
        Dynamic::object([("sms_authentication_message", text("Your code"))]),
        sms([("external_id", text("customers"))]),
        sms([("sns_caller_arn", text("cognito-sms"))]),
        sms([("sns_caller_arn", role()), ("external_id", text("a b"))]),
        sms([("sns_caller_arn", role()), ("sns_region", text("eu"))]),
        eums("caller_arn", text("cognito-sms")),
        eums("external_id", text("x")),
        eums("region", text("eu")),
        email("message", text("Your code")),
        email("subject", text("")),
        passkeys("relying_party_id", text("https://login.example.com")),
        passkeys("user_verification", text("REQUIRED")),
        passkeys("factor_configuration", text("MULTI")),
        Dynamic::object([("deletion_policy", text("DELETE"))]),
        Dynamic::object([("waivers", Dynamic::Sequence(vec![waiver]))]),
    ];
    for name in ["create", "read", "update", "delete"] {
        all.push(Dynamic::object([("timeouts", Dynamic::object([(name, text("soon"))]))]));
    }
    all
}

/// The arguments in the first column of the table.
fn listed(guide: &str) -> BTreeSet<String> {
    let (_, section) = guide.split_once("\n## Attribute constraints\n").expect("the guide has the section that messages link to");
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| row.trim_start_matches("| ").split(" | ").next().unwrap());
    cells.flat_map(|cell| cell.split(", ")).map(|name| name.trim_matches('`').to_owned()).collect()
}

/// Arguments of one user's preference that no other resource has.
fn refused_of_a_user() -> Vec<Dynamic> {
    vec![Dynamic::object([("username", text("two words"))])]
}

#[test]
fn the_guide_lists_every_constraint() {
    let find = |name: &str| *resources::all().iter().find(|resource| resource.type_name() == name).unwrap();
    let (pool, user) = (find("cognitomfa_user_pool_mfa"), find("cognitomfa_user_mfa_preference"));
    let of_pool = refused().into_iter().map(|config| (pool, config));
    let mut refused_at = BTreeSet::new();
    for (resource, config) in of_pool.chain(refused_of_a_user().into_iter().map(|config| (user, config))) {
        let diagnostics = resource.validate(&config, ClientCapabilities::default());
        let constraint = diagnostics.iter().find(|diagnostic| {
            diagnostic.detail.contains("/transition-rules#attribute-constraints")
                || diagnostic.detail.contains("/transition-rules#unknown_value")
        });
        let constraint = constraint.unwrap_or_else(|| panic!("{config:?} breaks no constraint: {diagnostics:?}"));
        refused_at.insert(constraint.path.as_ref().expect("it is about an argument").to_string());
    }
    let guide = super::guide::page(super::root()).unwrap();
    assert_eq!(listed(&guide.text), refused_at);
}
