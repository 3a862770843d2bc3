//! A calendar of what is planned, as iCalendar (RFC 5545): resets with their buffer, windows, captures.
//!
//! ```
//! use tracker_workflow::calendar::{Event, write};
//! let event = Event {
//!     key: "W0-21/codex/before".into(), begins: "2026-11-20T14:06:00Z".parse()?, ends: "2026-11-20T14:11:00Z".parse()?,
//!     summary: "codex: before of W0-21".into(), description: "tracker capture codex --phase before".into(),
//!     is_busy: false,
//! };
//! let text = write(&[event], "2026-11-20T10:00:00Z".parse()?);
//! assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
//! assert!(text.contains("\r\nDTSTART:20261120T140600Z\r\n"));
//! # Ok::<(), chrono::ParseError>(())
//! ```

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// The most octets of a line without its end.
const LINE: usize = 75;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What it is, the same in every calendar that holds it: a moved event replaces itself.
    pub key: String,
    /// Its first instant.
    pub begins: DateTime<Utc>,
    /// The instant after its last.
    pub ends: DateTime<Utc>,
    /// One line.
    pub summary: String,
    /// More, possibly several lines.
    pub description: String,
    /// Whether it takes up somebody's time.
    pub is_busy: bool,
}

/// Returns a calendar of these events, as they were known at `as_of`. Equal events give equal bytes.
#[must_use]
pub fn write(events: &[Event], as_of: DateTime<Utc>) -> String {
    let mut lines = Lines::default();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//tracker//calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:tracker",
    ] {
        lines.add(line);
    }
    for event in events {
        lines.add("BEGIN:VEVENT");
        lines.add(&format!("UID:{}@tracker.invalid", uid(&event.key)));
        lines.add(&format!("DTSTAMP:{}", utc(as_of)));
        lines.add(&format!("DTSTART:{}", utc(event.begins)));
        lines.add(&format!("DTEND:{}", utc(event.ends)));
        lines.add(&format!("SUMMARY:{}", escaped(&event.summary)));
        lines.add(&format!("DESCRIPTION:{}", escaped(&event.description)));
        lines.add(if event.is_busy { "TRANSP:OPAQUE" } else { "TRANSP:TRANSPARENT" });
        lines.add("END:VEVENT");
    }
    lines.add("END:VCALENDAR");
    lines.0
}

/// Content lines, folded where they are too long.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, line: &str) {
        let mut room = LINE;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

fn uid(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Escapes a value of the type TEXT; control characters have no place in it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(summary: &str) -> Event {
        let at: DateTime<Utc> = "2026-11-20T14:06:00Z".parse().unwrap();
        Event {
            key: "k".to_owned(),
            begins: at,
            ends: at,
            summary: summary.to_owned(),
            description: String::new(),
            is_busy: true,
        }
    }

    fn summary(text: &str) -> String {
        let text = write(&[event(text)], DateTime::UNIX_EPOCH).replace("\r\n ", "");
        text.split("\r\n").find_map(|line| line.strip_prefix("SUMMARY:")).unwrap().to_owned()
    }

    #[test]
    fn marks_of_the_format_are_escaped() {
        assert_eq!(summary("a,b;c\\d\ne\r\u{7}"), "a\\,b\\;c\\\\d\\ne");
    }

    #[test]
    fn a_key_names_its_event_for_good() {
        let uid = |key: &str| {
            let text = write(&[Event { key: key.to_owned(), ..event("x") }], DateTime::UNIX_EPOCH);
            text.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned()
        };
        assert_eq!(uid("W0-21"), uid("W0-21"));
        assert_ne!(uid("W0-21"), uid("W0-22"));
    }

    proptest! {
        #[test]
        fn no_line_is_longer_than_75_octets_and_none_is_lost(text in "[a-z\u{e9}\u{20ac}\u{1f600} ]{0,300}") {
            let written = write(&[event(&text)], DateTime::UNIX_EPOCH);
            prop_assert!(written.ends_with("END:VCALENDAR\r\n"));
            for line in written.split("\r\n") {
                prop_assert!(line.len() <= 75, "{line}");
                prop_assert!(!line.contains('\n'));
            }
            prop_assert_eq!(summary(&text), text);
        }
    }
}
