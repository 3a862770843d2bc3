//! Sums events up to one reading.

use std::collections::BTreeSet;

use tracker_domain::{Fact, Reading, Tag};

use super::PROVIDER;
use super::event::Event;
use super::status::Status;
use super::tokens::Tokens;

/// Returns the reading of a stream of events that was written in `rows` lines.
///
/// An event that occurs twice counts once. `requests` counts events that asked an upstream and got an answer,
/// so neither decisions nor network failures. Token sums are over the events that print them.
pub(super) fn reading(kind: &str, rows: u64, events: &[Event]) -> Reading {
    let mut reading = Reading::new(PROVIDER, kind);
    let mut seen = BTreeSet::new();
    let mut models = BTreeSet::new();
    let mut total = Tokens::default();
    let mut counts = Counts::default();
    for event in events {
        if event.identity.as_ref().is_some_and(|identity| !seen.insert(identity)) {
            counts.duplicates += 1;
            continue;
        }
        counts.add(event);
        total += event.tokens;
        models.extend(event.model.as_deref().filter(|model| !model.is_empty()));
        reading.observed_at = reading.observed_at.max(event.at);
        if event.latency_invalid {
            reading.tag(Tag::LatencyInvalid);
        }
    }
    if let (Some(model), 1) = (models.first(), models.len()) {
        reading.model = Some((*model).to_owned());
    }
    let mut sessions = events.iter().map(|event| event.session.as_deref());
    let session = sessions.next().flatten();
    if sessions.all(|other| other == session) {
        reading.session = session.map(ToOwned::to_owned);
    }
    if events.is_empty() {
        reading.tag(Tag::NoEvents);
    }
    reading.facts.insert("rows".to_owned(), Fact::Count(rows));
    counts.add_facts(&mut reading);
    total.add_facts(&mut reading);
    reading
}

#[derive(Debug, Default)]
struct Counts {
    requests: u64,
    failed: u64,
    decisions: u64,
    unanswered: u64,
    without_tokens: u64,
    duplicates: u64,
}

impl Counts {
    fn add(&mut self, event: &Event) {
        self.requests += u64::from(event.status.is_request());
        self.failed += u64::from(event.status == Status::Failed);
        self.decisions += u64::from(event.status == Status::Decision);
        self.unanswered += u64::from(event.status == Status::NoAnswer);
        let counted = matches!(event.status, Status::Ok | Status::Unknown);
        self.without_tokens += u64::from(counted && event.tokens.are_none());
    }

    fn add_facts(&self, reading: &mut Reading) {
        let always = [("requests", self.requests), ("requests_failed", self.failed)];
        let rare = [
            ("decisions", self.decisions),
            ("requests_unanswered", self.unanswered),
            ("requests_without_tokens", self.without_tokens),
            ("duplicate_events", self.duplicates),
        ];
        let shown = always.into_iter().chain(rare.into_iter().filter(|(_, count)| *count > 0));
        reading.facts.extend(shown.map(|(name, count)| (name.to_owned(), Fact::Count(count))));
    }
}
