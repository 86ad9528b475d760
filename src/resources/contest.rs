//! One object that is two things in a run: who else has it, and what an end leaves to others.

use std::time::{Duration, Instant};

use super::PlanRequest;
use super::generation::{self, Generation, Note, Role};
use super::pool::private::Private;
use crate::mfa::{Contest, Factor, Rival};
use crate::provider::walk::{Act, Claim, Walk};
use crate::tf::{Diagnostic, Severity};

/// What the plan of a resource that stays or comes finds beside it.
#[derive(Debug, Default)]
pub struct Others {
    /// Who wants the same.
    pub rivals: Vec<Rival>,
    /// Whether the end of another resource leaves the object to this one.
    pub takes_over: bool,
}

/// Says in a plan what a resource has, and asks who else does.
pub fn plan(walk: &Walk, claim: Claim) -> Others {
    // First said, then asked: of two at the same time, one at the least hears of the other.
    walk.claim(claim.clone());
    let others = walk.claims(&claim.object);
    let mut found = Others::default();
    for other in others.iter().filter(|other| !other.is_about_the_same(&claim)) {
        let had = [claim.parts.clone(), claim.lists.clone()].concat();
        match other.act {
            Act::Stays | Act::Settles | Act::Writes | Act::Wrote => contend(&claim, other, &mut found.rivals),
            Act::Ends if overlap(&had, &other.parts).next().is_none() => {}
            Act::Ends if claim.act.is_applied() => found.takes_over = true,
            Act::Ends => {
                let lost = overlap(&had, &other.parts).filter(|part| !is_taken_up(&others, part));
                push(&mut found.rivals, lost, &other.resource, Contest::Ending);
            }
            Act::Forgets | Act::Ended | Act::Left => {}
        }
    }
    found
}

/// Whether a resource of its own that is applied in this run takes a part up.
fn is_taken_up(claims: &[Claim], part: &String) -> bool {
    claims.iter().any(|claim| claim.act.is_live() && claim.act.is_applied() && claim.parts.contains(part))
}

/// Says at apply what a resource has, and asks who else has written it in this walk.
pub fn apply(walk: &Walk, claim: Claim) -> Vec<Rival> {
    // What it replaces is only said once it is done: core takes a generation up again whose replacement failed.
    let claim = Claim { succeeds: None, ..claim };
    walk.claim(claim.clone());
    let others = walk.claims(&claim.object);
    let mut rivals = Vec::new();
    let done = |other: &&Claim| other.act == Act::Wrote && !other.is_about_the_same(&claim);
    others.iter().filter(done).for_each(|other| contend(&claim, other, &mut rivals));
    rivals
}

/// Keeps that an end has taken parts of an object away.
pub fn ended(walk: &Walk, private: &[u8], resource: &str, object: &str, parts: Vec<String>) {
    let (generation, resource) = (Generation::stored(private).id, resource.to_owned());
    walk.claim(Claim { object: object.to_owned(), resource, generation, act: Act::Ended, parts, ..Claim::default() });
}

/// Whether the end of another resource has taken away in this walk what a resource has.
pub fn was_taken(walk: &Walk, claim: &Claim) -> bool {
    let ends = |other: &Claim| other.act == Act::Ended && !other.is_about_the_same(claim);
    walk.claims(&claim.object).iter().any(|other| ends(other) && overlap(&claim.parts, &other.parts).next().is_some())
}

/// Keeps that a create has been carried out: the private bytes of its state name the generation whose place it takes.
pub fn succeeded(walk: &Walk, claim: Claim, private: &[u8]) -> Vec<u8> {
    let mut generation = Generation::stored(private);
    generation.succeeds = generation.succeeds.or_else(|| walk.predecessor(&claim.object, &claim.resource));
    walk.claim(Claim { succeeds: generation.succeeds.clone(), ..claim });
    generation.kept()
}

fn contend(claim: &Claim, other: &Claim, rivals: &mut Vec<Rival>) {
    let writes = [claim.act, other.act].iter().any(|act| matches!(act, Act::Writes | Act::Wrote));
    let both = if writes { Contest::Held } else { Contest::Idle };
    push(rivals, overlap(&claim.parts, &other.parts), &other.resource, both);
    push(rivals, overlap(&claim.removes, &other.parts), &other.resource, Contest::Held);
    push(rivals, overlap(&claim.parts, &other.removes), &other.resource, Contest::Held);
}

