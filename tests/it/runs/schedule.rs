//! What a schedule does to a configuration, and what has to hold after each run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use cognitomfa::tf::Dynamic;
use serde_json::{Value, json};

use super::core::{Block, End, Release, Run, World};
use crate::faults::driver;
use crate::faults::random::Dice;
use crate::support::aws::unique;
use crate::support::workspace::SECRET;
use crate::support::{Aws, Endpoint};

const MODE: &str = "cognitomfa_user_pool_mfa";
const TOKEN: &str = "cognitomfa_software_token";
const SMS: &str = "cognitomfa_sms_configuration";
const USER: &str = "cognitomfa_user_mfa_preference";
const NAME: &str = "break-glass";
const EXTERNAL_ID: &str = "runs";

/// Refusals of a plan that a schedule may meet; each names what to do.
const RULES: &[&str] = &[
    "two_managers",
    "destroy_prevented",
    "active_mode_without_factor",
    "preference_for_unavailable_factor",
    "preference_without_pool_factor",
    "sms_role_with_mode_off",
    "restore_weakens",
    "changed_since_plan",
];

/// A schedule's wishes, from which its configuration is written.
#[derive(Clone, Debug)]
struct Wish {
    /// Generation of each name: a rename takes the next one.
    names: BTreeMap<&'static str, u32>,
    has: BTreeMap<&'static str, bool>,
    inline_token: bool,
    inline_sms: bool,
    shared: bool,
    lists: bool,
    mode: &'static str,
    policy: &'static str,
    user_policy: &'static str,
    create_first: bool,
    other: BTreeMap<&'static str, bool>,
    timeouts: u32,
}

/// What came of the runs of all schedules: a check that was never made shows here.
#[derive(Debug, Default)]
pub struct Counts {
    whole: AtomicU64,
    refused: AtomicU64,
    part: AtomicU64,
    deposed: AtomicU64,
    tainted: AtomicU64,
    twice: AtomicU64,
    neutral: AtomicU64,
    ended: AtomicU64,
}

impl Counts {
    fn add(&self, end: &End, world: &World) {
        let one = |counter: &AtomicU64, counts: bool| {
            counter.fetch_add(u64::from(counts), Ordering::Relaxed);
        };
        one(&self.whole, *end == End::Whole);
        one(&self.refused, matches!(end, End::Refused(_)));
        one(&self.part, matches!(end, End::Part(_)));
        one(&self.deposed, world.state.values().any(|slot| !slot.deposed.is_empty()));
        one(&self.tainted, world.state.values().any(|slot| slot.current.as_ref().is_some_and(|object| object.tainted)));
        let kinds: Vec<&str> = world.state.values().filter(|slot| slot.current.is_some()).map(|slot| slot.kind).collect();
        one(&self.twice, kinds.iter().any(|kind| kinds.iter().filter(|other| other == &kind).count() > 1));
    }

    fn text(&self) -> String {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        format!(
            "{} runs whole, {} refused in the plan, {} in part; afterwards a deposed object in {}, a tainted one in {}, two of a kind in {}; {} changed names alone, {} ended the mode",
            of(&self.whole),
            of(&self.refused),
            of(&self.part),
            of(&self.deposed),
            of(&self.tainted),
            of(&self.twice),
            of(&self.neutral),
            of(&self.ended)
        )
    }

    fn every_kind_was_there(&self) -> bool {
        let all = [&self.whole, &self.refused, &self.part, &self.deposed, &self.tainted, &self.twice, &self.neutral, &self.ended];
        all.iter().all(|counter| counter.load(Ordering::Relaxed) > 0)
    }
}

pub struct Schedule {
    aws: Aws,
    pool: String,
    role: String,
    dice: Dice,
    wish: Wish,
    world: World,
    counts: Arc<Counts>,
}

