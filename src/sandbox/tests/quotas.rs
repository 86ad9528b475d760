//! Quotas per account and Region, and per pool (Q01-Q04).

use serde_json::{Value, json};

use crate::sandbox::{Core, CoreRequest, KnobsChange, Quotas, Service};

/// A core with AWS's quotas and a clock.
struct Account {
    core: Core,
    region: &'static str,
    now_ms: i64,
}

impl Account {
    fn new(speed: f64) -> Self {
        let core = Core { quotas: Some(Quotas::at(speed).unwrap()), ..Core::default() };
        Self { core, region: "us-east-1", now_ms: 1_000_000 }
    }

    /// How many of `calls` made at once are throttled; other refusals count as answered.
    fn throttled(&mut self, operation: &str, pool: impl Fn(usize) -> String, calls: usize) -> usize {
        let mut call = |number| {
            let mut request = CoreRequest::new(Service::Cognito, operation, json!({ "UserPoolId": pool(number) }));
            (request.region, request.now_ms) = (self.region.to_owned(), self.now_ms);
            self.core.call(request).outcome.is_err_and(|refusal| refusal.code == "TooManyRequestsException")
        };
        (0..calls).filter(|number| call(*number)).count()
    }
}

fn each(number: usize) -> String {
    format!("us-east-1_Pool{number:05}")
}

fn one(_: usize) -> String {
    each(0)
}

#[test]
fn each_category_has_its_quota_and_a_second_fills_it_again() {
    for (operation, quota) in [
        ("GetUserPoolMfaConfig", 20),
        ("SetUserPoolMfaConfig", 15),
        ("DescribeUserPool", 15),
        ("UpdateUserPool", 15),
        ("AdminGetUser", 120),
        ("AdminSetUserMFAPreference", 25),
    ] {
        let mut account = Account::new(1.0);
        assert_eq!(account.throttled(operation, each, 200), 200 - quota, "{operation}");
        account.now_ms += 500;
        assert_eq!(account.throttled(operation, each, 200), 200 - quota / 2, "{operation}");
        account.now_ms += 60_000;
        assert_eq!(account.throttled(operation, each, 200), 200 - quota, "{operation}");
    }
}

#[test]
fn categories_and_regions_do_not_share_and_operations_of_a_category_do() {
    let mut account = Account::new(1.0);
    assert_eq!(account.throttled("DescribeUserPool", each, 15), 0);
    assert_eq!(account.throttled("ListUserPools", each, 1), 1);
    assert_eq!(account.throttled("UpdateUserPool", each, 15), 0);
    account.region = "eu-west-1";
    assert_eq!(account.throttled("DescribeUserPool", each, 15), 0);
}

#[test]
fn one_operation_on_one_pool_has_a_quota_of_its_own() {
    let mut account = Account::new(1.0);
    assert_eq!(account.throttled("GetUserPoolMfaConfig", one, 8), 3);
    assert_eq!(account.throttled("SetUserPoolMfaConfig", one, 5), 0);
    // What a pool was refused is not taken from the account.
    assert_eq!(account.throttled("GetUserPoolMfaConfig", |number| each(number + 1), 15), 0);
    assert_eq!(account.throttled("DescribeUserPool", one, 15), 0);
}

#[test]
fn the_quotas_move_with_the_speed_and_with_what_others_use() {
    assert_eq!(Account::new(10.0).throttled("GetUserPoolMfaConfig", each, 300), 100);
    let mut account = Account::new(1.0);
    let turn = |account: &mut Account, quotas: Value| {
        let change: KnobsChange = serde_json::from_value(json!({ "quotas": quotas })).unwrap();
        account.core.turn(&change)
    };
    turn(&mut account, json!({ "speed": 1, "used_by_others": 0.4 })).unwrap();
    assert_eq!(account.throttled("GetUserPoolMfaConfig", each, 20), 8);
    turn(&mut account, json!({ "speed": 0 })).unwrap();
    assert_eq!(account.throttled("GetUserPoolMfaConfig", one, 500), 0);
    for wrong in [json!({ "speed": -1 }), json!({ "speed": 1, "used_by_others": 1 })] {
        assert!(turn(&mut account, wrong.clone()).is_err(), "{wrong}");
    }
    assert!(Quotas::at(f64::NAN).is_err());
}
