//! Protobuf to and from Terraform's vocabulary: the only translator of values, types, schemas and diagnostics.

use crate::proto::tfplugin6 as proto;
use crate::resources::ClientCapabilities;
use crate::tf::{
    Attribute, AttributeKind, Block, BlockNesting, Diagnostic, Dynamic, IdentitySchema, Malformed, NestedBlock, Nesting, Path,
    Presence, Schema, Severity, Step, Type, json, msgpack,
};

/// Reads a value of type `ty`: msgpack, or JSON where there is no msgpack. An absent value is null.
pub(super) fn decode(value: Option<&proto::DynamicValue>, ty: &Type) -> Result<Dynamic, Malformed> {
    match value {
        Some(value) if !value.msgpack.is_empty() => msgpack::decode(&value.msgpack, ty),
        Some(value) if !value.json.is_empty() => json::decode(&value.json, ty),
        _ => Ok(Dynamic::Null),
    }
}

/// Writes a value of type `ty`, always as msgpack.
pub(super) fn encode(value: &Dynamic, ty: &Type) -> Result<proto::DynamicValue, Malformed> {
    Ok(proto::DynamicValue { msgpack: msgpack::encode(value, ty)?, json: Vec::new() })
}

/// Diagnostics as the command line takes them.
pub(super) fn diagnostics(diagnostics: Vec<Diagnostic>) -> Vec<proto::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

/// Steps of a diagnostic's path that the command line follows into the configuration. With more, it shows the header of the
/// resource instead of any attribute.
const SHOWN_STEPS: usize = 2;

/// One diagnostic. It always has a severity and a summary; without a path it is about the whole.
pub(super) fn diagnostic(diagnostic: Diagnostic) -> proto::Diagnostic {
    let Diagnostic { severity, mut summary, detail, path, cause: _ } = diagnostic;
    if summary.trim().is_empty() {
        summary = match severity {
            Severity::Error => "Error without a summary".to_owned(),
            Severity::Warning => "Warning without a summary".to_owned(),
        };
    }
    let severity = match severity {
        Severity::Error => proto::diagnostic::Severity::Error,
        Severity::Warning => proto::diagnostic::Severity::Warning,
    };
    let shown = path.map(|path| Path(path.0.into_iter().take(SHOWN_STEPS).collect()));
    let attribute = shown.as_ref().filter(|path| !path.0.is_empty()).map(attribute_path);
    proto::Diagnostic { severity: severity.into(), summary, detail, attribute }
}

/// A path, step by step.
pub(super) fn attribute_path(path: &Path) -> proto::AttributePath {
    use proto::attribute_path::step::Selector;
    let step = |step: &Step| proto::attribute_path::Step {
        selector: Some(match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(*index),
        }),
    };
    proto::AttributePath { steps: path.0.iter().map(step).collect() }
}

/// What the command line can do; a command line that does not say can do nothing of it.
pub(super) fn client_capabilities(capabilities: Option<proto::ClientCapabilities>) -> ClientCapabilities {
    let capabilities = capabilities.unwrap_or_default();
    ClientCapabilities {
        write_only_attributes_allowed: capabilities.write_only_attributes_allowed,
        store_planned_private: capabilities.store_planned_private,
        deferral_allowed: capabilities.deferral_allowed,
    }
}

/// What this provider can do.
pub(super) fn server_capabilities() -> proto::ServerCapabilities {
    proto::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        ..Default::default()
    }
}

/// A schema. Its block is always there, even when it is empty: Terraform crashes without one.
pub(super) fn schema(schema: &Schema) -> proto::Schema {
    proto::Schema { version: schema.version, block: Some(block(&schema.block)) }
}

fn block(block: &Block) -> proto::schema::Block {
    proto::schema::Block {
        attributes: block.attributes.iter().map(attribute).collect(),
        block_types: block.blocks.iter().map(nested_block).collect(),
        description: block.description.clone(),
        description_kind: proto::StringKind::Markdown.into(),
        deprecated: block.deprecation.is_some(),
        deprecation_message: block.deprecation.clone().unwrap_or_default(),
        ..Default::default()
    }
}

fn nested_block(nested: &NestedBlock) -> proto::schema::NestedBlock {
    use proto::schema::nested_block::NestingMode;
    let nesting = match nested.nesting {
        BlockNesting::Single => NestingMode::Single,
        BlockNesting::Group => NestingMode::Group,
        BlockNesting::List => NestingMode::List,
        BlockNesting::Set => NestingMode::Set,
        BlockNesting::Map => NestingMode::Map,
    };
    proto::schema::NestedBlock {
        type_name: nested.name.clone(),
        block: Some(block(&nested.block)),
        nesting: nesting.into(),
        min_items: nested.min_items,
        max_items: nested.max_items,
    }
}

