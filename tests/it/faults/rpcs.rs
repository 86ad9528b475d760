//! A client that leaves, a run that is interrupted, and messages that are too large or of another time.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::driver::{self, Driver, Planned, Stored};
use super::fault::{Canned, Fault, Order, Spoiled};
use super::injector::Injector;
use crate::support::aws::unique;
use crate::support::{Aws, Endpoint};

const SET: &str = "SetUserPoolMfaConfig";
const GET: &str = "GetUserPoolMfaConfig";

struct Scene {
    _sandbox: Endpoint,
    injector: Injector,
    aws: Aws,
    driver: Arc<Driver>,
    pool: String,
}

impl Scene {
    async fn set() -> Self {
        let sandbox = Endpoint::sandbox(&[]);
        let injector = Injector::start(&sandbox.url);
        let aws = Aws::at(&sandbox.url);
        let driver = Arc::new(Driver::start(&injector.url).await);
        let pool = aws.create_pool(&unique("rpcs"));
        Self { _sandbox: sandbox, injector, aws, driver, pool }
    }

    fn wanted(&self, mode: &str, limit: &str) -> Value {
        let timeouts = json!({ "create": limit, "update": limit, "read": limit, "delete": limit });
        json!({
            "user_pool_id": self.pool, "mfa_configuration": mode, "timeouts": timeouts, "deletion_policy": "RETAIN",
            "software_token_mfa_configuration": { "enabled": true },
        })
    }

