//! Who is in a walk, and what is kept of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;

const POOL: &str = "eu-central-1/eu-central-1_Ab12Cd34E";

fn claim(generation: &str, act: Act) -> Claim {
    let parts = vec!["mfa_configuration".to_owned()];
    let (object, resource) = (POOL.to_owned(), "cognitomfa_user_pool_mfa".to_owned());
    Claim { object, resource, generation: generation.to_owned(), act, parts, ..Claim::default() }
}

fn generations(claims: &[Claim]) -> Vec<&str> {
    claims.iter().map(|claim| claim.generation.as_str()).collect()
}

#[test]
fn those_that_live_at_the_same_time_are_one_walk_and_hear_of_each_other() {
    let place = tempfile::tempdir().unwrap();
    let [one, two] = [(); 2].map(|()| Walk::join(&[place.path().to_owned()]));
    assert_eq!(one.id(), two.id());
    assert_ne!(one.own_id(), two.own_id());
    one.claim(claim("a", Act::Writes));
    assert_eq!(generations(&two.claims(POOL)), ["a"]);
    two.claim(claim("b", Act::Ends));
    assert_eq!(generations(&one.claims(POOL)), ["a", "b"]);
    assert_eq!(one.claims("eu-central-1/other"), []);
    // The first of them goes, and a third one comes while the second is there.
    drop(one);
    let three = Walk::join(&[place.path().to_owned()]);
    assert_eq!(generations(&three.claims(POOL)), ["a", "b"]);
}

#[test]
fn a_walk_ends_with_its_last_process_and_the_next_one_can_ask_about_it() {
    let place = tempfile::tempdir().unwrap();
    let plan = Walk::join(&[place.path().to_owned()]);
    plan.claim(claim("a", Act::Writes));
    let id = plan.id().to_owned();
    drop(plan);
    let apply = Walk::join(&[place.path().to_owned()]);
    assert_ne!(apply.id(), id);
    assert_eq!(apply.claims(POOL), []);
    assert_eq!(generations(&apply.claims_before(POOL)), ["a"]);
    assert_eq!(generations(&apply.claims_of(&id, POOL)), ["a"]);
    assert_eq!(apply.claims_of("0123456789abcdef0123456789abcdef", POOL), []);
    assert_eq!(apply.claims_of("../../etc/passwd", POOL), []);
    drop(apply);
    let later = Walk::join(&[place.path().to_owned()]);
    assert_eq!(later.claims_before(POOL), []);
}

#[test]
fn a_process_without_files_knows_what_it_was_told_itself() {
    let nowhere = tempfile::tempdir().unwrap().path().join("missing");
    for walk in [Walk::join(std::slice::from_ref(&nowhere)), Walk::alone()] {
        walk.claim(claim("a", Act::Writes));
        assert_eq!(generations(&walk.claims(POOL)), ["a"]);
        assert_eq!(walk.claims_before(POOL), []);
    }
}

#[test]
fn a_place_that_cannot_be_used_leaves_the_next_one() {
    let place = tempfile::tempdir().unwrap();
    let nowhere = place.path().join("missing");
    let [one, two] = [(); 2].map(|()| Walk::join(&[nowhere.clone(), place.path().to_owned()]));
    assert!(one.is_shared() && one.id() == two.id());
    assert!(!Walk::join(&[nowhere]).is_shared());
}

#[test]
fn what_a_process_has_left_is_known_to_the_others() {
    let place = tempfile::tempdir().unwrap();
    let [one, two] = [(); 2].map(|()| Walk::join(&[place.path().to_owned()]));
    one.leave(POOL, "a".to_owned(), "x".to_owned());
    one.leave(POOL, "b".to_owned(), "a".to_owned());
    for (digest, was_left) in [("a", true), ("b", true), ("c", false)] {
        assert_eq!([one.was_left(POOL, digest), two.was_left(POOL, digest)], [was_left; 2], "{digest}");
    }
    // A record is its own digest here.
    let before = |walk: &Walk, now: &str| walk.before(POOL, now, |record| Some(record.to_owned()));
    two.leave(POOL, "d".to_owned(), "c".to_owned());
    for walk in [&one, &two] {
        assert_eq!(before(walk, "b").as_deref(), Some("x"), "the first of several writes");
        assert_eq!(before(walk, "d").as_deref(), Some("c"), "somebody else has made the c");
        assert_eq!(before(walk, "c"), None);
    }
    // A circle ends where it began.
    two.leave(POOL, "x".to_owned(), "b".to_owned());
    assert!(before(&one, "b").is_some());
}

#[tokio::test]
async fn an_object_is_held_against_other_processes_until_it_is_let_go() {
    let place = tempfile::tempdir().unwrap();
    let [one, two] = [(); 2].map(|()| Walk::join(&[place.path().to_owned()]));
    let held = one.hold(POOL).await;
    let waits = tokio::time::timeout(Duration::from_millis(200), two.hold(POOL)).await;
    assert!(waits.is_err(), "it was not held");
    drop(held);
    assert!(two.hold(POOL).await.0.is_some());
}

#[test]
fn a_plan_of_one_generation_replaces_the_one_before_and_no_plan_replaces_what_was_applied() {
    let walk = Walk::alone();
    let acts = |walk: &Walk| walk.claims(POOL).iter().map(|claim| claim.act).collect::<Vec<_>>();
    walk.claim(claim("a", Act::Stays));
    walk.claim(claim("a", Act::Writes));
    assert_eq!(acts(&walk), [Act::Writes]);
    walk.claim(claim("a", Act::Wrote));
    walk.claim(claim("a", Act::Writes));
    assert_eq!(acts(&walk), [Act::Wrote, Act::Writes]);
    walk.claim(claim("a", Act::Ends));
    assert_eq!(acts(&walk), [Act::Wrote, Act::Writes, Act::Ends]);
}

#[test]
fn a_claim_is_read_as_it_was_written_and_broken_lines_are_no_claims() {
    for (act, succeeds) in [(Act::Stays, None), (Act::Forgets, Some("a".to_owned())), (Act::Ended, None)] {
        let lists = vec!["sms_configuration".to_owned()];
        let whole = Claim { succeeds, lists, process: "p".into(), removes: vec!["x".into()], ..claim("b", act) };
        assert_eq!(Claim::decode(whole.encode().trim_end()), Some(whole));
    }
    for line in ["", "{}", "[1]", "{\"act\":\"flies\"}", &claim("a", Act::Ends).encode()[..20]] {
        assert_eq!(Claim::decode(line), None, "{line}");
    }
}

#[test]
fn files_that_nobody_has_written_to_for_weeks_go() {
    let place = tempfile::tempdir().unwrap();
    drop(Walk::join(&[place.path().to_owned()]));
    let directory = std::fs::read_dir(place.path()).unwrap().next().unwrap().unwrap().path();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(15 * 24 * 3600);
    let files = || std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let other = directory.join("0123456789abcdef0123456789abcdef");
    std::fs::write(&other, "turns").unwrap();
    for file in files() {
        std::fs::File::options().write(true).open(file).unwrap().set_modified(old).unwrap();
    }
    assert_eq!(files().len(), 3);
    let walk = Walk::join(&[place.path().to_owned()]);
    assert!(other.exists());
    assert_eq!(files().len(), 3, "{:?}", files());
    assert_eq!(walk.claims_before(POOL), []);
}
