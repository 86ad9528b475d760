//! Values of this provider's own schemas, through the RPCs that take them: configurations, plans and stored states.

use std::collections::BTreeMap;
use std::sync::Arc;

use cognitomfa::proto::tfplugin6 as proto;
use cognitomfa::proto::tfplugin6::provider_server::Provider as _;
use cognitomfa::provider::Provider;
use cognitomfa::resources::{self, Resource};
use cognitomfa::rpc::Service;
use cognitomfa::tf::msgpack;
use tonic::{Request, Response, Status};

/// A byte that picks resource type and RPC, then the value.
pub fn schema_value(input: &[u8]) -> bool {
    let Some((pick, bytes)) = input.split_first() else { return false };
    let resource = resource(pick / 8);
    let type_name = resource.type_name().to_owned();
    let as_msgpack = Some(proto::DynamicValue { msgpack: bytes.to_vec(), json: Vec::new() });
    let as_json = Some(proto::DynamicValue { msgpack: Vec::new(), json: bytes.to_vec() });
    match pick % 8 {
        0 | 1 => validate(type_name, as_msgpack),
        2 => validate(type_name, as_json),
        3 => provider(as_msgpack),
        4 => provider(as_json),
        5 => plan(resource, bytes),
        6 => import(proto::import_resource_state::Request {
            type_name,
            identity: Some(proto::ResourceIdentityData { identity_data: as_msgpack }),
            ..Default::default()
        }),
        _ => {
            let id = String::from_utf8_lossy(bytes).into_owned();
            import(proto::import_resource_state::Request { type_name, id, ..Default::default() })
        }
    }
}

/// A byte that picks resource type and RPC, a byte with the version, then the stored text.
pub fn stored_state(input: &[u8]) -> bool {
    let [pick, version, bytes @ ..] = input else { return false };
    let resource = resource(pick / 4);
    let type_name = resource.type_name().to_owned();
    let version = i64::from(i8::from_ne_bytes([*version]));
    let json = proto::RawState { json: bytes.to_vec(), flatmap: BTreeMap::new() };
    match pick % 4 {
        0..=1 => upgrade(resource, proto::upgrade_resource_state::Request { type_name, version, raw_state: Some(json) }),
        2 => {
            let raw_state = Some(proto::RawState { json: Vec::new(), flatmap: flatmap(bytes) });
            upgrade(resource, proto::upgrade_resource_state::Request { type_name, version, raw_state })
        }
        _ => {
            let request = proto::upgrade_resource_identity::Request { type_name, version, raw_identity: Some(json) };
            let answer = served(|service| async move { service.upgrade_resource_identity(Request::new(request)).await });
            answer.is_some_and(|answer| is_accepted(&answer.diagnostics))
        }
    }
}

fn resource(pick: u8) -> &'static dyn Resource {
    let all = resources::all();
    all[usize::from(pick) % all.len()]
}

fn flatmap(bytes: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().filter_map(|line| line.split_once('=')).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn validate(type_name: String, config: Option<proto::DynamicValue>) -> bool {
    let request = proto::validate_resource_config::Request { type_name, config, ..Default::default() };
    let answer = served(|service| async move { service.validate_resource_config(Request::new(request)).await });
    answer.is_some_and(|answer| is_accepted(&answer.diagnostics))
}

fn provider(config: Option<proto::DynamicValue>) -> bool {
    let request = proto::validate_provider_config::Request { config };
    let answer = served(|service| async move { service.validate_provider_config(Request::new(request)).await });
    answer.is_some_and(|answer| is_accepted(&answer.diagnostics))
}

/// A create as a provider that is not configured plans it: nobody is called.
fn plan(resource: &dyn Resource, config: &[u8]) -> bool {
    let config = Some(proto::DynamicValue { msgpack: config.to_vec(), json: Vec::new() });
    let request = proto::plan_resource_change::Request {
        type_name: resource.type_name().to_owned(),
        prior_state: Some(proto::DynamicValue { msgpack: vec![0xc0], json: Vec::new() }),
        proposed_new_state: config.clone(),
        config,
        ..Default::default()
    };
    let answer = served(|service| async move { service.plan_resource_change(Request::new(request)).await });
    answer.is_some_and(|answer| is_accepted(&answer.diagnostics))
}

fn import(request: proto::import_resource_state::Request) -> bool {
    let answer = served(|service| async move { service.import_resource_state(Request::new(request)).await });
    answer.is_some_and(|answer| is_accepted(&answer.diagnostics))
}

fn upgrade(resource: &dyn Resource, request: proto::upgrade_resource_state::Request) -> bool {
    let answer = served(|service| async move { service.upgrade_resource_state(Request::new(request)).await });
    let Some(answer) = answer.filter(|answer| is_accepted(&answer.diagnostics)) else { return false };
    let state = answer.upgraded_state.expect("a state or an error");
    msgpack::decode(&state.msgpack, &resource.schema().ty()).expect("an upgraded state is one of the schema");
    true
}

/// The answer of one RPC; none where the request was no protocol.
fn served<T, F>(call: impl FnOnce(Service) -> F) -> Option<T>
where
    F: Future<Output = Result<Response<T>, Status>>,
{
    let service = Service::new(Arc::new(Provider::default()), resources::all());
    super::http2::block_on(call(service)).ok().map(Response::into_inner)
}

/// Whether there is no error; a bug that the provider itself noticed is a find.
fn is_accepted(diagnostics: &[proto::Diagnostic]) -> bool {
    for diagnostic in diagnostics {
        assert!(!diagnostic.summary.is_empty(), "a diagnostic without a summary");
        assert!(!diagnostic.summary.contains("Bug in the provider"), "{}", diagnostic.detail);
    }
    !diagnostics.iter().any(|diagnostic| diagnostic.severity() == proto::diagnostic::Severity::Error)
}
