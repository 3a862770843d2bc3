//! Rollouts as a history: tokens of each answer and each reading of the limits, from a whole archive.
//!
//! `total_token_usage` is cumulative within a session and may be written again: the difference of two totals is what
//! an answer used. A forked or resumed session begins with its parent's rows, stamped anew.

use std::borrow::Cow;

use serde::Deserialize;
use tracker_domain::{LimitPoint, LogFile, MeterId, MeterSeries, TokenCounts, TokenUse, log_hash};

use crate::logs::filter::{each_line, first_type};
use crate::logs::{LogFormat, LogPlace, LogReader, Repeats, instant_ms};
use crate::meter_name;

/// Rollouts below `CODEX_HOME`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rollouts;

pub(super) const PLACES: &[LogPlace] = &[
    LogPlace::new("CODEX_HOME", ".codex", "sessions").with_prefix("rollout-"),
    LogPlace::new("CODEX_HOME", ".codex", "archived_sessions").with_prefix("rollout-"),
];

/// An unchanged reading is repeated after this long, so that its age is known.
const REPEAT_MS: i64 = 10 * 60_000;

/// A reset that moved by no more has not moved: clients compute it from seconds left.
const JITTER_MINUTES: i64 = 2;

impl LogFormat for Rollouts {
    fn places(&self) -> &'static [LogPlace] {
        PLACES
    }

    fn kind(&self) -> &'static str {
        "rollout"
    }

    fn repeats(&self) -> Repeats {
        Repeats::Histories
    }

    fn reader(&self) -> Box<dyn LogReader> {
        Box::new(Reader::default())
    }
}

#[derive(Default)]
struct Reader {
    file: LogFile,
    has_meta: bool,
    model: Option<u16>,
    is_side: bool,
    total: Option<Usage>,
    last: Vec<Option<LimitPoint>>,
}

impl LogReader for Reader {
    fn lines(&mut self, lines: &[u8]) {
        each_line(lines, |line| match first_type(line) {
            Some(b"event_msg") => {
                // The event's own type stands in the payload, near the beginning.
                let head = line.get(..512).unwrap_or(line);
                if memchr::memmem::find(head, b"\"token_count\"").is_some() {
                    self.token_count(line);
                }
            }
            Some(b"turn_context") => self.turn_context(line),
            Some(b"session_meta") => self.session_meta(line),
            Some(b"response_item" | b"compacted" | b"token_usage_record" | b"world_state") => {}
            _ => self.odd(line),
        });
    }

    fn finish(self: Box<Self>) -> LogFile {
        self.file
    }
}

impl Reader {
    /// A line whose fields stand in another order.
    fn odd(&mut self, line: &[u8]) {
        let has = |word: &str| memchr::memmem::find(line, word.as_bytes()).is_some();
        let kind = if has("\"token_count\"") || has("\"turn_context\"") || has("\"session_meta\"") {
            serde_json::from_slice::<Kind<'_>>(line).ok()
        } else {
            None
        };
        match kind.as_ref().map(|kind| kind.kind.as_ref()) {
            Some("event_msg") => self.token_count(line),
            Some("turn_context") => self.turn_context(line),
            Some("session_meta") => self.session_meta(line),
            _ => {}
        }
    }

    fn session_meta(&mut self, line: &[u8]) {
        let Ok(Line { payload: Some(meta), .. }) = serde_json::from_slice::<Line<'_, Meta<'_>>>(line) else {
            self.file.unreadable += 1;
            return;
        };
        let own = meta.id.or(meta.session_id).map_or(0, |id| log_hash(&[&id]));
        let parents = [meta.forked_from_id, meta.parent_thread_id];
        let parents = parents.into_iter().flatten().map(|id| log_hash(&[&id]));
        if self.has_meta {
            // A second one is the parent's, copied with its history.
            self.file.parents.push(own);
        } else {
            self.has_meta = true;
            self.file.session = own;
            self.is_side = meta.thread_source.as_deref() == Some("subagent");
        }
        self.file.parents.extend(parents);
        let session = self.file.session;
        self.file.parents.retain(|parent| *parent != session && *parent != 0);
        self.file.parents.dedup();
    }

