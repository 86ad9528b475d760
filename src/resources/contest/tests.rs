//! What becomes of an end, by who else has what it would take away and by what its private bytes say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::resources::ClientCapabilities;
use crate::tf::Dynamic;

const POOL: &str = "eu-central-1/eu-central-1_Ab12Cd34E";
const MODE: &str = "mfa_configuration";
const TOKEN: &str = "software_token_mfa_configuration";

fn parts(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

fn has(generation: &str, act: Act, having: &[&str]) -> Claim {
    let (object, resource) = (POOL.to_owned(), "cognitomfa_user_pool_mfa".to_owned());
    Claim { object, resource, generation: generation.to_owned(), act, parts: parts(having), ..Claim::default() }
}

/// The end of a state of this generation.
fn ending(generation: &str) -> PlanRequest {
    let private = Private::default().with("generation", generation.into()).encode();
    PlanRequest {
        prior: Dynamic::object([("id", Dynamic::string("x"))]),
        proposed: Dynamic::Null,
        config: Dynamic::Null,
        prior_private: private,
        planned_private: Vec::new(),
        prior_identity: None,
        client: ClientCapabilities::default(),
    }
}

fn planned_end(walk: &Walk, generation: &str, taken: &[&str]) -> (End, Vec<u8>) {
    plan_end(walk, &ending(generation), "cognitomfa_user_pool_mfa", Some(POOL.to_owned()), parts(taken))
}

#[test]
fn an_end_is_spared_by_who_is_applied_and_contested_by_who_is_not() {
    for (act, having, expected) in [
        (Act::Writes, &[MODE][..], End::Spared(parts(&[MODE]))),
        (Act::Settles, &[MODE][..], End::Spared(parts(&[MODE]))),
        (Act::Wrote, &[MODE][..], End::Spared(parts(&[MODE]))),
        (Act::Writes, &[TOKEN][..], End::Free),
        (Act::Ends, &[MODE][..], End::Free),
    ] {
        let walk = Walk::alone();
        walk.claim(has("b", act, having));
        assert_eq!(planned_end(&walk, "a", &[MODE]).0, expected, "{act:?}");
    }
    let walk = Walk::alone();
    walk.claim(has("b", Act::Stays, &[MODE]));
    assert!(matches!(planned_end(&walk, "a", &[MODE]).0, End::Contested(rivals) if rivals[0].contest == Contest::Ended));
    assert_eq!(planned_end(&walk, "a", &[]).0, End::Free, "RETAIN takes nothing away");
    walk.claim(has("c", Act::Writes, &[MODE]));
    assert_eq!(planned_end(&walk, "a", &[MODE]).0, End::Spared(parts(&[MODE])), "one that is applied keeps it for all");
}

#[test]
fn whichever_of_an_end_and_a_resource_without_a_change_is_planned_second_is_refused() {
    let walk = Walk::alone();
    assert_eq!(planned_end(&walk, "a", &[MODE]).0, End::Free);
    let others = plan(&walk, has("b", Act::Stays, &[MODE]));
    assert_eq!(others.rivals.iter().map(|rival| rival.contest).collect::<Vec<_>>(), [Contest::Ending]);
    let taker = plan(&walk, has("c", Act::Writes, &[MODE]));
    assert!(taker.takes_over && taker.rivals.iter().all(|rival| rival.contest == Contest::Held));
}

#[test]
fn a_resource_that_lists_a_factor_needs_it_only_where_nobody_takes_it_up() {
    let lister = || Claim { lists: parts(&[TOKEN]), ..has("m", Act::Stays, &[MODE]) };
    let walk = Walk::alone();
    planned_end(&walk, "a", &[TOKEN]);
    assert_eq!(plan(&walk, lister()).rivals.len(), 1);
    let walk = Walk::alone();
    planned_end(&walk, "a", &[TOKEN]);
    plan(&walk, has("b", Act::Writes, &[TOKEN]));
    assert_eq!(plan(&walk, lister()).rivals, []);
}

#[test]
fn two_that_have_a_part_are_rivals_and_idle_only_where_neither_writes() {
    for (one, other, expected) in [
        (Act::Stays, Act::Stays, Contest::Idle),
        (Act::Stays, Act::Settles, Contest::Idle),
        (Act::Stays, Act::Writes, Contest::Held),
        (Act::Writes, Act::Stays, Contest::Held),
    ] {
        let walk = Walk::alone();
        walk.claim(has("a", one, &[MODE]));
        assert_eq!(plan(&walk, has("b", other, &[MODE])).rivals[0].contest, expected, "{one:?} {other:?}");
    }
    let walk = Walk::alone();
    walk.claim(Claim { removes: parts(&[TOKEN]), ..has("m", Act::Stays, &[MODE]) });
    assert_eq!(plan(&walk, has("t", Act::Stays, &[TOKEN])).rivals[0].contest, Contest::Held, "it would be removed");
}

#[test]
fn a_generation_and_the_one_that_takes_its_place_are_one() {
    let walk = Walk::alone();
    walk.claim(has("a", Act::Stays, &[MODE]));
    let half = Claim { succeeds: Some("a".to_owned()), ..has("b", Act::Writes, &[MODE]) };
    assert_eq!(plan(&walk, half).rivals, []);
    assert_eq!(planned_end(&walk, "a", &[MODE]).0, End::Forgotten);
}

#[test]
fn an_end_that_is_planned_while_this_process_applies_is_that_of_a_deposed_object() {
    let walk = Walk::alone();
    walk.begin_apply();
    let (end, private) = planned_end(&walk, "a", &[MODE]);
    assert_eq!((end, fate(&walk, &private, POOL)), (End::Forgotten, Fate::LeftAlone(Why::Deposed)));
    let walk = Walk::alone();
    let recent = ClientCapabilities { deferral_allowed: true, ..ClientCapabilities::default() };
    let asked = PlanRequest { client: recent, ..ending("a") };
    assert_eq!(plan_end(&walk, &asked, "x", Some(POOL.to_owned()), parts(&[MODE])).0, End::Forgotten);
}

#[test]
fn the_private_bytes_tell_what_an_end_is() {
    let (planning, applying) = (Walk::alone(), Walk::alone());
    assert_eq!(fate(&applying, &[], POOL), Fate::LeftAlone(Why::Unplanned));
    let (_, private) = planned_end(&planning, "a", &[MODE]);
    assert_eq!(fate(&applying, &private, POOL), Fate::Asked(Vec::new()), "an ordinary end");
    assert_eq!(fate(&planning, &private, POOL), Fate::LeftAlone(Why::Deposed), "planned by this very process");
    let create = PlanRequest { prior: Dynamic::Null, prior_private: private.clone(), ..ending("a") };
    let half = Generation::of(&create);
    let note = |object: &str| half.planned(&planning, Role::Create, Some(object.to_owned()), Some(POOL.to_owned()));
    assert_eq!(fate(&applying, &note(POOL), POOL), Fate::LeftAlone(Why::Replaced));
    assert_eq!(fate(&applying, &note("elsewhere"), POOL), Fate::Asked(Vec::new()), "a move ends the first object");
    let of_a_state = Private::default().with("generation", "a".into()).encode();
    assert_eq!(fate(&applying, &of_a_state, POOL), Fate::Asked(Vec::new()), "an end that an old release did not plan");
}

#[test]
fn an_end_spares_what_others_have_by_apply() {
    let walk = Walk::alone();
    let (_, private) = planned_end(&Walk::alone(), "a", &[TOKEN]);
    apply(&walk, has("b", Act::Wrote, &[TOKEN]));
    assert_eq!(fate(&walk, &private, POOL), Fate::Asked(parts(&[TOKEN])));
    assert!(!was_taken(&walk, &has("b", Act::Wrote, &[TOKEN])));
    ended(&walk, &private, "cognitomfa_software_token", POOL, parts(&[TOKEN]));
    assert!(was_taken(&walk, &has("b", Act::Wrote, &[TOKEN])) && !was_taken(&walk, &has("b", Act::Wrote, &[MODE])));
}

#[test]
fn a_create_half_hands_on_what_was_found_and_a_plain_create_begins_anew() {
    let older =
        Private::default().with("generation", "a".into()).with(generation::FOUND, "record".into()).with("other", 1.into());
    let first = PlanRequest { prior_private: older.encode(), ..ending("a") };
    let planned = Generation::of(&first).planned(&Walk::alone(), Role::Change, Some(POOL.to_owned()), Some(POOL.to_owned()));
    let half = Generation::of(&PlanRequest { prior: Dynamic::Null, prior_private: planned, ..ending("a") });
    assert_eq!((half.succeeds.as_deref(), half.is_create_half), (Some("a"), true));
    let private = half.planned(&Walk::alone(), Role::Create, Some(POOL.to_owned()), half.older_object.clone());
    assert!(inherits(&private, POOL) && !inherits(&private, "elsewhere"));
    let plain = Generation::of(&PlanRequest { prior: Dynamic::Null, prior_private: Vec::new(), ..ending("a") });
    assert!(plain.succeeds.is_none() && plain.found().is_none() && plain.id != "a");
    let repeated =
        PlanRequest { prior: Dynamic::Null, prior_private: Vec::new(), planned_private: private.clone(), ..ending("a") };
    assert_eq!(Generation::of(&repeated).id, half.id, "the plan that core repeats is of the same generation");
    assert!(!generation::settled(&[]).is_empty() && generation::note_of(&generation::settled(&private)).is_none());
}
