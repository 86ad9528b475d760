//! A null where a value must stand is one error at the argument: of validate, and of a plan that learns it later.

use cognitomfa::provider::Provider;
use cognitomfa::tf::{AttributeKind, Block, Dynamic, Type};

use super::places;
use super::plugin::{Plugin, Stored};
use super::samples::{ALL, Account};

fn account() -> Account {
    let arn = |name: &str| format!("arn:aws:iam::000000000000:role/{name}");
    Account { pool: "us-east-1_Aa1".into(), other_pool: "us-east-1_Bb2".into(), role: arn("a"), other_role: arn("b") }
}

#[tokio::test]
async fn a_null_for_a_required_argument_is_one_error_at_the_argument() {
    let (account, mut checked) = (account(), 0);
    let directory = tempfile::tempdir().unwrap();
    for sample in ALL {
        let plugin = Plugin::start(sample.resource(), directory.path().to_owned(), "http://127.0.0.1:9").await;
        let config = sample.config(&account);
        assert_eq!(plugin.validate(&config).await, Ok(()), "{} of {}", sample.name, sample.kind);
        for place in places::of(&plugin.schema, &config).into_iter().filter(|place| place.required) {
            let null = places::with(&config, &place.path, Dynamic::Null);
            let errors = plugin.validate(&null).await.expect_err(&format!("{}: {} may be null", sample.kind, place.path));
            assert_eq!(errors.len(), 1, "one mistake, one error: {} of {}: {errors:?}", place.path, sample.kind);
            let (text, at) = &errors[0];
            let name = place.path.to_string();
            let argument = if place.is_element { name.rsplit_once('[').unwrap().0 } else { &name };
            assert!(text.starts_with("Value missing") && text.contains(&format!("`{argument}`")), "{text}");
            assert!(text.contains("destroy"), "{text}");
            assert!(at.contains(argument.split(['.', '[']).next().unwrap()), "{at}");
            let unknown = places::with(&config, &place.path, Dynamic::UNKNOWN);
            assert_eq!(plugin.validate(&unknown).await, Ok(()), "{} of {} is unknown", place.path, sample.kind);
            // The plan is asked alone, as where core has no second look at the configuration.
            let planned = plugin.plan_alone(&Stored::default(), &null, &[]).await.expect_err("a plan of a null");
            assert_eq!(&planned, &errors, "{}", place.path);
            checked += 1;
        }
    }
    assert!(checked > 25, "{checked}");
}

/// Lists and sets of the provider block, with a null among their elements.
#[test]
fn a_null_among_the_elements_of_a_list_of_the_provider_block_is_an_error() {
    fn lists(block: &Block) -> Vec<String> {
        let is_list = |kind: &AttributeKind| matches!(kind, AttributeKind::Plain(Type::List(_) | Type::Set(_)));
        block.attributes.iter().filter(|attribute| is_list(&attribute.kind)).map(|attribute| attribute.name.clone()).collect()
    }
    let schema = Provider::schema();
    let null = || Dynamic::Sequence(vec![Dynamic::string("x"), Dynamic::Null]);
    let mut checked = 0;
    for name in lists(&schema.block) {
        let (found, _) = schema.without_nulls(&Dynamic::object([(name.clone(), null())]));
        assert_eq!(found.len(), 1, "{name}");
        assert!(found[0].detail.contains(&format!("`{name}`")), "{}", found[0].detail);
        checked += 1;
    }
    for nested in &schema.block.blocks {
        for name in lists(&nested.block) {
            let object = Dynamic::object([(name.clone(), null())]);
            let (found, _) = schema.without_nulls(&Dynamic::object([(nested.name.clone(), Dynamic::Sequence(vec![object]))]));
            assert_eq!(found.len(), 1, "{name}");
            checked += 1;
        }
    }
    assert!(checked >= 4, "{checked}");
}
