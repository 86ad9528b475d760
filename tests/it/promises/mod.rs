//! What a plan promises, apply keeps: every place of every schema, left null or left unknown, from every state of the samples.

mod creates;
mod forms;
mod gone;
mod identities;
mod nulls;
mod places;
mod plugin;
mod samples;
mod unknowns;

/// Runs a future that goes deep, on threads with the stack for it.
fn at_depth(work: impl Future<Output = ()> + Send + 'static) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_stack_size(64 << 20).enable_all().build().unwrap();
    runtime.block_on(async { tokio::spawn(work).await.unwrap() });
}
