//! When and why this process ends.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::accept::Presence;

/// A crashed host leaves us behind; this is how soon we notice.
const PARENT_POLL: Duration = Duration::from_secs(1);
/// How long a host may be away after its last connection closed without `Shutdown`.
const ABSENCE_LIMIT: Duration = Duration::from_secs(5);

/// Why the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The host called `Shutdown`.
    Shutdown,
    /// SIGTERM or SIGHUP; in debug mode SIGINT too.
    Signal,
    /// The process that started us is gone.
    ParentGone,
    /// The last client left without a word and did not return.
    ClientGone,
}

impl End {
    /// How long calls in flight may take to finish.
    pub fn patience(self) -> Duration {
        match self {
            // The host waits for our exit and has nothing in flight.
            Self::Shutdown => Duration::from_millis(40),
            Self::Signal => Duration::from_secs(5),
            // Nobody reads the answers.
            Self::ParentGone | Self::ClientGone => Duration::from_secs(1),
        }
    }
}

/// Who is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watch {
    /// The host with this process id: its death ends us, SIGINT does not, because the host answers that with `StopProvider`.
    Host {
        /// Our parent at the start.
        parent: u32,
    },
    /// A person at a terminal: clients come and go, SIGINT ends us.
    Person,
}

/// Signals of this process. Registering one takes its default action away for good.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Needs a runtime; call it before the host learns that we are ready.
    pub fn register() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }
}

/// Waits for the first reason to end.
pub(super) async fn end(
    watch: Watch,
    mut signals: Signals,
    shutdown: CancellationToken,
    presence: watch::Receiver<Presence>,
) -> End {
    let interrupted = async {
        loop {
            let _ = signals.interrupt.recv().await;
            if watch == Watch::Person {
                return;
            }
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => End::Shutdown,
        _ = signals.terminate.recv() => End::Signal,
        _ = signals.hang_up.recv() => End::Signal,
        () = interrupted => End::Signal,
        () = parent_gone(watch) => End::ParentGone,
        () = client_gone(watch, presence, ABSENCE_LIMIT) => End::ClientGone,
    }
}

async fn parent_gone(watch: Watch) {
    let Watch::Host { parent } = watch else {
        return std::future::pending().await;
    };
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(PARENT_POLL).await;
    }
}

async fn client_gone(watch: Watch, mut presence: watch::Receiver<Presence>, limit: Duration) {
    if watch == Watch::Person {
        return std::future::pending().await;
    }
    loop {
        if presence.wait_for(|presence| presence.ever > 0 && presence.now == 0).await.is_err() {
            return std::future::pending().await;
        }
        let returned = presence.wait_for(|presence| presence.now > 0);
        if tokio::time::timeout(limit, returned).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    const HOST: Watch = Watch::Host { parent: 0 };

    /// Whether `client_gone` ends by itself within `patience` when clients are in these states one after the other.
    async fn gone_after(watch: Watch, states: &[(usize, usize)], limit: Duration, patience: Duration) -> bool {
        let (sender, receiver) = watch::channel(Presence::default());
        let task = tokio::spawn(client_gone(watch, receiver, limit));
        for (now, ever) in states {
            tokio::task::yield_now().await;
            sender.send_replace(Presence { now: *now, ever: *ever });
        }
        tokio::time::timeout(patience, task).await.is_ok()
    }

    #[tokio::test]
    async fn a_lost_client_ends_us() {
        let (soon, long) = (Duration::from_millis(1), Duration::from_secs(60));
        assert!(gone_after(HOST, &[(1, 1), (0, 1)], soon, long).await);
        assert!(gone_after(HOST, &[(1, 1), (0, 1), (1, 2), (0, 2)], soon, long).await);
    }

    #[tokio::test]
    async fn nothing_else_does() {
        let (soon, late, patience) = (Duration::from_millis(1), Duration::from_secs(3600), Duration::from_millis(50));
        assert!(!gone_after(HOST, &[], soon, patience).await);
        assert!(!gone_after(HOST, &[(1, 1)], soon, patience).await);
        assert!(!gone_after(HOST, &[(2, 2), (1, 2)], soon, patience).await);
        assert!(!gone_after(HOST, &[(1, 1), (0, 1)], late, patience).await);
        assert!(!gone_after(Watch::Person, &[(1, 1), (0, 1)], soon, patience).await);
    }

    #[tokio::test]
    async fn a_client_that_returns_in_time_is_not_lost() {
        let limit = Duration::from_secs(1);
        assert!(!gone_after(HOST, &[(1, 1), (0, 1), (1, 2)], limit, limit * 2).await);
    }

    #[tokio::test]
    async fn another_parent_is_noticed() {
        let own = std::os::unix::process::parent_id();
        parent_gone(Watch::Host { parent: own.wrapping_add(1) }).await;
        let still_there = parent_gone(Watch::Host { parent: own });
        assert!(tokio::time::timeout(Duration::from_millis(20), still_there).await.is_err());
    }
}
