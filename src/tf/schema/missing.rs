//! Values that a schema asks for and a configuration leaves null: what `Required` means once a value is there.

use super::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Presence, Schema};
use crate::tf::{Diagnostic, Dynamic, Path, Type};

impl Schema {
    /// Errors for every required attribute that is null and every null element of a list or set, and the configuration with these places
    /// unknown, so that nothing else is said of them.
    ///
    /// Terraform demands that a required argument is written, not that its value is something: `default = null` of a module's variable
    /// reaches the provider. What is unknown is no mistake, nor is a null value in a map. A null configuration is that of a destroy.
    pub fn without_nulls(&self, config: &Dynamic) -> (Vec<Diagnostic>, Dynamic) {
        let (mut config, mut found) = (config.clone(), Vec::new());
        block(&self.block, &mut config, &Path::default(), &mut found);
        (found.into_iter().map(Missing::diagnostic).collect(), config)
    }
}

/// A place without the value it needs.
struct Missing {
    path: Path,
    /// Whether it is an element of a collection.
    is_element: bool,
}

impl Missing {
    fn diagnostic(self) -> Diagnostic {
        const CAUSES: &str = "A variable with `default = null` hands a null on, and so does a condition with a null branch. Terraform plans \
                              the configuration before a destroy too, so this stops `terraform destroy` as well.";
        let path = &self.path;
        let detail = if self.is_element {
            format!("`{path}` has a null among its elements, where each needs a value. Leave the element out. {CAUSES}")
        } else {
            format!("`{path}` needs a value and is null. {CAUSES}")
        };
        Diagnostic::error("Value missing", detail).at(self.path)
    }
}

fn block(block: &Block, value: &mut Dynamic, at: &Path, found: &mut Vec<Missing>) {
    attributes(&block.attributes, value, at, found);
    let Dynamic::Mapping(members) = value else { return };
    for nested in &block.blocks {
        let Some(member) = members.get_mut(&nested.name) else { continue };
        let path = at.below(&nested.name);
        match (nested.nesting, member) {
            (BlockNesting::Single | BlockNesting::Group, object) => self::block(&nested.block, object, &path, found),
            (BlockNesting::List, Dynamic::Sequence(objects)) => {
                for (index, object) in (0..).zip(objects) {
                    self::block(&nested.block, object, &path.clone().index(index), found);
                }
            }
            (BlockNesting::Set, Dynamic::Sequence(objects)) => {
                objects.iter_mut().for_each(|object| self::block(&nested.block, object, &path, found));
            }
            (BlockNesting::Map, Dynamic::Mapping(objects)) => {
                objects.iter_mut().for_each(|(key, object)| self::block(&nested.block, object, &path.clone().member(key), found));
            }
            _ => {}
        }
    }
}

fn attributes(attributes: &[Attribute], value: &mut Dynamic, at: &Path, found: &mut Vec<Missing>) {
    let Dynamic::Mapping(members) = value else { return };
    for attribute in attributes {
        let Some(member) = members.get_mut(&attribute.name) else { continue };
        let path = at.below(&attribute.name);
        if member.is_null() && attribute.presence == Presence::Required {
            found.push(Missing { path, is_element: false });
            *member = Dynamic::UNKNOWN;
            continue;
        }
        match (&attribute.kind, member) {
            (AttributeKind::Plain(Type::List(_) | Type::Set(_)), Dynamic::Sequence(values)) => elements(values, &path, found),
            (AttributeKind::Nested(Nesting::Single, nested), object) => self::attributes(nested, object, &path, found),
            (AttributeKind::Nested(Nesting::List | Nesting::Set, nested), Dynamic::Sequence(objects)) => {
                elements(objects, &path, found);
                for (index, object) in (0..).zip(objects) {
                    self::attributes(nested, object, &path.clone().index(index), found);
                }
            }
            (AttributeKind::Nested(Nesting::Map, nested), Dynamic::Mapping(objects)) => {
                objects.iter_mut().for_each(|(key, object)| self::attributes(nested, object, &path.clone().member(key), found));
            }
            _ => {}
        }
    }
}

/// The nulls among the elements of a list or set, told once.
fn elements(values: &mut [Dynamic], path: &Path, found: &mut Vec<Missing>) {
    let mut nulls = values.iter_mut().filter(|value| value.is_null()).peekable();
    if nulls.peek().is_some() {
        found.push(Missing { path: path.clone(), is_element: true });
    }
    nulls.for_each(|value| *value = Dynamic::UNKNOWN);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tf::NestedBlock;

    fn flag() -> Attribute {
        Attribute::new("flag", Type::Bool, Presence::Required, "")
    }

    fn example() -> Schema {
        let nested = |name: &str, nesting| Attribute::nested(name, nesting, Presence::Optional, "", vec![flag()]);
        let mut attributes: Vec<Attribute> = vec![
            flag(),
            Attribute::new("texts", Type::list(Type::String), Presence::Optional, ""),
            Attribute::new("tags", Type::map(Type::String), Presence::Optional, ""),
        ];
        attributes.extend([nested("one", Nesting::Single), nested("many", Nesting::List), nested("keyed", Nesting::Map)]);
        let mut schema = Schema::new(0, "", attributes);
        schema.block.blocks = vec![NestedBlock::new("blocks", BlockNesting::List, Block::new("", vec![flag()]))];
        schema
    }

    fn paths(config: &Dynamic) -> (Vec<String>, Dynamic) {
        let (found, config) = example().without_nulls(config);
        (found.iter().map(|found| found.path.as_ref().unwrap().to_string()).collect(), config)
    }

    #[test]
    fn a_null_is_found_wherever_a_value_must_stand() {
        let object = |flag: Dynamic| Dynamic::object([("flag", flag)]);
        let config = |value: &Dynamic, text: &Dynamic| {
            Dynamic::object([
                ("flag", value.clone()),
                ("texts", Dynamic::Sequence(vec![Dynamic::string("x"), text.clone()])),
                ("tags", Dynamic::object([("k", Dynamic::Null)])),
                ("one", object(value.clone())),
                ("many", Dynamic::Sequence(vec![object(Dynamic::Bool(true)), object(value.clone())])),
                ("keyed", Dynamic::object([("k", object(value.clone()))])),
                ("blocks", Dynamic::Sequence(vec![object(value.clone())])),
            ])
        };
        let (found, mended) = paths(&config(&Dynamic::Null, &Dynamic::Null));
        assert_eq!(found, ["flag", "texts", "one.flag", "many[1].flag", "keyed.k.flag", "blocks[0].flag"]);
        assert_eq!(mended, config(&Dynamic::UNKNOWN, &Dynamic::UNKNOWN));
        assert_eq!(paths(&config(&Dynamic::UNKNOWN, &Dynamic::string("y"))).0, Vec::<String>::new());
        assert_eq!(paths(&Dynamic::Null), (Vec::new(), Dynamic::Null));
    }

    #[test]
    fn optional_places_may_be_null() {
        let config = Dynamic::object(["texts", "tags", "one", "many", "keyed", "blocks"].map(|name| (name, Dynamic::Null)));
        assert_eq!(paths(&config).0, Vec::<String>::new());
    }

    #[test]
    fn a_null_object_in_a_list_is_one_mistake() {
        let config =
            Dynamic::object([("flag", Dynamic::Bool(true)), ("many", Dynamic::Sequence(vec![Dynamic::Null, Dynamic::Null]))]);
        assert_eq!(paths(&config).0, ["many"]);
    }
}
