//! `UpgradeResourceState`: a stored state, as the state file has it, in the terms of today's schema.

use super::call::Call;
use super::guard::{Answer, Refusal};
use super::{Service, convert};
use crate::proto::tfplugin6::upgrade_resource_state::{Request, Response};
use crate::proto::tfplugin6::{Diagnostic as Problem, RawState};
use crate::tf::{Diagnostic, json};

/// Comes for every stored object, also for one of today's version.
pub(super) async fn answer(service: Service, request: Request) -> Result<Response, Refusal> {
    let call = Call::about(&service, "UpgradeResourceState", &request.type_name)?;
    let summary = format!("Unable to upgrade the state of {}", request.type_name);
    let state = stored_json(request.raw_state.as_ref(), &summary, "state")?;
    let (stored, current) = (request.version, call.schema.version);
    if stored > current {
        return Err(newer(&summary, "state", stored, current).into());
    }
    let upgraded = if stored == current {
        json::decode_lenient(state, &call.ty).map_err(|malformed| unreadable(&summary, "state", stored, &malformed))?
    } else {
        call.resource.upgrade(stored, state)?
    };
    let mut diagnostics = Vec::new();
    let upgraded_state = call.state(upgraded, &mut diagnostics);
    Ok(Response { upgraded_state, diagnostics: convert::diagnostics(diagnostics) })
}

/// The JSON of a stored state or identity.
pub(super) fn stored_json<'a>(raw: Option<&'a RawState>, summary: &str, what: &str) -> Result<&'a [u8], Diagnostic> {
    match raw {
        Some(raw) if !raw.json.is_empty() => Ok(&raw.json),
        Some(raw) if !raw.flatmap.is_empty() => {
            let detail = format!(
                "The stored {what} has the form of Terraform before 0.12, which this provider never wrote. Remove the object from the \
                 state and import it again."
            );
            Err(Diagnostic::error(summary, detail))
        }
        _ => Err(Diagnostic::error(summary, format!("The command line sent no stored {what}."))),
    }
}

/// A state or identity from the future.
pub(super) fn newer(summary: &str, what: &str, stored: i64, current: i64) -> Diagnostic {
    let detail = format!(
        "The stored {what} was written by a newer version of this provider: its schema version is {stored}, and this version of the \
         provider knows versions up to {current}. Use the newer version of the provider."
    );
    Diagnostic::error(summary, detail)
}

/// A state or identity of today's version that is not of today's type.
pub(super) fn unreadable(summary: &str, what: &str, stored: i64, malformed: &crate::tf::Malformed) -> Diagnostic {
    Diagnostic::error(summary, format!("The stored {what} does not fit its schema, version {stored}: {malformed}."))
}

impl Answer for Response {
    fn refusing(problem: Problem) -> Self {
        Self { diagnostics: vec![problem], ..Self::default() }
    }
}
