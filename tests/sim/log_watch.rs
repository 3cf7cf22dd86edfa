//! Warnings and errors of the code under test: part of a run's log, and an error that nobody expects fails the run.
//!
//! `CAIRN_SIM_LOG=info` (or debug, trace) prints events to standard error as they come.

use std::fmt::{self, Write};
use std::sync::Arc;

use cairn_runtime::sim::log;
use parking_lot::Mutex;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

/// Errors that the faults of a run make, each with its reason: beginning of the target, part of the text.
const EXPECTED: &[(&str, &str)] = &[];

/// Watches this thread until dropped.
pub(crate) struct LogWatch {
    errors: Arc<Mutex<Vec<String>>>,
    _guard: DefaultGuard,
}

impl LogWatch {
    pub(crate) fn install() -> Self {
        let errors = Arc::new(Mutex::new(Vec::new()));
        let print =
            std::env::var("CAIRN_SIM_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::OFF);
        let watcher = Watcher { errors: Arc::clone(&errors), print };
        Self { errors, _guard: tracing::subscriber::set_default(watcher) }
    }

    /// Errors so far.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.errors.lock().clone()
    }

    /// Panics if there was an error that nobody expected.
    pub(crate) fn no_unexpected_errors(&self, seed: u64) {
        let errors = self.errors.lock();
        assert!(errors.is_empty(), "seed {seed}: unexpected errors in the log:\n{}", errors.join("\n"));
    }
}

struct Watcher {
    errors: Arc<Mutex<Vec<String>>>,
    print: LevelFilter,
}

impl Subscriber for Watcher {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.level() <= &self.print.max(LevelFilter::WARN)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.print.max(LevelFilter::WARN))
    }

    fn event(&self, event: &Event<'_>) {
        let (level, target) = (*event.metadata().level(), event.metadata().target());
        let mut text = Text::default();
        event.record(&mut text);
        let line = format!("{level} {target}: {}", text.0);
        if self.print >= level {
            eprintln!("{line}");
        }
        if level <= Level::WARN {
            log(line.clone());
        }
        let is_expected = |(begin, part): &(&str, &str)| target.starts_with(begin) && line.contains(part);
        if level == Level::ERROR && !EXPECTED.iter().any(is_expected) {
            self.errors.lock().push(line);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The message and the fields of an event.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
        written.expect("text can be written to a string");
    }
}
