//! `GetMetadata`: the names of everything the provider has.

use super::guard::{Answer, Refusal};
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::get_metadata::{ResourceMetadata, Response};

pub(super) async fn answer(service: Service) -> Result<Response, Refusal> {
    let named = |name: &str| ResourceMetadata { type_name: name.to_owned() };
    Ok(Response {
        server_capabilities: Some(convert::server_capabilities()),
        resources: service.resources.iter().map(|resource| named(resource.type_name())).collect(),
        ..Response::default()
    })
}

impl Answer for Response {
    fn refusing(problem: Diagnostic) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
