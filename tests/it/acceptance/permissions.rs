//! The permissions on the pages against what the sandbox is asked: nothing is missing, and nothing is listed that no life of a resource
//! needs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Stage, everywhere, resource, sms};
use crate::support::aws::{REGION, unique};
use crate::support::{Place, repository};

type Actions = BTreeSet<String>;

fn page(name: &str) -> String {
    std::fs::read_to_string(repository().join("docs").join(name)).unwrap()
}

/// The policy on a resource's page.
fn policy(name: &str) -> Value {
    let page = page(&format!("resources/{name}.md"));
    let (_, section) = page.split_once("\n## Required IAM permissions\n").expect("the section");
    let code = section.split_once("```json\n").and_then(|(_, rest)| rest.split_once("```")).expect("a policy").0;
    serde_json::from_str(code).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    value.as_array().map_or_else(|| vec![text(value)], |list| list.iter().map(text).collect())
}

fn statements(name: &str) -> Vec<Value> {
    policy(name)["Statement"].as_array().expect("a list").clone()
}

fn listed(name: &str) -> Actions {
    statements(name).iter().flat_map(|statement| texts(&statement["Action"])).collect()
}

/// What was called since the journal was cleared, as IAM names it. No permission is needed to ask who one is.
fn called(stage: &Stage) -> Actions {
    let journal = stage.endpoint.journal();
    let actions = journal.iter().map(|entry| format!("{}:{}", entry.service, entry.operation));
    actions.filter(|action| action != "sts:GetCallerIdentity").collect()
}

/// Applies, changes, plans and destroys; what all of that called, and what the plans alone did.
fn lived(stage: &Stage, life: &[String]) -> (Actions, Actions) {
    let (mut all, mut planned) = (Actions::new(), Actions::new());
    stage.clear_journal();
    for arguments in life {
        stage.workspace.write("main.tf", arguments);
        stage.workspace.plan(&[]).expect_code(2);
        planned.extend(called(stage));
        stage.workspace.apply(&[]).expect_code(0);
        all.extend(called(stage));
        stage.clear_journal();
    }
    stage.workspace.plan(&["-destroy"]);
    planned.extend(called(stage));
    stage.workspace.destroy().expect_code(0);
    all.extend(called(stage));
    (together([all, planned.clone()]), planned)
}

/// The two cells of a row of the guide's table, by words in its first cell.
fn of_guide(words: &str) -> (Actions, Actions) {
    let guide = page("guides/operating.md");
    let row = guide.lines().find(|line| line.starts_with("| ") && line.contains(words)).unwrap_or_else(|| panic!("{words}"));
    let cells: Vec<&str> = row.split(" | ").collect();
    let actions = |cell: &str| -> Actions { cell.split('`').filter(|word| word.contains(':')).map(str::to_owned).collect() };
    (actions(cells[1]), actions(cells[2]))
}

fn difference(one: &Actions, other: &Actions) -> Vec<String> {
    one.difference(other).cloned().collect()
}

/// What a page lists beside the calls that a life makes.
#[track_caller]
fn compare(page: &str, calls: &Actions, without_a_call: &[&str]) {
    let listed = listed(page);
    assert_eq!(difference(calls, &listed), Vec::<String>::new(), "{page} lists too little");
    assert_eq!(difference(&listed, calls), without_a_call, "{page} lists too much");
    assert!(calls.len() >= 3, "{calls:?}");
}

/// A pool whose account is in the SMS sandbox asks for the numbers there too.
fn with_sms(stage: &Stage) -> String {
    stage.aws.create_sms_role("x-1")
}

#[test]
fn the_pools_page_lists_what_it_calls() {
    everywhere("permissions_pool", &[Place::Sandbox], |stage: &Stage| {
        let role = with_sms(stage);
        stage.endpoint.turn(&json!({ "sms_account": { "region": REGION, "in_sandbox": true } }));
        let both = |mode: &str| format!("{}\n  software_token_mfa_configuration = {{ enabled = true }}", sms(mode, &role, "x-1"));
        let life = [both("OPTIONAL"), both("ON")].map(|arguments| resource(&stage.pool, &arguments));
        let (all, planned) = lived(stage, &life);
        compare("user_pool_mfa", &all, &["iam:PassRole"]);
        let (reads, writes) = of_guide("`cognitomfa_user_pool_mfa`");
        let (role_reads, role_writes) = of_guide("for a pool with an SMS sender");
        assert_eq!(difference(&planned, &together([reads.clone(), role_reads.clone()])), Vec::<String>::new());
        assert_eq!(together([reads, writes, role_reads, role_writes]), listed("user_pool_mfa"), "the guide's table and the page");
    });
}

