//! `PlanResourceChange`: what a create, an update or a destroy would do.

use super::call::Call;
use super::guard::{Answer, Refusal};
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::plan_resource_change::{Request, Response};
use crate::resources::{PlanRequest, shown};

pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let call = Call::about(&service, "PlanResourceChange", &request.type_name)?;
    let plan = PlanRequest {
        prior: call.decode(request.prior_state.as_ref(), "prior_state")?,
        proposed: call.decode(request.proposed_new_state.as_ref(), "proposed_new_state")?,
        config: call.decode(request.config.as_ref(), "config")?,
        prior_private: request.prior_private,
        planned_private: request.planned_private,
        prior_identity: call.decode_identity(request.prior_identity.as_ref(), "prior_identity")?,
        client: convert::client_capabilities(request.client_capabilities),
    };
    // What was unknown to validate may have come out as null.
    let (missing, _) = call.schema.without_nulls(&plan.config);
    let first = plan.planned_private.clone();
    let mut answer = if missing.is_empty() { call.resource.plan(&service.provider, plan).await } else { plan.failed(missing) };
    shown::once(&mut answer, &first);
    let planned_state = call.state(answer.planned, &mut answer.diagnostics);
    let planned_identity = call.identity(answer.identity.as_ref(), &mut answer.diagnostics);
    Ok(Response {
        planned_state,
        requires_replace: answer.requires_replace.iter().map(convert::attribute_path).collect(),
        planned_private: answer.private,
        planned_identity,
        diagnostics: convert::diagnostics(answer.diagnostics),
        ..Response::default()
    })
}

impl Answer for Response {
    fn refusing(problem: Diagnostic) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
