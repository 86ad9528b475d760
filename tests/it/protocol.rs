//! The RPCs of a running provider, called as Terraform calls them.

mod fake;
mod moving;
mod older;

use std::sync::Arc;

use cognitomfa::proto::tfplugin6 as proto;
use cognitomfa::proto::tfplugin6::provider_server::Provider as _;
use cognitomfa::provider::Provider;
use cognitomfa::rpc::Service;
use cognitomfa::tf::{Dynamic, Number, Type, msgpack};
use proto::attribute_path::step::Selector;
use proto::diagnostic::Severity;
use tonic::{Code, Request, Status};

const THING: &str = "cognitomfa_thing";
const PLAIN: &str = "cognitomfa_plain";
const SECRET: &str = "correct horse battery staple";

fn service() -> Service {
    Service::new(Arc::new(Provider::default()), fake::TYPES)
}

/// Calls one RPC of the fake provider.
macro_rules! answer {
    ($rpc:ident, $request:expr) => {
        service().$rpc(Request::new($request)).await.map(tonic::Response::into_inner)
    };
}

fn ty(type_name: &str) -> Type {
    fake::TYPES.iter().find(|resource| resource.type_name() == type_name).unwrap().schema().ty()
}

fn identity_ty() -> Type {
    fake::TYPES[0].identity().unwrap().ty()
}

/// A thing with a name and, in two places, a secret.
fn thing(name: &str) -> Dynamic {
    let settings = Dynamic::object([("on", Dynamic::Bool(true)), ("note", Dynamic::string(SECRET))]);
    Dynamic::object([
        ("name", Dynamic::string(name)),
        ("secret", Dynamic::string(SECRET)),
        ("size", Dynamic::UNKNOWN),
        ("settings", settings),
    ])
}

/// The same thing as it may be stored: without its secrets.
fn stored(name: &str) -> Dynamic {
    let settings = Dynamic::object([("on", Dynamic::Bool(true)), ("note", Dynamic::Null)]);
    Dynamic::object([
        ("name", Dynamic::string(name)),
        ("secret", Dynamic::Null),
        ("size", Dynamic::UNKNOWN),
        ("settings", settings),
    ])
}

fn encoded(value: &Dynamic, ty: &Type) -> proto::DynamicValue {
    proto::DynamicValue { msgpack: msgpack::encode(value, ty).unwrap(), json: Vec::new() }
}

fn wire(name: &str) -> Option<proto::DynamicValue> {
    Some(encoded(&thing(name), &ty(THING)))
}

fn json(text: &str) -> Option<proto::DynamicValue> {
    Some(proto::DynamicValue { msgpack: Vec::new(), json: text.into() })
}

fn garbage() -> Option<proto::DynamicValue> {
    Some(proto::DynamicValue { msgpack: vec![0xc1, 0xff], json: Vec::new() })
}

fn raw(text: &str) -> Option<proto::RawState> {
    Some(proto::RawState { json: text.into(), ..Default::default() })
}

fn identity(name: &str) -> Option<proto::ResourceIdentityData> {
    let value = Dynamic::object([("name", Dynamic::string(name)), ("region", Dynamic::Null)]);
    Some(proto::ResourceIdentityData { identity_data: Some(encoded(&value, &identity_ty())) })
}

/// A value of an answer; answers are msgpack only.
fn decoded(value: Option<proto::DynamicValue>, ty: &Type) -> Dynamic {
    let value = value.expect("the answer has no value");
    assert!(value.json.is_empty(), "answers are msgpack");
    msgpack::decode(&value.msgpack, ty).unwrap()
}

fn errors(diagnostics: &[proto::Diagnostic]) -> Vec<&proto::Diagnostic> {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).collect()
}

/// The only diagnostic of an answer, which is an error.
fn error(diagnostics: &[proto::Diagnostic]) -> (&str, &str) {
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(diagnostics[0].severity(), Severity::Error);
    (&diagnostics[0].summary, &diagnostics[0].detail)
}

