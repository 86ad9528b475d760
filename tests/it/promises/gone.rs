//! A pool that was deleted elsewhere: what a refresh has found gone may be planned anew, for core plans that before a destroy.

use cognitomfa::resources;
use serde_json::json;

use super::at_depth;
use super::plugin::{Plugin, Stored};
use super::samples::{ALL, Account};
use super::unknowns::made;
use crate::support::{Aws, Endpoint};

/// Before: the plan that core makes of the configuration before a destroy failed with "User pool not found".
#[test]
fn a_pool_that_a_refresh_finds_gone_stops_no_destroy_and_a_mistyped_one_stops_the_plan() {
    at_depth(every_type());
}

async fn every_type() {
    let mut types: Vec<&str> = Vec::new();
    for sample in ALL {
        let sandbox = Endpoint::sandbox(&[]);
        let aws = Aws::at(&sandbox.url);
        let account = Account::make(&aws);
        account.offer_every_factor(&aws);
        let label = format!("{} ({})", sample.kind, sample.name);
        let [before, refreshing, fresh, applying] = [(); 4].map(|()| tempfile::tempdir().unwrap());
        let start =
            async |place: &tempfile::TempDir| Plugin::start(sample.resource(), place.path().to_owned(), &sandbox.url).await;
        let config = sample.config(&account);
        let stored = made(&start(&before).await, sample, &account).await;
        for pool in [&account.pool, &account.other_pool] {
            aws.cognito("DeleteUserPool", &json!({ "UserPoolId": pool })).expect("the pool is deleted");
        }
        if sample.kind.contains("role") {
            let name = match stored.value.member("name") {
                Some(cognitomfa::tf::Dynamic::String(name)) => name.clone(),
                other => panic!("{other:?}"),
            };
            aws.iam("DeleteRolePolicy", &[("RoleName", &name), ("PolicyName", "cognito-sms")]).expect("the policy is deleted");
            aws.iam("DeleteRole", &[("RoleName", &name)]).expect("the role is deleted");
        }
        // The first walk of a destroy: refresh, and a plan of the configuration.
        let plugin = start(&refreshing).await;
        let read = plugin.read(&stored).await.unwrap_or_else(|errors| panic!("{label}: {errors:?}"));
        assert!(read.value.is_null(), "{label}");
        let planned = plugin.plan(&read, &config, &[]).await.unwrap_or_else(|errors| panic!("{label}: {errors:?}"));
        types.push(sample.kind);
        if sample.kind.contains("role") {
            continue;
        }
        // The same plan is not carried out, and without a refresh it is not made.
        let errors = start(&applying).await.apply(&Stored::default(), &planned, &config).await.expect_err(&label);
        assert!(errors[0].0.contains("User pool not found") && errors[0].0.contains(&account.pool), "{label}: {errors:?}");
        let errors = start(&fresh).await.plan(&Stored::default(), &config, &[]).await.expect_err(&label);
        assert!(errors.len() == 1 && errors[0].0.contains("User pool not found"), "{label}: {errors:?}");
        assert!(errors[0].0.contains("-refresh=false"), "{label}: {errors:?}");
    }
    assert!(resources::all().iter().all(|resource| types.contains(&resource.type_name())), "{types:?}");
}
