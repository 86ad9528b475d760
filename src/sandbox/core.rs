//! The pure core: one request against the state.

use std::collections::BTreeMap;

use serde_json::Value;

use super::knobs::{Knobs, KnobsChange, take};
use super::operations::operation;
use super::quotas::Quotas;
use super::refusal::Refusal;
use super::state::State;
use super::switches::Switches;
use super::{ACCOUNT, json, messages};

/// The services the sandbox speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Amazon Cognito user pools.
    Cognito,
    /// IAM.
    Iam,
    /// STS.
    Sts,
    /// SNS.
    Sns,
}

impl Service {
    /// The prefix of its actions in policies.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Cognito => "cognito-idp",
            Self::Iam => "iam",
            Self::Sts => "sts",
            Self::Sns => "sns",
        }
    }
}

/// One call, in no wire form.
#[derive(Clone, Debug, PartialEq)]
pub struct CoreRequest {
    /// The service.
    pub service: Service,
    /// The operation, such as `SetUserPoolMfaConfig`.
    pub operation: String,
    /// The members as AWS names them; what comes from the query protocol is all text.
    pub input: Value,
    /// The Region the request was signed for.
    pub region: String,
    /// The access key the request was signed with.
    pub access_key: String,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}

impl CoreRequest {
    /// A call in us-east-1 at the beginning of time: enough for most questions.
    pub fn new(service: Service, operation: &str, input: Value) -> Self {
        let (region, access_key) = ("us-east-1".to_owned(), String::new());
        Self { service, operation: operation.to_owned(), input, region, access_key, now_ms: 0 }
    }
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct CoreAnswer {
    /// The members of the answer, or the error.
    pub outcome: Result<Value, Refusal>,
    /// Whether the content may have changed.
    pub changed: bool,
}

/// The state of the account and the rules it is under. Cloning it is a way to try something out.
#[derive(Clone, Debug, Default)]
pub struct Core {
    /// The content.
    pub state: State,
    /// The open questions' answers.
    pub switches: Switches,
    /// The faults to come.
    pub knobs: Knobs,
    /// The request quotas that are enforced, if any are.
    pub quotas: Option<Quotas>,
    /// Old answers of `GetUserPoolMfaConfig` by pool, and how many reads still get them.
    pub(super) stale: BTreeMap<String, (Value, u32)>,
}

impl Core {
    /// A core with this content.
    pub fn new(state: State, switches: Switches) -> Self {
        Self { state, switches, ..Self::default() }
    }

    /// Answers one request. A refused request leaves pools, users, roles and policies as they were.
    pub fn call(&mut self, request: CoreRequest) -> CoreAnswer {
        let Some(operation) = operation(request.service, &request.operation) else {
            let (service, name) = (request.service.prefix(), &request.operation);
            let message = format!("The sandbox does not implement {service}:{name}.");
            return CoreAnswer { outcome: Err(Refusal::with_status(501, "NotImplemented", message)), changed: false };
        };
        let outcome = self.refused_by_knob(&request).map_or_else(|| (operation.run)(self, &request), Err);
        CoreAnswer { changed: operation.write && outcome.is_ok(), outcome }
    }

    /// Takes over a change of knobs and content. The error is a sentence; nothing was changed then.
    pub fn turn(&mut self, change: &KnobsChange) -> Result<(), String> {
        let mut next = self.clone();
        for (name, on) in &change.switches {
            next.switches.set(name, *on)?;
        }
        next.change_content(change)?;
        next.knobs.apply(change);
        if let Some(change) = change.quotas {
            next.quotas = change.quotas()?;
        }
        *self = next;
        Ok(())
    }

    /// The ARN of who signed the request.
    pub(super) fn caller(&self, access_key: &str) -> String {
        self.state.sessions.get(access_key).cloned().unwrap_or_else(|| format!("arn:aws:iam::{ACCOUNT}:user/sandbox"))
    }

    /// Whether the caller was told to lack this action.
    pub(super) fn is_denied(&self, action: &str) -> bool {
        self.knobs.denied.iter().any(|denied| super::policy::matches_action(denied, action))
    }

    fn refused_by_knob(&mut self, request: &CoreRequest) -> Option<Refusal> {
        let action = format!("{}:{}", request.service.prefix(), request.operation);
        if self.is_denied(&action) {
            let caller = self.caller(&request.access_key);
            return Some(access_denied(request, &caller, &action));
        }
        let within_quotas = self.quotas.as_mut().is_none_or(|quotas| quotas.take(request));
        if !within_quotas || take(&mut self.knobs.throttle, &request.operation) {
            return Some(throttled(request.service));
        }
        let pool_write = matches!(request.operation.as_str(), "SetUserPoolMfaConfig" | "UpdateUserPool");
        if pool_write && self.knobs.concurrent_modification > 0 {
            self.knobs.concurrent_modification -= 1;
            return Some(Refusal::new("ConcurrentModificationException", messages::CONCURRENT_WRITE));
        }
        None
    }

    fn change_content(&mut self, change: &KnobsChange) -> Result<(), String> {
        if let Some(user) = &change.enrolled_token {
            let pool = self.state.pools.get_mut(&user.user_pool_id);
            let found = pool.and_then(|pool| pool.users.get_mut(&user.username));
            found.ok_or_else(|| format!("There is no user `{}` in `{}`.", user.username, user.user_pool_id))?.token_enrolled =
                true;
        }
        if let Some(change) = &change.pool_member {
            if !["Domain", "CustomDomain", "EstimatedNumberOfUsers"].contains(&change.member.as_str()) {
                return Err(format!("`pool_member` does not set `{}`.", change.member));
            }
            let pool = self.state.pools.get_mut(&change.user_pool_id);
            let settings = &mut pool.ok_or_else(|| format!("There is no pool `{}`.", change.user_pool_id))?.settings;
            match change.value {
                Value::Null => settings.remove(&change.member),
                ref value => settings.insert(change.member.clone(), value.clone()),
            };
        }
        if let Some(change) = &change.sms_account {
            let account = self.state.sms_accounts.entry(change.region.clone()).or_default();
            account.in_sandbox = change.in_sandbox.unwrap_or(account.in_sandbox);
            account.sandbox_numbers = change.sandbox_numbers.clone().unwrap_or_else(|| account.sandbox_numbers.clone());
            account.origination_numbers =
                change.origination_numbers.clone().unwrap_or_else(|| account.origination_numbers.clone());
        }
        Ok(())
    }
}

fn access_denied(request: &CoreRequest, caller: &str, action: &str) -> Refusal {
    let resource = match json::text(&request.input, &["RoleName"]) {
        Some(role) => format!("role {role}"),
        None => json::text(&request.input, &["UserPoolId"])
            .map_or_else(|| "*".to_owned(), |id| super::state::pool_arn(&request.region, id)),
    };
    let message = format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
    );
    match request.service {
        Service::Cognito => Refusal::new("AccessDeniedException", message),
        Service::Iam | Service::Sts => Refusal::with_status(403, "AccessDenied", message),
        Service::Sns => Refusal::with_status(403, "AuthorizationError", message),
    }
}

fn throttled(service: Service) -> Refusal {
    match service {
        Service::Cognito => Refusal::new("TooManyRequestsException", "Rate exceeded"),
        Service::Iam | Service::Sts => Refusal::new("Throttling", "Rate exceeded"),
        Service::Sns => Refusal::with_status(429, "Throttled", "Rate exceeded"),
    }
}