#[test]
fn the_pages_of_factors_list_what_they_call() {
    everywhere("permissions_factors", &[Place::Sandbox], |stage: &Stage| {
        let role = with_sms(stage);
        stage.endpoint.turn(&json!({ "sms_account": { "region": REGION, "in_sandbox": true } }));
        stage.aws.set_token(&stage.pool, "OPTIONAL");
        let place = format!("user_pool_id = \"{}\"", stage.pool);
        let sender = |message: &str| {
            format!(
                "resource \"cognitomfa_sms_configuration\" \"a\" {{\n  {place}\n  sms_configuration = {{ sns_caller_arn = \"{role}\", external_id \
                 = \"x-1\" }}\n  sms_authentication_message = \"{message} {{####}}\"\n}}\n"
            )
        };
        let (all, planned) = lived(stage, &[sender("One"), sender("Two")]);
        compare("sms_configuration", &all, &["iam:PassRole"]);
        let reads = together([of_guide("`cognitomfa_user_pool_mfa`").0, of_guide("for a pool with an SMS sender").0]);
        assert_eq!(difference(&planned, &reads), Vec::<String>::new());

        let sms = json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "x-1" } } });
        stage.aws.set_mfa(&stage.pool, sms).expect("the pool has SMS alone");
        let app = format!("resource \"cognitomfa_software_token\" \"a\" {{\n  {place}\n}}\n");
        let (all, planned) = lived(stage, &[app]);
        compare("software_token", &all, &["iam:PassRole"]);
        assert_eq!(difference(&planned, &reads), Vec::<String>::new());
    });
}

fn together<const N: usize>(all: [Actions; N]) -> Actions {
    all.into_iter().flatten().collect()
}

#[test]
fn the_page_of_a_users_preference_lists_what_it_calls() {
    everywhere("permissions_user", &[Place::Sandbox], |stage: &Stage| {
        let role = with_sms(stage);
        let sms = json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "x-1" } } });
        stage.aws.set_mfa(&stage.pool, sms).expect("the pool has SMS");
        let user = json!({ "UserPoolId": stage.pool, "Username": "a", "UserAttributes": [{ "Name": "phone_number", "Value": "+15550100" }] });
        stage.aws.cognito("AdminCreateUser", &user).expect("a user");
        let preference = format!(
            "resource \"cognitomfa_user_mfa_preference\" \"a\" {{\n  user_pool_id = \"{}\"\n  username = \"a\"\n  deletion_policy = \"OFF\"\n  \
             sms_mfa_settings = {{ enabled = true, preferred_mfa = true }}\n}}\n",
            stage.pool
        );
        let (all, planned) = lived(stage, &[preference]);
        compare("user_mfa_preference", &all, &[]);
        let (reads, writes) = of_guide("`cognitomfa_user_mfa_preference`");
        assert_eq!(difference(&planned, &reads), Vec::<String>::new());
        assert_eq!(together([reads, writes]), listed("user_mfa_preference"));
    });
}

#[test]
fn the_page_of_the_role_lists_what_it_calls() {
    everywhere("permissions_role", &[Place::Sandbox], |stage: &Stage| {
        let document =
            json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sns:Publish", "Resource": "*" }] });
        let name = unique("boundary");
        let created = stage
            .aws
            .iam("CreatePolicy", &[("PolicyName", &*name), ("PolicyDocument", &*document.to_string())])
            .expect("a policy");
        let boundary = created.split_once("<Arn>").and_then(|(_, rest)| rest.split_once('<')).expect("an ARN").0;
        let role = |arguments: &str| {
            format!("resource \"cognitomfa_sms_role\" \"a\" {{\n  name_prefix = \"cognito-sms-\"\n  {arguments}\n}}\n")
        };
        let pool = &stage.pool;
        let life = [
            role("tags = { one = \"1\" }"),
            role(&format!(
                "description = \"d\"\n  external_id = \"x-1\"\n  permissions_boundary = \"{boundary}\"\n  delivery = \"END_USER_MESSAGING\""
            )),
            role(&format!(
                "description = \"e\"\n  external_id = \"x-1\"\n  user_pool_ids = [\"{pool}\"]\n  tags = {{ two = \"2\" }}"
            )),
        ];
        let (all, planned) = lived(stage, &life);
        compare("sms_role", &all, &[]);
        let (reads, _) = of_guide("| `cognitomfa_sms_role`");
        assert_eq!(difference(&planned, &reads), Vec::<String>::new());
    });
}

/// Whether a text is one of those that a pattern with `*` stands for.
fn stands_for(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((begin, rest)) => text
            .strip_prefix(begin)
            .is_some_and(|left| (0..=left.len()).any(|at| left.is_char_boundary(at) && stands_for(rest, &left[at..]))),
        None => pattern == text,
    }
}

#[test]
fn the_policies_cover_the_roles_of_the_examples() {
    let mut names = vec!["cognito-sms-0123456789abcdef".to_owned()];
    let folder = repository().join("examples/resources/cognitomfa_sms_role");
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let named = |key: &str| {
            let lines = text.lines().filter_map(|line| line.trim().strip_prefix(key)?.trim_start().strip_prefix('='));
            lines.map(|value| value.trim().trim_matches('"').to_owned()).collect::<Vec<_>>()
        };
        names.extend(named("name "));
        names.extend(named("name_prefix ").into_iter().map(|prefix| format!("{prefix}0123456789abcdef")));
    }
    assert!(names.len() >= 3, "{names:?}");
    let mut checked = 0;
    for page in ["user_pool_mfa", "software_token", "sms_configuration", "sms_role"] {
        let of_iam = statements(page).into_iter().filter(|statement| texts(&statement["Action"])[0].starts_with("iam:"));
        for statement in of_iam {
            for name in &names {
                let arn = format!("arn:aws:iam::123456789012:role/{name}");
                let covered = texts(&statement["Resource"]).iter().any(|pattern| stands_for(pattern, &arn));
                assert!(covered, "{page}: {} does not cover {name}", statement["Sid"]);
                checked += 1;
            }
        }
    }
    assert!(checked >= 21, "{checked}");
}