fn overlap<'a>(one: &'a [String], other: &'a [String]) -> impl Iterator<Item = &'a String> {
    one.iter().filter(|part| other.contains(part))
}

fn push<'a>(rivals: &mut Vec<Rival>, parts: impl Iterator<Item = &'a String>, resource: &str, contest: Contest) {
    for part in parts {
        let known = |rival: &Rival| rival.part == *part && rival.resource == resource;
        if !rivals.iter().any(known) {
            rivals.push(Rival { part: part.clone(), resource: resource.to_owned(), contest });
        }
    }
}

/// What becomes of an end in its plan.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// Nobody else has what it takes away.
    Free,
    /// It is that of an older object of a resource that has a newer one: it takes nothing away.
    Forgotten,
    /// Others of this run have these parts, which are left to them.
    Spared(Vec<String>),
    /// Others have them, and core does not call these, so that nobody could tell the end about them.
    Contested(Vec<Rival>),
}

/// Plans an end that would take `parts` of an object away; its private bytes beside what becomes of it.
pub fn plan_end(
    walk: &Walk,
    request: &PlanRequest,
    resource: &str,
    object: Option<String>,
    parts: Vec<String>,
) -> (End, Vec<u8>) {
    let generation = Generation::stored(&request.prior_private);
    let key = object.clone().unwrap_or_default();
    let (resource, id) = (resource.to_owned(), generation.id.clone());
    let claim = Claim { object: key.clone(), resource, generation: id, act: Act::Ends, parts, ..Claim::default() };
    // First said, then asked, as in `plan`.
    let others = if object.is_some() {
        walk.claim(claim.clone());
        walk.claims(&key)
    } else {
        Vec::new()
    };
    let live: Vec<&Claim> = others.iter().filter(|other| other.act.is_live()).collect();
    let is_known = is_deposed(walk, &generation, &key, &live);
    let end = if is_known || is_applying(walk, request) { End::Forgotten } else { opposed(&live, &claim.parts) };
    if end == End::Forgotten && object.is_some() {
        walk.claim(Claim { act: Act::Forgets, ..claim });
    }
    // An end that was only taken for one inside of an apply is told by its process once more.
    let role = if is_known { Role::Forget } else { Role::End };
    let spares = if let End::Spared(parts) = &end { parts.clone() } else { Vec::new() };
    let (walk, process) = (walk.id().to_owned(), walk.own_id().to_owned());
    let private = generation.noted(&Note { walk, process, role, before: object, object: None, spares });
    (end, private)
}

/// What becomes of the refusals of an end that was not heard to be taken up. The end of a destroy is what it is. Otherwise, where a block of
/// the configuration is about the same object, it may be a rename: then what the end would `take` away is judged again at apply, before
/// anything is written.
pub fn reconsider(
    walk: &Walk,
    request: &PlanRequest,
    object: Option<&str>,
    (block, takes): (&[&str], bool),
    refusals: &mut [Diagnostic],
) {
    const PUT_OFF: &str = "\n\nAnother block of this configuration is about the same object. If that takes it over, this end leaves it alone; \
                           otherwise the apply refuses this before anything is written.";
    const HINT: &str = "\n\nA rename is no removal: a `moved` block tells Terraform so. An object that it calls deposed goes, without a write, \
                        in an apply for which `rules.severity` of the provider block lowers this rule.";
    if object.is_some_and(|object| is_destroyed(walk, request, object)) {
        return;
    }
    let is_put_off = takes && walk.is_named(block);
    for refusal in refusals.iter_mut().filter(|diagnostic| diagnostic.is_error()) {
        let place = refusal.detail.rfind("\n\nMore:").unwrap_or(refusal.detail.len());
        refusal.detail.insert_str(place, if is_put_off { PUT_OFF } else { HINT });
        if is_put_off {
            refusal.severity = Severity::Warning;
        }
    }
}

/// Whether the end is one of a destroy: the walk before it had the very resource in the configuration.
fn is_destroyed(walk: &Walk, request: &PlanRequest, object: &str) -> bool {
    let generation = Generation::stored(&request.prior_private).id;
    walk.claims_before(object).iter().any(|claim| claim.act.is_live() && claim.generation == generation)
}

/// How long an end that is about to be refused waits for the plans of others, and how often it looks.
const HEARD: (Duration, Duration) = (Duration::from_secs(2), Duration::from_millis(50));

