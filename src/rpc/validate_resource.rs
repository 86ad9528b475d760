//! `ValidateResourceConfig`: judges the configuration of one resource alone.

use super::call::Call;
use super::guard::{Answer, Refusal};
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::validate_resource_config::{Request, Response};

pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let call = Call::about(&service, "ValidateResourceConfig", &request.type_name)?;
    let config = call.decode(request.config.as_ref(), "config")?;
    service.provider.validated(&request.type_name, &config);
    let client = convert::client_capabilities(request.client_capabilities);
    let (mut diagnostics, config) = call.schema.without_nulls(&config);
    diagnostics.extend(call.resource.validate(&config, client));
    if let Some(policy) = service.provider.foreseen_policy() {
        diagnostics.extend(call.resource.foresee(&config, &policy));
    }
    Ok(Response { diagnostics: convert::diagnostics(diagnostics) })
}

impl Answer for Response {
    fn refusing(problem: Diagnostic) -> Self {
        Self { diagnostics: vec![problem] }
    }
}
