//! A place that is unknown in a plan and comes out as it was, as another value, or as null.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use cognitomfa::tf::{Dynamic, Type};

use super::places::{self, Place};
use super::plugin::{Planned, Plugin, Refused, Stored};
use super::samples::{ALL, Account, OTHER_USER, Sample, USER, role_name};
use crate::support::{Aws, Endpoint, core_rules};

/// How a place comes out at apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Same,
    Other,
    Null,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// There is nothing to try: the plan itself refuses the configuration as it comes out.
    Moot,
    /// The first plan was refused.
    RefusedInPlan,
    /// The plan that is repeated was refused, in words.
    RefusedAtApply,
    Applied,
}

/// Another value that the place may have.
fn other(place: &Place, value: &Dynamic, account: &Account) -> Dynamic {
    let name = place.path.to_string();
    let name = name.rsplit('.').next().unwrap();
    let text = |text: &str| Dynamic::string(text);
    match (&place.ty, value) {
        (Type::Bool, Dynamic::Bool(flag)) => Dynamic::Bool(!flag),
        (Type::String, Dynamic::String(now)) => match (name, now.as_str()) {
            ("mfa_configuration", _) => text("ON"),
            ("user_pool_id" | "user_pool_ids[0]", _) => text(&account.other_pool),
            ("user_pool_ids[1]", _) => text("us-east-1_Other1"),
            ("username", USER) => text(OTHER_USER),
            ("sns_caller_arn" | "caller_arn", _) => text(&account.other_role),
            ("name", _) => text(&role_name(account, "other")),
            ("path", _) => text("/other/"),
            ("name_prefix", _) => text("other-"),
            ("user_verification", _) => text("preferred"),
            ("factor_configuration", _) => text("MULTI_FACTOR_WITH_USER_VERIFICATION"),
            ("deletion_policy", "OFF") => text("RETAIN"),
            ("deletion_policy", _) => text("OFF"),
            ("factor_management", "shared") => text("exclusive"),
            ("factor_management", _) => text("shared"),
            ("delivery", "SNS") => text("END_USER_MESSAGING"),
            ("delivery", _) => text("SNS"),
            ("kind", "SMS") => text("SOFTWARE_TOKEN"),
            ("create" | "read" | "update" | "delete", _) => text("3m"),
            ("expires", _) => text("2098-01-01"),
            ("rule", _) => text("sms_spend_limit"),
            (_, now) => text(&format!("{now}9")),
        },
        // A whole object, list or map, one way or the other.
        (_, Dynamic::Mapping(members)) => {
            let mut members = members.clone();
            for value in members.values_mut() {
                if let Dynamic::Bool(flag) = value {
                    *flag = !*flag;
                }
                if let Dynamic::String(now) = value.clone() {
                    *value = if now.contains("{####}") { text(&format!("{now}!")) } else { value.clone() };
                }
            }
            Dynamic::Mapping(members)
        }
        (_, Dynamic::Sequence(elements)) => Dynamic::Sequence(elements.iter().take(elements.len() - 1).cloned().collect()),
        _ => Dynamic::Null,
    }
}

struct Case {
    url: String,
    sample: &'static Sample,
    /// What the state before comes from; none for a create.
    before: Option<&'static Sample>,
}

impl Case {
    async fn plugin(&self, place: &std::path::Path) -> Plugin {
        Plugin::start(self.sample.resource(), place.to_owned(), &self.url).await
    }

