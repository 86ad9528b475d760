//! go-plugin's own services: the controller, which ends us, and standard output, which stays silent.
//!
//! `GRPCBroker` is not offered: providers call nothing back, and hosts take `Unimplemented` for an answer.

use tonic::codegen::{BoxStream, async_trait};
use tonic::{Request, Response, Status};

use tokio_util::sync::CancellationToken;

use crate::proto::plugin::grpc_controller_server::GrpcController;
use crate::proto::plugin::grpc_stdio_server::GrpcStdio;
use crate::proto::plugin::{Empty, StdioData};

/// Ends the process on request. Without it the host waits two seconds for every provider it closes, then kills it.
#[derive(Debug)]
pub(super) struct Controller {
    /// Cancelled by `Shutdown`.
    pub shutdown: CancellationToken,
}

#[async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        // The answer still goes out: an ending server finishes the calls it has.
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

/// A stream that carries nothing and stays open, which also keeps an idle client from closing its connection.
#[derive(Debug)]
pub(super) struct Stdio {
    /// Cancelled when the server ends, because an open call would hold it up.
    pub ending: CancellationToken,
}

#[async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _request: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        let ending = self.ending.clone();
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        tokio::spawn(async move {
            tokio::select! {
                () = ending.cancelled() => {}
                () = sender.closed() => {}
            }
        });
        Ok(Response::new(Box::pin(tokio_stream::wrappers::ReceiverStream::new(receiver))))
    }
}
