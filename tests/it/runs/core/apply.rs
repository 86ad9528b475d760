//! The apply of a run: in any order that the references leave, up to where it fails or is killed.

use std::path::Path;

use cognitomfa::resources::ApplyRequest;
use cognitomfa::tf::Dynamic;

use super::{
    Action, Change, End, Object, Release, Run, Slot, Step, Turn, Walk, World, config_of, errors, expect_compatible, resource,
};

impl World {
    pub(super) async fn apply(&mut self, run: &Run, place: &Path, changes: Vec<Change>, turn: &mut Turn<'_>) -> End {
        let walk = Walk::begin(place, &self.provider_block).await;
        let mut steps = self.steps(run, &changes);
        let (mut failed, mut said, mut count): (Vec<Step>, Vec<String>, usize) = (Vec::new(), Vec::new(), 0);
        while !steps.is_empty() {
            let ready: Vec<usize> = (0..steps.len())
                .filter(|index| steps[*index].1.iter().all(|before| steps.iter().all(|(step, _)| step != before)))
                .collect();
            // Core refuses a circle in the plan; here it is broken anywhere.
            let next = if ready.is_empty() { 0 } else { ready[turn(ready.len())] };
            let (step, waited_for) = steps.remove(next);
            if waited_for.iter().any(|before| failed.contains(before)) {
                failed.push(step);
                continue;
            }
            if run.killed_after.is_some_and(|most| count >= most) {
                self.tell("  killed");
                self.restore(&failed);
                return End::Part(said);
            }
            count += 1;
            self.tell(format!("  step {step:?}"));
            if let Err(errors) = self.carry_out(run, &walk, &changes, &step).await {
                said.extend(errors);
                failed.push(step);
            }
        }
        self.restore(&failed);
        self.state.retain(|_, slot| slot.current.is_some() || !slot.deposed.is_empty());
        if failed.is_empty() && said.is_empty() { End::Whole } else { End::Part(said) }
    }

    /// A replacement whose create failed: core takes the deposed object up again.
    fn restore(&mut self, failed: &[Step]) {
        for step in failed {
            let Step::Write(address) = step else { continue };
            if let Some(slot) = self.state.get_mut(address).filter(|slot| slot.current.is_none()) {
                slot.current = slot.deposed.pop();
            }
        }
    }

    /// The operations with those that come before each.
    fn steps(&self, run: &Run, changes: &[Change]) -> Vec<(Step, Vec<Step>)> {
        let change = |address: &String| changes.iter().find(|change| change.address == *address);
        let is_first = |address: &String| self.config.get(address).is_some_and(|block| block.create_first);
        let deletes = |address: &String| {
            change(address).is_some_and(|change| match change.action {
                Action::Delete => true,
                Action::Replace => !is_first(address),
                Action::Write | Action::None => false,
            })
        };
        let writes =
            |address: &String| change(address).is_some_and(|change| matches!(change.action, Action::Write | Action::Replace));
        let referring = |address: &String| -> Vec<String> {
            let refers = |slot: &Slot| slot.current.as_ref().is_some_and(|object| object.refers.contains(address));
            self.state.iter().filter(|(_, slot)| refers(slot)).map(|(other, _)| other.clone()).collect()
        };
        let mut steps: Vec<(Step, Vec<Step>)> = Vec::new();
        for change in changes {
            let address = &change.address;
            if deletes(address) {
                // What refers to it goes first. What is changed meanwhile comes after it, unless it was made to go last.
                let goes_last = self.state[address].current.as_ref().is_some_and(|object| object.create_first);
                let mut before: Vec<Step> = Vec::new();
                for other in referring(address) {
                    before.extend(deletes(&other).then(|| Step::Delete(other.clone())));
                    before.extend((goes_last && writes(&other)).then(|| Step::Write(other.clone())));
                }
                steps.push((Step::Delete(address.clone()), before));
            }
            if writes(address) {
                let refers = self.config.get(address).map(|block| block.refers.clone()).unwrap_or_default();
                let mut before: Vec<Step> =
                    refers.iter().filter(|other| writes(other)).map(|other| Step::Write(other.clone())).collect();
                before.extend(deletes(address).then(|| Step::Delete(address.clone())));
                let referred = self.state.get(address).and_then(|slot| slot.current.as_ref()).map(|object| object.refers.clone());
                let goes_first = |other: &String| {
                    deletes(other) && self.state[other].current.as_ref().is_some_and(|object| !object.create_first)
                };
                before.extend(referred.unwrap_or_default().into_iter().filter(goes_first).map(Step::Delete));
                steps.push((Step::Write(address.clone()), before));
            }
            if change.action == Action::Replace && is_first(address) {
                let mut before = vec![Step::Write(address.clone())];
                before.extend(referring(address).into_iter().filter(|other| writes(other)).map(Step::Write));
                // The object that is current now is deposed by then, after those that are already.
                let place = self.state.get(address).map_or(0, |slot| slot.deposed.len());
                steps.push((Step::Forget(address.clone(), place), before));
            }
        }
        for (address, slot) in self.state.iter().filter(|(address, _)| Self::is_meant(run, address)) {
            let olds = (0..slot.deposed.len()).map(|place| (Step::Forget(address.clone(), place), Vec::new()));
            steps.extend(olds);
        }
        steps
    }