impl Schedule {
    fn begin(
        aws: Aws,
        url: &str,
        (seed, number): (u64, u64),
        places: [std::path::PathBuf; 2],
        (story, counts): (Arc<Mutex<Vec<String>>>, Arc<Counts>),
    ) -> Self {
        let mut dice = Dice::of(seed, number);
        let pool = aws.create_pool(&unique("runs"));
        let role = aws.create_sms_role(EXTERNAL_ID);
        let attributes = json!([{ "Name": "phone_number", "Value": "+15550100" }]);
        let user = json!({ "UserPoolId": pool, "Username": NAME, "MessageAction": "SUPPRESS", "UserAttributes": attributes });
        aws.cognito("AdminCreateUser", &user).expect("a user can be created");
        let kinds = [MODE, TOKEN, SMS, USER];
        let wish = Wish {
            names: kinds.map(|kind| (kind, 0)).into(),
            has: [(MODE, true), (TOKEN, dice.once_in(2)), (SMS, dice.once_in(3)), (USER, dice.once_in(3))].into(),
            inline_token: dice.once_in(2),
            inline_sms: dice.once_in(2),
            shared: dice.once_in(2),
            lists: true,
            mode: "OPTIONAL",
            policy: dice.pick(&["RETAIN", "OFF", "OFF", "RESTORE", "PREVENT"]),
            user_policy: dice.pick(&["RETAIN", "OFF"]),
            create_first: dice.once_in(2),
            other: kinds.map(|kind| (kind, false)).into(),
            timeouts: 1,
        };
        let [place, elsewhere] = places;
        let mut provider_block = driver::block(url);
        provider_block["access_key"] = json!("testing");
        provider_block["secret_key"] = json!(SECRET);
        let world = World { config: BTreeMap::new(), state: BTreeMap::new(), place, elsewhere, provider_block, story };
        Self { aws, pool, role, dice, wish, world, counts }
    }

    fn address(&self, kind: &str) -> String {
        format!("{kind}.n{}", self.wish.names[kind])
    }