    async fn play(&self, number: usize, outcome: Outcome) -> (String, End) {
        let aws = Aws::at(&self.url);
        let account = Account::make(&aws);
        if self.sample.kind == "cognitomfa_user_mfa_preference" {
            account.offer_every_factor(&aws);
        }
        // Of each command one: what the processes of a command tell each other is not told to the next.
        let [before, look, directory] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let config = self.sample.config(&account);
        let place = places::of(&self.sample.resource().schema(), &config)[number].clone();
        let label = format!(
            "{} of {} ({}), from {:?}, {outcome:?}",
            place.path,
            self.sample.kind,
            self.sample.name,
            self.before.map(|before| before.name)
        );
        let now = places::value(&config, &place.path);
        let out = match outcome {
            Outcome::Same => now,
            Outcome::Other => other(&place, &now, &account),
            Outcome::Null => Dynamic::Null,
        };
        let stored = match self.before {
            None => Stored::default(),
            Some(sample) => made(&self.plugin(before.path()).await, sample, &account).await,
        };
        let open = places::with(&config, &place.path, Dynamic::UNKNOWN);
        let settled = places::with(&config, &place.path, out);
        let Ok(alone) = self.plugin(look.path()).await.plan(&stored, &settled, &[]).await else { return (label, End::Moot) };
        let planned = match self.plugin(directory.path()).await.plan(&stored, &open, &[]).await {
            Ok(planned) => planned,
            Err(errors) => {
                assert!(outcome != Outcome::Same, "{label}: refused while unknown: {errors:?}");
                return (label, End::RefusedInPlan);
            }
        };
        assert!(planned.value != stored.value, "{label}: a plan without a change, so that core never asks again");
        assert!(!alone.replaces || planned.replaces || stored.value.is_null(), "{label}: replaced, and the plan does not say so");
        let (end, said) = self.carry_out(directory.path(), &label, (stored, planned), (&open, &settled)).await;
        assert!(outcome != Outcome::Same || end == End::Applied, "{label}: {end:?} {said:?}");
        (label, end)
    }

    /// The rest of a plan, and its apply in another process.
    async fn carry_out(
        &self,
        directory: &std::path::Path,
        label: &str,
        (stored, planned): (Stored, Planned),
        (open, settled): (&Dynamic, &Dynamic),
    ) -> (End, Refused) {
        let (mut stored, mut planned) = (stored, planned);
        let mut process = None;
        if planned.replaces && !stored.value.is_null() {
            let anew = Stored { value: Dynamic::Null, private: planned.private.clone() };
            planned = match self.plugin(directory).await.plan(&anew, open, &[]).await {
                Ok(planned) => planned,
                Err(errors) => return (End::RefusedInPlan, errors),
            };
            let end = Planned { value: Dynamic::Null, private: planned.private.clone(), replaces: false };
            let applying = self.plugin(directory).await;
            if let Err(errors) = applying.apply(&stored, &end, &Dynamic::Null).await {
                return (End::RefusedAtApply, errors);
            }
            (stored, process) = (Stored::default(), Some(applying));
        }
        let process = match process {
            Some(process) => process,
            None => self.plugin(directory).await,
        };
        let again = match process.plan(&stored, settled, &[]).await {
            Ok(again) => again,
            Err(errors) => {
                assert!(errors.iter().all(|(text, _)| !text.contains("unknown")), "{label}: {errors:?}");
                return (End::RefusedAtApply, errors);
            }
        };
        let problems = core_rules::differences(&planned.value, &again.value);
        assert_eq!(problems, Vec::<String>::new(), "{label}: inconsistent final plan");
        assert!(!again.replaces, "{label}: the planned action changed to a replacement");
        if again.value == stored.value {
            return (End::Applied, Vec::new());
        }
        match process.apply(&stored, &again, settled).await {
            Ok(_) => (End::Applied, Vec::new()),
            Err(errors) => (End::RefusedAtApply, errors),
        }
    }
}

pub async fn made(plugin: &Plugin, sample: &Sample, account: &Account) -> Stored {
    let config = sample.config(account);
    let planned =
        plugin.plan(&Stored::default(), &config, &[]).await.unwrap_or_else(|errors| panic!("{}: {errors:?}", sample.name));
    plugin.apply(&Stored::default(), &planned, &config).await.unwrap_or_else(|errors| panic!("{}: {errors:?}", sample.name))
}

