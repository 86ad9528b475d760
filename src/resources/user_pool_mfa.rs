//! `cognitomfa_user_pool_mfa`: the MFA mode of one user pool and all its factors.

mod apply;
mod arguments;
mod claims;
mod constraints;
mod end;
mod moved;
mod plan;
mod planned;
mod restore;
mod schema;
mod seen;
mod shared;
mod sibling;
mod state;

#[cfg(test)]
mod tests;

use async_trait::async_trait;

use super::generation::Generation;
use super::pool::duration::Operation;
use super::pool::identity;
use super::pool::import::imported;
use super::pool::session::Session;
use super::{
    ApplyAnswer, ApplyRequest, ClientCapabilities, ImportAnswer, ImportRequest, MoveAnswer, MoveRequest, PlanAnswer, PlanRequest,
    ReadAnswer, ReadRequest, Resource,
};
use crate::provider::Provider;
use crate::rules::Policy;
use crate::tf::{Diagnostic, Dynamic, IdentitySchema, Schema};

/// The resource type. One `SetUserPoolMfaConfig` call replaces the pool's whole MFA object (row M01).
#[derive(Debug)]
pub struct UserPoolMfa;

/// The type's name.
const TYPE_NAME: &str = "cognitomfa_user_pool_mfa";

/// The one value of the type, for the registry.
pub static RESOURCE: UserPoolMfa = UserPoolMfa;

#[async_trait]
impl Resource for UserPoolMfa {
    fn type_name(&self) -> &'static str {
        TYPE_NAME
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn identity(&self) -> Option<IdentitySchema> {
        Some(identity::schema())
    }

    fn validate(&self, config: &Dynamic, client: ClientCapabilities) -> Vec<Diagnostic> {
        match arguments::decode(config) {
            Ok(wanted) => {
                let mut diagnostics = constraints::broken(&wanted);
                diagnostics.extend(sibling::broken(config, client));
                diagnostics.extend(plan::judge_configuration(&wanted));
                diagnostics
            }
            Err(diagnostic) => vec![diagnostic],
        }
    }

    fn foresee(&self, config: &Dynamic, policy: &Policy) -> Vec<Diagnostic> {
        arguments::decode(config).map_or_else(|_| Vec::new(), |wanted| plan::foresee(&wanted, policy))
    }

    async fn read(&self, provider: &Provider, request: ReadRequest) -> ReadAnswer {
        match read(provider, &request).await {
            Ok((state, private)) => ReadAnswer { private, ..request.found(state, identity::of) },
            Err(diagnostic) => request.failed(diagnostic),
        }
    }

    async fn plan(&self, provider: &Provider, request: PlanRequest) -> PlanAnswer {
        plan::plan(provider, request).await
    }

    async fn apply(&self, provider: &Provider, request: ApplyRequest) -> ApplyAnswer {
        apply::apply(provider, request).await
    }

    async fn import(&self, _provider: &Provider, request: ImportRequest) -> ImportAnswer {
        imported(&self.schema(), &request).unwrap_or_else(ImportAnswer::failed)
    }

    fn take_over(&self, source: &MoveRequest) -> Result<MoveAnswer, Diagnostic> {
        let id = moved::user_pool_id(source, self.type_name())?;
        let ImportAnswer { state, identity, .. } = imported(&self.schema(), &ImportRequest::Id(id))?;
        Ok(MoveAnswer { state, identity })
    }
}

/// The state now, null when the pool is gone, and the private bytes: the first read after an import keeps what it finds.
async fn read(provider: &Provider, request: &ReadRequest) -> Result<(Dynamic, Vec<u8>), Diagnostic> {
    let before = arguments::decode(&request.state)?;
    let limit = Operation::Read.limit(&before.timeouts);
    let Some(session) = Session::open(provider, &before.user_pool_id, &before.region, limit)? else {
        return Ok((request.state.clone(), request.private.clone()));
    };
    let kept = Generation::stored(&request.private).kept();
    let Some(live) = session.refresh().await? else { return Ok((Dynamic::Null, kept)) };
    let imported = before.mode.is_null();
    if imported {
        session.expect_account(request.identity.as_ref()).await?;
    }
    let private = if imported { restore::kept(&kept, &live) } else { kept };
    Ok((planned::settled(&request.state, &live, &session.pool.region)?, private))
}
