//! The rules that Terraform's core holds the answers of a provider to: `AssertPlanValid` and `AssertObjectCompatible` of its package
//! `plans/objchange`, put into words of this project from their behaviour. They know schemas and values, and nothing of a resource.

use cognitomfa::tf::{Attribute, AttributeKind, Block, BlockNesting, Dynamic, Nesting, Presence, Refinements, Schema};

/// What is wrong with a plan for this configuration, by core's rules.
pub fn plan_problems(schema: &Schema, prior: &Dynamic, config: &Dynamic, planned: &Dynamic) -> Vec<String> {
    let mut problems = Vec::new();
    block_plan(&schema.block, prior, config, planned, "", &mut problems);
    problems
}

/// Where a value is not what was planned: a plan that is repeated, or a new state.
pub fn differences(planned: &Dynamic, now: &Dynamic) -> Vec<String> {
    let mut problems = Vec::new();
    compatible(planned, now, "", &mut problems);
    problems
}

/// The proposed new state: the configuration, with what the state has for computed attributes that it leaves out.
pub fn proposed(schema: &Schema, prior: &Dynamic, config: &Dynamic) -> Dynamic {
    let Dynamic::Mapping(members) = config else { return config.clone() };
    let computed = |name: &str| {
        schema.block.attributes.iter().any(|attribute| {
            let is_computed = matches!(attribute.presence, Presence::Computed | Presence::OptionalComputed);
            attribute.name == name && is_computed && matches!(attribute.kind, AttributeKind::Plain(_))
        })
    };
    Dynamic::object(members.iter().map(|(name, value)| match prior.member(name) {
        Some(prior) if value.is_null() && computed(name) => (name.clone(), prior.clone()),
        _ => (name.clone(), value.clone()),
    }))
}

fn block_plan(block: &Block, prior: &Dynamic, config: &Dynamic, planned: &Dynamic, at: &str, problems: &mut Vec<String>) {
    match (config.is_null(), planned.is_null()) {
        (false, true) => return problems.push(format!("{at}: planned for absence but config wants existence")),
        (true, false) => return problems.push(format!("{at}: planned for existence but config wants absence")),
        (true, true) => return,
        (false, false) => {}
    }
    attributes_plan(&block.attributes, prior, config, planned, at, problems);
    for nested in &block.blocks {
        let at = format!("{at}.{}", nested.name);
        let of = |value: &Dynamic| value.member(&nested.name).cloned().unwrap_or_default();
        let (prior, config, planned) = (of(prior), of(config), of(planned));
        if planned.is_unknown() {
            problems.push(format!("{at}: a nested block is unknown as a whole"));
            continue;
        }
        match nested.nesting {
            BlockNesting::Single | BlockNesting::Group => block_plan(&nested.block, &prior, &config, &planned, &at, problems),
            BlockNesting::List | BlockNesting::Map | BlockNesting::Set => {
                elements(&prior, &config, &planned, &at, problems, &mut |prior, config, planned, at, problems| {
                    block_plan(&nested.block, prior, config, planned, at, problems);
                });
            }
        }
    }
}

fn attributes_plan(
    attributes: &[Attribute],
    prior: &Dynamic,
    config: &Dynamic,
    planned: &Dynamic,
    at: &str,
    problems: &mut Vec<String>,
) {
    let of = |value: &Dynamic, name: &str| value.member(name).cloned().unwrap_or_default();
    for attribute in attributes {
        let name = &attribute.name;
        let values = (of(prior, name), of(config, name), of(planned, name));
        attribute_plan(attribute, &values, &format!("{at}.{name}"), problems);
    }
}

fn attribute_plan(
    attribute: &Attribute,
    (prior, config, planned): &(Dynamic, Dynamic, Dynamic),
    at: &str,
    problems: &mut Vec<String>,
) {
    let is_computed = matches!(attribute.presence, Presence::Computed | Presence::OptionalComputed);
    if attribute.write_only {
        if !planned.is_null() {
            problems.push(format!("{at}: a write-only attribute is planned"));
        }
        return;
    }
    let is_unknown_alike = planned.is_unknown() && config.is_unknown();
    if planned == config || is_unknown_alike || (planned == prior && !prior.is_null() && !config.is_null()) {
        return;
    }
    if config.is_null() {
        if !is_computed {
            problems.push(format!("{at}: planned value {planned:?} for a non-computed attribute"));
        }
        return;
    }
    match &attribute.kind {
        AttributeKind::Nested(nesting, nested) if !config.is_unknown() && !planned.is_unknown() => {
            nested_plan(*nesting, nested, (prior, config, planned), at, problems);
        }
        _ => problems
            .push(format!("{at}: planned value {planned:?} is neither that of config, {config:?}, nor of prior, {prior:?}")),
    }
}

fn nested_plan(
    nesting: Nesting,
    nested: &[Attribute],
    (prior, config, planned): (&Dynamic, &Dynamic, &Dynamic),
    at: &str,
    problems: &mut Vec<String>,
) {
    if planned.is_null() {
        return problems.push(format!("{at}: planned for absence but config wants existence"));
    }
    match nesting {
        Nesting::Single => attributes_plan(nested, prior, config, planned, at, problems),
        Nesting::List | Nesting::Set | Nesting::Map => {
            elements(prior, config, planned, at, problems, &mut |prior, config, planned, at, problems| {
                attributes_plan(nested, prior, config, planned, at, problems);
            });
        }
    }
}