    fn turn_context(&mut self, line: &[u8]) {
        match serde_json::from_slice::<Line<'_, Turn<'_>>>(line) {
            Ok(Line { payload: Some(Turn { model: Some(model) }), .. }) => {
                self.model = Some(self.file.model(&model));
            }
            Ok(_) => {}
            Err(_) => self.file.unreadable += 1,
        }
    }

    fn token_count(&mut self, line: &[u8]) {
        let Ok(Line { payload: Some(event), timestamp }) =
            serde_json::from_slice::<Line<'_, Event<'_>>>(line)
        else {
            self.file.unreadable += 1;
            return;
        };
        if event.kind.as_deref() != Some("token_count") {
            return;
        }
        let Some(at_ms) = timestamp.as_deref().and_then(instant_ms) else {
            self.file.unreadable += 1;
            return;
        };
        // A line's limits were told with its own answer, so they are copies when it is one.
        if let Some(limits) = &event.rate_limits {
            self.limits(limits, at_ms);
        }
        if let Some(info) = &event.info {
            self.usage(info, at_ms);
        }
    }

    fn usage(&mut self, info: &Info, at_ms: i64) {
        let last = info.last_token_usage.unwrap_or_default();
        let spent = match (info.total_token_usage, self.total) {
            (Some(total), Some(before)) if total == before => return,
            (Some(total), Some(before)) => total.minus(&before).unwrap_or(last),
            // The first total of a file may hold what a parent used.
            (Some(total), None) => info.last_token_usage.unwrap_or(total),
            (None, _) => last,
        };
        self.total = info.total_token_usage.or(self.total);
        let counts = spent.counts();
        if counts == TokenCounts::default() {
            return;
        }
        let total = info.total_token_usage.unwrap_or_default();
        let model = self.model.unwrap_or_else(|| self.file.model("unknown"));
        self.file.uses.push(TokenUse {
            at_ms,
            answer: total.hash_with(&last),
            copy: 0,
            model,
            is_side: self.is_side,
            copy_is_message: false,
            counts,
        });
    }

    fn limits(&mut self, limits: &Limits<'_>, at_ms: i64) {
        for window in [&limits.primary, &limits.secondary].into_iter().flatten() {
            let (Some(used_pct), Some(minutes)) = (window.used_percent, window.window_minutes) else {
                continue;
            };
            if !used_pct.is_finite() || used_pct < 0.0 {
                self.file.unreadable += 1;
                continue;
            }
            let Some(series) = self.series(limits, minutes) else { continue };
            let relative = window.resets_in_seconds.map(|ahead| at_ms / 1000 + ahead);
            let reset = window.resets_at.or(relative).map(|seconds| (seconds + 30).div_euclid(60));
            let uses = u32::try_from(self.file.uses.len()).unwrap_or(u32::MAX);
            self.point(LimitPoint { at_ms, series, used_pct, reset_minute: reset, after_uses: uses });
        }
    }

    fn point(&mut self, mut point: LimitPoint) {
        let at = usize::from(point.series);
        if self.last.len() <= at {
            self.last.resize(at + 1, None);
        }
        let Some(last) = self.last.get_mut(at) else { return };
        if let Some(known) = last {
            if let (Some(a), Some(b)) = (known.reset_minute, point.reset_minute)
                && a.abs_diff(b) <= JITTER_MINUTES.unsigned_abs()
            {
                point.reset_minute = Some(a);
            }
            let is_same = known.used_pct == point.used_pct && known.reset_minute == point.reset_minute;
            // Where the copied beginning of a fork ends is not known yet, so its readings all stay.
            let may_be_a_copy = !self.file.parents.is_empty();
            if is_same && !may_be_a_copy && (0..REPEAT_MS).contains(&(point.at_ms - known.at_ms)) {
                return;
            }
        }
        *last = Some(point);
        self.file.points.push(point);
    }