fn assert_garbled<T: std::fmt::Debug>(answer: Result<T, Status>, rpc: &str, place: &str) {
    let status = answer.expect_err("garbage was taken");
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().starts_with(rpc) && status.message().contains(&format!("`{place}`")), "{status:?}");
}

#[tokio::test]
async fn metadata_names_every_type_and_capability() {
    let metadata = answer!(get_metadata, proto::get_metadata::Request {}).unwrap();
    let names: Vec<&str> = metadata.resources.iter().map(|resource| resource.type_name.as_str()).collect();
    assert_eq!(names, [THING, PLAIN]);
    let offered = proto::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        ..Default::default()
    };
    assert_eq!(metadata.server_capabilities, Some(offered));
}

#[tokio::test]
async fn schemas_say_what_every_attribute_is() {
    let schemas = answer!(get_provider_schema, proto::get_provider_schema::Request {}).unwrap();
    assert!(schemas.diagnostics.is_empty());
    assert!(schemas.provider.expect("Terraform refuses a provider without a schema").block.is_some());
    let capabilities = schemas.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional && capabilities.move_resource_state);

    assert_eq!(schemas.resource_schemas.keys().collect::<Vec<_>>(), [PLAIN, THING]);
    let thing = &schemas.resource_schemas[THING];
    assert_eq!(thing.version, 2);
    let block = thing.block.as_ref().unwrap();
    let [name, secret, size, settings] = block.attributes.as_slice() else { panic!("{:?}", block.attributes) };
    assert!(name.required && !name.optional && !name.computed && name.nested_type.is_none());
    assert_eq!(name.r#type, br#""string""#);
    assert_eq!((name.description.as_str(), name.description_kind()), ("The name.", proto::StringKind::Markdown));
    assert!(secret.write_only && secret.sensitive && secret.optional && !secret.computed && !name.write_only && !name.sensitive);
    assert!(size.optional && size.computed && !size.required);
    assert_eq!(size.r#type, br#"["list","number"]"#);
    assert!(settings.deprecated && !size.deprecated);
    assert_eq!(settings.deprecation_message, "Use `size`.");
    assert!(settings.r#type.is_empty(), "an attribute has a type or nested attributes, never both");
    let nested = settings.nested_type.as_ref().unwrap();
    assert_eq!(nested.nesting(), proto::schema::object::NestingMode::Single);
    assert_eq!(nested.attributes.iter().map(|attribute| attribute.name.as_str()).collect::<Vec<_>>(), ["on", "note"]);
}

#[tokio::test]
async fn the_real_schemas_are_ones_that_terraform_loads() {
    Provider::schema().check().unwrap();
    for resource in cognitomfa::resources::all() {
        let problem = resource.schema().check();
        assert_eq!(problem, Ok(()), "{}", resource.type_name());
        assert!(resource.type_name().starts_with("cognitomfa_"), "{}", resource.type_name());
    }
    let request = Request::new(proto::get_provider_schema::Request {});
    let real = Service::new(Arc::new(Provider::default()), cognitomfa::resources::all());
    let schemas = real.get_provider_schema(request).await.unwrap().into_inner();
    assert_eq!(schemas.resource_schemas.len(), cognitomfa::resources::all().len(), "two types of one name");
}

#[tokio::test]
async fn identity_schemas_are_given_for_types_with_an_identity() {
    let answer = answer!(get_resource_identity_schemas, proto::get_resource_identity_schemas::Request {}).unwrap();
    assert_eq!(answer.identity_schemas.keys().collect::<Vec<_>>(), [THING]);
    let schema = &answer.identity_schemas[THING];
    assert_eq!(schema.version, 1);
    let seen: Vec<_> = schema
        .identity_attributes
        .iter()
        .map(|attribute| (attribute.name.as_str(), attribute.required_for_import, attribute.optional_for_import))
        .collect();
    assert_eq!(seen, [("name", true, false), ("region", false, true)]);
    assert_eq!(schema.identity_attributes[0].r#type, br#""string""#);
}

#[tokio::test]
async fn the_provider_block_is_decoded_by_its_schema() {
    let answer = answer!(validate_provider_config, proto::validate_provider_config::Request { config: None }).unwrap();
    assert!(errors(&answer.diagnostics).is_empty(), "{answer:?}");
    let answer = answer!(validate_provider_config, proto::validate_provider_config::Request { config: garbage() });
    assert_garbled(answer, "ValidateProviderConfig", "config");

    let request =
        |config| proto::configure_provider::Request { config, terraform_version: "1.15.5".into(), ..Default::default() };
    assert_garbled(answer!(configure_provider, request(garbage())), "ConfigureProvider", "config");
    answer!(configure_provider, request(None)).unwrap();
}

#[tokio::test]
async fn stopping_is_acknowledged() {
    assert_eq!(answer!(stop_provider, proto::stop_provider::Request {}).unwrap().error, "");
}

#[tokio::test]
async fn diagnostics_keep_their_place_and_have_a_summary() {
    let client_capabilities = Some(proto::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() });
    let request = proto::validate_resource_config::Request { type_name: THING.into(), config: wire("any"), client_capabilities };
    let answer = answer!(validate_resource_config, request).unwrap();
    let [warning, whole] = answer.diagnostics.as_slice() else { panic!("{answer:?}") };
    assert_eq!((warning.severity(), whole.severity()), (Severity::Warning, Severity::Error));
    assert_eq!(warning.detail, "write-only: true, private: false");
    assert!(!warning.summary.is_empty(), "the command line prints the summary");
    let steps: Vec<Selector> =
        warning.attribute.as_ref().unwrap().steps.iter().map(|step| step.selector.clone().unwrap()).collect();
    let (name, key) = (Selector::AttributeName("settings".into()), Selector::ElementKeyString("on".into()));
    assert_eq!(steps, [name, key], "with a third step the command line underlines nothing");
    assert_eq!((whole.summary.as_str(), &whole.attribute), ("Whole", &None));
}

#[tokio::test]
async fn an_unknown_type_is_told_the_types_there_are() {
    let type_name = || "cognitomfa_thin".to_owned();
    let answers = [
        answer!(
            validate_resource_config,
            proto::validate_resource_config::Request { type_name: type_name(), ..Default::default() }
        )
        .unwrap()
        .diagnostics,
        answer!(upgrade_resource_state, proto::upgrade_resource_state::Request { type_name: type_name(), ..Default::default() })
            .unwrap()
            .diagnostics,
        answer!(
            upgrade_resource_identity,
            proto::upgrade_resource_identity::Request { type_name: type_name(), ..Default::default() }
        )
        .unwrap()
        .diagnostics,
        answer!(read_resource, proto::read_resource::Request { type_name: type_name(), ..Default::default() })
            .unwrap()
            .diagnostics,
        answer!(plan_resource_change, proto::plan_resource_change::Request { type_name: type_name(), ..Default::default() })
            .unwrap()
            .diagnostics,
        answer!(apply_resource_change, proto::apply_resource_change::Request { type_name: type_name(), ..Default::default() })
            .unwrap()
            .diagnostics,
        answer!(import_resource_state, proto::import_resource_state::Request { type_name: type_name(), ..Default::default() })
            .unwrap()
            .diagnostics,
    ];
    for diagnostics in answers {
        let (summary, detail) = error(&diagnostics);
        assert_eq!(summary, "Unknown resource type");
        for name in ["`cognitomfa_thin`", "`cognitomfa_thing`", "`cognitomfa_plain`"] {
            assert!(detail.contains(name), "{detail}");
        }
    }
}

async fn upgraded(version: i64, raw_state: Option<proto::RawState>) -> proto::upgrade_resource_state::Response {
    let type_name = THING.into();
    answer!(upgrade_resource_state, proto::upgrade_resource_state::Request { type_name, version, raw_state }).unwrap()
}

#[tokio::test]
async fn a_state_of_the_current_version_is_read_as_it_is() {
    let text = r#" { "name": "pool", "secret": "kept by mistake", "size": [12345678901234567890123], "removed": 1 } "#;
    let answer = upgraded(2, raw(text)).await;
    assert_eq!(answer.diagnostics, []);
    let state = decoded(answer.upgraded_state, &ty(THING));
    assert_eq!(state.member("name"), Some(&Dynamic::string("pool")));
    assert_eq!(state.member("settings"), Some(&Dynamic::Null), "a missing attribute is null");
    assert_eq!(state.member("secret"), Some(&Dynamic::Null), "a write-only value is never stored");
    let Some(Dynamic::Sequence(size)) = state.member("size") else { panic!("{state:?}") };
    assert_eq!(size, &[Dynamic::Number(Number::Finite("12345678901234567890123".parse().unwrap()))]);
}

#[tokio::test]
async fn a_state_of_an_older_version_is_raised_by_its_type() {
    let answer = upgraded(1, raw(r#"{"title":"old"}"#)).await;
    assert_eq!(answer.diagnostics, []);
    let state = decoded(answer.upgraded_state, &ty(THING));
    assert_eq!(state.member("name"), Some(&Dynamic::string(r#"1: {"title":"old"}"#)));
    assert_eq!(state.member("secret"), Some(&Dynamic::Null));
    assert_eq!(error(&upgraded(0, raw("{}")).await.diagnostics), ("Too old", "{}"));
}

#[tokio::test]
async fn a_state_that_cannot_be_read_says_why() {
    let newer = upgraded(7, raw("{}")).await.diagnostics;
    let (summary, detail) = error(&newer);
    assert_eq!(summary, "Unable to upgrade the state of cognitomfa_thing");
    assert!(detail.contains("newer version of this provider") && detail.contains('7') && detail.contains('2'), "{detail}");

    let flatmap = proto::RawState { flatmap: [("name".to_owned(), "pool".to_owned())].into(), ..Default::default() };
    assert!(error(&upgraded(2, Some(flatmap)).await.diagnostics).1.contains("before 0.12"));
    assert!(error(&upgraded(2, None).await.diagnostics).1.contains("no stored state"));

    let unreadable = upgraded(2, raw(r#"{"name":"pool","settings":{"on":"correct horse battery staple"}}"#)).await.diagnostics;
    let (_, detail) = error(&unreadable);
    assert!(detail.contains("settings.on") && !detail.contains(SECRET), "{detail}");
}

async fn raised(
    type_name: &str,
    version: i64,
    raw_identity: Option<proto::RawState>,
) -> proto::upgrade_resource_identity::Response {
    let type_name = type_name.into();
    answer!(upgrade_resource_identity, proto::upgrade_resource_identity::Request { type_name, version, raw_identity }).unwrap()
}

#[tokio::test]
async fn identities_are_raised_like_states() {
    for version in [0, 1] {
        let answer = raised(THING, version, raw(r#"{"name":"pool"}"#)).await;
        assert_eq!(answer.diagnostics, []);
        assert_eq!(answer.upgraded_identity, identity("pool"));
    }
    assert!(error(&raised(THING, 2, raw("{}")).await.diagnostics).1.contains("newer version of this provider"));
    assert!(error(&raised(THING, 1, raw(r#"{"name":[]}"#)).await.diagnostics).1.contains("name"));
    assert!(error(&raised(THING, 1, None).await.diagnostics).1.contains("no stored identity"));
    assert!(error(&raised(PLAIN, 0, raw("{}")).await.diagnostics).1.contains("has no identity"));
}

async fn read(current_state: Option<proto::DynamicValue>) -> Result<proto::read_resource::Response, Status> {
    let (type_name, private) = (THING.into(), b"private".to_vec());
    let current_identity = identity("stored");
    answer!(
        read_resource,
        proto::read_resource::Request { type_name, current_state, private, current_identity, ..Default::default() }
    )
}

#[tokio::test]
async fn reading_takes_json_and_answers_in_msgpack() {
    let answer = read(json(r#"{"name":"pool","secret":null,"size":null,"settings":null}"#)).await.unwrap();
    assert_eq!(decoded(answer.new_state, &ty(THING)).member("name"), Some(&Dynamic::string("pool")));
    assert_eq!(answer.private, b"private");
    assert_eq!(answer.new_identity, identity("pool"));
    let seen = &answer.diagnostics[0].detail;
    assert!(seen.contains("stored"), "the resource was given the stored identity, not {seen}");
}

#[tokio::test]
async fn what_is_gone_is_null() {
    let answer = read(wire("gone")).await.unwrap();
    assert_eq!(answer.new_state, Some(proto::DynamicValue { msgpack: vec![0xc0], json: Vec::new() }));
}

#[tokio::test]
async fn a_type_without_identity_answers_with_none() {
    let current_state = Some(encoded(&Dynamic::object([("name", Dynamic::string("pool"))]), &ty(PLAIN)));
    let request = proto::read_resource::Request { type_name: PLAIN.into(), current_state, ..Default::default() };
    let answer = answer!(read_resource, request).unwrap();
    assert_eq!((answer.new_identity, answer.diagnostics.as_slice()), (None, [].as_slice()));
}

#[tokio::test]
async fn a_value_that_does_not_fit_the_schema_is_a_bug_and_not_sent() {
    let answer = read(wire("misfit")).await.unwrap();
    assert_eq!(answer.new_state, None);
    let errors = errors(&answer.diagnostics);
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].detail.contains("ReadResource") && errors[0].detail.contains("This is a bug in the provider"),
        "{errors:?}"
    );
    assert_eq!(answer.diagnostics.len(), 2, "what the resource said is still said");
}

#[tokio::test]
async fn bytes_that_are_no_value_are_a_broken_protocol() {
    assert_garbled(read(garbage()).await, "ReadResource", "current_state");
    let mut cut = wire("pool").unwrap();
    cut.msgpack.pop();
    assert_garbled(read(Some(cut)).await, "ReadResource", "current_state");
    let status = read(json(r#"{"name":"pool","settings":"correct horse battery staple"}"#)).await.unwrap_err();
    assert!(status.message().contains("settings") && !status.message().contains(SECRET), "{status:?}");

    let request = proto::validate_resource_config::Request { type_name: THING.into(), config: garbage(), ..Default::default() };
    assert_garbled(answer!(validate_resource_config, request), "ValidateResourceConfig", "config");
    let request =
        proto::plan_resource_change::Request { type_name: THING.into(), proposed_new_state: garbage(), ..Default::default() };
    assert_garbled(answer!(plan_resource_change, request), "PlanResourceChange", "proposed_new_state");
    let request =
        proto::apply_resource_change::Request { type_name: THING.into(), planned_state: garbage(), ..Default::default() };
    assert_garbled(answer!(apply_resource_change, request), "ApplyResourceChange", "planned_state");
    let identity = Some(proto::ResourceIdentityData { identity_data: garbage() });
    let request = proto::import_resource_state::Request { type_name: THING.into(), identity, ..Default::default() };
    assert_garbled(answer!(import_resource_state, request), "ImportResourceState", "identity");
}

#[tokio::test]
async fn a_plan_holds_no_write_only_value() {
    let request = proto::plan_resource_change::Request {
        type_name: THING.into(),
        proposed_new_state: wire("pool"),
        config: wire("pool"),
        prior_private: b"private".to_vec(),
        prior_identity: identity("stored"),
        client_capabilities: Some(proto::ClientCapabilities { store_planned_private: true, ..Default::default() }),
        ..Default::default()
    };
    let answer = answer!(plan_resource_change, request).unwrap();
    assert_eq!(decoded(answer.planned_state, &ty(THING)), stored("pool"));
    assert_eq!((answer.planned_private.as_slice(), answer.planned_identity), (b"private".as_slice(), identity("pool")));
    assert!(!answer.legacy_type_system && answer.deferred.is_none());
    let replaced: Vec<usize> = answer.requires_replace.iter().map(|path| path.steps.len()).collect();
    assert_eq!(replaced, [1, 2]);
    let seen = &answer.diagnostics[0].detail;
    assert!(seen.starts_with("[true, false, false]"), "an absent prior state is null: {seen}");
    assert!(seen.contains("store_planned_private: true") && seen.contains("stored"), "{seen}");
}

#[tokio::test]
async fn a_destroy_is_planned_and_applied_as_null() {
    let null = || Some(proto::DynamicValue { msgpack: vec![0xc0], json: Vec::new() });
    let request = proto::plan_resource_change::Request {
        type_name: THING.into(),
        prior_state: wire("pool"),
        proposed_new_state: null(),
        config: Some(proto::DynamicValue::default()),
        ..Default::default()
    };
    let plan = answer!(plan_resource_change, request).unwrap();
    assert_eq!((plan.planned_state, plan.planned_identity), (null(), None));
    assert!(plan.diagnostics[0].detail.starts_with("[false, true, true]"));

    let request = proto::apply_resource_change::Request {
        type_name: THING.into(),
        prior_state: wire("pool"),
        planned_state: null(),
        planned_private: b"private".to_vec(),
        ..Default::default()
    };
    let apply = answer!(apply_resource_change, request).unwrap();
    assert_eq!((apply.new_state, apply.private.as_slice()), (null(), b"private".as_slice()));
}

#[tokio::test]
async fn what_was_done_before_an_error_is_kept_without_secrets() {
    let request = proto::apply_resource_change::Request {
        type_name: THING.into(),
        planned_state: wire("fails halfway"),
        config: wire("fails halfway"),
        planned_identity: identity("planned"),
        ..Default::default()
    };
    let answer = answer!(apply_resource_change, request).unwrap();
    assert_eq!(error(&answer.diagnostics), ("Unable to set thing", "AWS said no."));
    assert_eq!(decoded(answer.new_state, &ty(THING)), stored("fails halfway"));
    assert_eq!(answer.new_identity, identity("planned"));
    assert!(!answer.legacy_type_system);
}

#[tokio::test]
async fn imports_go_by_id_or_by_identity() {
    let import = |id: &str, identity| {
        let request =
            proto::import_resource_state::Request { type_name: THING.into(), id: id.into(), identity, ..Default::default() };
        async { answer!(import_resource_state, request).unwrap() }
    };
    for (answer, name) in [(import("eu_1", None).await, "id eu_1"), (import("", identity("pool")).await, "identity pool")] {
        assert_eq!(answer.diagnostics, []);
        let [imported] = answer.imported_resources.as_slice() else { panic!("{answer:?}") };
        assert_eq!((imported.type_name.as_str(), imported.private.as_slice()), (THING, b"imported".as_slice()));
        assert_eq!(decoded(imported.state.clone(), &ty(THING)).member("name"), Some(&Dynamic::string(name)));
        assert_eq!(imported.identity, identity(name));
    }
    let missing = import("missing", None).await;
    assert_eq!(error(&missing.diagnostics).0, "Unable to import missing");
    assert_eq!(missing.imported_resources, []);
    assert!(error(&import("", None).await.diagnostics).1.contains("neither"));
}

#[tokio::test]
async fn what_is_not_offered_is_refused_in_words() {
    let type_name = || "cognitomfa_pool".to_owned();
    let request = proto::validate_data_resource_config::Request { type_name: type_name(), ..Default::default() };
    assert!(error(&answer!(validate_data_resource_config, request).unwrap().diagnostics).1.contains("`cognitomfa_pool`"));
    let request = proto::read_data_source::Request { type_name: type_name(), ..Default::default() };
    assert!(error(&answer!(read_data_source, request).unwrap().diagnostics).1.contains("`cognitomfa_pool`"));

    assert_eq!(answer!(get_functions, proto::get_functions::Request {}).unwrap(), Default::default());
    let request = proto::call_function::Request { name: "strength".into(), arguments: Vec::new() };
    let answer = answer!(call_function, request).unwrap();
    assert!(answer.error.unwrap().text.contains("`strength`"));
    assert_eq!(answer.result, None);

    let status = answer!(plan_action, proto::plan_action::Request::default()).unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
}

#[tokio::test]
async fn a_panic_is_told_and_disturbs_no_other_call() {
    let service = service();
    let waiting = proto::read_resource::Request { type_name: THING.into(), current_state: wire("waits"), ..Default::default() };
    let other = tokio::spawn({
        let service = service.clone();
        async move { service.read_resource(Request::new(waiting)).await }
    });
    tokio::task::yield_now().await;

    let panics = || wire("panics");
    let request =
        proto::plan_resource_change::Request { type_name: THING.into(), proposed_new_state: panics(), ..Default::default() };
    let plan = service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
    let (summary, detail) = error(&plan.diagnostics);
    assert_eq!((summary, plan.planned_state), ("Bug in the provider", None));
    assert!(detail.contains("PlanResourceChange") && detail.contains("report it"), "{detail}");
    assert!(!detail.contains("asked to panic"), "a panic may quote values: {detail}");

    let request =
        proto::apply_resource_change::Request { type_name: THING.into(), planned_state: panics(), ..Default::default() };
    let apply = service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert!(error(&apply.diagnostics).1.contains("ApplyResourceChange"));
    let request = proto::validate_resource_config::Request { type_name: THING.into(), config: panics(), ..Default::default() };
    let validation = service.validate_resource_config(Request::new(request)).await.unwrap().into_inner();
    assert!(error(&validation.diagnostics).1.contains("ValidateResourceConfig"));

    assert!(!other.is_finished(), "the other call was still under way");
    fake::GATE.add_permits(1);
    let read = other.await.unwrap().unwrap().into_inner();
    assert_eq!(decoded(read.new_state, &ty(THING)).member("name"), Some(&Dynamic::string("waits")));
}

#[cfg(unix)]
#[tokio::test]
async fn large_messages_pass_a_real_server_in_both_directions() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("provider.sock");
    let listener = tokio::net::UnixListener::bind(&socket).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tonic::transport::Server::builder().add_service(service().into_server());
    let incoming = tokio_stream::wrappers::UnixListenerStream::new(listener);
    let serving = tokio::spawn(server.serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }));

    let endpoint = tonic::transport::Endpoint::from_shared(format!("unix:{}", socket.display())).unwrap();
    let mut client =
        proto::provider_client::ProviderClient::new(endpoint.connect().await.unwrap()).max_decoding_message_size(usize::MAX);
    let large = "x".repeat(5 << 20);
    let request = proto::read_resource::Request { type_name: THING.into(), current_state: wire(&large), ..Default::default() };
    let answer = client.read_resource(request).await.unwrap().into_inner();
    assert_eq!(decoded(answer.new_state, &ty(THING)).member("name"), Some(&Dynamic::string(large)));
    let status = client.list_resource(proto::list_resource::Request::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);

    drop((client, stop));
    tokio::time::timeout(std::time::Duration::from_secs(20), serving).await.expect("the server stops").unwrap().unwrap();
}
