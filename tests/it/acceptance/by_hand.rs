//! The guide to use by hand, and the refusal in the README, walked as they are printed.

use serde_json::Value;

use super::examples::at_example;
use super::{Stage, everywhere};
use crate::support::{Endpoint, Place, Workspace, clis, http, provider_binary, repository, terminal};

fn guide() -> String {
    std::fs::read_to_string(repository().join("docs/guides/by-hand.md")).unwrap()
}

/// Blocks of code in this language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("```").next().expect("it ends")).collect()
}

/// The JSON documents between quotes in a block of a shell.
fn documents(block: &str) -> Vec<String> {
    let quoted = block.split('\'').skip(1).step_by(2).filter(|text| text.starts_with('{'));
    quoted.map(|text| serde_json::from_str::<Value>(text).expect("a document is JSON").to_string()).collect()
}

#[test]
fn the_steps_of_the_guide_lead_to_a_pool_with_mfa() {
    everywhere("by_hand", &[Place::Sandbox], |stage: &Stage| {
        let guide = guide();
        let terraform = blocks(&guide, "terraform");
        let [overrides, configuration] = terraform.as_slice() else { panic!("{} blocks", terraform.len()) };
        let shells = blocks(&guide, "shell");
        let roles = shells.iter().find(|block| block.contains("create-role")).expect("a role is made");
        let documents = documents(roles);
        let [trust, policy] = documents.as_slice() else { panic!("{documents:?}") };
        let name = ("RoleName", "cognito-sms");
        stage.aws.iam("CreateRole", &[name, ("AssumeRolePolicyDocument", trust)]).expect("the role of the guide");
        stage.aws.iam("PutRolePolicy", &[name, ("PolicyName", "publish"), ("PolicyDocument", policy)]).expect("its policy");

        let mut workspace = Workspace::new(&stage.workspace.cli);
        let folder = workspace.path().join("plugin");
        let written = "/home/you/terraform-provider-cognitomfa/target/release";
        assert!(overrides.contains(written), "{overrides}");
        workspace.write("cli.tfrc", &overrides.replace(written, folder.to_str().unwrap()));
        workspace.write("main.tf", configuration);
        let exported = shells.iter().find(|block| block.contains("AWS_ENDPOINT_URL")).expect("variables are exported");
        let variables: Vec<(&str, &str)> = exported.split_whitespace().filter_map(|word| word.split_once('=')).collect();
        for (variable, value) in variables.iter().filter(|(variable, _)| variable.starts_with("AWS_")) {
            workspace.set(variable, if *variable == "AWS_ENDPOINT_URL" { &stage.endpoint.url } else { value });
        }
        assert!(variables.len() >= 4, "{variables:?}");
        workspace.set("TF_VAR_user_pool_id", &stage.pool);
        workspace.apply(&[]).expect_code(0);
        workspace.plan(&[]).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
    });
}

#[test]
fn the_controls_of_the_guide_are_there() {
    let endpoint = Endpoint::sandbox(&[]);
    let guide = guide();
    let mut asked = 0;
    for row in guide.lines().filter(|line| line.contains("/_sandbox/")) {
        let (method, path) = row.split('`').nth(1).and_then(|request| request.split_once(' ')).expect("a request");
        let body = if path.ends_with("knobs") { row.split('`').nth(3).expect("an example") } else { "" };
        let answer = http::request(&endpoint.url, method, path, &[], body.as_bytes());
        assert_eq!(answer.status, 200, "{row}: {}", answer.text());
        asked += 1;
    }
    assert_eq!(asked, 5);
    let deleted = http::request(&endpoint.url, "DELETE", "/_sandbox/requests", &[], b"");
    assert_eq!(deleted.status, 200);
    let health = http::request(&endpoint.url, "GET", "/_sandbox/health", &[], b"").text();
    assert!(health.contains("000000000000") && guide.contains("The account of a sandbox is `000000000000`"), "{health}");

    let help = std::process::Command::new(provider_binary()).args(["sandbox", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let flags: Vec<&str> =
        guide.split(['`', ' ', '\n']).filter(|word| word.starts_with("--") && !["--release", "--help"].contains(word)).collect();
    let of_sandbox = flags.iter().filter(|flag| ["--listen", "--data", "--switch", "--quotas", "--log"].contains(flag));
    assert!(of_sandbox.clone().count() >= 5, "{flags:?}");
    for flag in of_sandbox {
        assert!(help.contains(flag), "{flag}: {help}");
    }
}

#[test]
fn the_guide_names_the_rust_that_is_needed() {
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version").trim_matches('"');
    assert!(guide().contains(&format!("Rust {version} or newer")), "{version}");
}

#[test]
fn init_needs_terraform_1_15_beside_dev_overrides() {
    for cli in clis::all() {
        let workspace = Workspace::new(cli);
        workspace.copy_example("provider");
        let code = workspace.run(&["init", "-no-color", "-input=false"]).code;
        if cli.has((1, 15), (1, 15)) || cli.product == "Terraform" || cli.version < (1, 7, 0) {
            assert_eq!(code == 0, cli.product == "Terraform" && cli.has((1, 15), (1, 15)), "{}", cli.name());
        }
    }
}

/// The README's refusal, as a terminal of 80 columns shows it.
#[test]
fn the_refusal_in_the_readme_is_what_the_quick_start_shows() {
    let stage = Stage::alone("readme");
    let named = stage.aws.create_pool("quickstart");
    let mut workspace = at_example(&stage, "quickstart");
    workspace.set("TF_VAR_user_pool_id", &named);
    workspace.apply(&["-var=mode=ON", "-var=authenticator_app=true"]).expect_code(0);
    let arguments = ["plan", "-no-color", "-input=false", "-var=mode=OFF", "-var=authenticator_app=false"];
    let shown = terminal::shown(workspace.command(&arguments), 80, std::time::Duration::from_secs(120));
    let plain = |text: &str| {
        text.lines().map(|line| line.trim_start_matches(['│', '╷', '╵', ' ']).trim_end().to_owned()).collect::<Vec<_>>()
    };
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let printed = blocks(&readme, "text").into_iter().find(|block| block.contains("[required_to_off]")).expect("a refusal");
    let printed = plain(&printed.replace("us-east-1_Sandbox001", &named));
    let shown = plain(&shown);
    let at = shown.iter().position(|line| line == &printed[0]).unwrap_or_else(|| panic!("{shown:#?}"));
    let seen: Vec<&String> = shown[at..].iter().take(printed.len()).collect();
    assert_eq!(seen, printed.iter().collect::<Vec<_>>());
    assert!(printed.len() >= 25, "{} lines", printed.len());
}
