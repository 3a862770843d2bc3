//! Turns the text of a reset into an instant, or says that it names none.
//!
//! The clients print a reset without zone, mostly without date and never twice alike. What is not printed is taken
//! from the capture: the next such time after it, or the year nearest to it. Where more than one instant fits, or
//! none, the answer is [`Reset::Ambiguous`]: a reset is never guessed.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use tracker_domain::{Meter, Reading, Tag, UnknownField};

use crate::Ctx;
use crate::instant::storable;

mod grammar;
use grammar::{Day, Printed};

/// A longer window may end on one day of two years.
const HALF_A_YEAR: TimeDelta = TimeDelta::days(182);

/// What the text of a reset names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reset {
    /// One instant, which may lie before the capture.
    At(DateTime<Utc>),
    /// More than one instant or none: a day without a time, a time that the clock change repeats or skips, or a
    /// zone that is not known.
    Ambiguous,
    /// Not the text of a reset.
    Unreadable,
}

/// Returns the instant that the text of a reset names.
///
/// Read are 24-hour and 12-hour times, with a date before or after (`21:11 on 25 Oct`, `Nov 24 at 6:09am`), with an
/// optional year and an optional zone (`Jan 2, 2027, 3am (Asia/Tokyo)`), and with blanks lost (`21:11on25Oct`).
/// Without a printed zone the zone of `ctx` counts; without a date the first such time at or after the capture;
/// with a date but no year the year nearest to the capture.
///
/// ```
/// use tracker_panes::{Ctx, reset::{Reset, resolve}};
/// let ctx = Ctx::new("2025-10-19T05:00:00Z".parse()?);
/// assert_eq!(resolve("21:11 on 25 Oct", &ctx), Reset::At("2025-10-25T21:11:00Z".parse()?));
/// assert_eq!(resolve("3am (Asia/Tokyo)", &ctx), Reset::At("2025-10-19T18:00:00Z".parse()?));
/// assert_eq!(resolve("25 Oct", &ctx), Reset::Ambiguous);
/// assert_eq!(resolve("soon", &ctx), Reset::Unreadable);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[must_use]
pub fn resolve(text: &str, ctx: &Ctx) -> Reset {
    let glued = glued(text);
    let Some(printed) = grammar::printed(text).or_else(|| grammar::printed(&glued)) else {
        return Reset::Unreadable;
    };
    let zone = match printed.zone {
        None => ctx.zone.tz(),
        Some(name) => match name.parse() {
            Ok(zone) => zone,
            Err(_) => return Reset::Ambiguous,
        },
    };
    match printed {
        Printed { time: None, .. } => Reset::Ambiguous,
        Printed { time: Some(time), day: None, .. } => next_after(ctx.captured_at, time, zone),
        Printed { time: Some(time), day: Some(day), .. } => on_day(ctx.captured_at, day, time, zone),
    }
}

/// Tells whether a text is one that [`resolve`] reads.
pub(crate) fn is_printed(text: &str) -> bool {
    grammar::printed(text).is_some() || grammar::printed(&glued(text)).is_some()
}

/// Tells whether a text is a reset with a time of day.
pub(crate) fn has_time(text: &str) -> bool {
    let glued = glued(text);
    grammar::printed(text).or_else(|| grammar::printed(&glued)).is_some_and(|printed| printed.time.is_some())
}

/// Tells whether a text is a reset with a day.
pub(crate) fn has_day(text: &str) -> bool {
    let glued = glued(text);
    grammar::printed(text).or_else(|| grammar::printed(&glued)).is_some_and(|printed| printed.day.is_some())
}

/// The text without blanks: where a terminal broke it within a number or a word, no blank belongs.
fn glued(text: &str) -> String {
    // No reset is longer, and a long text need not be copied to know that it is none.
    if text.len() > LONGEST { String::new() } else { text.split_whitespace().collect() }
}

