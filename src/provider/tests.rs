//! The provider block from Terraform's value to clients, a policy and diagnostics.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::rules::{Level, Open, Profile};
use crate::tf::{Number, Severity, Step};

fn config<const N: usize>(arguments: [(&str, Dynamic); N]) -> Dynamic {
    let absent = Provider::schema().block.attributes.into_iter().map(|attribute| (attribute.name, Dynamic::Null));
    let blocks = Provider::schema().block.blocks.into_iter().map(|block| (block.name, Dynamic::Sequence(Vec::new())));
    let given = arguments.into_iter().map(|(name, value)| (name.to_owned(), value));
    Dynamic::object(absent.chain(blocks).chain(given))
}

fn text(text: &str) -> Dynamic {
    Dynamic::string(text)
}

fn blocks<const N: usize>(arguments: [(&str, Dynamic); N]) -> Dynamic {
    Dynamic::Sequence(vec![Dynamic::object(arguments)])
}

fn rules<const N: usize>(arguments: [(&str, Dynamic); N]) -> Dynamic {
    config([("rules", Dynamic::object(arguments))])
}

/// The problems of a block as `path: summary`.
fn problems(config: &Dynamic) -> Vec<String> {
    let place = |problem: &Diagnostic| problem.path.as_ref().map(ToString::to_string).unwrap_or_default();
    Provider::validate(config).iter().map(|problem| format!("{}: {}", place(problem), problem.summary)).collect()
}

/// Reads a block and builds what resources see, in an environment of the test's own.
async fn configured(config: &Dynamic, environment: &[(&str, &str)]) -> Configured {
    let (arguments, shape) = Arguments::read(config);
    assert_eq!(shape, Vec::new());
    let variable = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    assert_eq!(validate::judge(&arguments, &variable), Vec::new());
    Configured::new(&arguments, "1.14.0", CancellationToken::new(), &variable).await
}

#[test]
fn an_empty_and_an_unknown_block_are_in_order() {
    assert_eq!(problems(&config([])), Vec::<String>::new());
    assert_eq!(problems(&Dynamic::UNKNOWN), Vec::<String>::new());
    let unknown = Provider::schema().block.attributes.into_iter().map(|attribute| (attribute.name, Dynamic::UNKNOWN));
    assert_eq!(problems(&Dynamic::object(unknown)), Vec::<String>::new());
}

#[test]
fn a_block_copied_from_the_aws_provider_is_in_order() {
    let copied = config([
        ("region", text("us-east-1")),
        ("access_key", text("test")),
        ("secret_key", text("test")),
        ("max_retries", Dynamic::Number(Number::from(3))),
        ("skip_metadata_api_check", text("true")),
        ("skip_credentials_validation", Dynamic::Bool(true)),
        ("endpoints", blocks([("cognitoidp", text("http://localhost:4566")), ("iam", text("http://localhost:4566"))])),
        ("assume_role", blocks([("role_arn", text("arn:aws:iam::123456789012:role/deploy")), ("duration", text("1h30m"))])),
    ]);
    assert_eq!(problems(&copied), Vec::<String>::new());
}

#[test]
fn each_mistake_is_named_at_its_attribute() {
    let cases = [
        (config([("region", text("Frankfurt"))]), "region: Not an AWS Region"),
        (config([("access_key", text("a"))]), "access_key: Incomplete AWS credentials"),
        (config([("secret_key", text("a")), ("access_key", text(""))]), "secret_key: Incomplete AWS credentials"),
        (config([("token", text("a"))]), "token: Incomplete AWS credentials"),
        (config([("max_retries", Dynamic::Number(Number::from(-1)))]), "max_retries: Unexpected value"),
        (config([("max_retries", Dynamic::Number(Number::PositiveInfinity))]), "max_retries: Unexpected value"),
        (
            config([("max_retries", Dynamic::Number(Number::Finite("1e999999999".parse().unwrap())))]),
            "max_retries: Unexpected value",
        ),
        (config([("max_retries", Dynamic::Number(Number::Finite("1.5".parse().unwrap())))]), "max_retries: Unexpected value"),
        (config([("skip_metadata_api_check", text("perhaps"))]), "skip_metadata_api_check: Unexpected value"),
        (config([("endpoints", blocks([("sts", text("localhost:1"))]))]), "endpoints[0].sts: Not the URL of an endpoint"),
        (config([("assume_role", blocks([("session_name", text("s"))]))]), "assume_role[0]: Role to assume not named"),
        (config([("assume_role", blocks([("role_arn", text("deploy"))]))]), "assume_role[0].role_arn: Not the ARN of a role"),
        (rules([("profile", text("gaurded"))]), "rules.profile: Unknown rules profile"),
        (rules([("severity", Dynamic::object([("required_off", text("off"))]))]), "rules.severity.required_off: Unknown rule"),
        (
            rules([("severity", Dynamic::object([("required_to_off", text("fatal"))]))]),
            "rules.severity.required_to_off: Unknown severity",
        ),
    ];
    for (config, expected) in cases {
        assert_eq!(problems(&config), [expected]);
    }
}

