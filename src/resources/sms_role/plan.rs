//! `PlanResourceChange`: what will become of the role, and who still needs one that goes.

use super::arguments::{self, Arguments};
use super::deletion;
use super::identity;
use super::planned::{self, Effect, Surroundings};
use super::session::Session;
use super::{TYPE_NAME, users};
use crate::mfa::sms_role::Owner;
use crate::mfa::{Contest, Rival, RoleDeletion, RoleFacts, Transition};
use crate::provider::Provider;
use crate::provider::walk::{Act, Claim};
use crate::resources::contest::{self, End};
use crate::resources::generation::{Generation, Role};
use crate::resources::pool::arguments::WaiverArguments;
use crate::resources::pool::duration::Operation;
use crate::resources::{PlanAnswer, PlanRequest};
use crate::rules::{self, Moment, Policy};
use crate::tf::{Diagnostic, Dynamic, Value};

/// Plans a create, an update, a destroy or no change.
pub async fn plan(provider: &Provider, request: PlanRequest) -> PlanAnswer {
    let planned = if request.config.is_null() { destroy(provider, &request).await } else { change(provider, &request).await };
    planned.unwrap_or_else(|diagnostic| request.failed(vec![diagnostic]))
}

async fn change(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let (before, wanted) = (arguments::decode(&request.prior)?, arguments::decode(&request.config)?);
    let surroundings = surroundings(provider, &before, &wanted).await?;
    let planned = planned::plan(&request.prior, &request.config, &surroundings)?;
    let configured = provider.configured()?;
    if let (Effect::Write, Some(arn)) = (planned.effect, before.arn.known()) {
        configured.roles.plan(arn, facts_of(arn, &planned.state));
    }
    let generation = Generation::of(request);
    let mut diagnostics = rules::judge(&Transition::of_role(None), Moment::Plan, &policy(provider, &wanted)?);
    let act = match planned.effect {
        Effect::Nothing => Act::Stays,
        Effect::StateOnly => Act::Settles,
        Effect::Create | Effect::Write | Effect::Replace => Act::Writes,
    };
    match planned.effect {
        Effect::Replace => {
            let (end, _) = planned_end(provider, request, &before)?;
            diagnostics.extend(judge_end(provider, &before, end).await?);
        }
        Effect::Write => {
            if let Some(session) = Session::open(provider, &wanted, Operation::Update.limit(&wanted.timeouts))? {
                let change = (&request.prior, &planned.state);
                diagnostics.extend(users::judge_change(provider, &session, change, Moment::Plan).await?);
            }
        }
        Effect::Nothing | Effect::StateOnly | Effect::Create => {}
    }
    let object = arn_of(&planned.state, surroundings.owner.as_ref());
    if let Some(object) = object.clone().filter(|_| planned.effect != Effect::Replace) {
        diagnostics.extend(judge_claim(provider, &wanted, claim(object, &generation, act))?);
    }
    let role = if request.prior.is_null() { Role::Create } else { Role::Change };
    let older = before.arn.known().cloned().or(generation.older_object.clone());
    Ok(PlanAnswer {
        // Apply adds the identity of a role that the plan does not know yet.
        identity: identity::of(&planned.state, request.prior_identity.as_ref()).filter(Dynamic::is_wholly_known),
        planned: planned.state,
        requires_replace: planned.requires_replace,
        private: generation.planned(&configured.walk, role, object, older),
        diagnostics,
    })
}

