//! Whether a value is one of a type: what every encoder asks before it writes.

use std::collections::BTreeMap;

use super::dynamic::{Dynamic, Refinements};
use super::malformed::Malformed;
use super::type_constraint::Type;

/// Deepest nesting of a value. Real schemas nest less than ten deep; the bound keeps hostile input off the stack's end.
pub(super) const DEEPEST: usize = 128;

impl Dynamic {
    /// Fails with the first place where the value is not of type `ty`. Null and unknown are of every type.
    pub fn conforms(&self, ty: &Type) -> Result<(), Malformed> {
        conforms(self, ty, 0)
    }
}

/// The depth of the parts of a value at `depth`; fails where that is too deep.
pub(super) fn deeper(depth: usize) -> Result<usize, Malformed> {
    if depth < DEEPEST { Ok(depth + 1) } else { Err(Malformed::new(format!("nested more than {DEEPEST} levels deep"))) }
}

/// Refuses refinements that a value of type `ty` cannot have.
pub(super) fn refinements_fit(refinements: &Refinements, ty: &Type) -> Result<(), Malformed> {
    let collection = matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_));
    let misplaced = if refinements.string_prefix.is_some() && *ty != Type::String {
        "a string prefix"
    } else if (refinements.number_lower.is_some() || refinements.number_upper.is_some()) && *ty != Type::Number {
        "a number's bounds"
    } else if (refinements.length_lower.is_some() || refinements.length_upper.is_some()) && !collection {
        "a collection's length"
    } else {
        return Ok(());
    };
    Err(Malformed::new(format!("{misplaced} as a refinement of {}", ty.phrase())))
}

fn conforms(value: &Dynamic, ty: &Type, depth: usize) -> Result<(), Malformed> {
    let inner = deeper(depth)?;
    match (value, ty) {
        (Dynamic::Null, _) | (Dynamic::Unknown(None), _) => Ok(()),
        (Dynamic::Unknown(Some(refinements)), _) => refinements_fit(refinements, ty),
        (Dynamic::Bool(_), Type::Bool) | (Dynamic::Number(_), Type::Number) | (Dynamic::String(_), Type::String) => Ok(()),
        (Dynamic::Sequence(elements), Type::List(element) | Type::Set(element)) => {
            let mut all = elements.iter().enumerate();
            all.try_for_each(|(index, part)| conforms(part, element, inner).map_err(|problem| problem.within_element(index)))
        }
        (Dynamic::Sequence(parts), Type::Tuple(elements)) if parts.len() == elements.len() => {
            let mut all = parts.iter().zip(elements).enumerate();
            all.try_for_each(|(index, (part, ty))| conforms(part, ty, inner).map_err(|problem| problem.within_element(index)))
        }
        (Dynamic::Sequence(parts), Type::Tuple(elements)) => {
            Err(Malformed::new(format!("{} elements where the tuple has {}", parts.len(), elements.len())))
        }
        (Dynamic::Mapping(members), Type::Map(element)) => {
            let mut all = members.iter();
            all.try_for_each(|(name, part)| conforms(part, element, inner).map_err(|problem| problem.within_member(name)))
        }
        (Dynamic::Mapping(members), Type::Object(attributes)) => object_conforms(members, attributes, inner),
        (Dynamic::Typed(own, part), Type::Dynamic) if **own != Type::Dynamic => conforms(part, own, inner),
        _ => Err(Malformed::new(format!("{} where {} is expected", phrase(value), ty.phrase()))),
    }
}

fn object_conforms(
    members: &BTreeMap<String, Dynamic>,
    attributes: &BTreeMap<String, Type>,
    depth: usize,
) -> Result<(), Malformed> {
    for (name, ty) in attributes {
        let member = members.get(name).ok_or_else(|| Malformed::new("missing attribute").within_member(name))?;
        conforms(member, ty, depth).map_err(|problem| problem.within_member(name))?;
    }
    match members.keys().find(|name| !attributes.contains_key(*name)) {
        Some(extra) => Err(Malformed::new("unknown attribute").within_member(extra)),
        None => Ok(()),
    }
}