/// Waits a moment for somebody who has what an end would take away, or who has replaced its resource: core plans removals first, and
/// what would be a refusal alone may be a rename. With `-parallelism=1` nobody can come. Whether somebody has.
pub async fn hears_of_others(walk: &Walk, request: &PlanRequest, object: &str, parts: &[String]) -> bool {
    let generation = Generation::stored(&request.prior_private);
    let begun = Instant::now();
    while begun.elapsed() < HEARD.0 {
        let others = walk.claims(object);
        let live: Vec<&Claim> = others.iter().filter(|other| other.act.is_live()).collect();
        if is_deposed(walk, &generation, object, &live) || opposed(&live, parts) != End::Free {
            return true;
        }
        tokio::time::sleep(HEARD.1).await;
    }
    false
}

fn opposed(live: &[&Claim], parts: &[String]) -> End {
    let (mut rivals, mut spared) = (Vec::new(), Vec::new());
    let had = |other: &Claim| [other.parts.clone(), other.lists.clone()].concat();
    for other in live.iter().filter(|other| other.act.is_applied()) {
        spared.extend(overlap(parts, &had(other)).cloned());
    }
    for other in live.iter().filter(|other| !other.act.is_applied()) {
        let had = had(other);
        push(&mut rivals, overlap(parts, &had).filter(|part| !spared.contains(part)), &other.resource, Contest::Ended);
    }
    match (rivals.is_empty(), spared.is_empty()) {
        (false, _) => End::Contested(rivals),
        (true, false) => End::Spared(spared),
        (true, true) => End::Free,
    }
}

/// Whether the end is known to be that of a deposed object: a newer generation says that it replaced this one, or has its very bytes.
fn is_deposed(walk: &Walk, generation: &Generation, object: &str, live: &[&Claim]) -> bool {
    let is_replaced = |other: &&Claim| other.succeeds.as_ref() == Some(&generation.id) || other.generation == generation.id;
    let was_forgotten = |other: &Claim| other.act == Act::Forgets && other.generation == generation.id;
    live.iter().any(is_replaced)
        || walk.claims_before(object).iter().any(was_forgotten)
        || walk.was_succeeded(object, &generation.id)
}

/// Whether core plans this inside of an apply, where it plans no ends but those of deposed objects.
fn is_applying(walk: &Walk, request: &PlanRequest) -> bool {
    walk.applies() || request.client.deferral_allowed || !request.planned_private.is_empty()
}

/// What an end does when it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing, for this reason.
    LeftAlone(Why),
    /// What it is asked for, except for these parts, which others have.
    Asked(Vec<String>),
}

/// Why an end takes nothing away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody planned it, so nobody judged it: core forgets the object.
    Unplanned,
    /// Its resource is replaced, and the new one is about the same object.
    Replaced,
    /// A newer object of the resource is there.
    Deposed,
}

/// What an end about `object` with these private bytes does.
pub fn fate(walk: &Walk, private: &[u8], object: &str) -> Fate {
    if private.is_empty() {
        return Fate::LeftAlone(Why::Unplanned);
    }
    let generation = Generation::stored(private);
    let Some(note) = generation::note_of(private) else {
        // Terraform before 1.3 plans no ends: the bytes are those of the state, and the plan is the one before, or the latest.
        if walk.was_succeeded(object, &generation.id) {
            return Fate::LeftAlone(Why::Deposed);
        }
        let mut spared = held(walk, &[], &generation, object);
        spared.extend(had_by(walk.claims_before(object), &generation));
        spared.extend(had_by(walk.claims_lately(object), &generation));
        return Fate::Asked(spared);
    };
    match note.role {
        Role::Create | Role::Change if note.object.as_deref() == Some(object) => Fate::LeftAlone(Why::Replaced),
        Role::Forget => Fate::LeftAlone(Why::Deposed),
        Role::End if note.process == walk.own_id() => Fate::LeftAlone(Why::Deposed),
        Role::Create | Role::Change | Role::End => {
            let mut spared = note.spares;
            spared.extend(held(walk, &[note.walk.as_str()], &generation, object));
            Fate::Asked(spared)
        }
    }
}

/// Whether an end with these private bytes is half of a replacement whose other half did not know its object when it was planned.
pub fn is_half_of_the_unknown(private: &[u8]) -> bool {
    generation::note_of(private).is_some_and(|note| note.role == Role::Create && note.object.is_none())
}

/// The parts of an object that resources of their own have, beside one of this generation: by this walk, and by the plan of the same
/// command line.
pub fn others_have(walk: &Walk, generation: &Generation, object: &str) -> Vec<String> {
    let claims = walk.claims(object).into_iter().chain(walk.claims_before(object));
    let others = claims.filter(|claim| claim.act.is_live() && claim.generation != generation.id);
    others.flat_map(|claim| claim.parts).collect()
}

