//! The resource types, one file each, and what `rpc` asks of them. Everything is in Terraform's terms; protobuf is not known here.

mod contest;
mod factor;
pub mod failure;
#[doc(hidden)]
pub mod fuzzing;
mod generation;
mod pool;
pub mod shown;

use async_trait::async_trait;

use crate::provider::Provider;
use crate::rules::Policy;
use crate::tf::{Diagnostic, Dynamic, IdentitySchema, Path, Schema, json};

/// What the command line says it can do, as far as resources care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientCapabilities {
    /// Terraform and OpenTofu from 1.11 on.
    pub write_only_attributes_allowed: bool,
    /// Terraform from 1.16 on.
    pub store_planned_private: bool,
    /// Releases of Terraform from 1.9 on say so while they apply, and not while they plan.
    pub deferral_allowed: bool,
}

/// A managed resource type.
///
/// Values of `config`, states and plans conform to [`Resource::schema`]; `rpc` has checked that. Problems are returned as
/// diagnostics, never as anything else.
#[async_trait]
pub trait Resource: Send + Sync {
    /// Type name, such as `cognitomfa_user_pool_mfa`.
    fn type_name(&self) -> &'static str;

    /// Arguments and attributes.
    fn schema(&self) -> Schema;

    /// Identity, where the type has one.
    fn identity(&self) -> Option<IdentitySchema>;

    /// Judges a configuration alone: nothing is read, the provider may not be configured, anything may be unknown.
    fn validate(&self, config: &Dynamic, client: ClientCapabilities) -> Vec<Diagnostic>;

    /// What a configuration alone breaks of the rules whose levels the provider block sets, weighed by `policy`. A type says nothing
    /// unless it has such rules.
    fn foresee(&self, config: &Dynamic, policy: &Policy) -> Vec<Diagnostic> {
        let _ = (config, policy);
        Vec::new()
    }

    /// Reads a stored state, raising it from an older schema version where needed; `state` is its JSON.
    ///
    /// There is no older version yet.
    fn upgrade(&self, version: i64, state: &[u8]) -> Result<Dynamic, Diagnostic> {
        let (name, schema) = (self.type_name(), self.schema());
        if version != schema.version {
            let detail = format!("There is no way from state version {version} of {name} to {}.", schema.version);
            return Err(Diagnostic::error("Unknown state version", detail));
        }
        json::decode_lenient(state, &schema.ty()).map_err(|malformed| {
            Diagnostic::error("Unable to read the stored state", format!("The state of {name} is damaged: {malformed}."))
        })
    }

    /// Reads the remote object. A null state in the answer means that it is gone.
    async fn read(&self, provider: &Provider, request: ReadRequest) -> ReadAnswer;

    /// Plans a create, an update, a destroy (`proposed` and `config` null) or no change.
    async fn plan(&self, provider: &Provider, request: PlanRequest) -> PlanAnswer;

    /// Carries a planned change out. On an error the state in the answer says what is true now.
    async fn apply(&self, provider: &Provider, request: ApplyRequest) -> ApplyAnswer;

    /// Makes the state to be read next from an import id or identity; exactly one of them is given.
    async fn import(&self, provider: &Provider, request: ImportRequest) -> ImportAnswer;

    /// Makes the state to be read next from that of another resource type, for a `moved` block. The provider may not be configured.
    /// A type takes over nothing unless it says so.
    fn take_over(&self, source: &MoveRequest) -> Result<MoveAnswer, Diagnostic> {
        let detail = format!(
            "{0} does not take over the state of {1}. Replace the `moved` block by a `removed` block for {1} that keeps the object, and \
             an `import` block for {0}.",
            self.type_name(),
            source.type_name
        );
        Err(Diagnostic::error(source.unable_to(self.type_name()), detail))
    }
}

/// `ReadResource`.
#[derive(Debug)]
pub struct ReadRequest {
    /// Stored state; not null.
    pub state: Dynamic,
    /// Private bytes stored beside the state.
    pub private: Vec<u8>,
    /// Stored identity, if there is one.
    pub identity: Option<Dynamic>,
}

impl ReadRequest {
    /// The answer that this is the state now. `identity` makes the identity of it from the state and the stored identity, which stays
    /// where it makes none.
    pub fn found(self, state: Dynamic, identity: impl FnOnce(&Dynamic, Option<&Dynamic>) -> Option<Dynamic>) -> ReadAnswer {
        let identity = identity(&state, self.identity.as_ref()).or(self.identity);
        // Never empty: private bytes that are empty in an end mean that nobody planned it.
        let private = generation::Generation::stored(&self.private).kept();
        ReadAnswer { state, private, identity, diagnostics: Vec::new() }
    }

    /// The answer that leaves everything as it is stored, because of an error.
    pub fn failed(self, diagnostic: Diagnostic) -> ReadAnswer {
        ReadAnswer { state: self.state, private: self.private, identity: self.identity, diagnostics: vec![diagnostic] }
    }
}

