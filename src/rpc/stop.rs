//! `StopProvider`: the user pressed Ctrl-C. Calls in flight end as soon as they can; the process stays.

use super::Service;
use super::guard::{Answer, Refusal};
use crate::proto::tfplugin6::Diagnostic;
use crate::proto::tfplugin6::stop_provider::Response;

pub(super) async fn answer(service: Service) -> Result<Response, Refusal> {
    service.provider.stop();
    Ok(Response::default())
}

impl Answer for Response {
    fn refusing(problem: Diagnostic) -> Self {
        Self { error: format!("{}: {}", problem.summary, problem.detail) }
    }
}
