//! Every place of a schema that a configuration can set, found by walking the schema.

use cognitomfa::tf::{Attribute, AttributeKind, Dynamic, Nesting, Path, Presence, Schema, Step, Type};

/// One place, with its attribute where it is one.
#[derive(Clone, Debug)]
pub struct Place {
    pub path: Path,
    pub required: bool,
    pub ty: Type,
    /// Whether it is an element of a list or set, and not an attribute.
    pub is_element: bool,
}

/// The places that this configuration has: attributes with members of their own, those members, and elements. What is write-only is left
/// out, for no plan shows it.
pub fn of(schema: &Schema, config: &Dynamic) -> Vec<Place> {
    let mut places = Vec::new();
    attributes(&schema.block.attributes, config, &Path::default(), &mut places);
    places
}

fn attributes(attributes: &[Attribute], value: &Dynamic, at: &Path, places: &mut Vec<Place>) {
    let settable = |attribute: &&Attribute| attribute.presence != Presence::Computed && !attribute.write_only;
    for attribute in attributes.iter().filter(settable) {
        let path = at.below(&attribute.name);
        let required = attribute.presence == Presence::Required;
        places.push(Place { path: path.clone(), required, ty: attribute.ty(), is_element: false });
        let member = value.member(&attribute.name).cloned().unwrap_or_default();
        match (&attribute.kind, &member) {
            (AttributeKind::Nested(Nesting::Single, nested), Dynamic::Mapping(_)) => {
                self::attributes(nested, &member, &path, places)
            }
            (AttributeKind::Nested(Nesting::List, nested), Dynamic::Sequence(objects)) => {
                for (index, object) in (0..).zip(objects) {
                    let path = path.clone().index(index);
                    let ty = Type::object(nested.iter().map(|attribute| (attribute.name.as_str(), attribute.ty())));
                    places.push(Place { path: path.clone(), required: true, ty, is_element: true });
                    self::attributes(nested, object, &path, places);
                }
            }
            (AttributeKind::Nested(nesting, _), Dynamic::Mapping(_) | Dynamic::Sequence(_)) => {
                panic!("{path}: {nesting:?} is not walked")
            }
            (AttributeKind::Plain(Type::List(element) | Type::Set(element)), Dynamic::Sequence(values)) => {
                for index in 0..i64::try_from(values.len()).unwrap() {
                    let path = path.clone().index(index);
                    places.push(Place { path, required: true, ty: (**element).clone(), is_element: true });
                }
            }
            _ => {}
        }
    }
}

/// The value at a path; null where there is none.
pub fn value(root: &Dynamic, path: &Path) -> Dynamic {
    path.0.iter().fold(root.clone(), |value, step| match (step, value) {
        (Step::Attribute(name) | Step::Key(name), Dynamic::Mapping(mut members)) => members.remove(name).unwrap_or_default(),
        (Step::Index(index), Dynamic::Sequence(mut elements)) => elements.remove(usize::try_from(*index).unwrap()),
        _ => Dynamic::Null,
    })
}

/// The same value with another one at a path.
pub fn with(root: &Dynamic, path: &Path, new: Dynamic) -> Dynamic {
    fn put(value: &mut Dynamic, steps: &[Step], new: Dynamic) {
        let Some((step, rest)) = steps.split_first() else {
            *value = new;
            return;
        };
        match (step, value) {
            (Step::Attribute(name) | Step::Key(name), Dynamic::Mapping(members)) => {
                put(members.get_mut(name).unwrap(), rest, new)
            }
            (Step::Index(index), Dynamic::Sequence(elements)) => put(&mut elements[usize::try_from(*index).unwrap()], rest, new),
            (step, value) => panic!("no {step:?} in {value:?}"),
        }
    }
    let mut changed = root.clone();
    put(&mut changed, &path.0, new);
    changed
}
