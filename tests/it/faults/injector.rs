//! A proxy between the provider and the sandbox that spoils the requests it is told to spoil.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::fault::{Fault, Order, Spoiled};
use super::request::Request;
use crate::support::http::{self, Answer};

/// No spoiled connection is kept longer, whoever forgets it.
const LONGEST: Duration = Duration::from_secs(150);
/// Between two bytes of an answer that drips.
const DRIP: Duration = Duration::from_millis(100);

/// The proxy. It ends with the value.
pub struct Injector {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

/// One request that came, and what was done to it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Such as `SetUserPoolMfaConfig`.
    pub operation: String,
    /// The pool or role it is about.
    pub subject: String,
    /// The fault, where one was ordered.
    pub fault: Option<Fault>,
}

struct Shared {
    upstream: String,
    address: SocketAddr,
    orders: Mutex<Vec<Order>>,
    seen: Mutex<Vec<Seen>>,
    /// `GetUserPoolMfaConfig` of each pool as it was before its last write.
    before: Mutex<HashMap<String, Answer>>,
    /// The bodies of the writes that the sandbox carried out, by pool.
    written: Mutex<HashMap<String, Vec<Value>>>,
    open: AtomicUsize,
    stop: AtomicBool,
    /// Whether connections are wanted, and whether the listener is there.
    door: Mutex<(bool, bool)>,
    moved: Condvar,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Injector {
    /// A proxy for the sandbox at `upstream`.
    pub fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            address,
            orders: Mutex::default(),
            seen: Mutex::default(),
            before: Mutex::default(),
            written: Mutex::default(),
            open: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            door: Mutex::new((true, true)),
            moved: Condvar::new(),
        });
        let own = Arc::clone(&shared);
        let accepting = Some(std::thread::spawn(move || accept(&own, listener)));
        Self { url: format!("http://{address}"), shared, accepting }
    }

    /// Spoils requests by these orders from now on, and by no others.
    pub fn order(&self, orders: Vec<Order>) {
        // A stale read shows what was before a write under these orders, never what an earlier case has left.
        lock(&self.shared.before).clear();
        *lock(&self.shared.orders) = orders;
    }

    /// Adds an order.
    pub fn add(&self, order: Order) {
        lock(&self.shared.orders).push(order);
    }

    /// Drops the orders about a subject.
    pub fn clear(&self, subject: &str) {
        lock(&self.shared.orders).retain(|order| order.subject.as_deref() != Some(subject));
    }

    /// Every request since the last time it was asked.
    pub fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *lock(&self.shared.seen))
    }

    /// The bodies of the writes of a pool that were carried out since the last time it was asked. What it was before them is
    /// forgotten: no read is older than that.
    pub fn take_written(&self, pool: &str) -> Vec<Value> {
        lock(&self.shared.before).remove(pool);
        lock(&self.shared.written).remove(pool).unwrap_or_default()
    }

    /// The requests so far that were spoiled.
    pub fn spoiled(&self) -> usize {
        lock(&self.shared.seen).iter().filter(|seen| seen.fault.is_some()).count()
    }

    /// Refuses connections until [`Self::up`].
    pub fn down(&self) {
        down(&self.shared, true);
    }

    /// Takes connections again, on the same port.
    pub fn up(&self) {
        let mut door = lock(&self.shared.door);
        door.0 = true;
        self.shared.moved.notify_all();
        while !door.1 {
            door = self.shared.moved.wait(door).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Connections that clients hold open.
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// Waits until no client holds a connection; false when one still does after `limit`.
    pub fn closed_within(&self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        while self.open() > 0 {
            if Instant::now() > end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    /// Waits until `count` requests of the operation have come.
    pub fn wait_for(&self, operation: &str, count: usize) {
        let end = Instant::now() + Duration::from_secs(60);
        while lock(&self.shared.seen).iter().filter(|seen| seen.operation == operation).count() < count {
            assert!(Instant::now() < end, "{operation} did not come {count} times: {:?}", lock(&self.shared.seen));
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Injector {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.shared.moved.notify_all();
        let _ = TcpStream::connect(self.shared.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// Closes the door; waits for it where asked to.
fn down(shared: &Shared, wait: bool) {
    let mut door = lock(&shared.door);
    door.0 = false;
    let _ = TcpStream::connect(shared.address);
    while wait && door.1 {
        door = shared.moved.wait(door).unwrap_or_else(PoisonError::into_inner);
    }
}

fn accept(shared: &Arc<Shared>, listener: TcpListener) {
    let mut listener = Some(listener);
    while !shared.stop.load(Ordering::SeqCst) {
        let mut door = lock(&shared.door);
        if door.0 {
            let open = listener.get_or_insert_with(|| bind(shared.address));
            door.1 = true;
            shared.moved.notify_all();
            drop(door);
            let Ok((stream, _)) = open.accept() else { continue };
            if lock(&shared.door).0 {
                let shared = Arc::clone(shared);
                std::thread::spawn(move || converse(&shared, stream));
            }
        } else {
            listener = None;
            door.1 = false;
            shared.moved.notify_all();
            // The time limit is for a stop that comes between the question and the wait.
            drop(shared.moved.wait_timeout(door, Duration::from_millis(100)));
        }
    }
}

fn bind(address: SocketAddr) -> TcpListener {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        match TcpListener::bind(address) {
            Ok(listener) => return listener,
            Err(error) => assert!(Instant::now() < end, "the port {address} is gone: {error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Counts a connection for as long as it is open.
struct Open<'a>(&'a AtomicUsize);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn converse(shared: &Shared, mut stream: TcpStream) {
    shared.open.fetch_add(1, Ordering::SeqCst);
    let _open = Open(&shared.open);
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(Duration::from_millis(100)));
    let _ = stream.set_write_timeout(Some(LONGEST));
    let mut kept = Vec::new();
    while let Some(request) = Request::read(&mut stream, &mut kept, &shared.stop) {
        let fault = chosen(shared, &request);
        let seen = Seen { operation: request.operation.clone(), subject: request.subject.clone(), fault };
        lock(&shared.seen).push(seen);
        if !answer(shared, &mut stream, &request, fault) {
            return;
        }
    }
}

fn chosen(shared: &Shared, request: &Request) -> Option<Fault> {
    let mut orders = lock(&shared.orders);
    orders.iter_mut().find_map(|order| order.falls_on(&request.operation, &request.subject))
}

/// Answers one request; false when the connection is used up.
fn answer(shared: &Shared, stream: &mut TcpStream, request: &Request, fault: Option<Fault>) -> bool {
    let Some(fault) = fault else {
        let answer = forward(shared, request);
        return send(stream, &answer);
    };
    let committed = fault.committed.then(|| forward(shared, request));
    match fault.kind {
        Spoiled::Hang => await_close(shared, stream),
        Spoiled::DripHead => drip(shared, stream, b"HTTP/1.1 200 OK\r\nX-Slow: "),
        Spoiled::DripBody => drip(shared, stream, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        Spoiled::Truncate => {
            let answer = committed.unwrap_or_else(|| Answer { status: 200, headers: Vec::new(), body: vec![b'{'; 400] });
            let whole = encode(&answer);
            let _ = stream.write_all(&whole[..whole.len() - answer.body.len().div_ceil(2)]);
        }
        Spoiled::Close => {}
        Spoiled::Reset => reset(stream),
        Spoiled::Slow(milliseconds) => {
            std::thread::sleep(Duration::from_millis(milliseconds));
            return send(stream, &committed.unwrap_or_else(|| forward(shared, request)));
        }
        Spoiled::Down => {
            let answer = forward(shared, request);
            down(shared, false);
            send(stream, &answer);
        }
        Spoiled::Stale => {
            let is_read = request.operation == "GetUserPoolMfaConfig";
            let old = lock(&shared.before).get(&request.subject).filter(|_| is_read).cloned();
            return send(stream, &old.unwrap_or_else(|| forward(shared, request)));
        }
        Spoiled::Altered(alteration) => {
            let mut answer = forward(shared, request);
            if let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) {
                alteration.apply(&mut body);
                answer.body = body.to_string().into_bytes();
            }
            return send(stream, &answer);
        }
        Spoiled::Canned(canned) => return send(stream, &canned.answer()),
        Spoiled::Endless => {
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
            let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
            for _ in 0..1024 {
                if stream.write_all(&chunk).is_err() {
                    break;
                }
            }
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
    false
}

/// Carries a request out. What a pool was before its last write is kept for [`Spoiled::Stale`].
fn forward(shared: &Shared, request: &Request) -> Answer {
    let is_write = request.operation == "SetUserPoolMfaConfig";
    let kept = is_write && lock(&shared.orders).iter().any(|order| order.fault.kind == Spoiled::Stale);
    let old = kept.then(|| pass(shared, &request.reading()));
    let answer = pass(shared, request);
    if is_write && answer.status == 200 {
        let body = serde_json::from_slice(&request.body).unwrap();
        lock(&shared.written).entry(request.subject.clone()).or_default().push(body);
    }
    if let Some(old) = old.filter(|_| answer.status == 200) {
        lock(&shared.before).insert(request.subject.clone(), old);
    }
    answer
}

fn pass(shared: &Shared, request: &Request) -> Answer {
    let headers: Vec<(&str, &str)> = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    http::request(&shared.upstream, &request.method, &request.path, &headers, &request.body)
}

fn send(stream: &mut TcpStream, answer: &Answer) -> bool {
    stream.write_all(&encode(answer)).is_ok()
}

fn encode(answer: &Answer) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n", answer.status, answer.body.len());
    for (name, value) in &answer.headers {
        if !["content-length", "transfer-encoding", "connection"].contains(&name.as_str()) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    head.push_str("\r\n");
    [head.as_bytes(), &answer.body].concat()
}

/// Holds the connection until the client gives up.
fn await_close(shared: &Shared, stream: &mut TcpStream) {
    let end = Instant::now() + LONGEST;
    let mut byte = [0];
    while Instant::now() < end && !shared.stop.load(Ordering::SeqCst) {
        match stream.read(&mut byte) {
            Ok(1..) => {}
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Ok(0) | Err(_) => return,
        }
    }
}

fn drip(shared: &Shared, stream: &mut TcpStream, head: &[u8]) {
    let end = Instant::now() + LONGEST;
    if stream.write_all(head).is_err() {
        return;
    }
    while Instant::now() < end && !shared.stop.load(Ordering::SeqCst) {
        if stream.write_all(b"a").is_err() {
            return;
        }
        std::thread::sleep(DRIP);
    }
}

/// Ends the connection with RST instead of FIN.
#[allow(unsafe_code)]
fn reset(stream: &TcpStream) {
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    let size = libc::socklen_t::try_from(std::mem::size_of::<libc::linger>()).unwrap();
    // SAFETY: the descriptor is open, and the option's value is a `linger` of that size.
    unsafe {
        let value = std::ptr::from_ref(&linger).cast();
        libc::setsockopt(stream.as_raw_fd(), libc::SOL_SOCKET, libc::SO_LINGER, value, size);
    }
}
