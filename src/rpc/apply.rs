//! `ApplyResourceChange`: carries a planned change out.

use super::call::Call;
use super::guard::{Answer, Refusal};
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::apply_resource_change::{Request, Response};
use crate::resources::ApplyRequest;

/// A refusal has no state, which beside an error keeps the prior state.
pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let call = Call::about(&service, "ApplyResourceChange", &request.type_name)?;
    service.provider.begin_apply();
    let apply = ApplyRequest {
        prior: call.decode(request.prior_state.as_ref(), "prior_state")?,
        planned: call.decode(request.planned_state.as_ref(), "planned_state")?,
        config: call.decode(request.config.as_ref(), "config")?,
        private: request.planned_private,
        identity: call.decode_identity(request.planned_identity.as_ref(), "planned_identity")?,
    };
    let mut answer = call.resource.apply(&service.provider, apply).await;
    let new_state = call.state(answer.state, &mut answer.diagnostics);
    let new_identity = call.identity(answer.identity.as_ref(), &mut answer.diagnostics);
    Ok(Response {
        new_state,
        private: answer.private,
        new_identity,
        diagnostics: convert::diagnostics(answer.diagnostics),
        ..Response::default()
    })
}

impl Answer for Response {
    fn refusing(problem: Diagnostic) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
