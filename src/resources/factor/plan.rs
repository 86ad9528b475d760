//! `PlanResourceChange` of a factor: judged against the pool as it is, with everything else of it kept.

use super::FactorResource;
use super::arguments::{self, Arguments};
use super::state::{self, Effect};
use crate::mfa::{Mode, Rival, Settings, Transition, Wanted, record};
use crate::provider::Provider;
use crate::provider::walk::{Act, Claim};
use crate::resources::contest::{self, End, Others, Why};
use crate::resources::generation::{Generation, Role};
use crate::resources::pool::change::policy;
use crate::resources::pool::duration::Operation;
use crate::resources::pool::identity;
use crate::resources::pool::seen::{self, Replaced};
use crate::resources::pool::session::{self, Session};
use crate::resources::{PlanAnswer, PlanRequest};
use crate::rules::{self, Moment, Policy};
use crate::tf::{Diagnostic, Dynamic, Value};

/// Plans a create, an update, a destroy or no change.
pub async fn plan(kind: &FactorResource, provider: &Provider, request: PlanRequest) -> PlanAnswer {
    let planned =
        if request.config.is_null() { destroy(kind, provider, &request).await } else { change(kind, provider, &request).await };
    planned.unwrap_or_else(|diagnostic| request.failed(vec![diagnostic]))
}

async fn change(kind: &FactorResource, provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let planned = state::plan(kind.factor, &request.prior, &request.config)?;
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.config)?;
    let mut generation = Generation::of(request);
    let object = key(provider, &wanted)?;
    let (mut state, mut seen) = (planned.state, None);
    let mut diagnostics = match planned.effect {
        // The end of the old pool's factor is judged nowhere: a plan cannot see what becomes of its mode.
        Effect::Replace => {
            let (end, _) = planned_end(kind, provider, request, &before)?;
            generation = generation.sparing(if let End::Spared(parts) = &end { parts.clone() } else { Vec::new() });
            if let End::Contested(rivals) = end { judge_rivals(provider, &before, rivals)? } else { Vec::new() }
        }
        effect => {
            let act = match effect {
                Effect::Nothing if state == request.prior => Act::Stays,
                Effect::Nothing => Act::Settles,
                Effect::Write | Effect::Replace => Act::Writes,
            };
            let judged = judge_change(kind, provider, request, (&before, &wanted), (act, &generation)).await?;
            if let Some(found) = judged.before {
                let mut members = state.members();
                members.insert(seen::ATTRIBUTE.into(), kind.replaced().digest(&found));
                (state, seen) = (Dynamic::Mapping(members), Some(record::encode(&found)));
            }
            judged.diagnostics
        }
    };
    let is_replaced = generation.is_create_half && object.is_some() && generation.older_object == object;
    diagnostics.extend(is_replaced.then(|| contest::left_alone(&kind.label(&wanted), Why::Replaced)));
    let (role, older) = if request.prior.is_null() {
        (Role::Create, generation.older_object.clone())
    } else {
        (Role::Change, key(provider, &before)?)
    };
    Ok(PlanAnswer {
        identity: identity::of(&state, request.prior_identity.as_ref()),
        planned: state,
        requires_replace: planned.requires_replace,
        private: generation.seeing(seen).planned(&provider.configured()?.walk, role, object, older),
        diagnostics: kind.placed(diagnostics),
    })
}

/// Key of the pool among the objects of the run; `None` while it is not known.
fn key(provider: &Provider, arguments: &Arguments) -> Result<Option<String>, Diagnostic> {
    let limit = Operation::Read.limit(&arguments.timeouts);
    Ok(Session::open(provider, &arguments.user_pool_id, &arguments.region, limit)?.map(|session| session.pool.key()))
}

fn planned_end(
    kind: &FactorResource,
    provider: &Provider,
    request: &PlanRequest,
    before: &Arguments,
) -> Result<(End, Vec<u8>), Diagnostic> {
    let parts = vec![kind.factor.argument().to_owned()];
    Ok(contest::plan_end(&provider.configured()?.walk, request, kind.type_name, key(provider, before)?, parts))
}