#[test]
fn arguments_of_a_block_are_attribute_steps_and_of_a_nested_attribute_keys() {
    let config = config([("endpoints", blocks([("iam", text("x"))])), ("rules", Dynamic::object([("profile", text("x"))]))]);
    let paths: Vec<_> = Provider::validate(&config).into_iter().map(|problem| problem.path.unwrap().0).collect();
    let name = |text: &str| Step::Attribute(text.into());
    assert_eq!(paths, [vec![name("endpoints"), Step::Index(0), name("iam")], vec![name("rules"), Step::Key("profile".into())]]);
}

#[test]
fn a_near_miss_is_answered_with_the_right_name() {
    let detail = |config: &Dynamic| Provider::validate(config)[0].detail.clone();
    assert!(detail(&rules([("profile", text("gaurded"))])).ends_with("Did you mean `guarded`?"));
    assert!(detail(&rules([("profile", text("zzzzzzzz"))])).ends_with("It must be one of `aws`, `guarded`, `classic`."));
    assert!(
        detail(&rules([("severity", Dynamic::object([("required_off", text("off"))]))]))
            .ends_with("Did you mean `required_to_off`?")
    );
    assert!(
        detail(&rules([("severity", Dynamic::object([("required_to_off", text("warn"))]))])).ends_with("Did you mean `warning`?")
    );
}

#[test]
fn arguments_of_rules_are_called_by_their_path() {
    let severity = |rule: &'static str, level| rules([("severity", Dynamic::object([(rule, level)]))]);
    for (config, path) in [
        (rules([("profile", text("gaurded"))]), "`rules.profile`"),
        (severity("required_off", text("off")), "`rules.severity`"),
        (severity("required_to_off", text("fatal")), "`rules.severity.required_to_off`"),
        (severity("required_to_off", Dynamic::Null), "`rules.severity.required_to_off`"),
        (severity("two_managers", text("warning")), "`rules.severity.two_managers`"),
    ] {
        let detail = Provider::validate(&config)[0].detail.clone();
        assert!(detail.contains(path), "{path}: {detail}");
    }
}

#[test]
fn a_severity_that_would_not_be_heard_is_an_error() {
    use crate::rules::{Level, Profile, all, can_be_lowered};
    let mut refused = 0;
    for rule in all() {
        for level in Level::ALL {
            let config = rules([("severity", Dynamic::object([(rule.name, text(level.as_str()))]))]);
            let unheard = !can_be_lowered(rule) && Profile::ALL.into_iter().all(|profile| level < rule.severity.level(profile));
            let expected = format!("rules.severity.{}: The severity of this rule cannot be lowered", rule.name);
            let expected: Vec<String> = unheard.then_some(expected).into_iter().collect();
            assert_eq!(problems(&config), expected, "{} {level:?}", rule.name);
            refused += usize::from(unheard);
        }
    }
    assert!(refused >= 10, "{refused}");
}

#[test]
fn an_unsupported_argument_of_a_role_is_an_error_and_never_left_out_unsaid() {
    let role = |name: &'static str, value| {
        problems(&config([("assume_role", blocks([("role_arn", text("arn:aws:iam::123456789012:role/r")), (name, value)]))]))
    };
    assert_eq!(role("source_identity", text("me")), ["assume_role[0].source_identity: Argument not supported"]);
    let keys = Dynamic::Sequence(vec![text("k")]);
    assert_eq!(role("transitive_tag_keys", keys), ["assume_role[0].transitive_tag_keys: Argument not supported"]);
    assert_eq!(role("duration", text("1d")), ["assume_role[0].duration: Not the length of a session"]);
    assert_eq!(role("duration", text("14m59s")), ["assume_role[0].duration: Not the length of a session"]);
    assert_eq!(role("duration", Dynamic::UNKNOWN), Vec::<String>::new());
}

