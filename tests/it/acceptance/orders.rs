//! Every order in which the mode, the authenticator app, SMS and its role can be created, changed and destroyed in one or two applies:
//! each ends in the declared settings, or is refused by a named rule before its first write; AWS refuses none.
//!
//! Orders share a workspace in groups, each with a pool of its own. A sample runs by default. `COGNITOMFA_ORDERS=each` runs every pair in
//! which each part is absent, present or changed, and `COGNITOMFA_ORDERS=all` also those that only differ in the mode `OFF` and in a role
//! without a sender.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Stage;
use crate::support::aws::unique;
use crate::support::journal::last_mfa_writes;
use crate::support::{Output, report};

/// What one pool's configuration declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Declared {
    mode: Option<&'static str>,
    token: bool,
    sms: bool,
    /// The external id of the role; another one is a change of the role.
    role: Option<&'static str>,
}

impl Declared {
    const NOTHING: Self = Self { mode: None, token: false, sms: false, role: None };

    /// Whether each part is absent, present or changed, and nothing besides.
    fn is_plain(self) -> bool {
        self.mode != Some("OFF") && self.sms == self.role.is_some()
    }

    fn all() -> Vec<Self> {
        let senders = [(false, None), (false, Some("first")), (true, Some("first")), (true, Some("other"))];
        let modes = [None, Some("OFF"), Some("OPTIONAL"), Some("ON")];
        let parts = modes.into_iter().flat_map(|mode| [false, true].into_iter().map(move |token| (mode, token)));
        parts.flat_map(|(mode, token)| senders.map(|(sms, role)| Self { mode, token, sms, role })).collect()
    }

    /// The mode lists every factor there is. The role's waiver lets it go although the pool keeps naming it.
    fn configuration(self, place: usize, way: &Way, form: &str) -> String {
        let Way { pool, role, .. } = way;
        let mut text = String::new();
        if let Some(external_id) = self.role {
            text.push_str(&format!(
                "resource \"cognitomfa_sms_role\" \"p{place}\" {{\n  name = \"{role}\"\n  external_id = \"{external_id}\"\n  user_pool_ids = \
                 [\"{pool}\"]\n  waivers = [{{ rule = \"sms_role_in_use\", reason = \"orders\" }}]\n}}\n"
            ));
        }
        let mut factors = Vec::new();
        if self.token {
            text.push_str(&format!("resource \"cognitomfa_software_token\" \"p{place}\" {{\n  user_pool_id = \"{pool}\"\n}}\n"));
            factors.push(format!("cognitomfa_software_token.p{place}.factor"));
        }
        if self.sms {
            text.push_str(&format!(
                "resource \"cognitomfa_sms_configuration\" \"p{place}\" {{\n  user_pool_id = \"{pool}\"\n  sms_configuration = {{\n    \
                 sns_caller_arn = cognitomfa_sms_role.p{place}.arn\n    external_id = cognitomfa_sms_role.p{place}.external_id\n  }}\n}}\n"
            ));
            factors.push(format!("cognitomfa_sms_configuration.p{place}.factor"));
        }
        if let Some(mode) = self.mode {
            text.push_str(&format!(
                "resource \"cognitomfa_user_pool_mfa\" \"p{place}\" {{\n  user_pool_id = \"{pool}\"\n  mfa_configuration = \"{mode}\"\n  \
                 factor_management = \"{form}\"\n  factors = [{}]\n}}\n",
                factors.join(", ")
            ));
        }
        text
    }
}

/// One way: from nothing to `from` in one apply, on to `to` in the next.
struct Way {
    from: Declared,
    to: Declared,
    pool: String,
    role: String,
    refused: Option<&'static str>,
}

impl Way {
    fn new((from, to): (Declared, Declared)) -> Self {
        Self { from, to, pool: String::new(), role: unique("order"), refused: None }
    }
}

