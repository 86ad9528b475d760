//! What the provider processes of one walk of Terraform's graph know of each other, and a later walk of them.
//!
//! Terraform names no addresses to a provider, each provider alias is a process of its own, and plan and apply are different processes.
//! So each plan and apply says what its resource has, or would take away, and asks who else does. Processes that live at the same time
//! under one command line are one walk. What a walk has said is kept in a file of the user, by the walk's id, which the private bytes of
//! its plans carry to apply. Where there is no such file, a process knows what it was told itself.

mod claim;
mod record;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::fs::{File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

pub use claim::{Act, Claim};
use record::{Membership, Record};

/// One configured provider process among those of its walk.
#[derive(Debug)]
pub struct Walk {
    process: String,
    id: String,
    previous: Option<String>,
    applies: AtomicBool,
    own: Mutex<Vec<Claim>>,
    shared: Option<Shared>,
}

#[derive(Debug)]
struct Shared {
    membership: Membership,
    recent: OnceLock<Vec<String>>,
    records: Mutex<HashMap<String, Record>>,
}

impl Default for Walk {
    fn default() -> Self {
        Self::alone()
    }
}

impl Walk {
    /// A walk of this process alone.
    pub fn alone() -> Self {
        Self::of(fresh_id(), None, None)
    }

    /// Joins the walk of the other processes of the same command line that are alive, or begins one; the first of `places` that can be
    /// used has the files.
    pub fn join(places: &[PathBuf]) -> Self {
        for place in places {
            match Membership::take(place, fresh_id) {
                Ok(membership) => {
                    let (id, previous) = (membership.walk.clone(), membership.previous.clone());
                    let shared = Shared { membership, recent: OnceLock::new(), records: Mutex::default() };
                    return Self::of(id, previous, Some(shared));
                }
                Err(error) => tracing::debug!(%error, "what is planned is not shared with others of the run in this place"),
            }
        }
        Self::alone()
    }

    /// Whether other processes of the run can be heard.
    pub fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    fn of(id: String, previous: Option<String>, shared: Option<Shared>) -> Self {
        Self { process: fresh_id(), id, previous, applies: AtomicBool::new(false), own: Mutex::default(), shared }
    }

    /// The id of this process; another one after each `ConfigureProvider`.
    pub fn own_id(&self) -> &str {
        &self.process
    }

    /// The id of the walk.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Keeps that this process was asked to apply something: its walk is that of an apply.
    pub fn begin_apply(&self) {
        self.applies.store(true, Ordering::Relaxed);
    }

    /// Whether this process has been asked to apply something.
    pub fn applies(&self) -> bool {
        self.applies.load(Ordering::Relaxed)
    }

    /// Holds an object against other processes of this machine while it is read, judged and written; without files, against nobody.
    pub async fn hold(&self, object: &str) -> Hold {
        let Some(file) = self.shared.as_ref().and_then(|shared| shared.membership.lock_file(object).ok()) else {
            return Hold(None);
        };
        let begun = Instant::now();
        while begun.elapsed() < LONGEST_HOLD {
            match file.try_lock() {
                Ok(()) => return Hold(Some(file)),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(TryLockError::Error(_)) => break,
            }
        }
        tracing::debug!("an object is not held against other processes: its lock cannot be had");
        Hold(None)
    }

    /// Keeps that this process has left an object like this, and what it was like before: the record as JSON.
    pub fn leave(&self, object: &str, digest: String, over: String) {
        self.claim(Claim {
            object: object.to_owned(),
            generation: self.process.clone(),
            act: Act::Left,
            left: Some(digest),
            over: Some(over),
            ..Claim::default()
        });
    }

    /// What an object with the digest `now` was like before the writes of this walk that made it so, as they were told it; `None` where
    /// no write of this walk did. `digest` is that of a record.
    pub fn before(&self, object: &str, now: &str, digest: impl Fn(&str) -> Option<String>) -> Option<String> {
        let claims = self.claims(object);
        let (mut now, mut passed, mut record) = (now.to_owned(), BTreeSet::new(), None);
        while passed.insert(now.clone()) {
            let left = claims.iter().find(|claim| claim.left.as_deref() == Some(&now));
            let Some(over) = left.and_then(|claim| claim.over.clone()) else { break };
            let Some(before) = digest(&over) else { break };
            (now, record) = (before, Some(over));
        }
        record
    }

    /// Whether a process of this walk has left an object like this.
    pub fn was_left(&self, object: &str, digest: &str) -> bool {
        self.claims(object).iter().any(|claim| claim.left.as_deref() == Some(digest))
    }

