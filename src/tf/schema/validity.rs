//! The rules that Terraform holds a schema to when it loads a provider.

use std::collections::BTreeSet;

use super::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Presence, Schema};

/// Names that mean something else at the top of every resource block.
const RESERVED: [&str; 7] = ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/// What the place of an attribute allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    in_set: bool,
}

pub(super) fn schema(schema: &Schema) -> Result<(), String> {
    if schema.version < 0 {
        return Err(format!("version {} is negative", schema.version));
    }
    let names = schema.block.attributes.iter().map(|attribute| &attribute.name);
    let mut names = names.chain(schema.block.blocks.iter().map(|block| &block.name));
    if let Some(name) = names.find(|name| RESERVED.contains(&name.as_str())) {
        return Err(format!("{name}: the name is Terraform's own"));
    }
    block(&schema.block, "", Place { in_set: false })
}

fn block(block: &Block, at: &str, place: Place) -> Result<(), String> {
    attributes(&block.attributes, at, place)?;
    let names = block.attributes.iter().map(|attribute| attribute.name.as_str());
    distinct(names.chain(block.blocks.iter().map(|block| block.name.as_str())), at)?;
    block.blocks.iter().try_for_each(|nested| nested_block(nested, at, place))
}

fn nested_block(nested: &NestedBlock, at: &str, place: Place) -> Result<(), String> {
    let at = well_named(&nested.name, at)?;
    let (min, max) = (nested.min_items, nested.max_items);
    let problem = match nested.nesting {
        BlockNesting::Single if min != max || !(0..=1).contains(&max) => "a single block has 0 or 1 as both limits",
        BlockNesting::Group | BlockNesting::Map if (min, max) != (0, 0) => "groups and maps of blocks have no limits",
        BlockNesting::List | BlockNesting::Set if min < 0 || max < 0 => "a limit is negative",
        BlockNesting::List | BlockNesting::Set if max != 0 && min > max => "the lower limit is above the upper one",
        _ => return block(&nested.block, &at, Place { in_set: place.in_set || nested.nesting == BlockNesting::Set }),
    };
    Err(format!("{at}: {problem}"))
}

fn attributes(attributes: &[Attribute], at: &str, place: Place) -> Result<(), String> {
    distinct(attributes.iter().map(|attribute| attribute.name.as_str()), at)?;
    attributes.iter().try_for_each(|each| attribute(each, at, place))
}

fn attribute(attribute: &Attribute, at: &str, place: Place) -> Result<(), String> {
    let at = well_named(&attribute.name, at)?;
    let computed = matches!(attribute.presence, Presence::Computed | Presence::OptionalComputed);
    if attribute.write_only && computed {
        return Err(format!("{at}: a write-only attribute cannot be computed"));
    }
    if attribute.write_only && place.in_set {
        return Err(format!("{at}: a set cannot hold a write-only attribute"));
    }
    if attribute.deprecation.as_deref() == Some("") {
        return Err(format!("{at}: deprecated without advice"));
    }
    match &attribute.kind {
        AttributeKind::Plain(ty) if place.in_set && ty.has_dynamic() => {
            Err(format!("{at}: a set cannot hold values of any type"))
        }
        AttributeKind::Plain(_) => Ok(()),
        AttributeKind::Nested(nesting, nested) => {
            attributes(nested, &at, Place { in_set: place.in_set || *nesting == Nesting::Set })
        }
    }
}