    async fn plan(&self, wanted: &Value) -> Planned {
        let (planned, said) = self.driver.plan(&Stored::default(), &self.driver.config(wanted)).await;
        planned.unwrap_or_else(|| panic!("{}", said.transcript()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_does_not_leave_a_write_unsettled() {
    let scene = Scene::set().await;
    let wanted = scene.wanted("OPTIONAL", "60s");
    let planned = scene.plan(&wanted).await;
    scene.injector.take_seen();
    scene.injector.order(vec![Order::first(1, SET, Fault { kind: Spoiled::Slow(400), committed: false })]);
    let (driver, config) = (Arc::clone(&scene.driver), scene.driver.config(&wanted));
    let applying = tokio::spawn(async move { driver.apply(&Stored::default(), &planned, &config).await });
    tokio::task::block_in_place(|| scene.injector.wait_for(SET, 1));
    applying.abort();
    assert!(applying.await.is_err(), "the call was to be given up");
    // One read before the write, one after it.
    tokio::task::block_in_place(|| scene.injector.wait_for(GET, 2));
    assert_eq!(scene.aws.mode(&scene.pool), "OPTIONAL");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_in_flight_is_settled_and_none_begins_after_an_interrupt() {
    for (kind, limit) in [(Spoiled::Slow(400), "60s"), (Spoiled::Hang, "2s")] {
        let scene = Scene::set().await;
        let wanted = scene.wanted("OPTIONAL", limit);
        let first = scene.plan(&wanted).await;
        // Two plans of one walk would be those of two resources.
        scene.driver.configure(&driver::block(&scene.injector.url)).await;
        let second = scene.plan(&wanted).await;
        scene.injector.order(vec![Order::first(1, SET, Fault { kind, committed: true })]);
        let (applier, config) = (Arc::clone(&scene.driver), scene.driver.config(&wanted));
        let applying = tokio::spawn(async move { applier.apply(&Stored::default(), &first, &config).await });
        tokio::task::block_in_place(|| scene.injector.wait_for(SET, 1));
        scene.driver.stop().await;
        let (stored, said) = applying.await.unwrap();
        assert!(!said.is_error(), "{kind:?}: {}", said.transcript());
        assert_eq!(stored.text("mfa_configuration"), "OPTIONAL", "{kind:?}");
        assert!(!said.says("could not be read"), "{kind:?}: {}", said.transcript());

        scene.injector.take_seen();
        let (_, said) = scene.driver.apply(&Stored::default(), &second, &scene.driver.config(&wanted)).await;
        assert!(said.is_error() && said.says("interrupted"), "{kind:?}: {}", said.transcript());
        assert!(scene.injector.take_seen().is_empty(), "{kind:?}: a call began after the interrupt");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_by_another_between_write_and_read_is_told() {
    let scene = Scene::set().await;
    let wanted = scene.wanted("ON", "60s");
    let planned = scene.plan(&wanted).await;
    // The plan has read the pool; what apply reads first is spared, what it reads after the write is late.
    scene.injector.order(vec![Order::first(1, GET, Fault { kind: Spoiled::Slow(800), committed: false }).after(1)]);
    let (driver, config) = (Arc::clone(&scene.driver), scene.driver.config(&wanted));
    let applying = tokio::spawn(async move { driver.apply(&Stored::default(), &planned, &config).await });
    tokio::task::block_in_place(|| scene.injector.wait_for(SET, 1));
    while scene.aws.mode(&scene.pool) != "ON" {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    scene.aws.set_token(&scene.pool, "OPTIONAL");
    let (stored, said) = applying.await.unwrap();
    assert!(said.is_error() && said.says("reads back differently"), "{}", said.transcript());
    assert!(stored.value.is_null(), "a create that failed stores nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_meets_another_is_not_made_over_it() {
    let scene = Scene::set().await;
    let wanted = scene.wanted("ON", "60s");
    let planned = scene.plan(&wanted).await;
    let conflict = Fault { kind: Spoiled::Canned(super::fault::CONCURRENT), committed: false };
    let slow = Fault { kind: Spoiled::Slow(800), committed: false };
    scene.injector.take_seen();
    scene.injector.order(vec![Order::first(1, SET, conflict), Order::first(1, GET, slow).after(1)]);
    let (driver, config) = (Arc::clone(&scene.driver), scene.driver.config(&wanted));
    let applying = tokio::spawn(async move { driver.apply(&Stored::default(), &planned, &config).await });
    tokio::task::block_in_place(|| scene.injector.wait_for(SET, 1));
    scene.aws.set_token(&scene.pool, "OPTIONAL");
    let (_, said) = applying.await.unwrap();
    assert!(said.is_error() && said.says("changed_since_plan"), "{}", said.transcript());
    assert_eq!(scene.injector.take_seen().iter().filter(|seen| seen.operation == SET).count(), 1);
    assert_eq!(scene.aws.mode(&scene.pool), "OPTIONAL", "what the other one wrote is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_write_with_a_hole_is_not_the_state() {
    let scene = Scene::set().await;
    let wanted = scene.wanted("ON", "3s");
    let planned = scene.plan(&wanted).await;
    let hole = Fault { kind: Spoiled::Altered(super::fault::Alteration::NoToken), committed: true };
    let refused = Fault { kind: Spoiled::Canned(super::fault::DENIED), committed: false };
    scene.injector.order(vec![Order::always(SET, hole), Order::always(GET, refused).after(1)]);
    let (stored, said) = scene.driver.apply(&Stored::default(), &planned, &scene.driver.config(&wanted)).await;
    assert!(said.is_error() && said.says("could not be read"), "{}", said.transcript());
    assert!(stored.value.is_null(), "{:?}", stored.value);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_knows_is_told() {
    let driver = Driver::start("http://no-such-endpoint.invalid:4566").await;
    let timeouts = json!({ "read": "4s" });
    let config = json!({ "user_pool_id": "us-east-1_Abcdefghi", "mfa_configuration": "OFF", "timeouts": timeouts });
    let (_, said) = driver.read(&Stored { value: driver.config(&config), private: Vec::new() }).await;
    assert!(said.is_error() && said.says("cognito-idp:GetUserPoolMfaConfig"), "{}", said.transcript());
    assert!(said.says("http://no-such-endpoint.invalid:4566"), "{}", said.transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_without_end_do_not_fill_the_memory() {
    let scene = Scene::set().await;
    let value = scene.driver.config(&scene.wanted("ON", "10s"));
    let stored = Stored { value, private: Vec::new() };
    let (_, said) = scene.driver.read(&stored).await;
    assert!(!said.is_error(), "{}", said.transcript());
    let before = scene.driver.peak_kib();
    for kind in [Spoiled::Endless, Spoiled::Canned(Canned::Huge), Spoiled::Canned(Canned::Deep), Spoiled::Canned(Canned::Gzip)] {
        scene.injector.order(vec![Order::always(GET, Fault { kind, committed: false })]);
        let (_, said) = scene.driver.read(&stored).await;
        assert!(said.is_error(), "{kind:?}");
    }
    let more = scene.driver.peak_kib() - before;
    assert!(more < 24 << 10, "{more} KiB more for answers that are cut off at 1 MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn states_of_another_time_and_messages_too_large_are_told() {
    let driver = Driver::launch(&[]).await;
    for (version, state) in
        [(99, r#"{"user_pool_id":"us-east-1_a"}"#), (0, r#"{"user_pool_id":"#), (0, "[]"), (0, r#"{"mfa_configuration":{}}"#)]
    {
        let said = driver.upgrade(version, state).await;
        assert!(said.is_error(), "{version} {state}");
        assert!(!said.says("Bug in the provider"), "{}", said.transcript());
    }
    let status = driver.read_bytes(vec![0xc0; 257 << 20]).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::OutOfRange, "{status:?}");
    let status = driver.read_bytes(vec![0xc1; 5 << 20]).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::InvalidArgument, "{status:?}");
    assert!(driver.serves_a_second_client().await);
    assert!(!driver.end().await.contains("panicked"));
}