#[test]
fn regions_of_every_partition_pass_and_other_forms_only_when_told_so() {
    for region in
        ["us-east-1", "us-gov-west-1", "cn-north-1", "mx-central-1", "us-isob-east-1", "eusc-de-east-1", "ap-southeast-7"]
    {
        assert_eq!(problems(&config([("region", text(region))])), Vec::<String>::new(), "{region}");
    }
    for region in ["us-east", "us_east_1", "US-EAST-1", "us-east-1a", "1", "-", "eu-west-1 ", "a.b/c-d-1"] {
        assert_eq!(problems(&config([("region", text(region))])).len(), 1, "{region}");
        let skipped = config([("region", text(region)), ("skip_region_validation", Dynamic::Bool(true))]);
        assert_eq!(problems(&skipped), Vec::<String>::new(), "{region}");
    }
}

#[tokio::test]
async fn the_region_comes_from_the_argument_then_the_environment() {
    let environment = [("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "eu-west-2")];
    let named = config([("region", text("eu-north-1"))]);
    assert_eq!(configured(&named, &environment).await.region.as_deref(), Some("eu-north-1"));
    assert_eq!(configured(&config([]), &environment).await.region.as_deref(), Some("eu-west-1"));
    assert_eq!(configured(&config([]), &environment[1..]).await.region.as_deref(), Some("eu-west-2"));
    let files = config([("shared_config_files", Dynamic::Sequence(vec![text("/nonexistent")])), ("profile", text("team"))]);
    let lost = configured(&files, &[]).await;
    let problem = lost.region_or_diagnostic().unwrap_err();
    for place in ["`region` of the provider block", "AWS_REGION", "AWS_DEFAULT_REGION", "profile \"team\" in /nonexistent"] {
        assert!(problem.detail.contains(place), "{}", problem.detail);
    }
}

#[tokio::test]
async fn the_policy_takes_argument_environment_default() {
    let given = rules([
        ("profile", text("classic")),
        ("severity", Dynamic::object([("required_to_off", text("warning"))])),
        ("allow_waivers", Dynamic::Bool(false)),
    ]);
    let environment = [("COGNITOMFA_RULES_PROFILE", "aws"), ("AWS_REGION", "eu-west-1")];
    let policy = configured(&given, &environment).await.policy;
    assert_eq!((policy.profile, policy.allow_waivers), (Profile::Classic, false));
    assert_eq!(policy.severity.get("required_to_off"), Some(&Level::Warning));
    assert!(policy.today > time::Date::MIN && policy.waivers.is_empty());
    assert_eq!(configured(&config([]), &environment).await.policy.profile, Profile::Aws);
    assert_eq!(configured(&config([]), &environment[1..]).await.policy.profile, Profile::Guarded);
    let (arguments, _) = Arguments::read(&config([]));
    let problem = &validate::judge(&arguments, &|_| Some("strict".into()))[0];
    assert!(problem.detail.starts_with("The environment variable COGNITOMFA_RULES_PROFILE is \"strict\""), "{}", problem.detail);
}

#[tokio::test]
async fn arguments_not_known_yet_are_told_to_resources() {
    let environment = [("AWS_REGION", "eu-west-1")];
    let unknown = [
        config([("region", Dynamic::UNKNOWN)]),
        config([("token", Dynamic::UNKNOWN)]),
        config([("assume_role", blocks([("role_arn", Dynamic::UNKNOWN)]))]),
        config([("endpoints", blocks([("iam", Dynamic::UNKNOWN)]))]),
        config([("endpoints", Dynamic::UNKNOWN)]),
        config([("shared_config_files", Dynamic::Sequence(vec![Dynamic::UNKNOWN]))]),
    ];
    for config in unknown {
        assert!(configured(&config, &environment).await.unknown, "{config:?}");
    }
    let settled = configured(&config([]), &environment).await;
    assert!(!settled.unknown && settled.policy.open == Open::default());
    let level = rules([("severity", Dynamic::object([("required_to_off", Dynamic::UNKNOWN)]))]);
    let policy = configured(&level, &environment).await;
    assert!(policy.policy.open.severity.contains("required_to_off") && !policy.unknown);
}

#[tokio::test]
async fn lookups_are_on_unless_switched_off_or_not_known() {
    let lookups = async |value: Dynamic| {
        let configured = configured(&config([("lookups", value)]), &[("AWS_REGION", "eu-west-1")]).await;
        assert!(!configured.unknown, "which lookups are made decides nobody's account");
        (configured.lookups.iam, configured.lookups.sns)
    };
    assert_eq!(lookups(Dynamic::Null).await, (true, true));
    assert_eq!(lookups(Dynamic::object([("iam", Dynamic::Bool(false)), ("sns", Dynamic::Null)])).await, (false, true));
    assert_eq!(lookups(Dynamic::object([("iam", Dynamic::Bool(true)), ("sns", Dynamic::Bool(false))])).await, (true, false));
    assert_eq!(lookups(Dynamic::object([("iam", Dynamic::UNKNOWN), ("sns", Dynamic::Null)])).await, (false, true));
    assert_eq!(lookups(Dynamic::UNKNOWN).await, (false, false));
    let wrong = config([("lookups", Dynamic::object([("iam", text("sometimes")), ("sns", Dynamic::Null)]))]);
    assert_eq!(problems(&wrong).len(), 1);
}

#[tokio::test]
async fn configure_replaces_and_stop_ends_only_what_was_configured_before() {
    let provider = Provider::default();
    assert_eq!(provider.configured().unwrap_err().summary, "Provider not configured");
    let north = config([("region", text("eu-north-1"))]);
    assert_eq!(provider.configure("1.14.0", &north).await, Vec::new());
    let first = provider.configured().unwrap();
    provider.stop();
    assert!(first.stop.is_cancelled());
    assert_eq!(provider.configure("1.14.0", &config([("region", text("eu-west-1"))])).await, Vec::new());
    let second = provider.configured().unwrap();
    assert!(!second.stop.is_cancelled());
    assert_eq!((first.region.as_deref(), second.region.as_deref()), (Some("eu-north-1"), Some("eu-west-1")));
    let problems = provider.configure("1.14.0", &config([("region", text("nowhere"))])).await;
    assert_eq!(problems[0].severity, Severity::Error);
    assert!(provider.configured().is_err());
}

#[tokio::test]
async fn no_secret_is_shown() {
    let secrets = config([
        ("region", text("eu-north-1")),
        ("access_key", text("CANARY-access")),
        ("secret_key", text("CANARY-secret")),
        ("token", text("CANARY-token")),
        ("assume_role", blocks([("role_arn", text("arn:aws:iam::123456789012:role/r")), ("external_id", text("CANARY-id"))])),
    ]);
    let provider = Provider::default();
    assert_eq!(provider.configure("1.14.0", &secrets).await, Vec::new());
    let shown = format!("{provider:?} {:#?} {:?}", provider.configured().unwrap(), Arguments::read(&secrets));
    assert!(shown.contains("eu-north-1") && !shown.contains("CANARY"), "{shown}");
    let wrong = config([
        ("secret_key", text("CANARY-alone")),
        ("endpoints", blocks([("iam", text("http://user:CANARY-password@host"))])),
    ]);
    let shown = format!("{:?}", Provider::validate(&wrong));
    assert!(shown.contains("Incomplete") && shown.contains("password") && !shown.contains("CANARY"), "{shown}");
}

#[tokio::test]
async fn no_form_of_debug_output_shows_a_secret_of_the_block() {
    let role = [("role_arn", text("arn:aws:iam::123456789012:role/deploy")), ("external_id", text("CANARY4"))];
    let config = config([
        ("region", text("us-east-1")),
        ("access_key", text("CANARY1")),
        ("secret_key", text("CANARY2")),
        ("token", text("CANARY3")),
        ("assume_role", blocks(role)),
    ]);
    let (arguments, _) = Arguments::read(&config);
    let configured = configured(&config, &[]).await;
    let clients = &configured.clients;
    let mut shown = format!("{arguments:?} {arguments:#?} {configured:?} {configured:#?} {clients:?} {clients:#?}");
    for problem in Provider::validate(&config) {
        shown.push_str(&format!("{problem:?} {problem:#?}"));
    }
    let provider = Provider::default();
    provider.configure("1.14.0", &config).await;
    shown.push_str(&format!("{provider:?} {provider:#?} {:?}", provider.configured()));
    assert!(shown.contains("us-east-1") && shown.contains("(hidden)"), "{shown}");
    assert!(!shown.contains("CANARY"), "{shown}");
}

/// Before: the wait for this provider's own lock was told as "The endpoint did not answer within 0.0 seconds".
#[tokio::test]
async fn an_object_that_others_hold_is_waited_for_until_the_deadline_or_a_stop() {
    use std::time::{Duration, Instant};
    let configured = configured(&config([]), &[("AWS_REGION", "eu-west-1")]).await;
    let late = Instant::now() + Duration::from_secs(3600);
    assert!(configured.hold("pool", std::future::ready(7), late).await.is_some_and(|(own, _)| own == 7));
    let soon = Instant::now() + Duration::from_millis(20);
    assert!(configured.hold("pool", std::future::pending::<()>(), soon).await.is_none());
    configured.stop.cancel();
    assert!(configured.hold("pool", std::future::pending::<()>(), late).await.is_none());
}