/// Bytes of the longest reset: a date with its year, a time and the name of a zone.
const LONGEST: usize = 120;

/// Tells whether a text is the beginning of a reset that a terminal cut: it opens a zone and does not close it, or a few
/// characters more would make it a reset.
pub(crate) fn is_cut(text: &str) -> bool {
    const ENDS: [&str; 9] = ["m", "am", "0", "00", "0am", "00am", ":00", "7am", "Oct"];
    let open = text.matches('(').count() > text.matches(')').count();
    !text.is_empty()
        && text.len() <= LONGEST
        && (open || ENDS.iter().any(|end| is_printed(&format!("{text}{end}"))))
}

/// Sets the reset of a meter as printed and, where it names one instant, as such. Tags the reading where not.
pub(crate) fn bind(reading: &mut Reading, meter: &mut Meter, raw: &str, ctx: &Ctx) {
    meter.resets_raw = Some(raw.to_owned());
    match within(resolve(raw, ctx), raw, meter.window_minutes, ctx) {
        Reset::At(at) => meter.resets_at = Some(at),
        Reset::Ambiguous => reading.tag(Tag::ResetAmbiguous),
        Reset::Unreadable if is_cut(raw) => {
            meter.resets_raw = None;
            reading.tag(Tag::Truncated(format!("{}-resets", meter.id)));
        }
        Reset::Unreadable => reading.unknown.push(UnknownField {
            name: format!("{} resets", meter.label),
            raw: raw.chars().take(80).collect(),
            why: "not the text of a reset".to_owned(),
        }),
    }
}

/// Corrects a reset by the length of its window.
///
/// Without a date: a window of five hours cannot reset 23 hours ahead. Then the last such time counts, if the window
/// could have ended there, for a pane may be older than its reset. Without a year: where the window is so long that it
/// may end in this year and in the next, neither is given.
fn within(next: Reset, raw: &str, window_minutes: Option<u32>, ctx: &Ctx) -> Reset {
    let (Reset::At(at), Some(minutes)) = (next, window_minutes) else { return next };
    let length = TimeDelta::minutes(i64::from(minutes));
    let glued = glued(raw);
    match grammar::printed(raw).or_else(|| grammar::printed(&glued)).and_then(|printed| printed.day) {
        Some(day) if day.year.is_none() && length > HALF_A_YEAR => Reset::Ambiguous,
        Some(_) => next,
        None => {
            let last = at - TimeDelta::days(1);
            if at - ctx.captured_at <= length + TimeDelta::hours(1) || ctx.captured_at - last > length {
                return next;
            }
            resolve(raw, &Ctx { captured_at: last - TimeDelta::hours(1), ..ctx.clone() })
        }
    }
}

/// The first `time` at or after `from`. Two days suffice: the local day of `from` and the day after it.
fn next_after(from: DateTime<Utc>, time: NaiveTime, zone: Tz) -> Reset {
    let local = from.with_timezone(&zone).naive_local();
    for ahead in 0..=1 {
        let Some(day) = local.date().checked_add_days(Days::new(ahead)) else { break };
        let naive = day.and_time(time);
        match instant(naive, zone) {
            Reset::At(at) if at < from => {}
            Reset::Ambiguous if naive < local => {}
            found => return found,
        }
    }
    Reset::Ambiguous
}

fn on_day(captured_at: DateTime<Utc>, day: Day, time: NaiveTime, zone: Tz) -> Reset {
    let local = captured_at.with_timezone(&zone).naive_local();
    let naive = match day.year {
        Some(year) => NaiveDate::from_ymd_opt(year, day.month, day.day).map(|d| d.and_time(time)),
        // Four years to either side hold a 29 February, but for the turn of some centuries.
        None => (-4..=4)
            .filter_map(|away| NaiveDate::from_ymd_opt(local.year() + away, day.month, day.day))
            .map(|d| d.and_time(time))
            .min_by_key(|naive| (*naive - local).abs()),
    };
    naive.map_or(Reset::Unreadable, |naive| instant(naive, zone))
}

