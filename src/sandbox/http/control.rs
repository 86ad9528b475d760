//! The sandbox's own paths under `/_sandbox/`: journal, knobs, switches, reset, health.

use hyper::Method;
use serde_json::{Value, json};

use super::server::Front;
use crate::sandbox::knobs::KnobsChange;

/// Answers a control with a status and a JSON body; every refusal is a sentence in `message`.
pub fn answer(front: &mut Front, method: &Method, path: &str, body: &[u8]) -> (u16, Value) {
    match (method, path) {
        (&Method::GET, "health") => (200, json!({ "status": "ok", "account": crate::sandbox::ACCOUNT })),
        (&Method::GET, "switches") => (200, front.core.switches.to_json()),
        (&Method::GET, "requests") => (200, front.journal.to_json()),
        (&Method::DELETE, "requests") => {
            front.journal.clear();
            (200, json!({}))
        }
        (&Method::POST, "reset") => reset(front),
        (&Method::POST, "knobs") => turn(front, body),
        (_, path) => (404, json!({ "message": format!("The sandbox has no {method} /_sandbox/{path}.") })),
    }
}

/// Back to how the process started, without content: knobs, journal and what the knobs moved.
fn reset(front: &mut Front) -> (u16, Value) {
    front.core = front.empty.clone();
    front.journal.clear();
    written(front)
}

fn turn(front: &mut Front, body: &[u8]) -> (u16, Value) {
    let change: KnobsChange = match serde_json::from_slice(body) {
        Ok(change) => change,
        Err(error) => return (400, json!({ "message": format!("The knobs cannot be read: {error}.") })),
    };
    match front.core.turn(&change) {
        Ok(()) => written(front),
        Err(message) => (400, json!({ "message": message })),
    }
}

fn written(front: &Front) -> (u16, Value) {
    match front.store.write(&front.core.state) {
        Ok(()) => (200, json!({})),
        Err(message) => (500, json!({ "message": message })),
    }
}