    async fn carry_out(&mut self, run: &Run, walk: &Walk, changes: &[Change], step: &Step) -> Result<(), Vec<String>> {
        match step {
            Step::Delete(address) => {
                let change = changes.iter().find(|change| change.address == *address).expect("a change");
                let object = self.state[address].current.clone().expect("an object");
                self.end(run, walk, address, object, change.private.clone()).await?;
                self.state.get_mut(address).unwrap().current = None;
                Ok(())
            }
            Step::Forget(address, place) => {
                let Some(object) = self.state.get(address).and_then(|slot| slot.deposed.get(*place)).cloned() else {
                    return Ok(());
                };
                if object.value.is_null() {
                    return Ok(());
                }
                let private = self.plan_end(run, walk, address, &object, true).await?;
                self.end(run, walk, address, object, private).await?;
                // Kept as a null, so that the places of the others stay.
                self.state.get_mut(address).unwrap().deposed[*place].value = Dynamic::Null;
                Ok(())
            }
            Step::Write(address) => {
                let change = changes.iter().find(|change| change.address == *address).expect("a change");
                self.write(run, walk, address, change).await
            }
        }
    }

    async fn end(&mut self, _run: &Run, walk: &Walk, address: &str, object: Object, private: Vec<u8>) -> Result<(), Vec<String>> {
        let slot = self.state[address].clone();
        let provider = walk.of(slot.other);
        provider.begin_apply();
        let (prior, planned, config) = (object.value, Dynamic::Null, Dynamic::Null);
        let request = ApplyRequest { prior, planned, config, private, identity: None };
        let answer = resource(slot.kind).apply(provider, request).await;
        self.heard(&format!("end {address}"), &answer.diagnostics);
        let errors = errors(&answer.diagnostics);
        if !errors.is_empty() {
            return Err(errors);
        }
        assert!(answer.state.is_null(), "a state after an end");
        Ok(())
    }

    async fn write(&mut self, run: &Run, walk: &Walk, address: &str, change: &Change) -> Result<(), Vec<String>> {
        let block = self.config[address].clone();
        let current = self.state.get(address).and_then(|slot| slot.current.clone());
        let (prior, prior_private) = match (&current, change.action) {
            (Some(object), Action::Write) => (object.value.clone(), object.private.clone()),
            _ => (Dynamic::Null, Vec::new()),
        };
        if change.action == Action::Replace && block.create_first {
            let slot = self.state.get_mut(address).unwrap();
            slot.deposed.extend(slot.current.take());
        }
        let first: &[u8] = if run.release == Release::New { &change.private } else { &[] };
        let (planned, private, _) = self.plan_once(run, walk, address, &block, (&prior, &prior_private), (first, true)).await?;
        expect_compatible(address, &change.planned, &planned);
        if current.as_ref().is_some_and(|object| change.action == Action::Write && object.value == planned) {
            return Ok(());
        }
        let provider = walk.of(block.other);
        provider.begin_apply();
        let request =
            ApplyRequest { prior: prior.clone(), planned: planned.clone(), config: config_of(&block), private, identity: None };
        let answer = resource(block.kind).apply(provider, request).await;
        self.heard(&format!("write {address}"), &answer.diagnostics);
        let mut errors = errors(&answer.diagnostics);
        let creates = prior.is_null();
        if errors.is_empty() {
            expect_compatible(address, &planned, &answer.state);
        }
        let mut tainted = creates && !errors.is_empty();
        assert!(!tainted || answer.state.is_null(), "tainted: {:?}", answer.state);
        if errors.is_empty() && creates && run.failing.as_ref().is_some_and(|failing| failing == address) {
            self.tell("  its provisioner fails");
            tainted = true;
            errors.push("provisioner".to_owned());
        }
        let kept = if answer.state.is_null() && !errors.is_empty() { prior } else { answer.state };
        assert!(!answer.private.is_empty() || kept.is_null(), "a state with empty private bytes");
        let (refers, create_first) = (block.refers.clone(), block.create_first);
        let object = Object { value: kept, private: answer.private, tainted, refers, create_first };
        let slot = Slot { kind: block.kind, other: block.other, current: None, deposed: Vec::new() };
        let slot = self.state.entry(address.to_owned()).or_insert(slot);
        (slot.kind, slot.other) = (block.kind, block.other);
        slot.current = Some(object).filter(|object| !object.value.is_null());
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Takes out of the state what has gone.
    pub fn tidy(&mut self) {
        for slot in self.state.values_mut() {
            slot.deposed.retain(|object| !object.value.is_null());
        }
        self.state.retain(|_, slot| slot.current.is_some() || !slot.deposed.is_empty());
    }
}
