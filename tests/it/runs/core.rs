//! Terraform's core reduced to the order in which it calls providers about several resources: plan, apply, replacements, deposed and
//! tainted objects, imports, targets, and runs that end in the middle. The provider is called without a process around it; each walk and
//! alias has one of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use cognitomfa::provider::Provider;
use cognitomfa::resources::{self, ClientCapabilities, ImportRequest, PlanRequest, ReadRequest, Resource};
use cognitomfa::tf::{Diagnostic, Dynamic, json};
use serde_json::Value;

use crate::support::core_rules;

/// A resource block of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub kind: &'static str,
    pub attributes: Value,
    pub create_first: bool,
    /// Whether another provider alias has it.
    pub other: bool,
    /// Addresses it refers to.
    pub refers: Vec<String>,
}

/// An object of the state.
#[derive(Clone, Debug)]
pub struct Object {
    pub value: Dynamic,
    pub private: Vec<u8>,
    pub tainted: bool,
    pub refers: Vec<String>,
    pub create_first: bool,
}

/// What the state has at an address.
#[derive(Clone, Debug)]
pub struct Slot {
    pub kind: &'static str,
    pub other: bool,
    pub current: Option<Object>,
    pub deposed: Vec<Object>,
}

/// A release of the command line, as far as its calls differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Plans no ends (before 1.3).
    Old,
    /// OpenTofu: plans ends, and says nothing of what it can.
    Plain,
    /// Terraform 1.9 to 1.15.
    Recent,
    /// Terraform 1.16.
    New,
}

/// Chooses among what is ready: a number below the one it is given.
pub type Turn<'a> = dyn FnMut(usize) -> usize + Send + 'a;

/// How a run is asked for.
#[derive(Clone, Debug)]
pub struct Run {
    pub release: Release,
    pub destroy: bool,
    pub refresh: bool,
    pub targets: Vec<String>,
    pub replace: Vec<String>,
    pub imports: Vec<(String, String)>,
    /// Whether plan and apply are two commands, and if so, whether the second runs on another machine.
    pub saved: Option<bool>,
    /// The run is killed after so many operations.
    pub killed_after: Option<usize>,
    /// The create provisioner of this address fails.
    pub failing: Option<String>,
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// The plan was refused: summaries of the errors.
    Refused(Vec<String>),
    /// Everything was carried out.
    Whole,
    /// Not everything was: summaries of the errors, none where it was killed.
    Part(Vec<String>),
}

/// A workspace.
pub struct World {
    pub config: BTreeMap<String, Block>,
    pub state: BTreeMap<String, Slot>,
    /// Where the processes share files: of each machine one.
    pub place: PathBuf,
    pub elsewhere: PathBuf,
    pub provider_block: Value,
    pub story: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    None,
    Write,
    Replace,
    Delete,
}

struct Change {
    address: String,
    action: Action,
    planned: Dynamic,
    private: Vec<u8>,
}

/// One operation of an apply.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Delete(String),
    Write(String),
    Forget(String, usize),
}

/// The providers of one walk: the default one and the other alias.
struct Walk([Provider; 2]);

impl Walk {
    async fn begin(place: &Path, block: &Value) -> Self {
        let ty = Provider::schema().ty();
        let config = json::decode_lenient(block.to_string().as_bytes(), &ty).unwrap();
        let providers = [(); 2].map(|()| Provider::hosted(vec![place.to_owned()]));
        for provider in &providers {
            let said = provider.configure("1.15.5", &config).await;
            assert!(said.iter().all(|diagnostic| !diagnostic.is_error()), "{said:?}");
        }
        Self(providers)
    }

    fn of(&self, other: bool) -> &Provider {
        &self.0[usize::from(other)]
    }
}

pub fn resource(kind: &str) -> &'static dyn Resource {
    *resources::all().iter().find(|resource| resource.type_name() == kind).expect("a resource type")
}

fn config_of(block: &Block) -> Dynamic {
    json::decode_lenient(block.attributes.to_string().as_bytes(), &resource(block.kind).schema().ty()).unwrap()
}

/// Core's check of the repeated plan and of the new state: what was planned as known has come to be.
fn expect_compatible(address: &str, planned: &Dynamic, now: &Dynamic) {
    assert_eq!(core_rules::differences(planned, now), Vec::<String>::new(), "inconsistent at {address}");
}

fn errors(said: &[Diagnostic]) -> Vec<String> {
    said.iter().filter(|diagnostic| diagnostic.is_error()).map(|diagnostic| diagnostic.summary.clone()).collect()
}

impl World {
    pub fn tell(&self, what: impl Into<String>) {
        self.story.lock().unwrap().push(what.into());
    }

    fn heard(&mut self, what: &str, said: &[Diagnostic]) {
        for diagnostic in said {
            let text = format!("{}\n{}", diagnostic.summary, diagnostic.detail);
            assert!(!text.contains("bug in") && !text.contains("panicked"), "{text}");
            self.tell(format!("  {what}: {:?} {}", diagnostic.severity, diagnostic.summary));
        }
    }