fn ways() -> Vec<Way> {
    let all = Declared::all();
    let asked = std::env::var("COGNITOMFA_ORDERS").unwrap_or_default();
    let pairs = all.iter().flat_map(|from| all.iter().map(move |to| (*from, *to)));
    // A stride without a common factor with the number of parts meets every part of both ends.
    let chosen = pairs
        .enumerate()
        .filter(|(place, (from, to))| match asked.as_str() {
            "all" => true,
            "each" => from.is_plain() && to.is_plain(),
            _ => place % 29 == 3,
        })
        .map(|(_, pair)| pair);
    let swaps = [
        (("OPTIONAL", true, false), ("OPTIONAL", false, true)),
        (("OPTIONAL", false, true), ("OPTIONAL", true, false)),
        (("ON", true, false), ("ON", false, true)),
        (("OPTIONAL", true, true), ("ON", true, false)),
    ];
    let declared = |(mode, token, sms)| Declared { mode: Some(mode), token, sms, role: sms.then_some("first") };
    let named = swaps.into_iter().map(|(from, to)| (declared(from), declared(to)));
    let unmade = [declared(("OPTIONAL", true, false)), declared(("ON", true, true))].map(|from| (from, Declared::NOTHING));
    let off = [(declared(("OPTIONAL", true, false)), Declared { mode: Some("OFF"), ..Declared::NOTHING })];
    // The last factor leaves, and its role with it or for another external id.
    let bare = |role| Declared { mode: Some("ON"), role, ..Declared::NOTHING };
    let other = Declared { role: Some("other"), ..declared(("OPTIONAL", false, true)) };
    let last = [(other, bare(None)), (other, bare(Some("first"))), (Declared { token: true, ..other }, bare(Some("first")))];
    chosen.chain(named).chain(unmade).chain(off).chain(last).map(Way::new).collect()
}

/// The names of rules that refuse, by the number of the pool they refuse.
fn refusals(output: &Output) -> BTreeMap<usize, BTreeSet<String>> {
    let mut found: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for line in output.stdout.lines() {
        let Ok(message) = serde_json::from_str::<Json>(line) else { continue };
        let diagnostic = &message["diagnostic"];
        if diagnostic["severity"] != "error" {
            continue;
        }
        let address = diagnostic["address"].as_str().unwrap_or_else(|| panic!("an error without an address: {line}"));
        let place = address.rsplit(".p").next().and_then(|place| place.parse().ok()).expect("an address ends with its pool");
        let summary = diagnostic["summary"].as_str().unwrap_or_default();
        let rule = summary.rsplit_once('[').and_then(|(_, rule)| rule.strip_suffix(']'));
        let rule = rule.unwrap_or_else(|| panic!("no rule refuses this: {line}"));
        found.entry(place).or_default().insert(rule.to_owned());
    }
    found
}

fn write(stage: &Stage, ways: &[Way], form: &str, declared: impl Fn(&Way) -> Declared) {
    let each = ways.iter().enumerate();
    let text: String = each.map(|(place, way)| declared(way).configuration(place, way, form)).collect();
    stage.workspace.write("main.tf", &text);
}

/// Plans `declared`, puts aside what rules refuse, and applies the rest, which must go through whole.
#[track_caller]
fn apply(stage: &Stage, ways: &mut [Way], form: &str, which: &'static str, declared: fn(&Way) -> Declared) {
    loop {
        write(stage, ways, form, declared);
        let plan = stage.workspace.plan_json();
        let refused = refusals(&plan);
        if refused.is_empty() {
            assert_eq!(plan.code, 0, "{}", plan.transcript());
            break;
        }
        for place in refused.keys() {
            let way = &mut ways[*place];
            assert_eq!(way.refused, None, "pool {place} is refused twice: {refused:?}");
            way.refused = Some(which);
        }
    }
    stage.workspace.apply(&["-parallelism=20"]).expect_code(0);
    stage.workspace.expect_no_change();
}

