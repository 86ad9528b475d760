//! `cognitomfa_user_mfa_preference`: the MFA factors of one user.

mod apply;
mod arguments;
mod constraints;
mod identity;
mod plan;
mod planned;
mod schema;
mod seen;
mod state;
mod user;
mod write;

#[cfg(test)]
mod tests;

use async_trait::async_trait;

use self::user::{Found, User};
use super::pool::duration::Operation;
use super::pool::region;
use super::{
    ApplyAnswer, ApplyRequest, ClientCapabilities, ImportAnswer, ImportRequest, PlanAnswer, PlanRequest, ReadAnswer, ReadRequest,
    Resource,
};
use crate::provider::Provider;
use crate::rules::Policy;
use crate::tf::{Diagnostic, Dynamic, IdentitySchema, Object, Schema, Value};

/// The resource type. `AdminSetUserMFAPreference` merges what it is told with what the user has (row P01).
#[derive(Debug)]
pub struct UserMfaPreference;

/// The type's name.
const TYPE_NAME: &str = "cognitomfa_user_mfa_preference";

/// The one value of the type, for the registry.
pub static RESOURCE: UserMfaPreference = UserMfaPreference;

#[async_trait]
impl Resource for UserMfaPreference {
    fn type_name(&self) -> &'static str {
        TYPE_NAME
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn identity(&self) -> Option<IdentitySchema> {
        Some(identity::schema())
    }

    fn validate(&self, config: &Dynamic, _client: ClientCapabilities) -> Vec<Diagnostic> {
        match arguments::decode(config) {
            Ok(wanted) => {
                let mut diagnostics = constraints::broken(&wanted);
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
            Ok(state) => request.found(state, identity::of),
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
        import(&request).unwrap_or_else(ImportAnswer::failed)
    }
}

/// The state now; null when the user or the pool is gone.
async fn read(provider: &Provider, request: &ReadRequest) -> Result<Dynamic, Diagnostic> {
    let before = arguments::decode(&request.state)?;
    let Some(user) = User::open(provider, &before, Operation::Read)? else { return Ok(request.state.clone()) };
    let found = user.read().await?;
    user.session.pool.refreshed(matches!(found, Found::NoPool));
    match found {
        Found::User(facts) => {
            if request.state.member("enabled_factors").is_none_or(Dynamic::is_null) {
                user.session.expect_account(request.identity.as_ref()).await?;
            }
            state::refreshed(&request.state, &facts, &user.session.pool.region)
        }
        Found::NoUser | Found::NoPool => Ok(Dynamic::Null),
    }
}

/// A state with the pool id and the username and nothing else; the read that follows fills it.
fn import(request: &ImportRequest) -> Result<ImportAnswer, Diagnostic> {
    let (pool, username, region, account) = match request {
        ImportRequest::Id(id) => {
            let (pool, username) = split(id)?;
            (pool, username, None, None)
        }
        ImportRequest::Identity(identity) => {
            let root = Object::root(identity);
            let text = |name: &str| root.string(name).map(Value::into_known);
            let username = text("username")?.unwrap_or_default();
            (text("user_pool_id")?.unwrap_or_default(), username, text("region")?, text("account_id")?)
        }
    };
    let optional = |text: Option<String>| text.map_or(Dynamic::Null, Dynamic::string);
    let region = region.or_else(|| region::of_pool(&pool).map(str::to_owned));
    let given = [
        ("user_pool_id", Dynamic::string(&pool)),
        ("username", Dynamic::string(&username)),
        ("region", optional(region)),
        ("id", Dynamic::string(state::id(&pool, &username))),
    ];
    let config = Dynamic::object(given.clone());
    if let Some(mut broken) = constraints::user(&arguments::decode(&config)?).into_iter().next() {
        // An import has no configuration to underline.
        broken.path = None;
        return Err(broken);
    }
    let state = schema::schema().value(given);
    let stored = Dynamic::object([
        ("user_pool_id", Dynamic::string(&pool)),
        ("username", Dynamic::string(&username)),
        ("account_id", optional(account)),
    ]);
    Ok(ImportAnswer { identity: identity::of(&state, Some(&stored)), state, ..ImportAnswer::default() })
}

/// Pool id and username of an import id. A username may have slashes, a pool id has none.
fn split(id: &str) -> Result<(String, String), Diagnostic> {
    // Behind the ARN of a pool, the rest is what is meant.
    let inside = id.split_once(":userpool/").map(|(_, inside)| inside).filter(|_| id.starts_with("arn:"));
    if let Some(inside) = inside {
        let detail = format!(
            "{id:?} begins with the ARN of a user pool. The import id begins with the pool's id, the part behind the first slash:\n\n    {inside}"
        );
        return Err(Diagnostic::error("Not an import id", detail));
    }
    let parts = id.split_once('/').filter(|(pool, username)| !pool.is_empty() && !username.is_empty());
    let (pool, username) = parts.ok_or_else(|| {
        let detail = format!(
            "{id:?} is not an import id of this resource. It is the user pool id, a slash and the username:\n\n    \
             eu-central-1_Ab12Cd34E/break-glass-1"
        );
        Diagnostic::error("Not an import id", detail)
    })?;
    Ok((pool.to_owned(), username.to_owned()))
}