    /// Plans and applies.
    pub async fn run(&mut self, run: &Run, turn: &mut Turn<'_>) -> End {
        self.tell(format!("run {run:?}"));
        let mut saved = run.clone();
        if run.destroy {
            // Core plans the configuration first, then the destroy, each in a walk of its own.
            let normal = Run { destroy: false, ..run.clone() };
            if let Err(refused) = self.plan(&normal, turn).await {
                return End::Refused(refused);
            }
            saved.refresh = false;
        }
        let changes = match self.plan(&saved, turn).await {
            Ok(changes) => changes,
            Err(refused) => return End::Refused(refused),
        };
        if run.saved.is_some() {
            self.forget_the_parent();
        }
        let place = if run.saved == Some(true) { self.elsewhere.clone() } else { self.place.clone() };
        let end = self.apply(run, &place, changes, turn).await;
        self.tidy();
        end
    }

    /// Another command has another parent: what one process of these tests has in common with the next is forgotten.
    fn forget_the_parent(&self) {
        for place in [&self.place, &self.elsewhere] {
            for directory in std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
                for file in std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
                    if file.file_name().unwrap().to_string_lossy().starts_with("run-") {
                        std::fs::remove_file(file).unwrap();
                    }
                }
            }
        }
    }

    fn is_meant(run: &Run, address: &str) -> bool {
        run.targets.is_empty() || run.targets.iter().any(|target| target == address)
    }

    fn capabilities(run: &Run, applies: bool) -> ClientCapabilities {
        ClientCapabilities {
            write_only_attributes_allowed: matches!(run.release, Release::Recent | Release::New),
            store_planned_private: run.release == Release::New,
            deferral_allowed: applies && run.release == Release::Recent,
        }
    }

    async fn plan(&mut self, run: &Run, turn: &mut Turn<'_>) -> Result<Vec<Change>, Vec<String>> {
        self.forget_unless_same(run);
        let walk = Walk::begin(&self.place, &self.provider_block).await;
        let mut nodes: Vec<(String, Option<usize>)> = Vec::new();
        for (address, slot) in &self.state {
            nodes.extend((0..slot.deposed.len()).map(|index| (address.clone(), Some(index))));
            if slot.current.is_some() && (run.destroy || !self.config.contains_key(address)) {
                nodes.push((address.clone(), None));
            }
        }
        if !run.destroy {
            nodes.extend(self.config.keys().map(|address| (address.clone(), None)));
        }
        nodes.retain(|(address, _)| Self::is_meant(run, address));
        let (mut changes, mut refused): (Vec<Change>, Vec<String>) = (Vec::new(), Vec::new());
        while !nodes.is_empty() {
            // What a block refers to is planned first.
            let waits = |address: &String| {
                self.config.get(address).is_some_and(|block| {
                    !run.destroy
                        && block.refers.iter().any(|other| nodes.iter().any(|(node, deposed)| node == other && deposed.is_none()))
                })
            };
            let ready: Vec<usize> =
                (0..nodes.len()).filter(|index| nodes[*index].1.is_some() || !waits(&nodes[*index].0)).collect();
            let (address, deposed) = nodes.remove(ready[turn(ready.len())]);
            match self.plan_node(run, &walk, &address, deposed).await {
                Ok(change) => changes.extend(change),
                Err(errors) => refused.extend(errors),
            }
        }
        if refused.is_empty() { Ok(changes) } else { Err(refused) }
    }

    /// A plan is a command of its own, unless it is the second walk of one.
    fn forget_unless_same(&self, run: &Run) {
        if !run.destroy {
            self.forget_the_parent();
        }
    }

    async fn refresh(&mut self, walk: &Walk, address: &str, deposed: Option<usize>) -> Result<(), Vec<String>> {
        let slot = &self.state[address];
        let object = deposed.map_or_else(|| slot.current.clone(), |index| Some(slot.deposed[index].clone())).unwrap();
        let request = ReadRequest { state: object.value.clone(), private: object.private.clone(), identity: None };
        let answer = resource(slot.kind).read(walk.of(slot.other), request).await;
        self.heard(&format!("read {address}"), &answer.diagnostics);
        if !errors(&answer.diagnostics).is_empty() {
            return Err(errors(&answer.diagnostics));
        }
        let slot = self.state.get_mut(address).unwrap();
        let place = deposed.map_or_else(|| slot.current.as_mut(), |index| slot.deposed.get_mut(index)).unwrap();
        (place.value, place.private) = (answer.state, answer.private);
        Ok(())
    }

    async fn plan_node(
        &mut self,
        run: &Run,
        walk: &Walk,
        address: &str,
        deposed: Option<usize>,
    ) -> Result<Option<Change>, Vec<String>> {
        let has = |world: &Self| world.state.get(address).is_some_and(|slot| slot.current.is_some());
        let import = run.imports.iter().find(|(to, _)| to == address && deposed.is_none() && !has(self));
        if let Some((_, id)) = import.cloned() {
            self.import(walk, address, &id).await?;
        }
        let exists = deposed.is_some() || has(self);
        if run.refresh && exists {
            self.refresh(walk, address, deposed).await?;
        }
        if let Some(slot) = self.state.get_mut(address) {
            slot.current = slot.current.take().filter(|object| !object.value.is_null());
        }
        let slot = self.state.get(address).cloned();
        let block = self.config.get(address).cloned().filter(|_| deposed.is_none() && !run.destroy);
        let Some(block) = block else {
            let Some(slot) = slot else { return Ok(None) };
            let object = match deposed {
                Some(index) => slot.deposed.get(index).cloned(),
                None => slot.current.clone(),
            };
            let Some(object) = object.filter(|object| !object.value.is_null()) else { return Ok(None) };
            let private = self.plan_end(run, walk, address, &object, false).await?;
            let change = Change { address: address.to_owned(), action: Action::Delete, planned: Dynamic::Null, private };
            // A deposed object is planned once more when it goes.
            return Ok(deposed.is_none().then_some(change));
        };
        self.plan_block(run, walk, address, &block, slot.and_then(|slot| slot.current)).await
    }

    async fn import(&mut self, walk: &Walk, address: &str, id: &str) -> Result<(), Vec<String>> {
        let block = self.config[address].clone();
        let answer = resource(block.kind).import(walk.of(block.other), ImportRequest::Id(id.to_owned())).await;
        self.heard(&format!("import {address}"), &answer.diagnostics);
        if !errors(&answer.diagnostics).is_empty() {
            return Err(errors(&answer.diagnostics));
        }
        let (refers, create_first) = (block.refers.clone(), block.create_first);
        let object = Object { value: answer.state, private: answer.private, tainted: false, refers, create_first };
        let slot = Slot { kind: block.kind, other: block.other, current: Some(object), deposed: Vec::new() };
        let slot = self.state.get(address).map_or(slot.clone(), |known| Slot { deposed: known.deposed.clone(), ..slot });
        self.state.insert(address.to_owned(), slot);
        self.refresh(walk, address, None).await
    }

    async fn plan_end(
        &mut self,
        run: &Run,
        walk: &Walk,
        address: &str,
        object: &Object,
        applies: bool,
    ) -> Result<Vec<u8>, Vec<String>> {
        if run.release == Release::Old {
            return Ok(object.private.clone());
        }
        let slot = self.state[address].clone();
        let request = PlanRequest {
            prior: object.value.clone(),
            proposed: Dynamic::Null,
            config: Dynamic::Null,
            prior_private: object.private.clone(),
            planned_private: Vec::new(),
            prior_identity: None,
            client: Self::capabilities(run, applies),
        };
        let answer = resource(slot.kind).plan(walk.of(slot.other), request).await;
        self.heard(&format!("plan the end of {address}"), &answer.diagnostics);
        let errors = errors(&answer.diagnostics);
        if errors.is_empty() { Ok(answer.private) } else { Err(errors) }
    }

    async fn plan_block(
        &mut self,
        run: &Run,
        walk: &Walk,
        address: &str,
        block: &Block,
        current: Option<Object>,
    ) -> Result<Option<Change>, Vec<String>> {
        let object = current.as_ref().filter(|object| !object.tainted);
        let (prior, private) =
            object.map_or((Dynamic::Null, Vec::new()), |object| (object.value.clone(), object.private.clone()));
        let first = self.plan_once(run, walk, address, block, (&prior, &private), (&[], false)).await?;
        let (mut planned, mut private, replaces) = first;
        let asked = run.replace.iter().any(|replaced| replaced == address);
        let action = match &current {
            None => Action::Write,
            Some(object) if object.tainted => Action::Replace,
            Some(_) if replaces || asked => {
                let second = self.plan_once(run, walk, address, block, (&Dynamic::Null, &private), (&[], false)).await?;
                (planned, private) = (second.0, second.1);
                Action::Replace
            }
            Some(object) if object.value == planned => Action::None,
            Some(_) => Action::Write,
        };
        Ok((action != Action::None).then(|| Change { address: address.to_owned(), action, planned, private }))
    }

    async fn plan_once(
        &mut self,
        run: &Run,
        walk: &Walk,
        address: &str,
        block: &Block,
        (prior, prior_private): (&Dynamic, &[u8]),
        (planned_private, applies): (&[u8], bool),
    ) -> Result<(Dynamic, Vec<u8>, bool), Vec<String>> {
        let (schema, config) = (resource(block.kind).schema(), config_of(block));
        let request = PlanRequest {
            prior: prior.clone(),
            proposed: core_rules::proposed(&schema, prior, &config),
            config: config.clone(),
            prior_private: prior_private.to_owned(),
            planned_private: planned_private.to_owned(),
            prior_identity: None,
            client: Self::capabilities(run, applies),
        };
        let answer = resource(block.kind).plan(walk.of(block.other), request).await;
        self.heard(&format!("plan {address}"), &answer.diagnostics);
        let errors = errors(&answer.diagnostics);
        if !errors.is_empty() {
            return Err(errors);
        }
        let problems = core_rules::plan_problems(&schema, prior, &config, &answer.planned);
        assert_eq!(problems, Vec::<String>::new(), "core takes no such plan of {address}");
        Ok((answer.planned, answer.private, !answer.requires_replace.is_empty()))
    }
}

mod apply;
