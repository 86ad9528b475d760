//! Log lines in the form that Terraform takes apart: one JSON object a line on standard error.

use std::fmt;
use std::io::Write;

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use super::redact;

/// Terraform splits longer lines and logs the pieces raw.
const LINE_LIMIT: usize = 60 * 1024;
/// The crate whose own events are wanted; others carry headers and credentials in their detail.
const OWN_TARGET: &str = "cognitomfa";
/// A timestamp of any other form makes Terraform treat the whole line as plain text.
const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// Sends events to standard error from now on, down to the level that `variable` (`std::env::var`) asks for.
pub(super) fn install(variable: impl Fn(&str) -> Option<String>) {
    let subscriber = tracing_subscriber::registry().with(Hclog { level: level(variable) });
    // Fails only where a test has set one already.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// `TF_LOG_PROVIDER`, else `TF_LOG`. Unset and `OFF` leave errors; an unknown word means everything, as in Terraform.
fn level(variable: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let word = ["TF_LOG_PROVIDER", "TF_LOG"].into_iter().filter_map(variable).find(|word| !word.is_empty());
    match word.map(|word| word.to_ascii_uppercase()).as_deref() {
        None | Some("OFF" | "ERROR") => LevelFilter::ERROR,
        Some("WARN") => LevelFilter::WARN,
        Some("INFO") => LevelFilter::INFO,
        Some("DEBUG") => LevelFilter::DEBUG,
        Some(_) => LevelFilter::TRACE,
    }
}

struct Hclog {
    level: LevelFilter,
}

/// Fields of a span, kept for the events inside it.
struct SpanFields(Map<String, Value>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Hclog {
    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        wanted(self.level, metadata.target(), *metadata.level())
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(SpanFields(fields.0));
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(SpanFields(kept)) = span.extensions_mut().get_mut()
        {
            let mut fields = Fields::default();
            record.record(&mut fields);
            kept.extend(fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(SpanFields(kept)) = span.extensions().get() {
                fields.0.extend(kept.clone());
            }
        }
        event.record(&mut fields);
        let line = line(event.metadata(), OffsetDateTime::now_utc(), fields.0);
        // One write, so that lines of several threads stay whole; a log that cannot be written is nobody's error.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}

fn wanted(filter: LevelFilter, target: &str, level: Level) -> bool {
    let own = target.split("::").next() == Some(OWN_TARGET);
    level <= filter && (own || level <= Level::WARN)
}

/// The line with its newline, never longer than [`LINE_LIMIT`].
fn line(metadata: &Metadata<'_>, now: OffsetDateTime, mut fields: Map<String, Value>) -> String {
    let message = match fields.shift_remove("message") {
        Some(Value::String(message)) => message,
        Some(other) => other.to_string(),
        None => metadata.name().to_owned(),
    };
    let whole = compose(metadata, now, &message, fields);
    if whole.len() <= LINE_LIMIT {
        return whole;
    }
    // JSON writes a byte as six at worst.
    let cut: String = message.chars().take(LINE_LIMIT / 16).collect();
    let note = Map::from_iter([("cut".to_owned(), Value::from(true))]);
    compose(metadata, now, &cut, note)
}

fn compose(metadata: &Metadata<'_>, now: OffsetDateTime, message: &str, fields: Map<String, Value>) -> String {
    let target = metadata.target();
    let module = if target == OWN_TARGET { "provider" } else { target };
    // Formatting a UTC time with a constant description has no way to fail; an empty string keeps the line's shape.
    let timestamp = now.format(TIMESTAMP).unwrap_or_default();
    let mut object = Map::from_iter([
        ("@level".to_owned(), Value::from(metadata.level().as_str().to_ascii_lowercase())),
        ("@message".to_owned(), Value::from(redact::text(message))),
        ("@timestamp".to_owned(), Value::from(timestamp)),
        ("@module".to_owned(), Value::from(module)),
    ]);
    // Terraform panics on a key of its own with another kind of value.
    object.extend(fields.into_iter().filter(|(name, _)| !name.starts_with('@')));
    format!("{}\n", Value::Object(object))
}

/// Collects fields as JSON values, without secrets.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        let value = if redact::hides(field.name()) { Value::from(redact::hidden()) } else { value };
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::from(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::from(redact::text(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Value::from(redact::text(&format!("{value:?}"))));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Hands every composed line to a test instead of standard error.
    struct Capture(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Capture {
        fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
            let mut fields = Fields::default();
            event.record(&mut fields);
            let now = time::macros::datetime!(2026-02-03 04:05:06.000_007_8 UTC);
            self.0.lock().unwrap().push(line(event.metadata(), now, fields.0));
        }
    }

    fn lines(emit: impl FnOnce()) -> Vec<String> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let subscriber = tracing_subscriber::registry().with(Capture(Arc::clone(&lines)));
        tracing::subscriber::with_default(subscriber, emit);
        std::mem::take(&mut *lines.lock().unwrap())
    }

    fn asked(variables: &[(&str, &str)]) -> LevelFilter {
        level(|wanted| variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_provider_variable_goes_before_the_general_one() {
        assert_eq!(asked(&[]), LevelFilter::ERROR);
        assert_eq!(asked(&[("TF_LOG", "off")]), LevelFilter::ERROR);
        assert_eq!(asked(&[("TF_LOG", "debug")]), LevelFilter::DEBUG);
        assert_eq!(asked(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
        assert_eq!(asked(&[("TF_LOG_PROVIDER", "WARN"), ("TF_LOG", "TRACE")]), LevelFilter::WARN);
        assert_eq!(asked(&[("TF_LOG_PROVIDER", ""), ("TF_LOG", "INFO")]), LevelFilter::INFO);
    }

    #[test]
    fn other_crates_are_heard_from_warnings_up() {
        assert!(wanted(LevelFilter::TRACE, "cognitomfa::aws", Level::TRACE));
        assert!(wanted(LevelFilter::TRACE, "cognitomfa", Level::DEBUG));
        assert!(!wanted(LevelFilter::INFO, "cognitomfa::aws", Level::DEBUG));
        assert!(!wanted(LevelFilter::TRACE, "hyper_util::client", Level::INFO));
        assert!(!wanted(LevelFilter::TRACE, "cognitomfa_sdk", Level::DEBUG));
        assert!(wanted(LevelFilter::WARN, "h2", Level::WARN));
        assert!(!wanted(LevelFilter::ERROR, "h2", Level::WARN));
    }

    #[test]
    fn a_line_has_the_form_that_terraform_reads() {
        let lines = lines(|| {
            tracing::warn!(target: "cognitomfa::aws", pool = "p", calls = 3, ok = true, ratio = f64::NAN, "slow \"one\"");
            tracing::info!(target: "cognitomfa", external_id = "abc", key = "AKIAIOSFODNN7EXAMPLE");
        });
        assert_eq!(
            lines[0],
            "{\"@level\":\"warn\",\"@message\":\"slow \\\"one\\\"\",\"@timestamp\":\"2026-02-03T04:05:06.000007Z\",\
             \"@module\":\"cognitomfa::aws\",\"pool\":\"p\",\"calls\":3,\"ok\":true,\"ratio\":null}\n"
        );
        let second: Value = serde_json::from_str(&lines[1]).unwrap();
        assert_eq!(second["@module"], "provider");
        assert_eq!((&second["external_id"], &second["key"]), (&Value::from("(redacted)"), &Value::from("(redacted)")));
    }

    #[test]
    fn a_long_line_is_cut_and_stays_json() {
        let lines = lines(|| {
            tracing::info!("{}", "\u{1}\u{1F511}\n".repeat(50_000));
            tracing::info!(body = "x".repeat(100_000), "short");
        });
        for line in &lines {
            assert!(line.len() <= LINE_LIMIT && line.ends_with('\n') && line.matches('\n').count() == 1, "{}", line.len());
            let value: Value = serde_json::from_str(line).unwrap();
            assert_eq!(value["cut"], true);
        }
        assert!(lines[1].contains("\"short\""));
    }
}
