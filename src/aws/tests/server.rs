//! A server on loopback that answers, and fails, as a script says, and remembers every request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// What happens to one request.
#[derive(Clone, Debug)]
pub(in crate::aws) enum Reply {
    /// An answer in Cognito's form.
    Json(u16, Value),
    /// Any answer: status, content type, body.
    Text(u16, &'static str, String),
    /// An answer that promises more than it holds.
    Truncated,
    /// The connection is reset.
    Reset,
    /// Nothing ever comes.
    Hang,
    /// So many bytes of JSON, with their number declared or not.
    Long { declared: bool },
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(in crate::aws) struct Seen {
    /// The whole head.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Seen {
    /// The body as JSON.
    pub(in crate::aws) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Runs until it is dropped.
#[derive(Debug)]
pub(in crate::aws) struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Bytes of long answers that were taken off its hands.
    pub sent: Arc<Mutex<usize>>,
    task: AbortHandle,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Replies in order; the last reply stays.
    pub(in crate::aws) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let replies = Arc::new(Mutex::new(replies.into_iter().collect::<VecDeque<_>>()));
        let (seen, sent) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let (all, bytes) = (Arc::clone(&seen), Arc::clone(&sent));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (replies, all, bytes) = (Arc::clone(&replies), Arc::clone(&all), Arc::clone(&bytes));
                tokio::spawn(async move { converse(stream, &replies, &all, &bytes).await });
            }
        });
        Self { url, seen, sent, task: task.abort_handle() }
    }

    /// The requests so far.
    pub(in crate::aws) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn converse(mut stream: TcpStream, replies: &Mutex<VecDeque<Reply>>, seen: &Mutex<Vec<Seen>>, sent: &Mutex<usize>) {
    while let Some(request) = read(&mut stream).await {
        seen.lock().unwrap().push(request);
        let reply = {
            let mut replies = replies.lock().unwrap();
            if replies.len() > 1 { replies.pop_front().unwrap() } else { replies[0].clone() }
        };
        let done = match reply {
            Reply::Json(status, body) => write(&mut stream, status, "application/x-amz-json-1.1", &body.to_string()).await,
            Reply::Text(status, kind, body) => write(&mut stream, status, kind, &body).await,
            Reply::Truncated => {
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 90\r\n\r\n{")
                    .await;
                return;
            }
            Reply::Reset => {
                let _ = stream.set_zero_linger();
                return;
            }
            Reply::Hang => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                return;
            }
            Reply::Long { declared } => return long(&mut stream, declared, sent).await,
        };
        if done.is_err() {
            return;
        }
    }
}

/// Offers 64 MiB.
async fn long(stream: &mut TcpStream, declared: bool, sent: &Mutex<usize>) {
    let chunk = vec![b'x'; 64 * 1024];
    let length = if declared { format!("content-length: {}\r\n", 1024 * chunk.len()) } else { "connection: close\r\n".into() };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\n{length}\r\n");
    if stream.write_all(head.as_bytes()).await.is_err() {
        return;
    }
    for _ in 0..1024 {
        if stream.write_all(&chunk).await.is_err() {
            return;
        }
        *sent.lock().unwrap() += chunk.len();
    }
}

async fn write(stream: &mut TcpStream, status: u16, kind: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nx-amzn-requestid: request-1\r\n\r\n");
    // One write: two would wait for each other's acknowledgement.
    stream.write_all(format!("{head}{body}").as_bytes()).await
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let declared = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned));
    let length: usize = declared.map_or(0, |text| text.parse().unwrap());
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen { head, body: String::from_utf8(bytes[end..end + length].to_vec()).unwrap() })
}
