//! `UpgradeResourceIdentity`: a stored identity in the terms of today's identity schema.

use super::call::Call;
use super::guard::{Answer, Refusal};
use super::upgrade_state::{newer, stored_json, unreadable};
use super::{Service, convert};
use crate::proto::tfplugin6::Diagnostic as Problem;
use crate::proto::tfplugin6::upgrade_resource_identity::{Request, Response};
use crate::tf::{Diagnostic, json};

pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let call = Call::about(&service, "UpgradeResourceIdentity", &request.type_name)?;
    let summary = format!("Unable to upgrade the identity of {}", request.type_name);
    let Some(schema) = call.resource.identity() else {
        return Err(Diagnostic::error(summary, "This resource type has no identity.").into());
    };
    let identity = stored_json(request.raw_identity.as_ref(), &summary, "identity")?;
    if request.version > schema.version {
        return Err(newer(&summary, "identity", request.version, schema.version).into());
    }
    // No identity has changed incompatibly yet: attributes that an older version lacked read as null until the next refresh.
    let decoded = json::decode_lenient(identity, &schema.ty());
    let upgraded = decoded.map_err(|malformed| unreadable(&summary, "identity", request.version, &malformed))?;
    let mut diagnostics = Vec::new();
    let upgraded_identity = call.identity(Some(&upgraded), &mut diagnostics);
    Ok(Response { upgraded_identity, diagnostics: convert::diagnostics(diagnostics) })
}

impl Answer for Response {
    fn refusing(problem: Problem) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
