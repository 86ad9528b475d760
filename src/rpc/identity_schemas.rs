//! `GetResourceIdentitySchemas`: the identities of the resource types that have one.

use super::guard::{Answer, Refusal};
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::get_resource_identity_schemas::Response;

pub(super) async fn answer(service: Service) -> Result<Response, Refusal> {
    let identity = |resource: &&dyn crate::resources::Resource| {
        Some((resource.type_name().to_owned(), convert::identity_schema(&resource.identity()?)))
    };
    Ok(Response { identity_schemas: service.resources.iter().filter_map(identity).collect(), ..Response::default() })
}

impl Answer for Response {
    fn refusing(problem: Diagnostic) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