fn judge_rivals(provider: &Provider, before: &Arguments, rivals: Vec<Rival>) -> Result<Vec<Diagnostic>, Diagnostic> {
    let seen = Transition { rivals, ..Transition::of(&before.user_pool_id, Value::Unknown, Value::Null) };
    Ok(rules::judge_unchanged(&seen, &policy(&*provider.configured()?, before.waivers())))
}

/// Judges a configuration alone by the rules whose levels the provider block sets.
pub fn foresee(kind: &FactorResource, wanted: &Arguments, policy: &Policy) -> Vec<Diagnostic> {
    let asked = kind.asked(wanted, &Arguments::default(), &Value::Unknown);
    let facts = session::nothing_known(&asked);
    let seen = facts.onto(Transition::of(&wanted.user_pool_id, Value::Unknown, Value::Known(asked)));
    kind.placed(rules::judge_alone(&seen, &Policy { waivers: wanted.waivers(), ..policy.clone() }))
}

/// A change that was judged.
#[derive(Default)]
struct Judged {
    diagnostics: Vec<Diagnostic>,
    /// Of a create: what the pool had before this run, where it was read.
    before: Option<Settings>,
}

async fn judge_change(
    kind: &FactorResource,
    provider: &Provider,
    request: &PlanRequest,
    (before, wanted): (&Arguments, &Arguments),
    (act, generation): (Act, &Generation),
) -> Result<Judged, Diagnostic> {
    let operation = if request.prior.is_null() { Operation::Create } else { Operation::Update };
    let limit = operation.limit(&wanted.timeouts);
    let session = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)?;
    let others = session
        .as_ref()
        .map(|session| contest::plan(&session.configured.walk, kind.claim(session.pool.key(), generation, act, wanted)));
    let Others { rivals, takes_over } = others.unwrap_or_default();
    let mut diagnostics: Vec<Diagnostic> = takes_over.then(|| contest::taken_on(&kind.label(wanted))).into_iter().collect();
    let configured = provider.configured()?;
    if act != Act::Writes {
        let seen = Transition { rivals, ..Transition::of(&wanted.user_pool_id, Value::Unknown, Value::Null) };
        diagnostics.extend(rules::judge(&seen, Moment::Plan, &policy(&configured, Vec::new())));
        return Ok(Judged { diagnostics, before: None });
    }
    let (live, gone) = match &session {
        None => (Value::Unknown, None),
        Some(session) => session.foreseen().await?,
    };
    diagnostics.extend(gone);
    let kept = match (&session, live.known()) {
        (Some(session), Some(live)) => Value::Known(kind.kept(session, live, Moment::Plan).await),
        _ => Value::Unknown,
    };
    let asked = kind.asked(wanted, before, &kept);
    if let Some(session) = &session {
        // Other factors of the pool may be planned beside this one, so nobody knows the whole yet.
        session.pool.plan_open();
    }
    let facts = match (&session, live.known()) {
        (Some(session), Some(live)) => session.facts(&asked, live, Moment::Plan).await?,
        _ => session::nothing_known(&asked),
    };
    let creates = session.as_ref().filter(|_| operation == Operation::Create);
    let found = creates.zip(live.known()).map(|(session, live)| session.before_the_run(live));
    let drift = match (&generation.first_seen, &found) {
        (Some(seen), Some(found)) => kind.replaced().differences(seen, found),
        _ => Vec::new(),
    };
    let end = asked.settle().map(|after| Box::new(kind.removal(&wanted.user_pool_id, &after)));
    let seen = Transition { rivals, drift, end, ..facts.onto(Transition::of(&wanted.user_pool_id, live, Value::Known(asked))) };
    diagnostics.extend(facts.notes);
    diagnostics.extend(rules::judge(&seen, Moment::Plan, &policy(&configured, wanted.waivers())));
    Ok(Judged { diagnostics, before: found })
}

