//! Two readings of the evidence check each other: every change is judged by the rules, and sent to the sandbox all the same.

pub mod account;
pub mod change;
mod comparison;
mod fixtures;
pub mod priors;
mod refusals;
mod senders;
mod source;
mod spelling;
mod switches;

use std::collections::BTreeSet;

use cognitomfa::mfa::{Mode, Settings, WebAuthn};

use account::{Account, Reading, role_arn};
use change::Change;
use comparison::{Case, Tally};
use priors::{Factors, MULTI, Prior, SINGLE, Service, asked, passkeys};
use switches::{Position, move_to, show};

const REGION: &str = "us-east-1";

/// One prior in so many is gone through.
const PRIORS: usize = 4;
/// And of its changes, one in so many.
const CHANGES: usize = 6;
/// Of those that AWS refuses for their factors beside `OFF`, before all else, one in so many.
const MOOT: usize = 24;

/// How many changes are planned for each prior: each is a number below.
const PLANNED: usize = 3 * 2 * 2 * 3 * 4;

/// A number that looks random and is the same in every run.
fn scattered(number: usize) -> usize {
    let mut bits = (number as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((bits ^ (bits >> 31)) >> 16).unwrap()
}

/// The settings of this number; without a passkey block of their own, the pool's is kept, or left out.
fn planned(mut number: usize, kept: Option<WebAuthn>) -> Settings {
    let mut digit = |limit: usize| {
        let digit = number % limit;
        number /= limit;
        digit
    };
    let mode = Mode::ALL[digit(3)];
    let (token, email) = (digit(2) == 1, digit(2) == 1);
    let service = [None, Some(Service::Sns), Some(Service::EndUserMessaging)][digit(3)];
    let web_authn = [kept, None, Some(passkeys(SINGLE)), Some(passkeys(MULTI))][digit(4)].clone();
    asked(mode, Factors { token, email, sms: service.is_some() }, service, web_authn)
}

#[test]
fn rules_and_sandbox_agree_on_every_transition() {
    let mut tally = Tally::default();
    let mut reached = BTreeSet::new();
    let mut ready = Account::with_sms_role(REGION);
    let role = ready.role_facts(&role_arn(), Reading::Simulated { identity: None });
    for number in (0..priors::COUNT).filter(|number| scattered(*number).is_multiple_of(PRIORS)) {
        let prior = Prior::numbered(number);
        let mut account = ready.clone();
        let bits = scattered(number) / PRIORS;
        show(&mut account, bits >> 1);
        let positions = [Position::Accepting, Position::Refusing];
        let mut ways = positions.iter().cycle().skip(bits & 1).take(2);
        let Some(pool) = ways.find_map(|position| {
            move_to(&mut account, *position);
            prior.reach(&mut account)
        }) else {
            tally.unreachable += 1;
            continue;
        };
        reached.extend(prior.members_named());
        let (live, facts) = (account.settings(&pool), account.pool_facts(&pool));
        for to in 0..PLANNED {
            let planned = planned(to, live.web_authn.clone());
            let moot = planned.mode == Mode::Off && !planned.factors().is_empty();
            if !scattered(number * PLANNED + to).is_multiple_of(if moot { MOOT } else { CHANGES }) {
                continue;
            }
            let Some(change) = Change::plan(&pool, &live, &facts, &role, &planned) else {
                tally.no_ops += 1;
                continue;
            };
            let case = Case {
                account: &account,
                pool: &pool,
                transition: &change.transition,
                steps: &change.steps,
                may_be_undecided: &[],
            };
            tally.compare(&case, || format!("{prior:?}\n      -> {}", spelling::request(&pool, &change.request)));
        }
    }
    tally.conclude("transitions");
    assert_eq!(reached, Prior::all_members_named(), "no pool was brought into a state with one of these");
    assert_covers(&tally);
}

fn assert_covers(tally: &Tally) {
    assert!(tally.cases > 30_000, "only {} cases", tally.cases);
    let (accepting, refusing) = (tally.refused(Position::Accepting), tally.refused(Position::Refusing));
    assert!(0 < accepting && accepting < refusing && refusing < tally.cases, "{accepting} and {refusing}");
    for rule in MUST_BREAK {
        assert!(tally.broken(rule) > 0, "{rule} is never broken");
    }
}

/// Rules that an enumeration without their case would say nothing about.
const MUST_BREAK: &[&str] = &[
    "factors_with_mode_off",
    "active_mode_without_factor",
    "required_with_otp_first_factor",
    "required_with_single_factor_passkey",
    "email_without_ses",
    "email_with_email_only_recovery",
    "email_on_lite_tier",
    "passkey_factor_on_lite_tier",
    "phone_verification_with_mode_off",
    "phone_recovery_with_sms",
    "required_to_off",
    "sms_role_with_mode_off",
];
