//! `ImportResourceState`: the first state of an object that Terraform did not create.

use super::call::Call;
use super::guard::{Answer, Refusal};
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic as Problem;
use crate::proto::tfplugin6::import_resource_state::{ImportedResource, Request, Response};
use crate::resources::ImportRequest;
use crate::tf::Diagnostic;

pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let call = Call::about(&service, "ImportResourceState", &request.type_name)?;
    let import = match call.decode_identity(request.identity.as_ref(), "identity")? {
        Some(identity) => ImportRequest::Identity(identity),
        None if request.id.is_empty() => return Err(nothing_to_go_by(&request.type_name, request.identity.is_some()).into()),
        None => ImportRequest::Id(request.id),
    };
    let mut answer = call.resource.import(&service.provider, import).await;
    let found = !answer.state.is_null();
    let state = call.state(answer.state, &mut answer.diagnostics);
    let identity = call.identity(answer.identity.as_ref(), &mut answer.diagnostics);
    let failed = answer.diagnostics.iter().any(Diagnostic::is_error);
    let imported = ImportedResource { type_name: request.type_name, state, private: answer.private, identity };
    Ok(Response {
        imported_resources: if found && !failed { vec![imported] } else { Vec::new() },
        diagnostics: convert::diagnostics(answer.diagnostics),
        ..Response::default()
    })
}

fn nothing_to_go_by(type_name: &str, by_identity: bool) -> Diagnostic {
    let detail = if by_identity {
        "The import names an identity without a value that this resource type can be found by; write an `id` instead."
    } else {
        "The import names neither an `id` nor an `identity`."
    };
    Diagnostic::error(format!("Unable to import {type_name}"), detail)
}

impl Answer for Response {
    fn refusing(problem: Problem) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