    /// Whether a block of the configuration was seen whose type, pool and user are these, in words as they are written there.
    pub fn is_named(&self, block: &[&str]) -> bool {
        self.shared.as_ref().is_some_and(|shared| shared.membership.is_named(block))
    }

    /// Says what a resource has or takes away. It replaces what the same generation has said before in the same act or a plan of it.
    pub fn claim(&self, claim: Claim) {
        let claim = Claim { process: self.process.clone(), ..claim };
        if let Some(shared) = &self.shared {
            shared.membership.write(&claim);
        }
        claim::put(&mut self.own(), claim);
    }

    /// What has been said of an object in this walk so far.
    pub fn claims(&self, object: &str) -> Vec<Claim> {
        let mut claims: Vec<Claim> = self.own().iter().filter(|claim| claim.object == object).cloned().collect();
        claims.extend(self.recorded(&self.id, object).into_iter().filter(|claim| claim.process != self.process));
        claims
    }

    /// What was said of an object in the walk of this id; of this walk too.
    pub fn claims_of(&self, walk: &str, object: &str) -> Vec<Claim> {
        if walk == self.id { self.claims(object) } else { self.recorded(walk, object) }
    }

    /// What was said of an object in the walk that the same command line made before this one.
    pub fn claims_before(&self, object: &str) -> Vec<Claim> {
        self.previous.as_ref().map_or_else(Vec::new, |previous| self.recorded(previous, object))
    }

    /// What was said of an object in the latest walk on this machine that had to do with it.
    pub fn claims_lately(&self, object: &str) -> Vec<Claim> {
        let others = self.recent().iter().filter(|walk| **walk != self.id);
        others.map(|walk| self.recorded(walk, object)).find(|claims| !claims.is_empty()).unwrap_or_default()
    }

    /// The generation that a create of this resource takes the place of, by the plan of the same command line, else by the latest plan on
    /// this machine that had one about the object.
    pub fn predecessor(&self, object: &str, resource: &str) -> Option<String> {
        let replaced = |claims: Vec<Claim>| {
            let halves = claims.into_iter().filter(|claim| claim.act == Act::Writes && claim.resource == resource);
            halves.filter_map(|claim| claim.succeeds).next_back()
        };
        replaced(self.claims_before(object))
            .or_else(|| self.recent().iter().find_map(|walk| replaced(self.recorded(walk, object))))
    }

    /// What the generation before had found on an object, by the plan of the same command line, else by the latest plan on this machine,
    /// where that replaces one that restores.
    pub fn found_before(&self, object: &str) -> Option<String> {
        let claims = self.claims_before(object).into_iter().chain(self.claims_lately(object));
        claims.into_iter().find_map(|claim| claim.found)
    }

    /// Whether a generation that was made on this machine has taken the place of this one.
    pub fn was_succeeded(&self, object: &str, generation: &str) -> bool {
        let succeeds = |claim: &Claim| claim.act == Act::Wrote && claim.succeeds.as_deref() == Some(generation);
        self.claims(object).iter().any(succeeds)
            || self.recent().iter().any(|walk| self.recorded(walk, object).iter().any(succeeds))
    }

    /// The latest walks of this machine when the first one asked.
    fn recent(&self) -> &[String] {
        self.shared.as_ref().map_or(&[], |shared| shared.recent.get_or_init(|| shared.membership.recent()))
    }

    fn recorded(&self, walk: &str, object: &str) -> Vec<Claim> {
        let Some(shared) = &self.shared else { return Vec::new() };
        let mut records = shared.records.lock().unwrap_or_else(PoisonError::into_inner);
        let record = records.entry(walk.to_owned()).or_insert_with(|| Record::open(&shared.membership, walk));
        record.claims(object)
    }

    fn own(&self) -> MutexGuard<'_, Vec<Claim>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps, for the walks that the same command line makes next, that the configuration has a block of this type, pool and user.
pub fn named(places: &[PathBuf], block: &[&str]) {
    let written = places.iter().find_map(|place| record::write_name(place, block).ok());
    if written.is_none() && !places.is_empty() {
        tracing::debug!("what the configuration names is not kept for the plan");
    }
}

/// An object that is held; it is let go with the value.
#[derive(Debug, Default)]
pub struct Hold(#[allow(dead_code)] Option<File>);

/// A holder that keeps an object longer is not waited for: AWS refuses two writes at once by itself (row Q05).
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// An id that nothing else has: the hasher of the standard library is keyed by the operating system's randomness.
pub fn fresh_id() -> String {
    let number = || RandomState::new().hash_one(Instant::now());
    format!("{:016x}{:016x}", number(), number())
}
