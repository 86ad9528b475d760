//! HTTP/2 and gRPC as a client that got past TLS could speak them.

use std::time::Duration;

use cognitomfa::plugin::fuzzing;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What every connection begins with: the client's preface and empty settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// Far more than the in-memory server needs; one that needs longer hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// Turns of the runtime in which a request is answered, before the client closes.
const TURNS: usize = 64;

thread_local! {
    static RUNTIME: tokio::runtime::Runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
}

/// Runs a future on this thread's runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// A byte that is odd where the preface is left out, then what the client sends before it closes.
pub fn run(input: &[u8]) -> bool {
    let Some((pick, bytes)) = input.split_first() else { return false };
    let preface = if pick % 2 == 0 { PREFACE } else { &[] };
    let answer = block_on(async { tokio::time::timeout(LIMIT, conversation(preface, bytes)).await });
    let answer = answer.expect("the server neither answers nor closes");
    assert!(!answer.windows(19).any(|part| part == b"Bug in the provider"), "an RPC panicked");
    answer.windows(11).any(|part| part == b"tfplugin6.P" || part == b"cognitomfa_")
}

async fn conversation(preface: &[u8], bytes: &[u8]) -> Vec<u8> {
    let (client, server) = tokio::io::duplex(64 << 10);
    let (mut reader, mut writer) = tokio::io::split(client);
    let mut answer = Vec::new();
    let talk = async {
        // The server may close before it has read everything.
        let _ = writer.write_all(preface).await;
        let _ = writer.write_all(bytes).await;
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        let _ = writer.shutdown().await;
    };
    let incoming = tokio_stream::once(Ok(server));
    let (served, (), _) = tokio::join!(fuzzing::serve(incoming), talk, reader.read_to_end(&mut answer));
    served.expect("a broken connection does not end the server");
    answer
}