/// Each pool has the mode it should, and the last write of an active pool has the factors it should. Tells how many writes were judged.
#[track_caller]
fn expect_declared(stage: &Stage, ways: &[Way]) -> usize {
    let writes = last_mfa_writes(&stage.endpoint.journal());
    let mut judged = 0;
    for (place, way) in ways.iter().enumerate() {
        let (from, to) = match way.refused {
            Some("from") => (Declared::NOTHING, Declared::NOTHING),
            Some(_) => (Declared::NOTHING, way.from),
            None => (way.from, way.to),
        };
        let mode = to.mode.or(from.mode).unwrap_or("OFF");
        let label = format!("p{place}: {from:?} -> {to:?}");
        assert_eq!(stage.aws.mode(&way.pool), mode, "{label}");
        if mode == "OFF" {
            continue;
        }
        let last = writes.get(&way.pool).unwrap_or_else(|| panic!("{label}: an active pool that nobody wrote"));
        let sent = (last.has_token(), last.has_sms());
        if to.mode.is_some() {
            assert_eq!(sent, (to.token, to.sms), "{label}: {last:?}");
        } else {
            // Nobody manages the mode any more: what is declared is there, and one factor at the least.
            assert!(sent.0 >= to.token && sent.1 >= to.sms && (sent.0 || sent.1), "{label}: {last:?}");
        }
        judged += 1;
    }
    judged
}

/// Ways that share a workspace and a sandbox: Terraform writes its whole state after each resource, and the end of each role looks at
/// every pool there is, so many more would cost more than they save.
const TOGETHER: usize = 48;

fn walk(form: &'static str) {
    let mut all = ways();
    let judged: usize = all.chunks_mut(TOGETHER).map(|ways| walk_together(form, ways)).sum();
    let whole = all.iter().filter(|way| way.refused.is_none()).count();
    let refused = all.len() - whole;
    report::note("orders", &format!("{form}: {} ways, {whole} whole, {refused} refused, {judged} last writes judged", all.len()));
    // The others end `OFF`, are refused, or have a second part that is.
    assert!(
        judged * 2 >= all.len() && whole * 2 >= all.len() && refused > 0,
        "{form}: {judged} judged, {whole} whole, {refused} refused"
    );
}

/// One command line is enough: each of them sends the same calls in the same order.
fn walk_together(form: &'static str, ways: &mut [Way]) -> usize {
    let stage = Stage::alone(form);
    ways.iter_mut().for_each(|way| way.pool = stage.aws.create_pool(&way.role));
    apply(&stage, ways, form, "from", |way| if way.refused == Some("from") { Declared::NOTHING } else { way.from });
    apply(&stage, ways, form, "to", |way| match way.refused {
        None => way.to,
        Some("from") => Declared::NOTHING,
        Some(_) => way.from,
    });
    let judged = expect_declared(&stage, ways);
    stage.workspace.destroy().expect_code(0);
    judged
}

#[test]
fn every_order_of_the_exclusive_form_ends_as_declared_or_is_refused_by_a_rule() {
    walk("exclusive");
}

#[test]
fn every_order_of_the_shared_form_ends_as_declared_or_is_refused_by_a_rule() {
    walk("shared");
}

#[test]
fn sixty_four_resources_over_sixteen_pools_at_once_lose_no_update() {
    let stage = Stage::alone("at_once");
    let declared = |role| Declared { mode: Some("OPTIONAL"), token: true, sms: true, role: Some(role) };
    let mut ways: Vec<Way> = (0..16)
        .map(|_| {
            let pool = stage.aws.create_pool(&unique("at-once"));
            Way { from: declared("first"), to: declared("other"), pool, role: unique("at-once"), refused: None }
        })
        .collect();
    // Every second pool is active already, so that its factors are written one by one, and at the same time.
    for way in ways.iter().step_by(2) {
        stage.aws.set_token(&way.pool, "OPTIONAL");
    }
    for form in ["shared", "exclusive"] {
        for which in [|way: &Way| way.from, |way: &Way| way.to] {
            write(&stage, &ways, form, which);
            let output = stage.workspace.apply(&["-parallelism=32"]).expect_code(0);
            output.expect_no_text("ConcurrentModification");
            stage.workspace.expect_no_change();
        }
        assert_eq!(expect_declared(&stage, &ways), ways.len());
        ways.iter_mut().for_each(|way| std::mem::swap(&mut way.from, &mut way.to));
    }
}
