//! What is read once a process: whoever asks first reads, and everybody else waits for that, no longer than their own deadline.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// One answer that is worth keeping.
#[derive(Debug)]
pub(super) struct Memo<T>(tokio::sync::Mutex<Option<T>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(tokio::sync::Mutex::default())
    }
}

impl<T: Clone> Memo<T> {
    /// The answer that is kept, else the one that `read` gets, which is kept where it `lasts`; `late` where somebody else is still reading
    /// at the deadline.
    pub(super) async fn remembered(
        &self,
        deadline: Instant,
        read: impl Future<Output = T>,
        lasts: impl Fn(&T) -> bool,
        late: impl FnOnce() -> T,
    ) -> T {
        let Ok(mut kept) = tokio::time::timeout_at(deadline.into(), self.0.lock()).await else { return late() };
        if let Some(known) = kept.as_ref() {
            return known.clone();
        }
        let answer = read.await;
        *kept = Some(&answer).filter(|answer| lasts(answer)).cloned();
        answer
    }

    /// Keeps a newer answer, unless somebody is reading one.
    pub(super) fn put(&self, answer: T) {
        if let Ok(mut kept) = self.0.try_lock() {
            *kept = Some(answer);
        }
    }
}

/// Answers by what they are about.
#[derive(Debug)]
pub(super) struct Memos<K, T>(Mutex<HashMap<K, Arc<Memo<T>>>>);

impl<K, T> Default for Memos<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T> Memos<K, T> {
    /// The place of one answer.
    pub(super) fn of(&self, key: K) -> Arc<Memo<T>> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn soon(milliseconds: u64) -> Instant {
        Instant::now() + Duration::from_millis(milliseconds)
    }

    #[tokio::test]
    async fn a_waiter_keeps_its_own_deadline() {
        let memo = Arc::new(Memo::default());
        let (answer, answered) = tokio::sync::oneshot::channel();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let reader = {
            let memo = Arc::clone(&memo);
            tokio::spawn(async move {
                let read = async {
                    begin.send(()).unwrap();
                    answered.await.unwrap()
                };
                memo.remembered(soon(60_000), read, |_| true, || "late").await
            })
        };
        begun.await.unwrap();
        assert_eq!(memo.remembered(soon(10), async { "other" }, |_| true, || "late").await, "late");
        answer.send("read").unwrap();
        assert_eq!(reader.await.unwrap(), "read");
        assert_eq!(memo.remembered(soon(10), async { "other" }, |_| true, || "late").await, "read");
    }

    #[tokio::test]
    async fn an_answer_that_does_not_last_is_asked_for_again() {
        let memo = Memo::default();
        assert_eq!(memo.remembered(soon(1000), async { 1 }, |_| false, || 0).await, 1);
        assert_eq!(memo.remembered(soon(1000), async { 2 }, |_| true, || 0).await, 2);
        assert_eq!(memo.remembered(soon(1000), async { 3 }, |_| true, || 0).await, 2);
        memo.put(4);
        assert_eq!(memo.remembered(soon(1000), async { 5 }, |_| true, || 0).await, 4);
    }
}