/// Answer to `ReadResource`.
#[derive(Debug, Default)]
pub struct ReadAnswer {
    /// State now; null when the object is gone.
    pub state: Dynamic,
    /// Replaces the stored private bytes.
    pub private: Vec<u8>,
    /// Identity now.
    pub identity: Option<Dynamic>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// `PlanResourceChange`.
#[derive(Debug)]
pub struct PlanRequest {
    /// State before; null on create.
    pub prior: Dynamic,
    /// Core's merge of configuration and prior state; null on destroy.
    pub proposed: Dynamic,
    /// Configuration; null on destroy.
    pub config: Dynamic,
    /// Private bytes stored beside the state. In the create half of a forced replacement, those of the plan of its other half.
    pub prior_private: Vec<u8>,
    /// In the plan that Terraform from 1.16 on repeats inside apply: the private bytes of the first one.
    pub planned_private: Vec<u8>,
    /// Stored identity, if there is one.
    pub prior_identity: Option<Dynamic>,
    /// What the command line can do.
    pub client: ClientCapabilities,
}

impl PlanRequest {
    /// The answer that plans nothing, because of errors.
    pub fn failed(&self, diagnostics: Vec<Diagnostic>) -> PlanAnswer {
        PlanAnswer {
            planned: self.proposed.clone(),
            private: self.prior_private.clone(),
            identity: self.prior_identity.clone(),
            diagnostics,
            ..PlanAnswer::default()
        }
    }
}

/// Answer to `PlanResourceChange`.
#[derive(Debug, Default)]
pub struct PlanAnswer {
    /// State after; null on destroy.
    pub planned: Dynamic,
    /// Attributes whose change asks for a replacement.
    pub requires_replace: Vec<Path>,
    /// Private bytes handed to apply.
    pub private: Vec<u8>,
    /// Identity after.
    pub identity: Option<Dynamic>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// `ApplyResourceChange`.
#[derive(Debug)]
pub struct ApplyRequest {
    /// State before; null on create.
    pub prior: Dynamic,
    /// Planned state; null on destroy.
    pub planned: Dynamic,
    /// Configuration; null on destroy.
    pub config: Dynamic,
    /// Private bytes from the plan.
    pub private: Vec<u8>,
    /// Identity from the plan.
    pub identity: Option<Dynamic>,
}

/// Answer to `ApplyResourceChange`.
#[derive(Debug, Default)]
pub struct ApplyAnswer {
    /// State now; null after a destroy. Null beside an error keeps the prior state.
    pub state: Dynamic,
    /// Replaces the stored private bytes.
    pub private: Vec<u8>,
    /// Identity now.
    pub identity: Option<Dynamic>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// `ImportResourceState`.
#[derive(Debug)]
pub enum ImportRequest {
    /// `terraform import ADDRESS ID` or `import { id = ... }`.
    Id(String),
    /// `import { identity = { ... } }`.
    Identity(Dynamic),
}

/// Answer to `ImportResourceState`; Terraform reads the state it holds next.
#[derive(Debug, Default)]
pub struct ImportAnswer {
    /// A state with just enough to be read; null beside an error.
    pub state: Dynamic,
    /// Private bytes stored beside the state.
    pub private: Vec<u8>,
    /// Identity; needed when the import was by identity.
    pub identity: Option<Dynamic>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

impl ImportAnswer {
    /// The answer that imports nothing, because of an error.
    pub fn failed(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic], ..Self::default() }
    }
}

/// `MoveResourceState`: the state of another resource type.
#[derive(Debug)]
pub struct MoveRequest {
    /// Address of its provider, such as `registry.terraform.io/hashicorp/null`.
    pub provider: String,
    /// Its type, such as `null_resource`.
    pub type_name: String,
    /// Its state as the state file has it: JSON.
    pub state: Vec<u8>,
}

impl MoveRequest {
    /// The summary of an error.
    pub fn unable_to(&self, target: &str) -> String {
        format!("Unable to move {} to {target}", self.type_name)
    }
}

/// Answer to `MoveResourceState`; Terraform reads the state it holds next.
#[derive(Debug)]
pub struct MoveAnswer {
    /// A state with just enough to be read.
    pub state: Dynamic,
    /// Its identity.
    pub identity: Option<Dynamic>,
}

/// Lists the resource types: the provider's table of contents.
macro_rules! resources {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*

        static ALL: &[&dyn Resource] = &[$(&$module::RESOURCE),*];

        /// Every resource type of the provider.
        pub fn all() -> &'static [&'static dyn Resource] {
            ALL
        }
    };
}

resources! {
    sms_role,
    user_pool_mfa,
    software_token,
    sms_configuration,
    user_mfa_preference,
}
