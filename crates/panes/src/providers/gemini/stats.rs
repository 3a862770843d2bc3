//! The `/stats` pane: a box with `N% used (Limit resets in ...)` for the pool and for each model.
//!
//! Source: `QuotaStatsInfo` and `StatsDisplay` of the client's own repository (google-gemini/gemini-cli) and the
//! snapshots of its tests. The percentage is `(1 - remaining) * 100`, rounded; the pool is reset daily.

use chrono::TimeDelta;
use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Tag, UsedPct};

use super::PROVIDER;
use crate::{Confidence, Ctx, Parsed};

/// Minutes of a day: "Usage limits span all sessions and reset daily."
const DAY: u32 = 24 * 60;

/// Recognizes the pane by its own headings.
pub(super) fn detect(text: &str) -> Confidence {
    let has = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    let is_pane = has("Session Stats") || has("Stats For Nerds") || has("Agent powering down");
    if is_pane && has("Session ID:") && (has("Wall Time:") || has("Agent Active:")) {
        Confidence::new(96, "stats pane: session and performance")
    } else if has("Usage limits span all sessions") {
        Confidence::new(94, "usage limits that span all sessions")
    } else {
        Confidence::NONE
    }
}

/// Reads the last pane.
pub(super) fn parse(text: &str, ctx: &Ctx) -> Parsed {
    let lines: Vec<&str> = text.lines().map(inside).collect();
    let starts = |line: &&str| line.starts_with("Session ID:");
    let begin = lines.iter().rposition(starts).unwrap_or(0);
    let mut pane = Pane { reading: Reading::new(PROVIDER, "stats-pane"), model: None };
    for line in lines.get(begin..).unwrap_or_default() {
        pane.line(line, ctx);
    }
    let mut reading = pane.reading;
    if lines.iter().filter(|line| starts(line)).count() > 1 {
        reading.tag(Tag::MultiPaneTrimmed);
    }
    if !reading.has_numbers() {
        // An account with a key of its own has no quota, and the pane shows none.
        reading.tag(Tag::InsufficientData);
    }
    Parsed::one(reading)
}

/// Returns a line without its border and its blanks.
fn inside(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == '\u{2502}')
}

struct Pane {
    reading: Reading,
    /// The model in whose row the pane is.
    model: Option<String>,
}

impl Pane {
    fn line(&mut self, line: &str, ctx: &Ctx) {
        let value = |label: &str| line.strip_prefix(label).map(str::trim).filter(|value| !value.is_empty());
        if let Some(session) = value("Session ID:") {
            self.reading.session = Some(session.to_owned());
        } else if let Some(tier) = value("Tier:") {
            self.reading.plan = Some(tier.to_owned());
        } else if let Some(limit) = value("Usage limit:") {
            let cap = limit.replace(',', "").parse().ok();
            self.reading.facts.extend(cap.map(|cap| ("usage_limit".to_owned(), Fact::Count(cap))));
        } else if let Some(name) =
            line.strip_suffix(" Usage").filter(|name| !name.contains(' ') && *name != "Model")
        {
            self.model = None;
            self.reading.model = Some(name.to_owned());
        } else if line.starts_with("Model ") {
            self.model = Some(String::new());
        } else if let Some(model) = self.model.as_mut().filter(|_| is_model_row(line)) {
            *model = line.split_whitespace().next().unwrap_or_default().to_owned();
        }
        if let Some((level, rest)) = level(line) {
            self.meter(level, rest, ctx);
        }
    }

