//! Resource types that do as their `name` says: what the service does around a resource is seen on them.

use std::sync::LazyLock;

use async_trait::async_trait;
use cognitomfa::provider::Provider;
use cognitomfa::resources::{
    ApplyAnswer, ApplyRequest, ClientCapabilities, ImportAnswer, ImportRequest, PlanAnswer, PlanRequest, ReadAnswer, ReadRequest,
    Resource,
};
use cognitomfa::tf::{
    Attribute, AttributeKind, Block, Diagnostic, Dynamic, IdentityAttribute, IdentitySchema, Nesting, Path, Presence, Schema,
    Type,
};
use tokio::sync::Semaphore;

/// Every type of the fake provider.
pub static TYPES: &[&dyn Resource] = &[&Thing, &Plain];

/// A permit lets one `ReadResource` of a thing named `waits` go on.
pub static GATE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(0));

/// A type with an identity, a write-only value and a state version of 2.
pub struct Thing;

/// A type without identity, which wrongly answers with one.
pub struct Plain;

fn attribute(name: &str, kind: AttributeKind, presence: Presence) -> Attribute {
    Attribute {
        name: name.into(),
        kind,
        presence,
        description: format!("The {name}."),
        sensitive: false,
        write_only: false,
        deprecation: None,
    }
}

fn string(name: &str, presence: Presence) -> Attribute {
    attribute(name, AttributeKind::Plain(Type::String), presence)
}

/// The name of a value, which says what to do.
fn name(value: &Dynamic) -> &str {
    match value.member("name") {
        Some(Dynamic::String(name)) => name,
        _ => "",
    }
}

/// Does what several requests can be asked for by name.
fn obey(name: &str) {
    assert!(name != "panics", "the resource was asked to panic");
}

fn thing(name: &str) -> Dynamic {
    Dynamic::object([
        ("name", Dynamic::string(name)),
        ("secret", Dynamic::Null),
        ("size", Dynamic::Null),
        ("settings", Dynamic::Null),
    ])
}

fn identity(name: &str) -> Dynamic {
    Dynamic::object([("name", Dynamic::string(name)), ("region", Dynamic::Null)])
}

