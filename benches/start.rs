//! Size, start, memory and end of the release binary, beside the goals of docs/dev/performance.md.
//!
//! Prints one table and asserts no figure: what a machine under load measures is its own affair.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

#[path = "../tests/it/support/plugin_client.rs"]
#[allow(dead_code)]
mod plugin_client;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use cognitomfa::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use rustls_pki_types::CertificateDer;
use tonic::transport::Channel;

use plugin_client::{Client, Credential, ask, shut_down};

const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-cognitomfa");
/// The floor of starting any process on this machine, and nothing that this project can change.
const FLOOR: &str = "/bin/true";
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/// Rounds before the first that counts: they fill the page cache.
const WARM_UP: usize = 5;
/// Long enough for a started plugin to go to sleep.
const PAUSE: Duration = Duration::from_millis(10);
const STARTS: usize = 100;
const ENDS: usize = 30;
const MIB: f64 = 1_048_576.0;

fn main() {
    // `cargo test --all-targets` runs this program too, without the argument of `cargo bench` and on an unoptimised binary.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("nothing measured; run: cargo bench --bench start");
        return;
    }
    println!("{}\n", machine());
    println!("{:<56} {:>8} {:>8} {:>8} {:>8} {:>8}   goal", "", "best", "median", "worst", "x floor", "worst");
    let size = fs::metadata(BINARY).unwrap().len() as f64 / MIB;
    row("binary, stripped, MiB", &[size], None, "12");
    starts();
    ends();
    println!("\nfloor: exec of {FLOOR} to its exit, one in each round; \"x floor\" is the median of the rounds' ratios and the");
    println!(
        "worst time over the floor's worst. {STARTS} starts of each kind after {WARM_UP} that do not count; {ENDS} ends of each kind."
    );
}

/// What to know before two tables are compared.
fn machine() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = if load.is_empty() { "unknown".to_owned() } else { load.join(" ") };
    format!("{} {}, {cores} cores, load average {load}", std::env::consts::ARCH, std::env::consts::OS)
}

/// All kinds in turn, so that a change of load meets them alike.
fn starts() {
    let credential = Credential::p521();
    let [mut floor, mut by_hand, mut plain, mut tls] = [(); 4].map(|()| Vec::new());
    let (mut of_plain, mut of_tls) = (Vec::new(), Vec::new());
    for round in 0..WARM_UP + STARTS {
        let floor_time = until_exit(Path::new(FLOOR), &[]);
        let by_hand_time = until_exit(Path::new(BINARY), &["--version"]);
        // One after the other to its end, so that no start is timed while another goes on.
        let [(plain_time, plain_usage), (tls_time, tls_usage)] = [None, Some(&credential)].map(|credential| {
            let plugin = Plugin::start(credential);
            (plugin.until_line, (plugin.at_line, plugin.waiting()))
        });
        if round >= WARM_UP {
            floor.push(floor_time);
            by_hand.push(by_hand_time);
            plain.push(plain_time);
            tls.push(tls_time);
            of_plain.push(plain_usage);
            of_tls.push(tls_usage);
        }
    }
    row("exec -> line, client certificate, ms", &milliseconds(&tls), Some(&milliseconds(&floor)), "5; worst 25");
    row("exec -> line, no certificate, ms", &milliseconds(&plain), Some(&milliseconds(&floor)), "");
    row("exec -> exit of `--version`, ms", &milliseconds(&by_hand), Some(&milliseconds(&floor)), "");
    row("floor, ms", &milliseconds(&floor), None, "");
    usage_rows("client certificate", &of_tls, "8");
    usage_rows("no certificate", &of_plain, "");
}

/// Rows of one kind of start, each measured at the line and again when the process waits for its first connection.
fn usage_rows(kind: &str, starts: &[(Usage, Usage)], goal: &str) {
    let at_line = |figure: fn(&Usage) -> Option<f64>| starts.iter().filter_map(|(first, _)| figure(first)).collect::<Vec<f64>>();
    let waiting = |figure: fn(&Usage) -> Option<f64>| starts.iter().filter_map(|(_, then)| figure(then)).collect::<Vec<f64>>();
    row(&format!("RSS at the line, {kind}, MiB"), &at_line(|usage| usage.resident), None, goal);
    row("    of it anonymous (heap, stacks, written data)", &at_line(|usage| usage.anonymous), None, "");
    row(&format!("RSS when it waits, {kind}, MiB"), &waiting(|usage| usage.resident), None, "");
    row(&format!("CPU time until it waits, {kind}, ms"), &waiting(|usage| usage.cpu), None, "");
}

