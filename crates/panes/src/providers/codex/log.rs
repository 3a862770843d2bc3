//! Rollouts as a history: tokens of each answer and each reading of the limits, from a whole archive.
//!
//! `total_token_usage` is cumulative within a session and may be written again: the difference of two totals is what
//! an answer used. A forked or resumed session begins with its parent's rows, stamped anew.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use tracker_domain::{LimitPoint, LogFile, MeterId, MeterSeries, TokenCounts, TokenUse, log_hash};

use super::log_row::{Event, Info, Kind, Limits, Line, Meta, Turn, Usage};

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

/// Prepared once: a log holds many events.
static TOKEN_COUNT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"token_count\""));

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
                if TOKEN_COUNT.find(head).is_some() {
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
        match Line::<Turn<'_>>::of_line(line) {
            Some(Line { payload: Some(Turn { model: Some(model) }), .. }) => {
                self.model = Some(self.file.model(&model));
            }
            Some(_) => {}
            None => self.file.unreadable += 1,
        }
    }

    fn token_count(&mut self, line: &[u8]) {
        let Some(Line { payload: Some(event), timestamp }) = Line::<Event<'_>>::of_line(line) else {
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
        let (first, second) = (limits.primary.as_ref(), limits.secondary.as_ref());
        let both_unknown = first.is_some_and(|window| window.window_minutes.is_none());
        for (window, is_second) in [(first, false), (second, both_unknown)] {
            let Some((window, used_pct)) = window.and_then(|window| Some((window, window.used_percent?)))
            else {
                continue;
            };
            if !used_pct.is_finite() || used_pct < 0.0 {
                self.file.unreadable += 1;
                continue;
            }
            let base = match window.window_minutes {
                Some(minutes) => meter_name::by_minutes(minutes),
                None if is_second => MeterId::slug("unknown window-2"),
                None => MeterId::slug("unknown window"),
            };
            let Some(series) = self.series(limits, &base, window.window_minutes) else { continue };
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

    fn series(&mut self, limits: &Limits<'_>, base: &MeterId, minutes: Option<u32>) -> Option<u16> {
        let (id, plan) = (limits.limit_id.as_deref(), limits.plan_type.as_deref());
        let scope =
            id.filter(|id| *id != super::family::MAIN).map(|id| limits.limit_name.as_deref().unwrap_or(id));
        let fits = |known: &MeterSeries| {
            // Two windows of unknown length differ by their place only.
            let is_base = minutes.is_some() || known.meter == scoped(base, scope);
            known.window_minutes == minutes
                && is_base
                && known.limit_id.as_deref() == id
                && known.plan.as_deref() == plan
        };
        let at = self.file.series.iter().position(fits).unwrap_or_else(|| {
            self.file.series.push(MeterSeries {
                meter: scoped(base, scope),
                limit_id: id.map(str::to_owned),
                window_minutes: minutes,
                plan: plan.map(str::to_owned),
            });
            self.file.series.len() - 1
        });
        u16::try_from(at).ok()
    }
}

fn scoped(base: &MeterId, scope: Option<&str>) -> MeterId {
    scope.map_or(base.clone(), |scope| MeterId::scoped(base, scope))
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
    fn windows_of_unknown_length_are_series_of_their_own() {
        let unknown = event(1, 100, 100, 3.0, 6000)
            .replace("\"window_minutes\":300,", "")
            .replace("\"secondary\":null", "\"secondary\":{\"used_percent\":40,\"window_minutes\":null}");
        let log = read(&[unknown, event(2, 150, 50, 4.0, 6000)].concat());
        let series: Vec<_> =
            log.series.iter().map(|series| (series.meter.as_str(), series.window_minutes)).collect();
        assert_eq!(series, [("unknown-window", None), ("unknown-window-2", None), ("5h", Some(300))]);
        let points: Vec<_> = log.points.iter().map(|point| (point.series, point.used_pct)).collect();
        assert_eq!(points, [(0, 3.0), (1, 40.0), (2, 4.0)]);
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
