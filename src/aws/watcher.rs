//! What one call did last, seen from inside of the SDK.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Sees where the requests of one call go, and whose they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Watcher(Arc<Mutex<Watched>>);

#[derive(Clone, Debug, Default)]
struct Watched {
    endpoint: Option<String>,
    key: Option<String>,
}

impl Watcher {
    /// Scheme, host and port of the last request; `None` before there is one.
    pub(super) fn endpoint(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).endpoint.clone()
    }

    /// The access key id that the last request was signed with.
    pub(super) fn key(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).key.clone()
    }
}

impl Intercept for Watcher {
    fn name(&self) -> &'static str {
        "Watcher"
    }

    fn read_before_signing(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Ok(url) = url::Url::parse(context.request().uri()) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).endpoint = Some(url.origin().ascii_serialization());
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let signature = context.request().headers().get("authorization").and_then(|header| header.split_once("Credential="));
        let key = signature.and_then(|(_, scope)| scope.split_once('/')).map(|(key, _)| key.to_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).key = key;
        Ok(())
    }
}