fn instant(naive: NaiveDateTime, zone: Tz) -> Reset {
    match zone.from_local_datetime(&naive) {
        MappedLocalTime::Single(at) => storable(at.with_timezone(&Utc)).map_or(Reset::Unreadable, Reset::At),
        MappedLocalTime::Ambiguous(..) | MappedLocalTime::None => Reset::Ambiguous,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ctx(captured_at: &str, zone: &str) -> Ctx {
        Ctx::new(captured_at.parse().unwrap()).with_zone(zone.parse().unwrap())
    }

    fn at(text: &str) -> Reset {
        Reset::At(text.parse().unwrap())
    }

    #[test]
    fn every_printed_shape_names_its_instant() {
        let ctx = ctx("2026-11-20T18:53:00Z", "UTC");
        for (text, want) in [
            ("21:11 on 25 Oct", "2026-10-25T21:11:00Z"),
            ("17:04 on 19 Sep 2099", "2099-09-19T17:04:00Z"),
            ("00:33 on Sep 04", "2026-09-04T00:33:00Z"),
            ("21:11on25Oct", "2026-10-25T21:11:00Z"),
            ("Nov 24, 6:09am (UTC)", "2026-11-24T06:09:00Z"),
            ("Nov 24 at 6:09am", "2026-11-24T06:09:00Z"),
            ("Nov24at6:09am(UTC)", "2026-11-24T06:09:00Z"),
            ("7:43 AM on 4 Oct", "2026-10-04T07:43:00Z"),
            ("Jan 2, 2027, 3am (Asia/Tokyo)", "2027-01-01T18:00:00Z"),
            ("Nov 23rd, 2026 2:13 AM", "2026-11-23T02:13:00Z"),
            ("Jan 2, 2024 3:14 AM", "2024-01-02T03:14:00Z"),
            ("7 May (07:08)", "2027-05-07T07:08:00Z"),
            ("3pm", "2026-11-21T15:00:00Z"),
            ("12am", "2026-11-21T00:00:00Z"),
            ("12:30pm", "2026-11-21T12:30:00Z"),
            ("18:53", "2026-11-20T18:53:00Z"),
            ("18:52", "2026-11-21T18:52:00Z"),
            ("9:07pm (Asia/Calcutta)", "2026-11-21T15:37:00Z"),
        ] {
            assert_eq!(resolve(text, &ctx), at(want), "{text}");
        }
    }

    #[test]
    fn a_date_without_year_takes_the_nearest_year_even_in_the_past() {
        let december = ctx("2026-12-30T12:00:00Z", "UTC");
        assert_eq!(resolve("03:00 on 2 Jan", &december), at("2027-01-02T03:00:00Z"));
        let january = ctx("2027-01-02T12:00:00Z", "UTC");
        assert_eq!(resolve("20:00 on 30 Dec", &january), at("2026-12-30T20:00:00Z"));
        assert_eq!(resolve("20:00 on 29 Feb", &january), at("2028-02-29T20:00:00Z"));
    }

    #[test]
    fn a_time_that_the_clock_change_repeats_or_skips_is_ambiguous() {
        // Berlin, 2026: 02:30 exists twice on 25 Oct and not at all on 29 Mar.
        let autumn = ctx("2026-10-24T20:00:00Z", "Europe/Berlin");
        assert_eq!(resolve("02:30", &autumn), Reset::Ambiguous);
        assert_eq!(resolve("02:30 on 25 Oct", &autumn), Reset::Ambiguous);
        assert_eq!(resolve("03:30", &autumn), at("2026-10-25T02:30:00Z"));
        let spring = ctx("2026-03-28T20:00:00Z", "Europe/Berlin");
        assert_eq!(resolve("02:30", &spring), Reset::Ambiguous);
        // Once it lies behind the capture it concerns nobody: the next one is tomorrow's.
        let later = ctx("2026-10-25T12:00:00Z", "Europe/Berlin");
        assert_eq!(resolve("02:30", &later), at("2026-10-26T01:30:00Z"));
    }

    #[test]
    fn what_names_no_instant_is_not_guessed() {
        let ctx = ctx("2026-11-20T18:53:00Z", "UTC");
        for text in ["25 Oct", "Oct 25", "3pm (Mars/Olympus)"] {
            assert_eq!(resolve(text, &ctx), Reset::Ambiguous, "{text}");
        }
        for text in [
            "",
            "soon",
            "25:00",
            "13pm",
            "0am",
            "03:00 on 30 Feb",
            "03:00 on 31 Nov",
            "in 3h 12m",
            "14",
            "14:1",
            "Jan 2, 99999 3am",
        ] {
            assert_eq!(resolve(text, &ctx), Reset::Unreadable, "{text}");
        }
    }

    #[test]
    fn a_reset_that_was_broken_within_a_number_is_put_together() {
        let ctx = ctx("2026-11-20T18:53:00Z", "UTC");
        assert_eq!(resolve("20:0 6 on 2 4 Nov", &ctx), at("2026-11-24T20:06:00Z"));
        assert_eq!(resolve("1 1am (Europe/Ber lin)", &ctx), at("2026-11-21T10:00:00Z"));
    }

    #[test]
    fn a_reset_that_was_cut_is_no_reset() {
        for cut in
            ["8:59pm (Eur", "Nov 24, 7:1", "Nov 24, 7", "Aug 25, 5a", "11", "3:0", "20:06 on 4", "Nov 24,"]
        {
            assert!(is_cut(cut), "{cut}");
        }
        for whole in ["soon", "Jul 10 t 2:59am (Europe/Prague)", "refresh requested", ""] {
            assert!(!is_cut(whole), "{whole}");
        }
    }

    #[test]
    fn the_length_of_its_window_tells_a_past_reset() {
        let ctx = ctx("2026-11-20T18:45:00Z", "UTC");
        let bound = |raw: &str, minutes: u32| {
            let mut reading = Reading::new(crate::provider_id("codex"), "x");
            let mut meter = Meter::new(tracker_domain::MeterId::slug("m"), "m").with_window_minutes(minutes);
            bind(&mut reading, &mut meter, raw, &ctx);
            (meter.resets_at.map_or(Reset::Ambiguous, Reset::At), reading.has(&Tag::ResetAmbiguous))
        };
        assert_eq!(bound("17:38", 300), (at("2026-11-20T17:38:00Z"), false));
        // A week may well end tomorrow, and a time in another zone fits no window: the next one, as printed.
        assert_eq!(bound("17:38", 10_080), (at("2026-11-21T17:38:00Z"), false));
        assert_eq!(bound("09:00", 300), (at("2026-11-21T09:00:00Z"), false));
        assert_eq!(bound("15:30 on 10 Jul", 525_600), (Reset::Ambiguous, true));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_time_without_date_lies_within_a_day_of_the_capture(
            secs in 0_i64..4_000_000_000, minute in 0_u32..1440,
            zone in prop::sample::select(vec!["UTC", "Asia/Kolkata", "America/New_York", "Pacific/Apia"]),
        ) {
            let captured_at = DateTime::from_timestamp(secs, 0).unwrap();
            let ctx = Ctx::new(captured_at).with_zone(zone.parse().unwrap());
            if let Reset::At(at) = resolve(&format!("{:02}:{:02}", minute / 60, minute % 60), &ctx) {
                let ahead = (at - captured_at).num_minutes();
                prop_assert!(at >= captured_at && ahead <= 25 * 60, "{at}");
            }
        }

        #[test]
        fn any_text_is_answered(text in ".{0,60}") {
            let _ = resolve(&text, &ctx("2026-11-20T18:53:00Z", "UTC"));
        }
    }
}
