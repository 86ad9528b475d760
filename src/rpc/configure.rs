//! `ConfigureProvider`: takes the provider block. May come more than once.

use super::guard::{Answer, Refusal};
use super::{Service, call, convert};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::configure_provider::{Request, Response};
use crate::provider::Provider;

pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let decoded = convert::decode(request.config.as_ref(), &Provider::schema().ty());
    let config = decoded.map_err(|malformed| call::garbled("ConfigureProvider", "`config` of the provider", &malformed))?;
    // What was unknown to validate may have come out as null.
    let (missing, _) = Provider::schema().without_nulls(&config);
    if !missing.is_empty() {
        return Ok(Response { diagnostics: convert::diagnostics(missing) });
    }
    let diagnostics = service.provider.configure(&request.terraform_version, &config).await;
    Ok(Response { diagnostics: convert::diagnostics(diagnostics) })
}

impl Answer for Response {
    fn refusing(problem: Diagnostic) -> Self {
        Self { diagnostics: vec![problem] }
    }
}
