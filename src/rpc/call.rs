//! An RPC about one managed resource type: its values decoded and encoded by the type's schema.

use tonic::Status;

use super::guard::Refusal;
use super::{Service, convert};
use crate::proto::tfplugin6 as proto;
use crate::resources::Resource;
use crate::tf::{Diagnostic, Dynamic, IdentitySchema, Schema, Type};

/// What an RPC needs to know of the resource type it is about.
pub(super) struct Call {
    rpc: &'static str,
    /// The type.
    pub(super) resource: &'static dyn Resource,
    /// Its schema.
    pub(super) schema: Schema,
    /// The type of its values.
    pub(super) ty: Type,
}

impl Call {
    /// Finds the resource type by name; a diagnostic that names the types there are when there is none.
    pub(super) fn about(service: &Service, rpc: &'static str, type_name: &str) -> Result<Self, Refusal> {
        let found = service.resources.iter().copied().find(|resource| resource.type_name() == type_name);
        let resource = found.ok_or_else(|| unknown_type(service.resources, type_name))?;
        let schema = resource.schema();
        let ty = schema.ty();
        Ok(Self { rpc, resource, schema, ty })
    }

    /// A value of the type's schema from the request's field `place`.
    pub(super) fn decode(&self, value: Option<&proto::DynamicValue>, place: &str) -> Result<Dynamic, Refusal> {
        self.decode_as(value, &self.ty, place)
    }

    /// An identity from the request's field `place`; none where the type has none.
    pub(super) fn decode_identity(
        &self,
        identity: Option<&proto::ResourceIdentityData>,
        place: &str,
    ) -> Result<Option<Dynamic>, Refusal> {
        let (Some(identity), Some(schema)) = (identity, self.resource.identity()) else { return Ok(None) };
        let value = self.decode_as(identity.identity_data.as_ref(), &schema.ty(), place)?;
        Ok(Some(value).filter(|value| !value.is_null()))
    }

    fn decode_as(&self, value: Option<&proto::DynamicValue>, ty: &Type, place: &str) -> Result<Dynamic, Refusal> {
        let name = self.resource.type_name();
        convert::decode(value, ty).map_err(|malformed| garbled(self.rpc, &format!("`{place}` of {name}"), &malformed))
    }

    /// A state for the answer, without write-only values. One that does not fit the schema is left out and told of.
    pub(super) fn state(&self, mut state: Dynamic, diagnostics: &mut Vec<Diagnostic>) -> Option<proto::DynamicValue> {
        self.schema.null_write_only(&mut state);
        self.encode(&state, &self.ty, "state", diagnostics)
    }

    /// An identity for the answer. A type without an identity schema gets none: command lines do not survive one.
    pub(super) fn identity(
        &self,
        identity: Option<&Dynamic>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<proto::ResourceIdentityData> {
        let identity = identity.filter(|identity| !identity.is_null())?;
        let schema: IdentitySchema = self.resource.identity()?;
        let identity_data = self.encode(identity, &schema.ty(), "identity", diagnostics)?;
        Some(proto::ResourceIdentityData { identity_data: Some(identity_data) })
    }

    fn encode(&self, value: &Dynamic, ty: &Type, what: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<proto::DynamicValue> {
        match convert::encode(value, ty) {
            Ok(encoded) => Some(encoded),
            Err(malformed) => {
                let name = self.resource.type_name();
                let detail = format!(
                    "The {what} of {name} that the provider made in {} does not fit its schema ({malformed}). This is a bug in the \
                     provider, not in the configuration: report it with this message.",
                    self.rpc
                );
                diagnostics.push(Diagnostic::error("Bug in the provider", detail));
                None
            }
        }
    }
}

/// The gRPC error for bytes that are not a value of the type they must have.
pub(super) fn garbled(rpc: &str, place: &str, malformed: &crate::tf::Malformed) -> Refusal {
    Refusal::Garbled(Status::invalid_argument(format!("{rpc}: unable to decode {place}: {malformed}")))
}

fn unknown_type(resources: &[&dyn Resource], type_name: &str) -> Diagnostic {
    let names: Vec<String> = resources.iter().map(|resource| format!("`{}`", resource.type_name())).collect();
    let offered = if names.is_empty() { "It has none.".to_owned() } else { format!("It has {}.", names.join(", ")) };
    Diagnostic::error("Unknown resource type", format!("The cognitomfa provider has no resource type `{type_name}`. {offered}"))
}