/// The place of a name below `at`; fails where Terraform would not read the name.
fn well_named(name: &str, at: &str) -> Result<String, String> {
    let at = if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    let starts_well = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let goes_on_well = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if starts_well && goes_on_well {
        Ok(at)
    } else {
        Err(format!("{at}: a name holds lowercase letters, digits and underscores only, and does not begin with a digit"))
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>, at: &str) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(format!("{}: the name stands twice", well_named(name, at)?));
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tf::type_constraint::Type;

    fn plain(name: &str) -> Attribute {
        Attribute::new(name, Type::String, Presence::Optional, "")
    }

    fn problem(attributes: Vec<Attribute>, blocks: Vec<NestedBlock>) -> String {
        let mut schema = Schema::new(0, "", attributes);
        schema.block.blocks = blocks;
        schema.check().err().unwrap_or_default()
    }

    fn in_nested(nesting: Nesting, inner: Attribute) -> String {
        problem(vec![Attribute::nested("outer", nesting, Presence::Optional, "", vec![inner])], vec![])
    }

    fn limits(nesting: BlockNesting, min_items: i64, max_items: i64) -> String {
        let block = NestedBlock { min_items, max_items, ..NestedBlock::new("blocks", nesting, Block::default()) };
        problem(vec![], vec![block])
    }

    #[test]
    fn versions_and_names() {
        assert!(Schema::new(-1, "", vec![]).check().unwrap_err().contains("negative"));
        assert_eq!(problem(vec![plain("mfa_configuration_2")], vec![]), "");
        for name in ["", "Upper", "da-sh", "2nd", "\u{e9}"] {
            assert!(problem(vec![plain(name)], vec![]).contains("a name holds"), "{name}");
        }
        assert!(problem(vec![plain("count")], vec![]).contains("Terraform's own"));
        assert_eq!(in_nested(Nesting::Single, plain("count")), "");
        assert!(problem(vec![plain("a"), plain("a")], vec![]).contains("a: the name stands twice"));
        let block = NestedBlock::new("a", BlockNesting::List, Block::default());
        assert!(problem(vec![plain("a")], vec![block]).contains("stands twice"));
    }

    #[test]
    fn write_only_attributes() {
        let write_only = |presence| Attribute { presence, ..plain("a_wo") }.write_only();
        assert_eq!(problem(vec![write_only(Presence::Optional)], vec![]), "");
        assert!(problem(vec![write_only(Presence::Computed)], vec![]).contains("cannot be computed"));
        assert!(problem(vec![write_only(Presence::OptionalComputed)], vec![]).contains("cannot be computed"));
        assert_eq!(in_nested(Nesting::List, write_only(Presence::Optional)), "");
        assert!(in_nested(Nesting::Set, write_only(Presence::Optional)).starts_with("outer.a_wo: a set cannot hold"));
        let inside = Block::new("", vec![write_only(Presence::Required)]);
        assert!(problem(vec![], vec![NestedBlock::new("b", BlockNesting::Set, inside)]).contains("b.a_wo: a set"));
    }

    #[test]
    fn any_type_in_sets() {
        let any = || Attribute::new("any", Type::list(Type::Dynamic), Presence::Optional, "");
        assert_eq!(in_nested(Nesting::Single, any()), "");
        assert!(in_nested(Nesting::Set, any()).contains("values of any type"));
    }

    #[test]
    fn limits_of_blocks() {
        for (nesting, min, max) in [
            (BlockNesting::Single, 0, 0),
            (BlockNesting::Single, 1, 1),
            (BlockNesting::Group, 0, 0),
            (BlockNesting::Map, 0, 0),
            (BlockNesting::List, 2, 0),
            (BlockNesting::Set, 1, 3),
        ] {
            assert_eq!(limits(nesting, min, max), "", "{nesting:?} {min} {max}");
        }
        for (nesting, min, max) in [
            (BlockNesting::Single, 0, 1),
            (BlockNesting::Single, 2, 2),
            (BlockNesting::Group, 0, 1),
            (BlockNesting::Map, 1, 0),
            (BlockNesting::List, 2, 1),
            (BlockNesting::Set, -1, 0),
        ] {
            assert_ne!(limits(nesting, min, max), "", "{nesting:?} {min} {max}");
        }
    }

    #[test]
    fn deprecation_gives_advice() {
        assert_eq!(problem(vec![plain("a").deprecated("Use `b`.")], vec![]), "");
        assert!(problem(vec![plain("a").deprecated("")], vec![]).contains("without advice"));
    }
}
