//! `MoveResourceState`: a `moved` block from another resource type.

use super::call::Call;
use super::guard::{Answer, Refusal};
use super::upgrade_state::stored_json;
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic as Problem;
use crate::proto::tfplugin6::move_resource_state::{Request, Response};
use crate::resources::MoveRequest;

/// The private bytes beside the state are another provider's and are left behind.
pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let call = Call::about(&service, "MoveResourceState", &request.target_type_name)?;
    let (provider, type_name) = (request.source_provider_address, request.source_type_name);
    let mut source = MoveRequest { provider, type_name, state: Vec::new() };
    source.state = stored_json(request.source_state.as_ref(), &source.unable_to(&request.target_type_name), "state")?.to_vec();
    let moved = call.resource.take_over(&source)?;
    let mut diagnostics = Vec::new();
    let target_state = call.state(moved.state, &mut diagnostics);
    let target_identity = call.identity(moved.identity.as_ref(), &mut diagnostics);
    Ok(Response { target_state, target_identity, diagnostics: convert::diagnostics(diagnostics), ..Response::default() })
}

impl Answer for Response {
    fn refusing(problem: Problem) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