fn attribute(attribute: &Attribute) -> proto::schema::Attribute {
    let (r#type, nested_type) = match &attribute.kind {
        AttributeKind::Plain(ty) => (json::encode_type(ty), None),
        AttributeKind::Nested(nesting, attributes) => (Vec::new(), Some(object(*nesting, attributes))),
    };
    proto::schema::Attribute {
        name: attribute.name.clone(),
        r#type,
        nested_type,
        description: attribute.description.clone(),
        description_kind: proto::StringKind::Markdown.into(),
        required: attribute.presence == Presence::Required,
        optional: matches!(attribute.presence, Presence::Optional | Presence::OptionalComputed),
        computed: matches!(attribute.presence, Presence::Computed | Presence::OptionalComputed),
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        deprecated: attribute.deprecation.is_some(),
        deprecation_message: attribute.deprecation.clone().unwrap_or_default(),
    }
}

fn object(nesting: Nesting, attributes: &[Attribute]) -> proto::schema::Object {
    use proto::schema::object::NestingMode;
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    proto::schema::Object {
        attributes: attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
        ..Default::default()
    }
}

/// An identity schema. Each attribute is required or optional for import: Terraform refuses one that is neither.
pub(super) fn identity_schema(schema: &IdentitySchema) -> proto::ResourceIdentitySchema {
    let attribute = |attribute: &crate::tf::IdentityAttribute| proto::resource_identity_schema::IdentityAttribute {
        name: attribute.name.clone(),
        r#type: json::encode_type(&attribute.ty),
        required_for_import: attribute.required_for_import,
        optional_for_import: !attribute.required_for_import,
        description: attribute.description.clone(),
    };
    proto::ResourceIdentitySchema {
        version: schema.version,
        identity_attributes: schema.attributes.iter().map(attribute).collect(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_value_is_null_however_it_is_absent() {
        assert_eq!(decode(None, &Type::String), Ok(Dynamic::Null));
        assert_eq!(decode(Some(&proto::DynamicValue::default()), &Type::String), Ok(Dynamic::Null));
    }

    #[test]
    fn msgpack_goes_before_json() {
        let both = proto::DynamicValue { msgpack: vec![0xa1, b'm'], json: br#""j""#.to_vec() };
        assert_eq!(decode(Some(&both), &Type::String), Ok(Dynamic::string("m")));
        assert_eq!(decode(Some(&proto::DynamicValue { msgpack: Vec::new(), ..both }), &Type::String), Ok(Dynamic::string("j")));
    }

    #[test]
    fn values_are_written_as_msgpack() {
        let written = encode(&Dynamic::string("m"), &Type::String).unwrap();
        assert_eq!(written, proto::DynamicValue { msgpack: vec![0xa1, b'm'], json: Vec::new() });
    }

    #[test]
    fn nested_blocks_and_attributes_keep_their_nesting_and_limits() {
        use proto::schema::nested_block::NestingMode as OfBlock;
        use proto::schema::object::NestingMode as OfObject;
        let nested = |nesting| Attribute::nested("n", nesting, Presence::Computed, "", Vec::new());
        let mut block =
            Block::new("About it.", [Nesting::Single, Nesting::List, Nesting::Set, Nesting::Map].map(nested).to_vec());
        block.deprecation = Some("Use another.".into());
        let every = [BlockNesting::Single, BlockNesting::Group, BlockNesting::List, BlockNesting::Set, BlockNesting::Map];
        block.blocks = every.map(|nesting| NestedBlock::new("b", nesting, Block::default())).to_vec();
        block.blocks[2].min_items = 1;
        block.blocks[2].max_items = 5;

        let written = schema(&Schema { version: 3, block });
        assert_eq!(written.version, 3);
        let written = written.block.unwrap();
        assert_eq!((written.description.as_str(), written.deprecation_message.as_str()), ("About it.", "Use another."));
        assert!(written.deprecated && !written.computed);
        let nestings: Vec<OfObject> =
            written.attributes.iter().map(|attribute| attribute.nested_type.as_ref().unwrap().nesting()).collect();
        assert_eq!(nestings, [OfObject::Single, OfObject::List, OfObject::Set, OfObject::Map]);
        assert!(written.attributes.iter().all(|attribute| attribute.computed && !attribute.optional && !attribute.required));
        let nestings: Vec<OfBlock> = written.block_types.iter().map(proto::schema::NestedBlock::nesting).collect();
        assert_eq!(nestings, [OfBlock::Single, OfBlock::Group, OfBlock::List, OfBlock::Set, OfBlock::Map]);
        assert!(written.block_types.iter().all(|nested| nested.block.is_some()), "Terraform crashes on a block without one");
        assert_eq!((written.block_types[2].min_items, written.block_types[2].max_items), (1, 5));
    }

    #[test]
    fn a_command_line_that_does_not_say_can_do_nothing() {
        assert_eq!(client_capabilities(None), ClientCapabilities::default());
    }
}
