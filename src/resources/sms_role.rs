//! `cognitomfa_sms_role`: the IAM role that lets Cognito send SMS.

mod apply;
mod arguments;
mod constraints;
mod deletion;
mod identity;
mod plan;
mod planned;
mod schema;
mod session;
mod state;
#[cfg(test)]
mod tests;
mod users;
mod wanted;

use async_trait::async_trait;

use self::session::Session;
use super::failure;
use super::pool::duration::Operation;
use super::{
    ApplyAnswer, ApplyRequest, ClientCapabilities, ImportAnswer, ImportRequest, PlanAnswer, PlanRequest, ReadAnswer, ReadRequest,
    Resource,
};
use crate::mfa::sms_role::Owner;
use crate::provider::Provider;
use crate::tf::{Diagnostic, Dynamic, IdentitySchema, Object, Schema, Value};

/// The resource type. Its trust policy and its one inline policy are written whole.
#[derive(Debug)]
pub struct SmsRole;

/// The type's name.
const TYPE_NAME: &str = "cognitomfa_sms_role";

/// The one value of the type, for the registry.
pub static RESOURCE: SmsRole = SmsRole;

#[async_trait]
impl Resource for SmsRole {
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

    async fn read(&self, provider: &Provider, request: ReadRequest) -> ReadAnswer {
        match read(provider, &request.state, request.identity.as_ref()).await {
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

/// The state now; null when the role is gone.
async fn read(provider: &Provider, state: &Dynamic, identity: Option<&Dynamic>) -> Result<Dynamic, Diagnostic> {
    let before = arguments::decode(state)?;
    let Some(session) = Session::open(provider, &before, Operation::Read.limit(&before.timeouts))? else {
        return Ok(state.clone());
    };
    let name = before.name.known().map(String::as_str).unwrap_or_default();
    match session.read(name).await? {
        Some(live) => {
            let given = identity.and_then(|identity| identity.member("account_id"));
            if let (None, Some(Dynamic::String(given)), Some(owner)) = (before.arn.known(), given, Owner::of_arn(&live.role.arn))
                && *given != owner.account
            {
                return Err(failure::other_account(&format!("IAM role {name}"), given, &owner.account));
            }
            state::refreshed(state, &live, &session.configured.default_tags)
        }
        None => Ok(Dynamic::Null),
    }
}

/// A state with the name and nothing else; the read that follows fills it.
fn import(request: &ImportRequest) -> Result<ImportAnswer, Diagnostic> {
    let (name, account) = match request {
        ImportRequest::Id(name) => (name.clone(), None),
        ImportRequest::Identity(identity) => {
            let root = Object::root(identity);
            let text = |name: &str| root.string(name).map(Value::into_known);
            (text("name")?.unwrap_or_default(), text("account_id")?)
        }
    };
    if let Some(problem) = constraints::name_problem(&name) {
        return Err(Diagnostic::error("Not the name of an IAM role", problem));
    }
    let state = schema::schema().value([("name", Dynamic::string(&name)), ("id", Dynamic::string(&name))]);
    // The account of an import by name is filled in by the read, which finds no identity yet.
    let identity = matches!(request, ImportRequest::Identity(_)).then(|| {
        let account = account.map_or(Dynamic::Null, Dynamic::string);
        Dynamic::object([("name", Dynamic::string(&name)), ("account_id", account)])
    });
    Ok(ImportAnswer { state, identity, ..ImportAnswer::default() })
}