    fn series(&mut self, limits: &Limits<'_>, minutes: u32) -> Option<u16> {
        let (id, plan) = (limits.limit_id.as_deref(), limits.plan_type.as_deref());
        let fits = |known: &MeterSeries| {
            known.window_minutes == minutes
                && known.limit_id.as_deref() == id
                && known.plan.as_deref() == plan
        };
        let at = self.file.series.iter().position(fits).unwrap_or_else(|| {
            let base = meter_name::by_minutes(minutes);
            let scope = id
                .filter(|id| *id != super::family::MAIN)
                .map(|id| limits.limit_name.as_deref().unwrap_or(id));
            self.file.series.push(MeterSeries {
                meter: scope.map_or(base.clone(), |scope| MeterId::scoped(&base, scope)),
                limit_id: id.map(str::to_owned),
                window_minutes: minutes,
                plan: plan.map(str::to_owned),
            });
            self.file.series.len() - 1
        });
        u16::try_from(at).ok()
    }
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Line<'a, T> {
    #[serde(borrow)]
    timestamp: Option<Cow<'a, str>>,
    payload: Option<T>,
}

#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    session_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    forked_from_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    parent_thread_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    thread_source: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Turn<'a> {
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Cow<'a, str>>,
    info: Option<Info>,
    #[serde(borrow)]
    rate_limits: Option<Limits<'a>>,
}

#[derive(Deserialize)]
struct Info {
    total_token_usage: Option<Usage>,
    last_token_usage: Option<Usage>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(default)]
struct Usage {
    input_tokens: u64,
    cached_input_tokens: u64,
    cache_write_input_tokens: u64,
    output_tokens: u64,
    reasoning_output_tokens: u64,
}

impl Usage {
    /// Returns what was used since `before`; `None` when a counter fell, so that it began anew.
    fn minus(&self, before: &Self) -> Option<Self> {
        Some(Self {
            input_tokens: self.input_tokens.checked_sub(before.input_tokens)?,
            cached_input_tokens: self.cached_input_tokens.checked_sub(before.cached_input_tokens)?,
            cache_write_input_tokens: self
                .cache_write_input_tokens
                .checked_sub(before.cache_write_input_tokens)?,
            output_tokens: self.output_tokens.checked_sub(before.output_tokens)?,
            reasoning_output_tokens: self
                .reasoning_output_tokens
                .checked_sub(before.reasoning_output_tokens)?,
        })
    }

    /// Returns the counts: this client's input holds what a cache held or took.
    fn counts(&self) -> TokenCounts {
        let cached = self.cached_input_tokens.min(self.input_tokens);
        let written = self.cache_write_input_tokens.min(self.input_tokens - cached);
        TokenCounts {
            input: self.input_tokens - cached - written,
            cache_read: cached,
            cache_write: written,
            output: self.output_tokens,
            reasoning: self.reasoning_output_tokens,
        }
    }

    fn hash_with(&self, last: &Self) -> u64 {
        let numbers = [self, last].into_iter().flat_map(|u| {
            [u.input_tokens, u.cached_input_tokens, u.output_tokens, u.reasoning_output_tokens]
        });
        let mix =
            |hash: u64, number: u64| (hash.rotate_left(23) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        numbers.fold(0xcbf2_9ce4_8422_2325, mix).max(1)
    }
}

#[derive(Deserialize)]
struct Limits<'a> {
    #[serde(borrow)]
    limit_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    limit_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    plan_type: Option<Cow<'a, str>>,
    primary: Option<Window>,
    secondary: Option<Window>,
}

#[derive(Deserialize)]
struct Window {
    used_percent: Option<f64>,
    window_minutes: Option<u32>,
    resets_at: Option<i64>,
    resets_in_seconds: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> LogFile {
        let mut reader = Rollouts.reader();
        reader.lines(text.as_bytes());
        reader.finish()
    }