/// Whether other resources of the run have an object whose end has these private bytes.
pub fn is_had(walk: &Walk, private: &[u8], object: &str) -> bool {
    let note = generation::note_of(private);
    let planned_in: Vec<&str> = note.iter().map(|note| note.walk.as_str()).collect();
    !held(walk, &planned_in, &Generation::stored(private), object).is_empty()
}

/// Whether a create with these private bytes replaces a generation that is about the same object.
pub fn replaces(walk: &Walk, private: &[u8], object: &str) -> bool {
    let told = generation::note_of(private).is_some_and(|note| note.before.as_deref() == Some(object));
    let is_half = |claim: &Claim| claim.succeeds.is_some() && claim.act == Act::Writes;
    told || walk.claims_before(object).iter().any(is_half)
}

/// The SMS senders that resources which are written in this run give a pool. One that only keeps the pool's sender speaks for it where
/// no resource has that as its own.
pub fn planned_senders(walk: &Walk, object: &str) -> Vec<String> {
    let claims: Vec<Claim> = walk.claims(object).into_iter().chain(walk.claims_before(object)).collect();
    let has_sms = |claim: &Claim| claim.parts.iter().any(|part| part == Factor::Sms.argument());
    let is_had = claims.iter().any(|claim| claim.act.is_live() && has_sms(claim));
    let speaks = |claim: &&Claim| has_sms(claim) || !is_had || claim.sends.as_deref() != Some("?");
    let written = claims.iter().filter(|claim| matches!(claim.act, Act::Writes | Act::Wrote)).filter(speaks);
    written.filter_map(|claim| claim.sends.clone()).collect()
}

/// The parts of an object that other resources have, by what was planned in these walks and what happens in this one. The private bytes
/// of an end that is half of a replacement name both generations.
fn held(walk: &Walk, planned_in: &[&str], generation: &Generation, object: &str) -> Vec<String> {
    let mut claims = walk.claims(object);
    planned_in.iter().for_each(|id| claims.extend(walk.claims_of(id, object)));
    had_by(claims, generation)
}

fn had_by(claims: Vec<Claim>, generation: &Generation) -> Vec<String> {
    let is_own = |claim: &Claim| claim.generation == generation.id || generation.succeeds.as_ref() == Some(&claim.generation);
    let others = claims.into_iter().filter(|claim| claim.act.is_live() && !is_own(claim));
    others.flat_map(|claim| [claim.parts, claim.lists].concat()).collect()
}

/// The note of a plan whose end takes nothing away from `what`.
pub fn left_alone(what: &str, why: Why) -> Diagnostic {
    let because = match why {
        Why::Replaced => "This resource is replaced, and the new one is about the same",
        Why::Unplanned | Why::Deposed => {
            "A replacement has left an older object of this resource in the state, as \"deposed\". It goes from the state now, and \
             nothing is written to"
        }
    };
    let detail = match why {
        Why::Replaced => format!("{because} {what}. What that has is left alone in between, whatever a `deletion_policy` says."),
        Why::Unplanned | Why::Deposed => format!("{because} {what}, whatever a `deletion_policy` says."),
    };
    Diagnostic::warning(format!("The end of the older object leaves {what} alone"), detail)
}

/// The note of an end that leaves `what` to others of the run.
pub fn handed_on(what: &str) -> Diagnostic {
    let detail = format!(
        "Another resource of this run has what this end would take away, so {what} is left alone, whatever a `deletion_policy` says. A \
         `moved` block says the same to Terraform."
    );
    Diagnostic::warning(format!("This end leaves {what} to another resource"), detail)
}

/// The same, seen from the resource that takes over.
pub fn taken_on(what: &str) -> Diagnostic {
    let detail = format!(
        "The end of another resource of this run would change {what}. What this resource has of it is left alone by that end, whatever is \
         said of it elsewhere in this plan. A `moved` block says the same to Terraform."
    );
    Diagnostic::warning(format!("The end of another resource leaves {what} alone"), detail)
}

/// Whether a create inherits what the generation before has found: it is about the same object.
pub fn inherits(private: &[u8], object: &str) -> bool {
    let is_there = Private::decode(private).member(generation::FOUND).is_some();
    is_there && generation::note_of(private).is_some_and(|note| note.before.as_deref() == Some(object))
}

#[cfg(test)]
mod tests;
