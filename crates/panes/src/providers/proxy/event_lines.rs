//! Plain event lines: the peer schema, mitm rows, LiteLLM spend logs and payloads, OpenRouter usage.

use tracker_domain::UnknownField;

use super::event::{self, Event};
use super::{lines, summary};
use crate::{Confidence, Ctx, Input, Parsed};

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let best = lines::first_objects(input.text).iter().map(event::likeness).max_by_key(|(score, _)| *score);
    match best {
        Some((score, why)) if score > 0 => Confidence::new(score, why),
        _ => Confidence::NONE,
    }
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let lines = lines::objects(input.text);
    let events: Vec<Event> = lines.iter().flatten().filter_map(Event::of).collect();
    let mut reading = summary::reading("event-lines", lines.len() as u64, &events);
    lines::tag_invalid(&mut reading, &lines);
    let others = lines.iter().flatten().filter(|object| event::likeness(object).0 == 0).count();
    if others > 0 {
        reading.unknown.push(UnknownField {
            name: "lines".to_owned(),
            raw: others.to_string(),
            why: "objects that are no event".to_owned(),
        });
    }
    Parsed::one(reading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::{Fact, Reading, Tag};

    fn read(text: &str) -> Reading {
        assert!(!detect(&Input::new(text)).is_none(), "{text}");
        parse(&Input::new(text), &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap())).into_newest().unwrap()
    }

    fn count(reading: &Reading, name: &str) -> f64 {
        reading.facts.get(name).and_then(Fact::as_number).unwrap_or(0.0)
    }

    #[test]
    fn decisions_and_network_failures_are_no_requests() {
        let reading = read(
            r#"{"ts":1760972506.9,"rid":"a","lane":"zai","model":"m","status":-1,"event":"decision"}
{"ts":1760972506.9,"rid":"b","lane":"unknown","model":"","status":0,"event":"error"}
{"ts":1760972510.5,"rid":"a","lane":"zai","model":"m","input_tokens":4,"output_tokens":157,"status":200}
{"ts":1760972513.1,"rid":"c","lane":"zai","model":"m","input_tokens":0,"output_tokens":0,"status":200}"#,
        );
        assert_eq!((count(&reading, "rows"), count(&reading, "requests")), (4.0, 2.0));
        assert_eq!((count(&reading, "decisions"), count(&reading, "requests_unanswered")), (1.0, 1.0));
        assert_eq!(count(&reading, "requests_without_tokens"), 1.0, "a stream that was not counted");
        assert_eq!((count(&reading, "input_tokens"), reading.model.as_deref()), (4.0, Some("m")));
    }

    #[test]
    fn an_event_that_occurs_twice_counts_once() {
        let line = r#"{"ts":"2025-10-19T16:05:00Z","rid":"R1","lane":"glm","status":"ok","input_tokens":3,"output_tokens":4}"#;
        let other = line.replace("16:05", "16:06");
        let reading = read(&format!("{line}\n{line}\n{other}\n{{\"torn\n"));
        assert_eq!((count(&reading, "requests"), count(&reading, "input_tokens")), (2.0, 6.0));
        assert_eq!(count(&reading, "duplicate_events"), 1.0);
        assert!(reading.has(&Tag::InvalidJson(4)));
    }

    #[test]
    fn a_stream_without_an_event_says_so() {
        let parsed = parse(&Input::new("\n\n"), &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap()));
        assert!(parsed.newest().unwrap().has(&Tag::NoEvents));
    }
}