type Each<'a> = dyn FnMut(&Dynamic, &Dynamic, &Dynamic, &str, &mut Vec<String>) + 'a;

/// The elements of a collection, each with those at the same place.
fn elements(prior: &Dynamic, config: &Dynamic, planned: &Dynamic, at: &str, problems: &mut Vec<String>, each: &mut Each<'_>) {
    match (config, planned) {
        (Dynamic::Sequence(config), Dynamic::Sequence(planned)) if config.len() == planned.len() => {
            for (index, (config, planned)) in config.iter().zip(planned).enumerate() {
                let before = match prior {
                    Dynamic::Sequence(prior) => prior.get(index).cloned().unwrap_or_default(),
                    _ => Dynamic::Null,
                };
                each(&before, config, planned, &format!("{at}[{index}]"), problems);
            }
        }
        (Dynamic::Mapping(config), Dynamic::Mapping(planned)) if config.keys().eq(planned.keys()) => {
            for ((key, config), planned) in config.iter().zip(planned.values()) {
                let before = prior.member(key).cloned().unwrap_or_default();
                each(&before, config, planned, &format!("{at}[{key}]"), problems);
            }
        }
        _ if config == planned => {}
        _ => problems.push(format!("{at}: elements in plan and configuration are not the same ones")),
    }
}

fn compatible(planned: &Dynamic, now: &Dynamic, at: &str, problems: &mut Vec<String>) {
    match (planned, now) {
        (Dynamic::Unknown(refinements), now) => {
            if let Some(refinements) = refinements.as_deref().filter(|refinements| !fits(refinements, now)) {
                problems.push(format!("{at}: {now:?} does not fit {refinements:?}"));
            }
        }
        (_, Dynamic::Unknown(_)) => problems.push(format!("{at}: was known, but now unknown")),
        (Dynamic::Null, Dynamic::Null) => {}
        (Dynamic::Null, now) => problems.push(format!("{at}: was null, but now {now:?}")),
        (planned, Dynamic::Null) => problems.push(format!("{at}: was {planned:?}, but now null")),
        (Dynamic::Mapping(planned), Dynamic::Mapping(now)) => {
            problems.extend(planned.keys().filter(|key| !now.contains_key(*key)).map(|key| format!("{at}.{key} has vanished")));
            problems.extend(now.keys().filter(|key| !planned.contains_key(*key)).map(|key| format!("{at}.{key} has appeared")));
            for (key, planned) in planned {
                if let Some(now) = now.get(key) {
                    compatible(planned, now, &format!("{at}.{key}"), problems);
                }
            }
        }
        (Dynamic::Sequence(planned), Dynamic::Sequence(now)) => {
            if planned.len() != now.len() {
                problems.push(format!("{at}: had {} elements, but now {}", planned.len(), now.len()));
            }
            for (index, (planned, now)) in planned.iter().zip(now).enumerate() {
                compatible(planned, now, &format!("{at}[{index}]"), problems);
            }
        }
        (planned, now) if planned == now => {}
        (planned, now) => problems.push(format!("{at}: was {planned:?}, but now {now:?}")),
    }
}

/// Whether a value keeps what was promised of an unknown one. The provider promises nothing but that a value is not null.
fn fits(refinements: &Refinements, now: &Dynamic) -> bool {
    let is_null_as_said = refinements.nullness.is_none_or(|nullness| now.is_unknown() || nullness == now.is_null());
    let has_prefix = match (&refinements.string_prefix, now) {
        (Some(prefix), Dynamic::String(text)) => text.starts_with(prefix.as_str()),
        _ => true,
    };
    is_null_as_said && has_prefix
}

#[test]
fn the_rules_of_core_tell_what_breaks_them() {
    let schema = cognitomfa::tf::Schema::new(
        0,
        "",
        vec![
            Attribute::new("set", cognitomfa::tf::Type::String, Presence::Optional, ""),
            Attribute::new("told", cognitomfa::tf::Type::String, Presence::Computed, ""),
        ],
    );
    let value = |set: Dynamic, told: Dynamic| Dynamic::object([("set", set), ("told", told)]);
    let text = Dynamic::string;
    let config = value(text("a"), Dynamic::Null);
    let count = |prior: &Dynamic, planned: &Dynamic| plan_problems(&schema, prior, &config, planned).len();
    assert_eq!(count(&Dynamic::Null, &value(text("a"), Dynamic::UNKNOWN)), 0);
    assert_eq!(count(&Dynamic::Null, &value(text("b"), Dynamic::UNKNOWN)), 1);
    assert_eq!(count(&value(text("b"), text("x")), &value(text("b"), text("y"))), 0);
    assert_eq!(count(&Dynamic::Null, &Dynamic::Null), 1);
    assert_eq!(
        plan_problems(&schema, &Dynamic::Null, &value(Dynamic::Null, Dynamic::Null), &value(text("a"), Dynamic::Null)).len(),
        1
    );
    let planned = value(text("a"), Dynamic::UNKNOWN);
    assert_eq!(differences(&planned, &value(text("a"), text("x"))), Vec::<String>::new());
    assert_eq!(differences(&planned, &value(text("b"), Dynamic::Null)).len(), 1);
    assert_eq!(differences(&value(text("a"), text("x")), &value(text("a"), Dynamic::UNKNOWN)).len(), 1);
    let list = |count| Dynamic::Sequence(vec![Dynamic::Null; count]);
    assert_eq!(differences(&list(1), &list(2)).len(), 1);
    assert_eq!(differences(&Dynamic::Null, &list(2)).len(), 1);
}
