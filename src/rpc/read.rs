//! `ReadResource`: the remote object as it is now.

use super::call::Call;
use super::guard::{Answer, Refusal};
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::read_resource::{Request, Response};
use crate::resources::ReadRequest;

pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let call = Call::about(&service, "ReadResource", &request.type_name)?;
    let read = ReadRequest {
        state: call.decode(request.current_state.as_ref(), "current_state")?,
        private: request.private,
        identity: call.decode_identity(request.current_identity.as_ref(), "current_identity")?,
    };
    let mut answer = call.resource.read(&service.provider, read).await;
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