#[async_trait]
impl Resource for Thing {
    fn type_name(&self) -> &'static str {
        "cognitomfa_thing"
    }

    fn schema(&self) -> Schema {
        let secret = Attribute { write_only: true, sensitive: true, ..string("secret", Presence::Optional) };
        let on = attribute("on", AttributeKind::Plain(Type::Bool), Presence::Required);
        let note = Attribute { write_only: true, ..string("note", Presence::Optional) };
        let size = attribute("size", AttributeKind::Plain(Type::List(Box::new(Type::Number))), Presence::OptionalComputed);
        let settings = Attribute {
            deprecation: Some("Use `size`.".into()),
            ..attribute("settings", AttributeKind::Nested(Nesting::Single, vec![on, note]), Presence::Optional)
        };
        let attributes = vec![string("name", Presence::Required), secret, size, settings];
        Schema { version: 2, block: Block { attributes, ..Block::default() } }
    }

    fn identity(&self) -> Option<IdentitySchema> {
        let attribute = |name: &str, required_for_import| IdentityAttribute {
            name: name.into(),
            ty: Type::String,
            required_for_import,
            description: format!("The {name}."),
        };
        Some(IdentitySchema { version: 1, attributes: vec![attribute("name", true), attribute("region", false)] })
    }

    fn validate(&self, config: &Dynamic, client: ClientCapabilities) -> Vec<Diagnostic> {
        obey(name(config));
        let nested = Path::root("settings").member("on").index(3);
        let allowed = format!("write-only: {}, private: {}", client.write_only_attributes_allowed, client.store_planned_private);
        vec![Diagnostic::warning("", allowed).at(nested), Diagnostic::error("Whole", "").at(Path::default())]
    }

    fn upgrade(&self, version: i64, state: &[u8]) -> Result<Dynamic, Diagnostic> {
        let json = String::from_utf8(state.to_vec()).unwrap();
        if version == 0 {
            return Err(Diagnostic::error("Too old", json));
        }
        let mut raised = thing(&format!("{version}: {json}"));
        if let Dynamic::Mapping(members) = &mut raised {
            members.insert("secret".into(), Dynamic::string("kept by mistake"));
        }
        Ok(raised)
    }

    async fn read(&self, _: &Provider, request: ReadRequest) -> ReadAnswer {
        let name = name(&request.state);
        obey(name);
        if name == "waits" {
            GATE.acquire().await.unwrap().forget();
        }
        let state = match name {
            "gone" => Dynamic::Null,
            "misfit" => Dynamic::object([("nonsense", Dynamic::Bool(true))]),
            _ => request.state.clone(),
        };
        let diagnostics = vec![Diagnostic::warning("Identity", format!("{:?}", request.identity))];
        ReadAnswer { state, private: request.private, identity: Some(identity(name)), diagnostics }
    }

    async fn plan(&self, _: &Provider, request: PlanRequest) -> PlanAnswer {
        obey(name(&request.proposed));
        let identity = (!request.proposed.is_null()).then(|| identity(name(&request.proposed)));
        let nulls = [request.prior.is_null(), request.proposed.is_null(), request.config.is_null()];
        let seen = format!("{nulls:?} {:?} {:?}", request.client, request.prior_identity);
        PlanAnswer {
            planned: request.proposed,
            requires_replace: vec![Path::root("name"), Path::root("settings").member("on")],
            private: request.prior_private,
            identity,
            diagnostics: vec![Diagnostic::warning("Seen", seen)],
        }
    }

    async fn apply(&self, _: &Provider, request: ApplyRequest) -> ApplyAnswer {
        obey(name(&request.planned));
        let failed = name(&request.planned) == "fails halfway";
        let diagnostics = if failed { vec![Diagnostic::error("Unable to set thing", "AWS said no.")] } else { Vec::new() };
        ApplyAnswer { state: request.planned, private: request.private, identity: request.identity, diagnostics }
    }

    async fn import(&self, _: &Provider, request: ImportRequest) -> ImportAnswer {
        let name = match request {
            ImportRequest::Id(id) => format!("id {id}"),
            ImportRequest::Identity(identity) => format!("identity {}", name(&identity)),
        };
        if name == "id missing" {
            let diagnostics = vec![Diagnostic::error("Unable to import missing", "There is none.")];
            return ImportAnswer { diagnostics, ..ImportAnswer::default() };
        }
        ImportAnswer {
            state: thing(&name),
            private: b"imported".to_vec(),
            identity: Some(identity(&name)),
            diagnostics: Vec::new(),
        }
    }
}

#[async_trait]
impl Resource for Plain {
    fn type_name(&self) -> &'static str {
        "cognitomfa_plain"
    }

    fn schema(&self) -> Schema {
        let attributes = vec![string("name", Presence::Required)];
        Schema { version: 0, block: Block { attributes, ..Block::default() } }
    }

    fn identity(&self) -> Option<IdentitySchema> {
        None
    }

    fn validate(&self, _: &Dynamic, _: ClientCapabilities) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn upgrade(&self, _: i64, _: &[u8]) -> Result<Dynamic, Diagnostic> {
        Ok(Dynamic::Null)
    }

    async fn read(&self, _: &Provider, request: ReadRequest) -> ReadAnswer {
        let identity = Some(identity(name(&request.state)));
        ReadAnswer { state: request.state, identity, ..ReadAnswer::default() }
    }

    async fn plan(&self, _: &Provider, request: PlanRequest) -> PlanAnswer {
        PlanAnswer { planned: request.proposed, ..PlanAnswer::default() }
    }

    async fn apply(&self, _: &Provider, request: ApplyRequest) -> ApplyAnswer {
        ApplyAnswer { state: request.planned, ..ApplyAnswer::default() }
    }

    async fn import(&self, _: &Provider, _: ImportRequest) -> ImportAnswer {
        ImportAnswer::default()
    }
}
