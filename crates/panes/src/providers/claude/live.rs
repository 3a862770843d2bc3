//! How Claude Code is asked for its meter, and which of its files tell it.

use serde_json::{Map, Value};

use crate::live::{DiskPlace, DiskSource, LiveMeter, Obstacle};

/// `/usage`; its session meter begins with the first message of five hours.
pub(super) const LIVE: LiveMeter = LiveMeter {
    question: Some("/usage"),
    greeting: Some("hi"),
    leave: "\u{1b}",
    again: &["Status dialog dismissed"],
    no_session: &["Failed to load usage data", "Couldn't load usage data"],
    session_meter: true,
    obstacles: &[
        Obstacle { words: "Select login method", remedy: "log in once: claude, then /login" },
        Obstacle { words: "Please run /login", remedy: "log in once: claude, then /login" },
        Obstacle { words: "Invalid API key", remedy: "log in once: claude, then /login" },
        Obstacle {
            words: "Choose the text style",
            remedy: "start claude once by hand and finish its set-up",
        },
        Obstacle {
            words: "Do you trust the files in this folder",
            remedy: "start claude once by hand in this folder and answer its question",
        },
        Obstacle {
            words: "project you created or one you trust",
            remedy: "start claude once by hand in this folder and answer its question",
        },
    ],
    sources: &[
        DiskSource {
            name: "status-line",
            place: DiskPlace::Named { variable: HOME, home: ".claude", file: "statusline.json" },
            excerpt: status_line,
        },
        DiskSource {
            name: "cached-usage",
            place: DiskPlace::Named { variable: HOME, home: "", file: ".claude.json" },
            excerpt: cached_usage,
        },
    ],
    ..LiveMeter::shown_by(&["claude"])
};

const HOME: &str = "CLAUDE_CONFIG_DIR";

/// Keeps the limits of the newest status line; paths and the rest of the session are left out.
fn status_line(file: &[u8]) -> Option<Vec<u8>> {
    let newest = file.trim_ascii_end().rsplit(|byte| *byte == b'\n').next()?;
    // The file may hold one object over many lines, or one a line.
    let object = object(newest).or_else(|| object(file))?;
    let mut kept = Map::new();
    for key in ["session_id", "version", "model", "rate_limits"] {
        kept.insert(key.to_owned(), object.get(key)?.clone());
    }
    // A status line is known by these, too.
    kept.insert("transcript_path".to_owned(), Value::Null);
    kept.insert("workspace".to_owned(), Value::Null);
    serde_json::to_vec(&kept).ok()
}

/// Keeps the client's copy of its limits, and nothing else of its settings.
fn cached_usage(file: &[u8]) -> Option<Vec<u8>> {
    let cached = object(file)?.remove("cachedUsageUtilization").filter(Value::is_object)?;
    let kept = Map::from_iter([("cachedUsageUtilization".to_owned(), cached)]);
    serde_json::to_vec(&kept).ok()
}

fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ctx, Input, PaneParser, providers};

    fn five_hours(bytes: &[u8]) -> Option<f64> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let ctx = Ctx::new("2026-11-20T10:00:00Z".parse().unwrap());
        let parser: &dyn PaneParser = providers::by_kind("claude").unwrap();
        let reading = parser.parse(&Input::new(&text), &ctx).into_newest().unwrap();
        reading.meter(&tracker_domain::MeterId::FIVE_HOURS)?.used_amount()
    }

    #[test]
    fn a_status_line_keeps_its_limits_only() {
        let line = br#"{"session_id":"s","transcript_path":"/home/user/x","cwd":"/home/user","workspace":{"current_dir":"/home/user"},"version":"2.1.329","model":{"id":"m"},"rate_limits":{"five_hour":{"used_percentage":12,"resets_at":1795600000},"seven_day":{"used_percentage":30,"resets_at":1795700000}}}"#;
        let kept = status_line(&[b"{\"old\":1}\n", &line[..], b"\n"].concat()).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("/home/user"));
        assert_eq!(five_hours(&kept), Some(12.0));
        assert_eq!(status_line(br#"{"session_id":"s"}"#), None, "no limits before the first answer");
    }

    #[test]
    fn the_copy_keeps_nothing_of_the_settings() {
        let file = br#"{"projects":{"/home/user/secret":{}},"cachedUsageUtilization":{"fetchedAtMs":1795168800000,"utilization":{"five_hour":{"utilization":7,"resets_at":null}}}}"#;
        let kept = cached_usage(file).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("secret"));
        assert_eq!(five_hours(&kept), Some(7.0));
        assert_eq!(cached_usage(br#"{"cachedUsageUtilization":null}"#), None);
    }
}
