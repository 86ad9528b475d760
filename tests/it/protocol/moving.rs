//! `MoveResourceState`: which states a type takes over.

use std::sync::Arc;

use cognitomfa::proto::tfplugin6 as proto;
use cognitomfa::proto::tfplugin6::provider_server::Provider as _;
use cognitomfa::provider::Provider;
use cognitomfa::resources::{self, Resource};
use cognitomfa::rpc::Service;
use cognitomfa::tf::Dynamic;
use tonic::Request;

use super::fake::TYPES;
use super::{THING, decoded, error};

/// Asks a service that was never configured, as command lines do.
async fn moved(types: &'static [&'static dyn Resource], target: &str, source: (&str, &str), state: &str) -> Moved {
    let request = proto::move_resource_state::Request {
        source_provider_address: source.0.into(),
        source_type_name: source.1.into(),
        source_state: Some(proto::RawState { json: state.as_bytes().to_vec(), ..Default::default() }),
        source_private: b"another provider's".to_vec(),
        target_type_name: target.into(),
        ..Default::default()
    };
    let service = Service::new(Arc::new(Provider::default()), types);
    service.move_resource_state(Request::new(request)).await.unwrap().into_inner()
}

type Moved = proto::move_resource_state::Response;

const MFA: &str = "cognitomfa_user_pool_mfa";
const NULL: (&str, &str) = ("registry.terraform.io/hashicorp/null", "null_resource");

#[tokio::test]
async fn a_type_takes_over_nothing_unless_it_says_so() {
    let answer = moved(TYPES, THING, NULL, "{}").await;
    let (summary, detail) = error(&answer.diagnostics);
    assert_eq!(summary, "Unable to move null_resource to cognitomfa_thing");
    assert!(detail.contains("`removed`") && detail.contains("`import`"), "{detail}");
    assert_eq!((answer.target_state, answer.target_identity), (None, None));
    let unknown = moved(TYPES, "missing", NULL, "{}").await;
    assert_eq!(error(&unknown.diagnostics).0, "Unknown resource type");
}

#[tokio::test]
async fn the_pool_id_of_a_null_resource_is_all_that_is_taken_over() {
    let state = r#"{"id":"4711","triggers":{"mode":"ON","pool":"eu-central-1_Ab12Cd34E"}}"#;
    let answer = moved(resources::all(), MFA, NULL, state).await;
    assert_eq!(answer.diagnostics, []);
    let mfa = resources::all().iter().find(|resource| resource.type_name() == MFA).unwrap();
    let state = decoded(answer.target_state, &mfa.schema().ty());
    let Dynamic::Mapping(members) = &state else { panic!("{state:?}") };
    let set: Vec<&str> = members.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str()).collect();
    assert_eq!(set, ["id", "region", "user_pool_id"]);
    assert_eq!(state.member("user_pool_id"), Some(&Dynamic::string("eu-central-1_Ab12Cd34E")));
    let identity = answer.target_identity.and_then(|identity| identity.identity_data);
    let identity = decoded(identity, &mfa.identity().unwrap().ty());
    assert_eq!(identity.member("user_pool_id"), Some(&Dynamic::string("eu-central-1_Ab12Cd34E")));
    assert_eq!(answer.target_private, Vec::<u8>::new());
}

#[tokio::test]
async fn a_user_pool_is_told_how_to_import_instead() {
    let source = ("registry.terraform.io/hashicorp/aws", "aws_cognito_user_pool");
    let answer = moved(resources::all(), MFA, source, r#"{"id":"eu-central-1_Ab12Cd34E","name":"customers"}"#).await;
    let (summary, detail) = error(&answer.diagnostics);
    assert_eq!(summary, "Unable to move aws_cognito_user_pool to cognitomfa_user_pool_mfa");
    assert!(detail.contains("      id = \"eu-central-1_Ab12Cd34E\""), "{detail}");
    assert_eq!(answer.target_state, None);
}

#[tokio::test]
async fn a_state_that_is_not_there_is_an_error() {
    let answer = moved(resources::all(), MFA, NULL, "").await;
    assert!(error(&answer.diagnostics).1.contains("sent no stored state"));
}
