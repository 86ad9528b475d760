//! The provider service: every RPC of `tfplugin6.Provider`.

use std::sync::Arc;

use crate::proto::tfplugin6::provider_server::{Provider as Rpcs, ProviderServer};
use crate::provider::Provider;
use crate::resources::{self, Resource};

/// Largest message in either direction, in bytes: 256 MiB, as HashiCorp's own servers take. tonic's 4 MiB are too few for large states.
const MESSAGE_LIMIT: usize = 256 << 20;

/// Serves the RPCs of `tfplugin6.Provider`. Clones share the provider.
#[derive(Clone)]
pub struct Service {
    #[expect(dead_code)]
    provider: Arc<Provider>,
    #[expect(dead_code)]
    resources: &'static [&'static dyn Resource],
}

impl Service {
    /// A service for `provider` that offers `resources`.
    pub fn new(provider: Arc<Provider>, resources: &'static [&'static dyn Resource]) -> Self {
        Self { provider, resources }
    }

    /// The service as tonic serves it, with the message limits of the protocol.
    pub fn into_server(self) -> ProviderServer<Self> {
        ProviderServer::new(self).max_decoding_message_size(MESSAGE_LIMIT).max_encoding_message_size(MESSAGE_LIMIT)
    }
}

/// The provider service with every resource type of this crate.
pub fn server(provider: Arc<Provider>) -> ProviderServer<Service> {
    Service::new(provider, resources::all()).into_server()
}

#[tonic::async_trait]
impl Rpcs for Service {}
