//! Factors owned apart from the mode: what `cognitomfa_software_token` and `cognitomfa_sms_configuration` are alike in.
//!
//! Factors declare, one resource switches. On a pool that is `OFF` nothing is written: AWS refuses a factor beside `OFF` (row M02), and
//! the resource of the mode writes what it lists. On an active pool the factor's own block is read, changed and written back, with
//! everything else as the pool has it.

mod apply;
mod arguments;
mod plan;
mod state;

#[cfg(test)]
mod tests;

use async_trait::async_trait;

use super::pool::duration::Operation;
use super::pool::identity;
use super::pool::import::imported;
use super::pool::session::Session;
use super::{
    ApplyAnswer, ApplyRequest, ClientCapabilities, ImportAnswer, ImportRequest, PlanAnswer, PlanRequest, ReadAnswer, ReadRequest,
    Resource,
};
use crate::mfa::Factor;
use crate::provider::Provider;
use crate::rules::Policy;
use crate::tf::{Diagnostic, Dynamic, IdentitySchema, Schema};

/// The resource type of one factor.
#[derive(Clone, Copy, Debug)]
pub struct FactorResource {
    /// Name of the type.
    pub type_name: &'static str,
    /// The factor.
    pub factor: Factor,
    /// Its schema.
    pub schema: fn() -> Schema,
}

#[async_trait]
impl Resource for FactorResource {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    fn identity(&self) -> Option<IdentitySchema> {
        Some(identity::schema())
    }

    fn validate(&self, config: &Dynamic, _client: ClientCapabilities) -> Vec<Diagnostic> {
        arguments::decode(config).map_or_else(|diagnostic| vec![diagnostic], |wanted| wanted.broken())
    }

    fn foresee(&self, config: &Dynamic, policy: &Policy) -> Vec<Diagnostic> {
        arguments::decode(config).map_or_else(|_| Vec::new(), |wanted| plan::foresee(self, &wanted, policy))
    }

    async fn read(&self, provider: &Provider, request: ReadRequest) -> ReadAnswer {
        match self.read_state(provider, &request).await {
            Ok(state) => request.found(state, identity::of),
            Err(diagnostic) => request.failed(diagnostic),
        }
    }

    async fn plan(&self, provider: &Provider, request: PlanRequest) -> PlanAnswer {
        plan::plan(self, provider, request).await
    }

    async fn apply(&self, provider: &Provider, request: ApplyRequest) -> ApplyAnswer {
        apply::apply(self, provider, request).await
    }

    async fn import(&self, _provider: &Provider, request: ImportRequest) -> ImportAnswer {
        imported(&self.schema(), &request).unwrap_or_else(ImportAnswer::failed)
    }
}

impl FactorResource {
    /// The state now; null when the pool, or an active pool's factor, is gone.
    async fn read_state(&self, provider: &Provider, request: &ReadRequest) -> Result<Dynamic, Diagnostic> {
        let before = arguments::decode(&request.state)?;
        let limit = Operation::Read.limit(&before.timeouts);
        let Some(session) = Session::open(provider, &before.user_pool_id, &before.region, limit)? else {
            return Ok(request.state.clone());
        };
        match session.refresh().await? {
            Some(live) => {
                if request.state.member("factor").is_none_or(Dynamic::is_null) {
                    session.expect_account(request.identity.as_ref()).await?;
                }
                state::refreshed(self.factor, &request.state, &live)
            }
            None => Ok(Dynamic::Null),
        }
    }
}
