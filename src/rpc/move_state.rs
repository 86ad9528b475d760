//! `MoveResourceState`: a `moved` block from another resource type. Not offered, and not announced as a capability.

use super::guard::{Answer, Refusal};
use crate::proto::tfplugin6::Diagnostic as Problem;
use crate::proto::tfplugin6::move_resource_state::{Request, Response};
use crate::tf::Diagnostic;

pub(super) async fn answer(request: Request) -> Result<Response, Refusal> {
    let Request { source_type_name: source, target_type_name: target, .. } = request;
    let detail = format!(
        "The cognitomfa provider does not yet take over the state of other resource types. Replace the `moved` block by a `removed` \
         block for `{source}` that keeps the object, and an `import` block for `{target}`."
    );
    Err(Diagnostic::error(format!("Unable to move {source} to {target}"), detail).into())
}

impl Answer for Response {
    fn refusing(problem: Problem) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
