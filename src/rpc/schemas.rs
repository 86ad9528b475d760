//! `GetProviderSchema`: the arguments of everything the provider has.

use super::guard::{Answer, Refusal};
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::get_provider_schema::Response;
use crate::provider::Provider;

pub(super) async fn answer(service: Service) -> Result<Response, Refusal> {
    let schemas = service.resources.iter().map(|resource| (resource.type_name().to_owned(), convert::schema(&resource.schema())));
    Ok(Response {
        provider: Some(convert::schema(&Provider::schema())),
        resource_schemas: schemas.collect(),
        server_capabilities: Some(convert::server_capabilities()),
        ..Response::default()
    })
}

impl Answer for Response {
    fn refusing(problem: Diagnostic) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
