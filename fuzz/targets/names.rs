//! ARNs and pool ids, wherever they are taken apart.

use cognitomfa::aws::{fuzzing as aws, url_problem};
use cognitomfa::mfa::PoolFacts;
use cognitomfa::provider::Provider;
use cognitomfa::resources::fuzzing;
use cognitomfa::tf::{Dynamic, Type};

/// One name as text.
pub fn run(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let role = aws::role_name(&text);
    assert!(role.is_none_or(|name| !name.is_empty() && !name.contains('/') && text.ends_with(name)), "{role:?}");
    let found = fuzzing::region_of_pool(&text);
    assert!(found.is_none_or(|region| text.starts_with(region) && region.is_ascii()), "{found:?}");
    let facts = PoolFacts { arn: text.to_string(), ..PoolFacts::default() };
    for part in [facts.account(), facts.region()].into_iter().flatten() {
        assert!(!part.is_empty() && !part.contains(':') && text.contains(part), "{part:?}");
    }
    let url = url_problem(&text);
    let accepted = Provider::validate(&provider_block(&text)).is_empty();
    role.is_some() || found.is_some() || url.is_none() || accepted
}

/// A provider block that assumes the role of this name, in the Region of this name.
fn provider_block(text: &str) -> Dynamic {
    let mut block = nulls(&Provider::schema().ty());
    let mut set = |path: &[&str], value: Dynamic| {
        let mut at = &mut block;
        for name in path {
            let Dynamic::Mapping(members) = at else { return };
            let Some(member) = members.get_mut(*name) else { return };
            at = member;
        }
        *at = value;
    };
    set(&["region"], Dynamic::string(text));
    let Type::Object(attributes) = Provider::schema().ty() else { return block };
    if let Some(Type::List(role) | Type::Set(role)) = attributes.get("assume_role") {
        let Dynamic::Mapping(mut members) = nulls(role) else { return block };
        members.insert("role_arn".to_owned(), Dynamic::string(text));
        members.insert("duration".to_owned(), Dynamic::string(text));
        set(&["assume_role"], Dynamic::Sequence(vec![Dynamic::Mapping(members)]));
    }
    block
}

/// An object of this type whose attributes are all null, or the empty collection.
fn nulls(ty: &Type) -> Dynamic {
    match ty {
        Type::Object(attributes) => Dynamic::Mapping(
            attributes
                .iter()
                .map(|(name, ty)| {
                    let block = matches!(ty, Type::List(element) | Type::Set(element) if matches!(**element, Type::Object(_)));
                    (name.clone(), if block { Dynamic::Sequence(Vec::new()) } else { Dynamic::Null })
                })
                .collect(),
        ),
        _ => Dynamic::Null,
    }
}