fn phrase(value: &Dynamic) -> &'static str {
    match value {
        Dynamic::Null => "null",
        Dynamic::Unknown(_) => "an unknown value",
        Dynamic::Bool(_) => "a bool",
        Dynamic::Number(_) => "a number",
        Dynamic::String(_) => "a string",
        Dynamic::Sequence(_) => "a sequence",
        Dynamic::Mapping(_) => "a mapping",
        Dynamic::Typed(..) => "a value with its type",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn refusal(value: &Dynamic, ty: &Type) -> String {
        value.conforms(ty).expect_err("it should not conform").to_string()
    }

    #[test]
    fn null_and_unknown_are_of_every_type() {
        for ty in [Type::Bool, Type::list(Type::String), Type::Dynamic, Type::object([("a", Type::Bool)])] {
            assert_eq!(Dynamic::Null.conforms(&ty), Ok(()));
            assert_eq!(Dynamic::UNKNOWN.conforms(&ty), Ok(()));
        }
    }

    #[test]
    fn objects_have_exactly_their_attributes() {
        let ty = Type::object([("inner", Type::list(Type::object([("name", Type::String)])))]);
        let with = |element: Dynamic| Dynamic::object([("inner", Dynamic::Sequence(vec![element]))]);
        assert_eq!(with(Dynamic::object([("name", Dynamic::string("x"))])).conforms(&ty), Ok(()));
        assert_eq!(refusal(&with(Dynamic::Mapping(BTreeMap::new())), &ty), "inner[0].name: missing attribute");
        assert_eq!(
            refusal(&with(Dynamic::object([("name", Dynamic::Null), ("nome", Dynamic::Null)])), &ty),
            "inner[0].nome: unknown attribute"
        );
        assert_eq!(
            refusal(&with(Dynamic::object([("name", Dynamic::Bool(true))])), &ty),
            "inner[0].name: a bool where a string is expected"
        );
    }

    #[test]
    fn tuples_have_exactly_their_elements() {
        let ty = Type::Tuple(vec![Type::Bool, Type::String]);
        assert_eq!(refusal(&Dynamic::Sequence(vec![Dynamic::Null]), &ty), "1 elements where the tuple has 2");
        assert_eq!(Dynamic::Sequence(vec![Dynamic::Null, Dynamic::string("x")]).conforms(&ty), Ok(()));
    }

    #[test]
    fn refinements_belong_to_their_types() {
        let prefix = Dynamic::Unknown(Some(Box::new(Refinements { string_prefix: Some("a".into()), ..Refinements::default() })));
        assert_eq!(prefix.conforms(&Type::String), Ok(()));
        assert_eq!(refusal(&prefix, &Type::Bool), "a string prefix as a refinement of a bool");
    }

    #[test]
    fn a_dynamic_value_says_its_type() {
        let typed = |ty, value| Dynamic::Typed(Box::new(ty), Box::new(value));
        assert_eq!(typed(Type::Bool, Dynamic::Bool(true)).conforms(&Type::Dynamic), Ok(()));
        assert!(typed(Type::Bool, Dynamic::string("x")).conforms(&Type::Dynamic).is_err());
        assert!(typed(Type::Dynamic, Dynamic::Null).conforms(&Type::Dynamic).is_err());
        assert!(Dynamic::Bool(true).conforms(&Type::Dynamic).is_err());
    }

    #[test]
    fn depth_is_bounded() {
        let nest = |depth| {
            (0..depth).fold((Dynamic::Null, Type::Bool), |(value, ty), _| (Dynamic::Sequence(vec![value]), Type::list(ty)))
        };
        let (value, ty) = nest(DEEPEST - 1);
        assert_eq!(value.conforms(&ty), Ok(()));
        let (value, ty) = nest(DEEPEST);
        assert!(refusal(&value, &ty).ends_with("nested more than 128 levels deep"));
    }
}