    fn write(&mut self) {
        let wish = &self.wish;
        let mut config = BTreeMap::new();
        let sender = json!({ "sns_caller_arn": self.role, "external_id": EXTERNAL_ID });
        let waivers = ["restore_weakens", "sms_role_with_mode_off", "required_to_off"]
            .map(|rule| json!({ "rule": rule, "reason": "tried" }));
        let timeouts = json!({ "create": format!("{}m", wish.timeouts) });
        let apart = |kind: &str| wish.has[kind];
        let active = wish.mode != "OFF";
        let mut add = |kind: &'static str, attributes: Value, refers: Vec<String>| {
            let block = Block { kind, attributes, create_first: wish.create_first, other: wish.other[kind], refers };
            config.insert(self.address(kind), block);
        };
        if apart(TOKEN) {
            add(TOKEN, json!({ "user_pool_id": self.pool, "timeouts": timeouts }), Vec::new());
        }
        if apart(SMS) {
            add(SMS, json!({ "user_pool_id": self.pool, "sms_configuration": sender, "timeouts": timeouts }), Vec::new());
        }
        if wish.has[MODE] {
            let mut all = json!({
                "user_pool_id": self.pool, "mfa_configuration": wish.mode, "deletion_policy": wish.policy, "timeouts": timeouts,
                "factor_management": if wish.shared { "shared" } else { "exclusive" }, "waivers": waivers,
            });
            let (mut factors, mut refers) = (Vec::new(), Vec::new());
            if active && wish.inline_token {
                all["software_token_mfa_configuration"] = json!({ "enabled": true });
            }
            if active && wish.inline_sms {
                all["sms_configuration"] = sender.clone();
            }
            if wish.lists && apart(TOKEN) {
                factors.push(json!({ "kind": "SOFTWARE_TOKEN", "user_pool_id": self.pool }));
                refers.push(self.address(TOKEN));
            }
            if wish.lists && apart(SMS) {
                factors.push(json!({ "kind": "SMS", "user_pool_id": self.pool, "sms_configuration": sender }));
                refers.push(self.address(SMS));
            }
            if !factors.is_empty() {
                all["factors"] = json!(factors);
            }
            add(MODE, all, refers);
        }
        if wish.has[USER] {
            let settings = json!({ "enabled": true, "preferred_mfa": true });
            let refers = wish.has[MODE].then(|| self.address(MODE)).into_iter().collect();
            let attributes = json!({
                "user_pool_id": self.pool, "username": NAME, "sms_mfa_settings": settings, "deletion_policy": wish.user_policy,
                "timeouts": timeouts,
            });
            add(USER, attributes, refers);
        }
        self.world.config = config;
    }

    /// Changes the wishes at random; what is asked of the run beside them.
    fn turn(&mut self) -> Run {
        let kind = self.dice.pick(&[MODE, MODE, TOKEN, SMS, USER]);
        let before = self.address(kind);
        let mut imports = Vec::new();
        let mut replace = Vec::new();
        let mut targets = Vec::new();
        match self.dice.roll(16) {
            0..=2 => *self.wish.names.get_mut(kind).unwrap() += 1,
            3 => {
                *self.wish.names.get_mut(kind).unwrap() += 1;
                let id = if kind == USER { format!("{}/{NAME}", self.pool) } else { self.pool.clone() };
                imports.push((self.address(kind), id));
            }
            4 => {
                *self.wish.names.get_mut(kind).unwrap() += 1;
                targets.push(self.address(kind));
            }
            5 | 6 => replace.push(before.clone()),
            7 => {
                let other = self.wish.other.get_mut(kind).unwrap();
                *other = !*other;
                if self.dice.once_in(2) {
                    *self.wish.names.get_mut(kind).unwrap() += 1;
                }
            }
            8 => {
                let has = self.wish.has.get_mut(kind).unwrap();
                *has = !*has;
            }
            9 => {
                // The authenticator app changes hands.
                self.wish.inline_token = !self.wish.inline_token;
                self.wish.has.insert(TOKEN, !self.wish.inline_token);
            }
            10 => {
                self.wish.inline_sms = !self.wish.inline_sms;
                self.wish.has.insert(SMS, !self.wish.inline_sms);
            }
            11 => self.wish.shared = !self.wish.shared,
            12 => self.wish.lists = !self.wish.lists,
            13 => self.wish.mode = self.dice.pick(&["OFF", "OPTIONAL", "ON"]),
            14 => self.wish.timeouts += 1,
            _ => self.wish.policy = self.dice.pick(&["RETAIN", "OFF", "RESTORE", "PREVENT"]),
        }
        if self.dice.once_in(6) {
            replace.push(self.address(MODE));
        }
        if self.dice.once_in(5) {
            self.wish.create_first = !self.wish.create_first;
        }
        if let Some(slot) = self.world.state.get_mut(&before).filter(|_| self.dice.once_in(8)) {
            slot.current.iter_mut().for_each(|object| object.tainted = true);
        }
        let release = self.dice.pick(&[Release::Old, Release::Plain, Release::Recent, Release::New]);
        // Before 1.3 an end that is applied on another machine cannot know of a taker that core does not call.
        let saved = if self.dice.once_in(4) { Some(self.dice.once_in(2) && release != Release::Old) } else { None };
        let killed_after = self.dice.once_in(6).then(|| self.dice.roll(4));
        let failing = self.dice.once_in(8).then(|| self.address(kind));
        let refresh = !self.dice.once_in(6);
        Run { release, destroy: false, refresh, targets, replace, imports, saved, killed_after, failing }
    }

    fn plain(&mut self) -> Run {
        let release = self.dice.pick(&[Release::Plain, Release::Recent, Release::New]);
        Run {
            release,
            destroy: false,
            refresh: true,
            targets: Vec::new(),
            replace: Vec::new(),
            imports: Vec::new(),
            saved: None,
            killed_after: None,
            failing: None,
        }
    }

    async fn go(&mut self, run: &Run) -> End {
        let dice = &mut self.dice;
        let mut turn = |sides: usize| dice.roll(sides.max(1));
        let end = self.world.run(run, &mut turn).await;
        self.world.tell(format!("{end:?}"));
        self.counts.add(&end, &self.world);
        end
    }

    async fn play(&mut self) {
        self.write();
        self.world.tell(format!("{:?}", self.wish));
        let first = self.plain();
        let mut end = self.go(&first).await;
        let mut whole = true;
        for _ in 0..2 + self.dice.roll(4) {
            self.judge(&end, whole).await;
            let (wish, config) = (self.wish.clone(), self.world.config.clone());
            let run = self.turn();
            // What a targeted run left out is still to come.
            let settled = end == End::Whole && whole;
            whole = run.targets.is_empty();
            self.write();
            self.world.tell(format!("{:?}", self.wish));
            let before = self.aws.mfa(&self.pool);
            let ends = self.ending();
            end = self.go(&run).await;
            if end == End::Whole && settled {
                self.expect_meant(&wish, &run, &before, ends.as_deref());
            }
            if let End::Refused(errors) = &end {
                let known = |error: &String| RULES.iter().any(|rule| error.contains(&format!("[{rule}]")));
                assert!(errors.iter().all(known), "refused by {errors:?}");
                assert_eq!(self.aws.mfa(&self.pool), before, "a refused plan wrote something");
                // The user thinks again.
                (self.wish, self.world.config) = (wish, config);
            }
        }
        self.judge(&end, whole).await;
        self.leave().await;
    }

    /// The policy of the one mode that the state has and the configuration has not.
    fn ending(&self) -> Option<String> {
        let is_plain = self.world.state.values().all(|slot| slot.deposed.is_empty());
        let mut modes = self.world.state.values().filter(|slot| slot.kind == MODE).filter_map(|slot| slot.current.as_ref());
        let (mode, other) = (modes.next()?, modes.next());
        let is_wanted = self.world.config.values().any(|block| block.kind == MODE);
        match mode.value.member("deletion_policy") {
            Some(Dynamic::String(policy)) if is_plain && other.is_none() && !is_wanted && !mode.tainted => Some(policy.clone()),
            _ => None,
        }
    }

    /// What a run that was whole was asked for has come: names, aliases and replacements alone change nothing on AWS, and an end that
    /// nobody takes up does what its policy says.
    fn expect_meant(&self, wish: &Wish, run: &Run, before: &serde_json::Map<String, Value>, ends: Option<&str>) {
        let now = self.aws.mfa(&self.pool);
        let aside = |wish: &Wish| Wish {
            names: BTreeMap::new(),
            other: BTreeMap::new(),
            create_first: false,
            timeouts: 0,
            ..wish.clone()
        };
        if format!("{:?}", aside(wish)) == format!("{:?}", aside(&self.wish)) {
            self.counts.neutral.fetch_add(1, Ordering::Relaxed);
            assert_eq!(&now, before, "names alone have changed AWS");
        }
        if let Some(policy) = ends.filter(|_| run.targets.is_empty()) {
            self.counts.ended.fetch_add(1, Ordering::Relaxed);
            match policy {
                "OFF" => assert_eq!(now["MfaConfiguration"], "OFF", "the end did not do what its policy says"),
                "RETAIN" => assert_eq!(now["MfaConfiguration"], before["MfaConfiguration"]),
                _ => {}
            }
        }
    }

    /// A run that says it was whole has told the truth, and there is nothing more to do.
    async fn judge(&mut self, end: &End, untargeted: bool) {
        if *end != End::Whole {
            return;
        }
        self.agree();
        let deposed: usize = self.world.state.values().map(|slot| slot.deposed.len()).sum();
        assert!(deposed == 0 || !untargeted, "a deposed object is left");
    }

    fn agree(&mut self) {
        let mfa = self.aws.mfa(&self.pool);
        let mode = mfa.get("MfaConfiguration").and_then(Value::as_str).unwrap_or("OFF").to_owned();
        let token = mfa.get("SoftwareTokenMfaConfiguration").is_some_and(|token| token["Enabled"] == true);
        let sms = mfa.get("SmsMfaConfiguration").is_some_and(|sms| !sms["SmsConfiguration"].is_null());
        let user = self.aws.cognito("AdminGetUser", &json!({ "UserPoolId": self.pool, "Username": NAME })).unwrap();
        let factors = user["UserMFASettingList"].as_array().cloned().unwrap_or_default();
        let text = |value: &Dynamic, name: &str| match value.member(name) {
            Some(Dynamic::String(text)) => text.clone(),
            _ => String::new(),
        };
        for (address, slot) in &self.world.state {
            let Some(object) = &slot.current else { continue };
            let value = &object.value;
            let has = |name: &str| value.member(name).is_some_and(|member| !member.is_null());
            match slot.kind {
                MODE => {
                    assert_eq!(text(value, "mfa_configuration"), mode, "{address}");
                    if mode != "OFF" {
                        let lists = format!("{:?}", value.member("factors"));
                        let inline = value.member("software_token_mfa_configuration").and_then(|token| token.member("enabled"));
                        let wants = inline == Some(&Dynamic::Bool(true)) || lists.contains("SOFTWARE_TOKEN");
                        assert!(token || !wants, "{address}: the authenticator app is gone: {mfa:?}");
                        assert!(
                            sms || !(has("sms_configuration") || lists.contains("\"SMS\"")),
                            "{address}: SMS is gone: {mfa:?}"
                        );
                    }
                }
                TOKEN => assert!(mode == "OFF" || token, "{address}: the authenticator app is gone: {mfa:?}"),
                SMS => assert!(mode == "OFF" || sms, "{address}: SMS is gone: {mfa:?}"),
                USER => {
                    let enabled = value.member("sms_mfa_settings").and_then(|settings| settings.member("enabled"));
                    let has = factors.contains(&json!("SMS_MFA"));
                    assert!(has || enabled != Some(&Dynamic::Bool(true)), "{address}: the user has {factors:?}");
                }
                other => panic!("nobody judges {other}"),
            }
        }
        if mode != "OFF" && sms {
            let resent = self.aws.set_mfa(&self.pool, Value::Object(mfa));
            assert!(resent.is_ok(), "Cognito cannot use the role: {resent:?}");
        }
    }

    /// Whatever was before: a sensible configuration gets through, the next plan is empty, and so does a destroy.
    async fn leave(&mut self) {
        self.world.tell("leaves");
        self.wish.policy = "RETAIN";
        self.wish.mode = "OPTIONAL";
        self.wish.lists = true;
        self.wish.has.insert(MODE, true);
        self.wish.has.insert(TOKEN, !self.wish.inline_token);
        self.wish.has.insert(SMS, !self.wish.inline_sms);
        // What is in the state stays at its address, where there is one.
        for kind in [MODE, TOKEN, SMS, USER] {
            let prefix = format!("{kind}.n");
            let current = self.world.state.iter().filter(|(_, slot)| slot.current.is_some());
            let known = current.filter_map(|(address, _)| address.strip_prefix(&prefix)?.parse::<u32>().ok()).max();
            if let Some(known) = known {
                self.wish.names.insert(kind, known);
            }
        }
        self.write();
        // Older addresses that a run has left go by themselves, each of them with RETAIN first, as the text of the rule says.
        let mut last = End::Part(Vec::new());
        for attempt in 0..10 {
            let mut run = self.plain();
            if attempt > 0 {
                // Either of the two ways that the text of `two_managers` names, and what `destroy_prevented` says.
                self.wish.timeouts += 1;
                self.write();
                if attempt % 2 == 1 {
                    run.targets = self.put_back();
                } else {
                    // What a plan on another machine has replaced cannot be known here: then the text says this.
                    self.world.provider_block["rules"]["severity"] = json!({ "destroy_prevented": "warning" });
                }
            }
            if attempt % 2 == 1 && run.targets.is_empty() {
                continue;
            }
            last = self.go(&run).await;
            if last == End::Whole && run.targets.is_empty() {
                break;
            }
        }
        assert_eq!(last, End::Whole, "a sensible configuration does not get through");
        self.judge(&End::Whole, true).await;
        let before = self.world.state.len();
        let empty = self.plain();
        let calm = self.aws.mfa(&self.pool);
        assert_eq!(self.go(&empty).await, End::Whole);
        assert_eq!((self.aws.mfa(&self.pool), self.world.state.len()), (calm, before), "the next plan is not empty");
        let destroy = Run { destroy: true, ..self.plain() };
        assert_eq!(self.go(&destroy).await, End::Whole, "a destroy does not get through");
        assert!(self.world.state.is_empty(), "{:?}", self.world.state.keys());
    }

    /// Older addresses in the configuration again, with RETAIN; which they are.
    fn put_back(&mut self) -> Vec<String> {
        let state = self.world.state.iter();
        let gone = state.filter(|(address, slot)| !self.world.config.contains_key(*address) && slot.current.is_some());
        // One after the other: two of them would be two managers.
        let gone: Vec<(String, &'static str)> = gone.take(1).map(|(address, slot)| (address.clone(), slot.kind)).collect();
        for (address, kind) in &gone {
            let same = self.world.config.values().find(|block| block.kind == *kind).cloned();
            let Some(mut block) = same else { continue };
            if *kind == MODE || *kind == USER {
                block.attributes["deletion_policy"] = json!("RETAIN");
            }
            block.other = self.world.state[address].other;
            self.world.config.insert(address.clone(), block);
        }
        gone.into_iter().map(|(address, _)| address).collect()
    }
}