/// ARN of the role of a planned state: its key among the objects of the run. `None` while it is not known.
fn arn_of(planned: &Dynamic, owner: Option<&Owner>) -> Option<String> {
    let text = |name: &str| match planned.member(name) {
        Some(Dynamic::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let made = |owner: &Owner| Some(owner.role_arn(text("path")?, text("name")?));
    text("arn").map(str::to_owned).or_else(|| made(owner?))
}

/// The one part of a role that this resource has.
const PART: &str = "role";

/// What this resource has of its role.
pub fn claim(object: String, generation: &Generation, act: Act) -> Claim {
    let (id, succeeds) = (generation.id.clone(), generation.succeeds.clone());
    let (resource, parts) = (TYPE_NAME.to_owned(), vec![PART.to_owned()]);
    Claim { object, resource, generation: id, succeeds, act, parts, ..Claim::default() }
}

/// The refusal of a plan in which a role that this resource has is deleted by the end of another one: a new resource takes no role over.
fn judge_claim(provider: &Provider, wanted: &Arguments, claim: Claim) -> Result<Vec<Diagnostic>, Diagnostic> {
    let (walk, object) = (&provider.configured()?.walk, claim.object.clone());
    let mut others = contest::plan(walk, claim);
    if others.takes_over {
        let (part, resource) = (PART.to_owned(), TYPE_NAME.to_owned());
        others.rivals.push(Rival { part, resource, contest: Contest::Ending });
    }
    judge_rivals(provider, wanted, &object, others.rivals)
}

fn judge_rivals(
    provider: &Provider,
    arguments: &Arguments,
    arn: &str,
    rivals: Vec<Rival>,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let users = Value::Known(Vec::new());
    let role = Transition::of_role(Some(RoleDeletion { name: arn.to_owned(), stays: true, users }));
    let mut found = rules::judge_unchanged(&Transition { rivals, ..role }, &policy(provider, arguments)?);
    found.iter_mut().for_each(|diagnostic| diagnostic.path = None);
    Ok(found)
}

fn planned_end(provider: &Provider, request: &PlanRequest, before: &Arguments) -> Result<(End, Vec<u8>), Diagnostic> {
    let (arn, parts) = (before.arn.known().cloned(), vec![PART.to_owned()]);
    Ok(contest::plan_end(&provider.configured()?.walk, request, TYPE_NAME, arn, parts))
}

async fn judge_end(provider: &Provider, before: &Arguments, end: End) -> Result<Vec<Diagnostic>, Diagnostic> {
    let arn = before.arn.known().map_or("", String::as_str);
    let ended = |resource: &str| Rival { part: PART.to_owned(), resource: resource.to_owned(), contest: Contest::Ended };
    match end {
        // A deposed role is deleted as any other.
        End::Free | End::Forgotten => deletion::judge_plan(provider, before).await,
        End::Spared(_) => judge_rivals(provider, before, arn, vec![ended(TYPE_NAME)]),
        End::Contested(rivals) => judge_rivals(provider, before, arn, rivals),
    }
}

/// The role as this plan makes it, for the senders that are planned after it. What its policies will let it do is IAM's to say.
fn facts_of(arn: &str, planned: &Dynamic) -> Value<RoleFacts> {
    match planned.member("assume_role_policy") {
        Some(Dynamic::String(trust_policy)) => Value::Known(RoleFacts::found(arn, trust_policy.as_str())),
        _ => Value::Unknown,
    }
}

async fn destroy(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let (end, private) = planned_end(provider, request, &before)?;
    let diagnostics = judge_end(provider, &before, end).await?;
    let identity = request.prior_identity.clone();
    Ok(PlanAnswer { private, identity, diagnostics, ..PlanAnswer::default() })
}

/// The account is asked for only where the trust policy of a new role can be shown whole; apply asks anyway.
async fn surroundings(provider: &Provider, before: &Arguments, wanted: &Arguments) -> Result<Surroundings, Diagnostic> {
    let default_tags = provider.configured()?.default_tags.clone();
    let shown = before.arn.is_null() && wanted.external_id.known().is_some() && !wanted.user_pool_ids.is_unknown();
    let owner = match Session::open(provider, wanted, Operation::Read.limit(&wanted.timeouts))?.filter(|_| shown) {
        // Not swallowed: a plan that is repeated may know more than the first one, and never less.
        Some(session) => Some(session.owner().await?),
        None => None,
    };
    Ok(Surroundings { owner, default_tags })
}

/// How findings about this resource are weighed.
pub fn policy(provider: &Provider, arguments: &Arguments) -> Result<Policy, Diagnostic> {
    Ok(Policy { waivers: WaiverArguments::known(&arguments.waivers), ..provider.configured()?.policy.clone() })
}

/// What is wrong with the waivers of a configuration.
pub fn judge_configuration(wanted: &Arguments) -> Vec<Diagnostic> {
    rules::judge(
        &Transition::of_role(None),
        Moment::Validate,
        &Policy { waivers: WaiverArguments::known(&wanted.waivers), ..Policy::default() },
    )
}

/// The tags of the provider block as they are at apply.
pub fn default_tags(provider: &Provider) -> Result<Value<std::collections::BTreeMap<String, String>>, Diagnostic> {
    Ok(provider.configured()?.default_tags.clone())
}