/// Cases that share a sandbox: it lists all its pools to whoever asks.
const TOGETHER: usize = 150;

/// Every place, every outcome, from nothing, from the same and from each other sample. `COGNITOMFA_UNKNOWNS=all` tries all of it, and every
/// test run one in so many.
#[test]
fn what_is_unknown_in_a_plan_breaks_no_promise_however_it_comes_out() {
    let all = std::env::var("COGNITOMFA_UNKNOWNS").is_ok_and(|value| value == "all");
    let only = std::env::var("COGNITOMFA_UNKNOWNS_ONLY").unwrap_or_default();
    let dummy =
        Account { pool: "us-east-1_Aa".into(), other_pool: "us-east-1_Bb".into(), role: "r".into(), other_role: "o".into() };
    let mut cases: Vec<(&'static Sample, Option<&'static Sample>, usize, Outcome)> = Vec::new();
    for sample in ALL {
        let places = places::of(&sample.resource().schema(), &sample.config(&dummy));
        let befores = ALL.iter().filter(|before| before.kind == sample.kind).map(Some);
        for before in std::iter::once(None).chain(befores) {
            let is_near = before.is_none_or(|before| before.name == sample.name);
            for (number, place) in places.iter().enumerate() {
                for outcome in [Outcome::Same, Outcome::Other, Outcome::Null] {
                    let is_chosen = all
                        || (is_near && outcome == Outcome::Same)
                        || cases_hash(number, outcome, sample, before).is_multiple_of(31);
                    let label = format!("{} {}", sample.kind, place.path);
                    if is_chosen && label.contains(&only) {
                        cases.push((sample, before, number, outcome));
                    }
                }
            }
        }
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_stack_size(32 << 20).enable_all().build().unwrap();
    let (failures, counts) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(BTreeMap::new())));
    for chunk in cases.chunks(TOGETHER) {
        let sandbox = Endpoint::sandbox(&[]);
        runtime.block_on(async {
            let mut lanes = tokio::task::JoinSet::new();
            for half in chunk.chunks(chunk.len().div_ceil(3)) {
                let (half, url) = (half.to_vec(), sandbox.url.clone());
                let (failures, counts) = (Arc::clone(&failures), Arc::clone(&counts));
                lanes.spawn(async move {
                    for (sample, before, number, outcome) in half {
                        let case = Case { url: url.clone(), sample, before };
                        match tokio::spawn(async move { case.play(number, outcome).await }).await {
                            Ok((_, end)) => *counts.lock().unwrap().entry((outcome, end)).or_insert(0_u32) += 1,
                            Err(failed) => {
                                let payload = failed.into_panic();
                                let text = payload.downcast_ref::<String>().cloned().unwrap_or_default();
                                let before = before.map(|before: &Sample| before.name);
                                failures.lock().unwrap().push(format!(
                                    "{} {} from {before:?} #{number} {outcome:?}: {text}",
                                    sample.kind, sample.name
                                ));
                            }
                        }
                    }
                });
            }
            lanes.join_all().await;
        });
    }
    let (failures, counts) = (failures.lock().unwrap().clone(), counts.lock().unwrap().clone());
    println!("{} cases, {} failures: {counts:?}", cases.len(), failures.len());
    assert!(failures.is_empty(), "{} of {} fail:\n{}", failures.len(), cases.len(), failures.join("\n"));
    let applied = |outcome| counts.get(&(outcome, End::Applied)).copied().unwrap_or_default();
    if only.is_empty() {
        assert!(applied(Outcome::Same) > 100 && applied(Outcome::Other) > 10 && applied(Outcome::Null) > 10, "{counts:?}");
    }
}

/// A number that spreads the cases.
fn cases_hash(number: usize, outcome: Outcome, sample: &Sample, before: Option<&Sample>) -> usize {
    let text = format!("{number} {outcome:?} {} {} {}", sample.kind, sample.name, before.map_or("", |before| before.name));
    text.bytes().fold(7_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(byte)))
}