/// Runs one schedule; its story where it failed.
async fn one(aws: Aws, url: String, (seed, number): (u64, u64), counts: Arc<Counts>) -> Option<String> {
    let places = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let paths = [places[0].path().to_owned(), places[1].path().to_owned()];
    let story = Arc::new(Mutex::new(Vec::new()));
    let mut schedule = Schedule::begin(aws, &url, (seed, number), paths, (Arc::clone(&story), counts));
    let ended = tokio::spawn(async move { schedule.play().await }).await;
    let failed = ended.err()?;
    let payload = failed.into_panic();
    let text =
        payload.downcast_ref::<String>().cloned().or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    let story = story.lock().unwrap().join("\n");
    Some(format!("schedule {number} of seed {seed}: {}\n{story}\n", text.unwrap_or_default()))
}

/// Schedules that share a sandbox: it lists all its pools to whoever asks.
const TOGETHER: u64 = 200;
const AT_ONCE: usize = 4;

fn run(seed: u64, schedules: std::ops::Range<u64>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(3).thread_stack_size(64 << 20).enable_all().build().unwrap();
    let (failures, counts) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Counts::default()));
    let mut start = schedules.start;
    while start < schedules.end {
        let end = (start + TOGETHER).min(schedules.end);
        let sandbox = Endpoint::sandbox(&[]);
        let next = Arc::new(AtomicU64::new(start));
        runtime.block_on(async {
            let mut lanes = tokio::task::JoinSet::new();
            for _ in 0..AT_ONCE {
                let (next, failures, url) = (Arc::clone(&next), Arc::clone(&failures), sandbox.url.clone());
                let counts = Arc::clone(&counts);
                lanes.spawn(async move {
                    loop {
                        let number = next.fetch_add(1, Ordering::SeqCst);
                        if number >= end {
                            break;
                        }
                        let failed = one(Aws::at(&url), url.clone(), (seed, number), Arc::clone(&counts)).await;
                        failures.lock().unwrap().extend(failed);
                    }
                });
            }
            lanes.join_all().await;
        });
        start = end;
    }
    let failures = std::mem::take(&mut *failures.lock().unwrap());
    let count = schedules.end - schedules.start;
    println!("{count} schedules of seed {seed}, {} failures: {}", failures.len(), counts.text());
    assert!(count < 60 || counts.every_kind_was_there(), "{}", counts.text());
    assert!(failures.is_empty(), "{} schedules failed:\n\n{}", failures.len(), failures.join("\n\n"));
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// `COGNITOMFA_RUNS` of them, 60 by default, from `COGNITOMFA_RUNS_SEED`; `COGNITOMFA_RUNS_SCHEDULE` is one alone.
#[test]
fn runs_of_several_resources_end_as_they_say() {
    let seed = number("COGNITOMFA_RUNS_SEED", 20_261_130);
    match std::env::var("COGNITOMFA_RUNS_SCHEDULE") {
        Ok(_) => {
            let one = number("COGNITOMFA_RUNS_SCHEDULE", 0);
            run(seed, one..one + 1);
        }
        Err(_) => run(seed, 0..number("COGNITOMFA_RUNS", 60)),
    }
}
