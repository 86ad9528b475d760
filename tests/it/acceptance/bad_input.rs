//! What bad input gets: an error at the attribute, in words that help, and nothing written.

use super::{Stage, everywhere, resource, token};
use crate::support::{Endpoint, Place, Workspace, clis};

/// A configuration that can never be right: its arguments, the attribute to underline, and words the error must say.
struct Wrong {
    arguments: &'static str,
    attribute: &'static str,
    words: &'static [&'static str],
}

const fn wrong(arguments: &'static str, attribute: &'static str, words: &'static [&'static str]) -> Wrong {
    Wrong { arguments, attribute, words }
}

const ROLE: &str = "arn:aws:iam::000000000000:role/sms";

fn sms_message(message: &str) -> String {
    format!(
        "mfa_configuration = \"ON\"\n  sms_authentication_message = \"{message}\"\n  \
         sms_configuration = {{ sns_caller_arn = \"{ROLE}\", external_id = \"abc\" }}"
    )
}

const WRONG: &[Wrong] = &[
    wrong(
        "mfa_configuration = \"REQUIRED\"\n  software_token_mfa_configuration = { enabled = true }",
        "mfa_configuration",
        &["REQUIRED", "Did you mean", "\"ON\""],
    ),
    wrong(
        "mfa_configuration = \"optional\"\n  software_token_mfa_configuration = { enabled = true }",
        "mfa_configuration",
        &["Did you mean", "\"OPTIONAL\""],
    ),
    wrong(
        "mfa_configuration = \"OFF\"\n  web_authn_configuration = { user_verification = \"REQUIRED\" }",
        "user_verification",
        &["Did you mean", "\"required\""],
    ),
    wrong("mfa_configuration = \"OFF\"\n  deletion_policy = \"ABANDON\"", "deletion_policy", &["ABANDON", "RETAIN"]),
    wrong("mfa_configuration = \"OFF\"\n  region = \"eu-central-1\"", "region", &["eu-central-1", "us-east-1"]),
    wrong("mfa_configuration = \"OFF\"\n  timeouts = { update = \"soon\" }", "timeouts", &["soon"]),
    wrong(
        "mfa_configuration = \"ON\"\n  sms_configuration = { sns_caller_arn = \"arn:aws:iam::000000000000:user/sms\", external_id = \"abc\" }",
        "sns_caller_arn",
        &["role", "arn:aws:iam::000000000000:user/sms"],
    ),
    wrong(
        "mfa_configuration = \"ON\"\n  email_mfa_configuration = { message = \"no placeholder\", subject = \"Code\" }",
        "email_mfa_configuration",
        &["{####}"],
    ),
    wrong(
        "mfa_configuration = \"OFF\"\n  waivers = [{ rule = \"requird_to_off\", reason = \"typing\" }]",
        "waivers",
        &["\"requird_to_off\"", "`required_to_off`"],
    ),
    wrong("mfa_configuration = \"OFF\"\n  waivers = [{ rule = \"required_to_off\", reason = \"\" }]", "waivers", &["reason"]),
];

fn check(workspace: &Workspace, pool: &str, arguments: &str, attribute: &str, words: &[&str]) {
    workspace.write("main.tf", &resource(pool, arguments));
    let output = workspace.validate_json().expect_code(1);
    let errors = output.errors();
    assert_eq!(errors.len(), 1, "one mistake, one error\n{}", output.transcript());
    assert!(errors[0].snippet.contains(attribute), "not at {attribute}\n{}", output.transcript());
    let said = format!("{}\n{}", errors[0].summary, errors[0].detail);
    for word in words {
        assert!(said.contains(word), "It does not say {word:?}:\n{said}");
    }
}

#[test]
fn each_mistake_is_one_error_at_its_attribute() {
    for cli in clis::all() {
        let workspace = Workspace::at(cli, "http://127.0.0.1:9");
        for wrong in WRONG {
            check(&workspace, "us-east-1_Ab12Cd34E", wrong.arguments, wrong.attribute, wrong.words);
        }
        let attribute = "sms_authentication_message";
        check(&workspace, "us-east-1_Ab12Cd34E", &sms_message("Your code"), attribute, &["{####}"]);
        check(&workspace, "us-east-1_Ab12Cd34E", &sms_message("Two\\nlines {####}"), attribute, &["line"]);
        check(&workspace, "us-east-1_Ab12Cd34E", &sms_message(&format!("{{####}}{}", "x".repeat(140))), attribute, &["140"]);
        check(&workspace, "not-a-pool", &token("ON"), "user_pool_id", &["not-a-pool", "underscore"]);
    }
}

#[test]
fn a_pool_that_does_not_exist_is_an_error_at_plan() {
    everywhere("no_pool", &Place::ALL, |stage: &Stage| {
        stage.workspace.write("main.tf", &resource("us-east-1_Nowhere12", &token("ON")));
        stage.clear_journal();
        stage.workspace.plan(&[]).expect_code(1).expect_text("us-east-1_Nowhere12").expect_text("user_pool_id");
        stage.expect_no_write();
    });
}

#[test]
fn an_endpoint_that_does_not_answer_is_named() {
    // A port that was bound a moment ago and is free now: nobody answers there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for cli in clis::all() {
        let workspace = Workspace::at(cli, &format!("http://127.0.0.1:{port}"));
        workspace.write("main.tf", &resource("us-east-1_Ab12Cd34E", &token("ON")));
        workspace.plan(&[]).expect_code(1).expect_text(&format!("127.0.0.1:{port}"));
    }
}

#[test]
fn missing_credentials_name_every_place_looked_at() {
    for cli in clis::all() {
        let endpoint = Endpoint::open(Place::Sandbox);
        let mut workspace = Workspace::at(cli, &endpoint.url);
        workspace.unset("AWS_ACCESS_KEY_ID");
        workspace.unset("AWS_SECRET_ACCESS_KEY");
        workspace.write("main.tf", &resource("us-east-1_Ab12Cd34E", &token("ON")));
        let refused = workspace.plan(&[]).expect_code(1);
        for place in ["AWS_ACCESS_KEY_ID", "access_key", "profile"] {
            assert!(refused.says(place), "It does not name {place}.\n{}", refused.transcript());
        }
        assert_eq!(endpoint.operations(), Vec::<String>::new());
    }
}

#[test]
fn arguments_of_the_provider_block_are_judged() {
    for cli in clis::all() {
        for (argument, words) in [
            ("rules = { profile = \"strict\" }", &["strict", "guarded"][..]),
            ("rules = { severity = { requird_to_off = \"error\" } }", &["requird_to_off", "Did you mean"][..]),
            ("rules = { severity = { required_to_off = \"fatal\" } }", &["fatal", "warning"][..]),
        ] {
            let workspace = Workspace::at(cli, "http://127.0.0.1:9");
            workspace.write("provider.tf", &crate::support::workspace::provider_block("http://127.0.0.1:9", argument));
            workspace.write("main.tf", &resource("us-east-1_Ab12Cd34E", &token("ON")));
            let refused = workspace.plan(&[]).expect_code(1);
            for word in words {
                assert!(refused.says(word), "It does not say {word:?}.\n{}", refused.transcript());
            }
        }
    }
}
