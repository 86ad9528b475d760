//! `ValidateProviderConfig`: judges the provider block alone.

use super::guard::{Answer, Refusal};
use super::{Service, call, convert};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::validate_provider_config::{Request, Response};
use crate::provider::Provider;

pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let decoded = convert::decode(request.config.as_ref(), &Provider::schema().ty());
    let config = decoded.map_err(|malformed| call::garbled("ValidateProviderConfig", "`config` of the provider", &malformed))?;
    let (mut diagnostics, config) = Provider::schema().without_nulls(&config);
    service.provider.foresee(&config);
    diagnostics.extend(Provider::validate(&config));
    Ok(Response { diagnostics: convert::diagnostics(diagnostics) })
}

impl Answer for Response {
    fn refusing(problem: Diagnostic) -> Self {
        Self { diagnostics: vec![problem] }
    }
}
