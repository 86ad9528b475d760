//! What older command lines cannot take: schemas that crash them, and versions that are refused.

use std::sync::Arc;

use cognitomfa::proto::tfplugin6 as proto;
use cognitomfa::proto::tfplugin6::provider_server::Provider as _;
use cognitomfa::provider::Provider;
use cognitomfa::rpc::Service;
use proto::schema::{Attribute, Block};
use tonic::Request;

/// What a walk over schemas came by.
#[derive(Default)]
struct Seen {
    nested: usize,
    broken: Vec<String>,
}

impl Seen {
    fn block(&mut self, at: &str, block: &Block) {
        block.attributes.iter().for_each(|attribute| self.attribute(at, attribute, false));
        for inner in &block.block_types {
            self.block(&format!("{at}.{}", inner.type_name), inner.block.as_ref().unwrap());
        }
    }

    fn attribute(&mut self, at: &str, attribute: &Attribute, is_inner: bool) {
        let at = format!("{at}.{}", attribute.name);
        // Core takes these out of a schema, and what it takes out must have no attributes of its own.
        let taken_out = (attribute.computed && !attribute.optional) || attribute.deprecated;
        if taken_out && (is_inner || attribute.nested_type.is_some()) {
            self.broken.push(at.clone());
        }
        for inner in attribute.nested_type.iter().flat_map(|nested| &nested.attributes) {
            self.nested += 1;
            self.attribute(&at, inner, true);
        }
    }
}

/// Terraform before 1.7 and OpenTofu before 1.11.2 take what is only computed, and what is deprecated, out of a schema before they write a
/// configuration, and dereference nothing where that was a nested attribute; inside of one they take it out of the schema for good.
#[tokio::test]
async fn no_schema_crashes_generate_config_out() {
    let real = Service::new(Arc::new(Provider::default()), cognitomfa::resources::all());
    let schemas = real.get_provider_schema(Request::new(proto::get_provider_schema::Request {})).await.unwrap().into_inner();
    let mut seen = Seen::default();
    for (name, schema) in schemas.resource_schemas.iter().chain(&schemas.data_source_schemas) {
        seen.block(name, schema.block.as_ref().unwrap());
    }
    assert!(schemas.resource_schemas.len() >= 5 && seen.nested >= 40, "{} nested attributes", seen.nested);
    assert_eq!(seen.broken, Vec::<String>::new());
}

#[tokio::test]
async fn a_terraform_that_would_crash_is_refused_when_it_configures() {
    let real = Service::new(Arc::new(Provider::default()), cognitomfa::resources::all());
    for (version, refused) in [("1.0.4", true), ("1.0.0-rc1", true), ("1.0.5", false), ("1.6.2", false)] {
        let request = proto::configure_provider::Request { terraform_version: version.into(), ..Default::default() };
        let answer = real.configure_provider(Request::new(request)).await.unwrap().into_inner();
        let said: Vec<&str> = answer.diagnostics.iter().map(|diagnostic| diagnostic.summary.as_str()).collect();
        let expected: &[&str] = if refused { &["Terraform 1.0.5 or newer is needed"] } else { &[] };
        assert_eq!(said, expected, "{version}");
    }
}