/// From the call of `GRPCController/Shutdown` to the exit, seen by the parent as a host sees it.
fn ends() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let credential = Credential::p521();
    let (mut closing, mut staying, mut served) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ENDS {
        for (keeps, times) in [(false, &mut closing), (true, &mut staying)] {
            let plugin = Plugin::start(Some(&credential));
            let (time, usage) = runtime.block_on(end(plugin, &credential, keeps));
            times.push(time);
            served.push(usage);
        }
    }
    let resident: Vec<f64> = served.iter().filter_map(|usage| usage.resident).collect();
    row("RSS after GetProviderSchema, MiB", &resident, None, "");
    row("Shutdown -> exit, host closes after the answer, ms", &milliseconds(&closing), None, "50");
    row("Shutdown -> exit, host never closes, ms", &milliseconds(&staying), None, "50");
}

/// Connects as a host does, with its open stream of standard output, asks for the schema and says `Shutdown`.
async fn end(mut plugin: Plugin, credential: &Credential, keeps: bool) -> (Duration, Usage) {
    let channel = plugin.client(credential).connect().await.unwrap();
    let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    assert!(ask(channel.clone()).await.unwrap().provider.is_some());
    let usage = Usage::of(plugin.child.id());
    let begun = Instant::now();
    let exit = tokio::task::spawn_blocking(move || {
        let status = plugin.child.wait().unwrap();
        (begun.elapsed(), status)
    });
    shut_down(channel.clone()).await;
    let kept: Option<(Channel, _)> = keeps.then_some((channel, stdio));
    let (time, status) = exit.await.unwrap();
    assert!(status.success(), "the plugin ended with {status}");
    drop(kept);
    (time, usage)
}

/// A started plugin that has written its handshake line; killed with the value at the latest.
struct Plugin {
    child: Child,
    line: String,
    until_line: Duration,
    at_line: Usage,
    _place: tempfile::TempDir,
}

impl Plugin {
    fn start(credential: Option<&Credential>) -> Self {
        let place = tempfile::Builder::new().prefix("p").tempdir_in("/tmp").unwrap();
        let mut command = Command::new(BINARY);
        command
            .env_clear()
            .env("TMPDIR", place.path())
            .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
            .env("PLUGIN_PROTOCOL_VERSIONS", "6");
        command.envs(credential.map(|credential| ("PLUGIN_CLIENT_CERT", credential.pem())));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let begun = Instant::now();
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let until_line = begun.elapsed();
        let at_line = Usage::of(child.id());
        assert!(line.starts_with("1|6|unix|"), "no handshake line: {line:?}");
        Self { child, line, until_line, at_line, _place: place }
    }

    /// After a pause in which it finishes its start; a thread's processor time is only exact when the thread sleeps.
    fn waiting(&self) -> Usage {
        std::thread::sleep(PAUSE);
        Usage::of(self.child.id())
    }

    fn client(&self, credential: &Credential) -> Client {
        let fields: Vec<&str> = self.line.trim_end().split('|').collect();
        let certificate = CertificateDer::from(STANDARD_NO_PAD.decode(fields[5]).unwrap());
        Client::tls(PathBuf::from(fields[3]), &certificate, Some(credential), &rustls::version::TLS13)
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until_exit(program: &Path, arguments: &[&str]) -> Duration {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let _ = child.stdout.as_mut().unwrap().read_to_end(&mut Vec::new());
    child.wait().unwrap();
    begun.elapsed()
}

/// What a process has used so far; nothing is known where there is no `/proc`.
#[derive(Clone, Copy, Default)]
struct Usage {
    /// Time on a processor, of all threads, in ms.
    cpu: Option<f64>,
    /// `VmRSS`, MiB.
    resident: Option<f64>,
    /// `RssAnon`, MiB.
    anonymous: Option<f64>,
}

impl Usage {
    fn of(process: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let size = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
        };
        Self { cpu: cpu(process), resident: size("VmRSS:"), anonymous: size("RssAnon:") }
    }
}

fn cpu(process: u32) -> Option<f64> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    threads
        .map(|thread| {
            let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e6)
        })
        .sum()
}

fn milliseconds(times: &[Duration]) -> Vec<f64> {
    times.iter().map(|time| time.as_secs_f64() * 1e3).collect()
}

/// One line of the table; `floor` holds the same rounds as `figures`.
fn row(what: &str, figures: &[f64], floor: Option<&[f64]>, goal: &str) {
    let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
    let spread = figures.len() > 1;
    let ratios = floor.map(|floor| figures.iter().zip(floor).map(|(figure, floor)| figure / floor).collect::<Vec<f64>>());
    let worst_ratio = floor.and_then(|floor| Some(worst(figures)? / worst(floor)?));
    println!(
        "{what:<56} {:>8} {:>8} {:>8} {:>8} {:>8}   {goal}",
        number(best(figures).filter(|_| spread)),
        number(median(figures)),
        number(worst(figures).filter(|_| spread)),
        number(ratios.as_deref().and_then(median)),
        number(worst_ratio),
    );
}

fn median(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

fn best(figures: &[f64]) -> Option<f64> {
    figures.iter().copied().min_by(f64::total_cmp)
}

fn worst(figures: &[f64]) -> Option<f64> {
    figures.iter().copied().max_by(f64::total_cmp)
}