/// A factor's destroy is never refused here: a plan cannot see whether the mode goes with it, or another factor comes first.
async fn destroy(kind: &FactorResource, provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let (end, private) = planned_end(kind, provider, request, &before)?;
    let diagnostics = match end {
        End::Forgotten => vec![contest::left_alone(&kind.label(&before), Why::Deposed)],
        End::Spared(_) => vec![contest::handed_on(&kind.label(&before))],
        End::Contested(rivals) => judge_rivals(provider, &before, rivals)?,
        End::Free => judge_removal(kind, provider, &before).await?,
    };
    let identity = request.prior_identity.clone();
    Ok(PlanAnswer { private, identity, diagnostics: kind.placed(diagnostics), ..PlanAnswer::default() })
}

async fn judge_removal(kind: &FactorResource, provider: &Provider, before: &Arguments) -> Result<Vec<Diagnostic>, Diagnostic> {
    let limit = Operation::Delete.limit(&before.timeouts);
    let Some(session) = Session::open(provider, &before.user_pool_id, &before.region, limit)? else { return Ok(Vec::new()) };
    let Some(live) = session.remembered().await? else { return Ok(Vec::new()) };
    let seen = kind.removal(&before.user_pool_id, &kind.kept(&session, &live, Moment::Plan).await);
    let judged = rules::judge(&seen, Moment::Plan, &policy(&session.configured, before.waivers()));
    Ok(judged.into_iter().filter(|found| !found.is_error()).collect())
}

impl FactorResource {
    /// What a write of this resource replaces: its own block.
    pub(super) fn replaced(&self) -> Replaced {
        Replaced { parts: vec![self.factor.argument()], announced: Vec::new() }
    }

    /// What this resource has of a pool.
    pub(super) fn claim(&self, object: String, generation: &Generation, act: Act, wanted: &Arguments) -> Claim {
        let (id, succeeds) = (generation.id.clone(), generation.succeeds.clone());
        let (resource, parts) = (self.type_name.to_owned(), vec![self.factor.argument().to_owned()]);
        let sends = match &wanted.sms {
            Value::Known(sms) => Some(sms.digest()),
            Value::Unknown => Some("?".to_owned()),
            Value::Null => None,
        };
        Claim { object, resource, generation: id, succeeds, act, parts, sends, ..Claim::default() }
    }

    /// The pool's factor, within a sentence.
    fn label(&self, arguments: &Arguments) -> String {
        let pool = arguments.user_pool_id.known().map_or("the user pool", String::as_str);
        format!("`{}` of {pool}", self.factor.argument())
    }

    /// What a pool with `live` is sent: all it has with this factor's block changed, and only that block where it is `OFF`.
    pub(super) fn asked(&self, wanted: &Arguments, before: &Arguments, live: &Value<Settings>) -> Wanted {
        match live {
            Value::Known(pool) if pool.mode != Mode::Off => wanted.onto(self.factor, Wanted::from(pool), before, live),
            _ => arguments::declared(self.factor, wanted, before, live),
        }
    }

    /// The destroy of this factor on a pool with `live`; nothing is sent for the last factor of an active pool, and to a pool that is
    /// `OFF`.
    pub(super) fn removal(&self, user_pool_id: &Value<String>, live: &Settings) -> Transition {
        let others = live.factors().into_iter().any(|factor| factor != self.factor);
        let request = if live.mode != Mode::Off && others {
            Value::Known(Wanted::from(&live.clone().without(&[self.factor])))
        } else {
            Value::Null
        };
        Transition { removal: Some(self.factor), ..Transition::of(user_pool_id, Value::Known(live.clone()), request) }
    }

    /// Diagnostics at paths of this type: what a rule says of an argument that this type does not have is said of the resource.
    pub(super) fn placed(&self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let schema = (self.schema)();
        for diagnostic in &mut diagnostics {
            let root = diagnostic.path.as_ref().and_then(|path| path.0.first());
            let known = matches!(root, Some(crate::tf::Step::Attribute(name)) if schema.block.attributes.iter().any(|own| own.name == *name));
            if !known {
                diagnostic.path = None;
            }
        }
        diagnostics
    }
}
