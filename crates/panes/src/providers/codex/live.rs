//! How Codex CLI is asked for its meter, and what of its newest log tells it.

use crate::live::{DiskPlace, DiskSource, LiveMeter, Obstacle};
use crate::logs::filter::first_type;

use super::log;

/// `/status`; limits of some versions come only with an answer, or with the second question.
pub(super) const LIVE: LiveMeter = LiveMeter {
    question: Some("/status"),
    greeting: Some("hi"),
    again: &["run /status again", "refresh requested", "refreshing limits", "Refreshing limits"],
    no_session: &["Send a message to load usage data", "start new turn to refresh", "data not available yet"],
    obstacles: &[
        Obstacle { words: "Sign in with ChatGPT", remedy: "log in once: codex login" },
        Obstacle { words: "API key configured", remedy: "an API key has no plan: codex login" },
        Obstacle { words: "not available for this account", remedy: "log in with a plan: codex login" },
        Obstacle {
            words: "Do you trust the contents",
            remedy: "start codex once by hand in this folder and answer its question",
        },
        Obstacle {
            words: "allow Codex to work in this folder",
            remedy: "start codex once by hand in this folder and answer its question",
        },
        Obstacle { words: "Update now", remedy: "update codex, or skip the update by hand once" },
    ],
    sources: &[DiskSource { name: "rollout", place: DiskPlace::Newest(log::PLACES), excerpt }],
    ..LiveMeter::shown_by(&["codex"])
};

/// So many of the newest lines are kept: lines of several limit families take turns.
const KEPT_LINES: usize = 8;

/// Keeps the newest lines that tell limits; they hold counts and no text of a person.
fn excerpt(tail: &[u8]) -> Option<Vec<u8>> {
    let lines = tail.split(|byte| *byte == b'\n');
    let lines: Vec<&[u8]> =
        lines.filter(|line| first_type(line) == Some(b"event_msg") && is_token_count(line)).collect();
    let newest = lines.get(lines.len().saturating_sub(KEPT_LINES)..).unwrap_or_default();
    (!newest.is_empty()).then(|| newest.join(&b'\n'))
}

/// Tells whether the line is such an event, by its fields and not by words in a text.
fn is_token_count(line: &[u8]) -> bool {
    let Ok(line) = serde_json::from_slice::<serde_json::Value>(line) else { return false };
    let payload = line.get("payload");
    let kind = payload.and_then(|payload| payload.get("type")).and_then(serde_json::Value::as_str);
    kind == Some("token_count") && payload.is_some_and(|payload| payload.get("rate_limits").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_counts_are_kept() {
        let count = br#"{"timestamp":"2026-11-20T10:00:00Z","type":"event_msg","payload":{"type":"token_count","info":null,"rate_limits":{"limit_id":"codex"}}}"#;
        let said = br#"{"type":"event_msg","payload":{"type":"user_message","message":"\"token_count\" \"rate_limits\" secret"}}"#;
        let torn = br#"{"timestamp":"2026-11-20T10:00:01Z","type":"event_msg","payload":{"type":"token_co"#;
        let tail = [&b"cut line\n"[..], said, b"\n", count, b"\n", torn].concat();
        assert_eq!(excerpt(&tail).as_deref(), Some(&count[..]));
        assert_eq!(excerpt(said), None);
    }
}