    fn event(second: u32, total: u64, last: u64, used: f64, reset: i64) -> String {
        let usage = |n: u64| format!(r#"{{"input_tokens":{n},"cached_input_tokens":0,"output_tokens":1}}"#);
        format!(
            r#"{{"timestamp":"2026-11-20T10:00:{second:02}.000Z","type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{},"last_token_usage":{}}},"rate_limits":{{"limit_id":"codex","primary":{{"used_percent":{used},"window_minutes":300,"resets_at":{reset}}},"secondary":null}}}}}}
"#,
            usage(total),
            usage(last)
        )
    }

    #[test]
    fn totals_are_differenced_and_a_repeated_row_counts_once() {
        let turn = r#"{"timestamp":"2026-11-20T10:00:00.000Z","type":"turn_context","payload":{"cwd":"/","model":"m"}}"#;
        let log = read(&format!(
            "{turn}\n{}{}{}",
            event(1, 100, 100, 3.0, 6000),
            event(2, 100, 100, 3.0, 6001),
            event(3, 150, 50, 4.0, 6059)
        ));
        let inputs: Vec<u64> = log.uses.iter().map(|row| row.counts.input).collect();
        assert_eq!((inputs, log.models.as_slice()), (vec![100, 50], &["m".to_owned()][..]));
        let points: Vec<_> = log.points.iter().map(|p| (p.used_pct, p.reset_minute, p.after_uses)).collect();
        assert_eq!(
            points,
            [(3.0, Some(100), 0), (4.0, Some(100), 1)],
            "the reset moved by less than two minutes"
        );
        assert_eq!(log.series[0].meter, MeterId::FIVE_HOURS);
    }

    #[test]
    fn a_counter_that_begins_anew_counts_the_answer_itself() {
        let log = read(&[event(1, 100, 100, 3.0, 6000), event(2, 30, 30, 3.0, 6000)].concat());
        assert_eq!(log.uses.iter().map(|row| row.counts.input).collect::<Vec<_>>(), [100, 30]);
    }

    #[test]
    fn another_family_is_another_series() {
        let other = event(2, 100, 100, 88.0, 6000).replace("\"codex\"", "\"codex_spark\"");
        let log = read(&[event(1, 100, 100, 3.0, 6000), other].concat());
        let ids: Vec<_> = log.series.iter().map(|series| series.meter.as_str().to_owned()).collect();
        assert_eq!(ids, ["5h", "5h:codex_spark"]);
    }

    #[test]
    fn a_fork_names_its_parents_and_order_of_fields_does_not_matter() {
        let meta = r#"{"timestamp":"t","type":"session_meta","payload":{"id":"b","forked_from_id":"a","thread_source":"subagent"}}"#;
        let copied = r#"{"payload":{"id":"a","cwd":"x"},"timestamp": "t", "type": "session_meta"}"#;
        let log = read(&format!("{meta}\n{copied}\n{}", event(1, 9, 9, 3.0, 6000)));
        assert_eq!((log.session, log.parents.as_slice()), (log_hash(&["b"]), &[log_hash(&["a"])][..]));
        assert!(log.uses[0].is_side);
    }

    #[test]
    fn broken_and_hostile_rows_are_counted_and_harm_nothing() {
        let deep =
            format!("{{\"timestamp\":\"t\",\"type\":\"turn_context\",\"payload\":{}", "[".repeat(100_000));
        let digits = event(1, 9, 9, 3.0, 6000).replace("3,", &format!("{},", "9".repeat(80_000)));
        let log = read(&format!("{deep}\n{digits}\n{}", &event(1, 9, 9, 3.0, 6000)[..90]));
        assert_eq!((log.uses.len(), log.points.len()), (0, 0));
        assert!(log.unreadable >= 2, "{}", log.unreadable);
    }
}
