//! Which generation of a resource a state is, and what a plan says of itself to its apply: kept in the private bytes.
//!
//! Core hands the private bytes of a plan to its apply, those of the create half of a replacement to the end that comes before it, and
//! those of a state to every plan of it. It plans the end of a deposed object in the very process that applies it, and any other end in
//! a process before that one.

use serde_json::{Value as Json, json};

use super::PlanRequest;
use super::pool::private::Private;
use crate::provider::walk::{Walk, fresh_id};

const GENERATION: &str = "generation";
const SUCCEEDS: &str = "succeeds";
/// The note of a plan, in its private bytes alone.
pub const PLAN: &str = "plan";
/// What the plan of a create has seen of its object.
const SEEN: &str = "seen";
/// What a pool had before the resource managed it; see `user_pool_mfa::restore`.
pub const FOUND: &str = "found";

/// The generation that a plan creates or changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Its id; a state keeps it to its end.
    pub id: String,
    /// The generation it replaces, where core tells.
    pub succeeds: Option<String>,
    /// Whether the plan is known to be the second half of a replacement.
    pub is_create_half: bool,
    /// Key of the object that the generation before is about.
    pub older_object: Option<String>,
    /// In the plan that core repeats inside apply, where it hands over the first one: what that has seen of the object.
    pub first_seen: Option<Json>,
    /// The parts of that object which its end leaves to others.
    spares: Vec<String>,
    seen: Option<Json>,
    private: Private,
}

/// What a plan says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Id of the walk that planned it.
    pub walk: String,
    /// Id of the process that planned it.
    pub process: String,
    /// What is planned.
    pub role: Role,
    /// Key of the object after; `None` while it is not known.
    pub object: Option<String>,
    /// Key of the object before.
    pub before: Option<String>,
    /// The parts that an end leaves to others.
    pub spares: Vec<String>,
}

/// What a plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A create, alone or as the second half of a replacement.
    Create,
    /// An update, no change, or the first half of a replacement.
    Change,
    /// An end.
    End,
    /// The end of an older object, which takes nothing away.
    Forget,
}

const ROLES: [(Role, &str); 4] =
    [(Role::Create, "create"), (Role::Change, "change"), (Role::End, "end"), (Role::Forget, "forget")];

impl Generation {
    /// The generation of a plan that is no end.
    pub fn of(request: &PlanRequest) -> Self {
        if !request.prior.is_null() {
            return Self::stored(&request.prior_private);
        }
        let halves = Private::decode(&request.prior_private);
        let repeated = Private::decode(&request.planned_private);
        if let Some(id) = text(&repeated, GENERATION).filter(|_| note(&repeated).is_some_and(|note| note.role == Role::Create)) {
            // The plan that core repeats inside apply.
            let succeeds = text(&repeated, SUCCEEDS);
            let (older_object, spares) = older(&repeated);
            let first_seen = repeated.member(SEEN).cloned();
            let private = repeated.without(PLAN).without(SEEN);
            return Self {
                is_create_half: succeeds.is_some(),
                id,
                succeeds,
                older_object,
                first_seen,
                spares,
                seen: None,
                private,
            };
        }
        // Whatever core hands over, a create begins anew, but for what the generation before has found.
        let succeeds = text(&halves, GENERATION);
        let inherited = halves.member(FOUND).cloned().filter(|_| succeeds.is_some());
        let private = inherited.map_or_else(Private::default, |found| Private::default().with(FOUND, found));
        let (older_object, spares) = older(&halves);
        let is_create_half = succeeds.is_some();
        Self { id: fresh_id(), is_create_half, succeeds, older_object, first_seen: None, spares, seen: None, private }
    }

    /// The generation of a state with these private bytes; a new one where they name none.
    pub fn stored(private: &[u8]) -> Self {
        let private = Private::decode(private).without(PLAN).without(SEEN);
        let id = text(&private, GENERATION).unwrap_or_else(fresh_id);
        let succeeds = text(&private, SUCCEEDS);
        Self {
            id,
            succeeds,
            is_create_half: false,
            older_object: None,
            first_seen: None,
            spares: Vec::new(),
            seen: None,
            private,
        }
    }

    /// The record of what an object had that a later end may restore.
    pub fn found(&self) -> Option<&Json> {
        self.private.member(FOUND)
    }

    /// The private bytes of a plan that is no end.
    pub fn planned(&self, walk: &Walk, role: Role, object: Option<String>, before: Option<String>) -> Vec<u8> {
        let (walk, process) = (walk.id().to_owned(), walk.own_id().to_owned());
        self.noted(&Note { walk, process, role, object, before, spares: self.spares.clone() })
    }

    /// The same whose end of the object before leaves these parts to others.
    #[must_use]
    pub fn sparing(self, spares: Vec<String>) -> Self {
        Self { spares, ..self }
    }

    /// The same of a create that was planned on an object like this.
    #[must_use]
    pub fn seeing(self, seen: Option<Json>) -> Self {
        Self { seen, ..self }
    }

    /// The private bytes with this note.
    pub fn noted(&self, note: &Note) -> Vec<u8> {
        let role = ROLES.iter().find(|(role, _)| *role == note.role).map_or("change", |(_, word)| *word);
        let plan = json!({
            "walk": note.walk, "process": note.process, "role": role, "object": note.object, "before": note.before,
            "spares": note.spares,
        });
        let members = self.members().with(PLAN, plan);
        match &self.seen {
            Some(seen) => members.with(SEEN, seen.clone()).encode(),
            None => members.encode(),
        }
    }

    /// The private bytes of a state of this generation: never empty, so that an end that nobody planned can be told.
    pub fn kept(&self) -> Vec<u8> {
        self.members().encode()
    }

    fn members(&self) -> Private {
        let named = self.private.clone().with(GENERATION, self.id.clone().into());
        match &self.succeeds {
            Some(older) => named.with(SUCCEEDS, older.clone().into()),
            None => named,
        }
    }
}

/// The private bytes of a plan as those of the state that it became.
pub fn settled(planned: &[u8]) -> Vec<u8> {
    Generation::stored(planned).kept()
}

/// What the plan of a create has seen of its object, from the private bytes of that plan.
pub fn seen(planned: &[u8]) -> Option<Json> {
    Private::decode(planned).member(SEEN).cloned()
}

/// What the private bytes of a plan say of it; `None` for those of a state, and of a plan that another version made.
pub fn note_of(private: &[u8]) -> Option<Note> {
    note(&Private::decode(private))
}

fn note(private: &Private) -> Option<Note> {
    let plan = private.member(PLAN)?;
    let text = |name: &str| plan.get(name).and_then(Json::as_str).map(str::to_owned);
    let word = text("role")?;
    let spares = plan.get("spares").and_then(Json::as_array).into_iter().flatten();
    Some(Note {
        walk: text("walk")?,
        process: text("process")?,
        role: ROLES.iter().find(|(_, known)| *known == word)?.0,
        object: text("object"),
        before: text("before"),
        spares: spares.filter_map(Json::as_str).map(str::to_owned).collect(),
    })
}

/// The object that the plan of the other half is about, and what its end spares.
fn older(halves: &Private) -> (Option<String>, Vec<String>) {
    note(halves).map_or_else(Default::default, |note| (note.before, note.spares))
}

fn text(private: &Private, name: &str) -> Option<String> {
    private.member(name)?.as_str().map(str::to_owned)
}