    fn meter(&mut self, level: UsedPct, rest: &str, ctx: &Ctx) {
        let base = MeterId::slug("daily");
        let id = match self.model.as_deref() {
            Some("") => return,
            Some(model) => MeterId::scoped(&base, model),
            None => base,
        };
        if self.reading.meter(&id).is_some() {
            return;
        }
        let label = self.model.clone().unwrap_or_else(|| "Usage".to_owned());
        let mut meter = Meter::new(id.clone(), label).with_window_minutes(DAY).with_level(Level::Used(level));
        if let Some(when) = rest.split_once("resets in ").map(|(_, when)| when) {
            let cut = when.contains('\u{2026}') || !rest.contains(')') && rest.contains('(');
            let raw = when.trim_end_matches([')', '\u{2026}', '.']).trim();
            meter.resets_raw = Some(format!("in {raw}"));
            match span(raw).filter(|_| !cut) {
                Some(span) => meter.resets_at = ctx.captured_at.checked_add_signed(span),
                None => self.reading.tag(Tag::Truncated(format!("{id}_resets"))),
            }
        }
        self.reading.meters.push(meter);
    }
}

/// A row begins with the model's name and its number of requests.
fn is_model_row(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let name =
        words.next().is_some_and(|word| word.chars().any(|c| c.is_ascii_alphabetic()) && word.contains('-'));
    name && words.next().is_some_and(|word| word == "-" || word.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns the level that a line prints, and what stands after it.
fn level(line: &str) -> Option<(UsedPct, &str)> {
    if let Some(at) = line.find("Limit reached") {
        // The client says so instead of a percentage when nothing is left.
        return UsedPct::new(100.0).ok().map(|full| (full, line.get(at..).unwrap_or_default()));
    }
    let (before, rest) = line.split_once("% used")?;
    let digits = before.rsplit(|c: char| !(c.is_ascii_digit() || c == '.')).next()?;
    let level = digits.parse().ok().and_then(|percent| UsedPct::new(percent).ok())?;
    Some((level, rest))
}

/// Returns the length that `5h 12m`, `1 hour 30 minutes` or `2 hours at 6:00 PM` names.
fn span(text: &str) -> Option<TimeDelta> {
    let text = text.split(" at ").next().unwrap_or(text);
    let mut minutes = 0_i64;
    let mut number: Option<i64> = None;
    let mut is_known = false;
    for word in text.split_whitespace() {
        let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let (head, unit) = word.split_at_checked(digits)?;
        if !head.is_empty() {
            number = Some(head.parse().ok().filter(|n| *n < 100_000)?);
        }
        if unit.is_empty() {
            continue;
        }
        let each = match unit {
            "d" | "day" | "days" => 24 * 60,
            "h" | "hour" | "hours" => 60,
            "m" | "min" | "minute" | "minutes" => 1,
            "s" | "second" | "seconds" => 0,
            _ => return None,
        };
        minutes += number.take()? * each;
        is_known = true;
    }
    (is_known && number.is_none()).then(|| TimeDelta::minutes(minutes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Reading {
        parse(text, &Ctx::new("2026-11-20T10:00:00Z".parse().unwrap())).into_newest().unwrap()
    }

    #[test]
    fn spans_are_read_whole_or_not_at_all() {
        let minutes = |text| span(text).map(|span| span.num_minutes());
        assert_eq!(minutes("5h 12m"), Some(312));
        assert_eq!(minutes("1 hour 30 minutes"), Some(90));
        assert_eq!(minutes("2 hours at 6:00 PM"), Some(120));
        for odd in ["", "soon", "5", "5x", "h"] {
            assert_eq!(minutes(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_full_quota_says_so_and_percentages_of_the_session_are_no_meters() {
        let full = read("Session ID: s\nSuccess Rate: 50.0%\nauto Usage\nLimit reached, resets in 3h\n");
        assert_eq!(full.meters[0].used_amount(), Some(100.0));
        assert_eq!(full.meters[0].resets_at, Some("2026-11-20T13:00:00Z".parse().unwrap()));
        let none = read("Session ID: s\nSuccess Rate: 50.0%\n  \u{bb} API Time: 1s (100.0%)\n");
        assert!(none.meters.is_empty() && none.has(&Tag::InsufficientData));
    }

    proptest! {
        #[test]
        fn any_text_is_safe(text in "(Model |gemini-a  1|[0-9]{1,5}% used|\\(Limit resets in |[\\PC\n]){0,12}") {
            prop_assert!(read(&text).meters.len() <= 12);
        }
    }
}
