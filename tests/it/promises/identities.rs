//! An import by an identity that contradicts AWS.

use cognitomfa::resources;

use super::at_depth;
use super::plugin::{Plugin, Refused, Stored};
use super::samples::{ALL, Account, USER};
use super::unknowns::made;
use crate::support::{Aws, Endpoint};

const ACCOUNT: &str = "000000000000";

#[test]
fn an_identity_of_another_account_or_region_is_an_error_of_the_import() {
    at_depth(every_type());
}

async fn every_type() {
    let sandbox = Endpoint::sandbox(&[]);
    let aws = Aws::at(&sandbox.url);
    let mut checked = 0;
    for resource in resources::all() {
        let sample = ALL.iter().find(|sample| sample.kind == resource.type_name()).unwrap();
        let account = Account::make(&aws);
        account.offer_every_factor(&aws);
        let place = tempfile::tempdir().unwrap();
        let start = async || Plugin::start(*resource, place.path().to_owned(), &sandbox.url).await;
        made(&start().await, sample, &account).await;
        let name = super::samples::role_name(&account, "named");
        let identity = resource.identity().unwrap();
        let own: Vec<(&str, &str)> = identity
            .attributes
            .iter()
            .map(|attribute| match attribute.name.as_str() {
                "user_pool_id" => ("user_pool_id", account.pool.as_str()),
                "username" => ("username", USER),
                "name" => ("name", name.as_str()),
                "region" => ("region", "us-east-1"),
                "account_id" => ("account_id", ACCOUNT),
                other => panic!("{other}"),
            })
            .collect();
        let right: Result<Stored, Refused> = start().await.import_identity(&own).await;
        assert!(right.is_ok_and(|stored| !stored.value.is_null()), "{}: {own:?}", resource.type_name());
        for (wrong, value) in [("account_id", "123456789012"), ("region", "eu-west-1")] {
            if !own.iter().any(|(name, _)| *name == wrong) {
                continue;
            }
            let other: Vec<(&str, &str)> =
                own.iter().map(|(name, own)| (*name, if *name == wrong { value } else { own })).collect();
            let errors = start().await.import_identity(&other).await.expect_err(&format!("{}: {other:?}", resource.type_name()));
            let text = &errors[0].0;
            let actual = if wrong == "region" { "us-east-1" } else { ACCOUNT };
            assert!(errors.len() == 1 && text.contains(value) && text.contains(actual), "{errors:?}");
            checked += 1;
        }
    }
    assert!(checked >= 9, "{checked}");
}
