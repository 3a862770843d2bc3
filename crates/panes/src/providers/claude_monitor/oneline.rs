//! The two one-line outputs: `--output compact`, and the line for a status bar.

use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, space0};
use nom::combinator::{all_consuming, opt, peek};
use nom::sequence::{preceded, separated_pair, terminated};
use nom::{IResult, Parser};
use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Resolution, Tag, UsedPct};

use super::amount::{amount, percent};
use super::{PROVIDER, tag_estimate};
use crate::meter_name::{FIVE_HOURS, WEEK};
use crate::{Confidence, Ctx, Input, Parsed, reset};

/// A middle dot between blanks, which parts the fields of the status line.
const DOT: &str = " \u{b7} ";

/// What stands before the first bar of a compact line; what is not printed is `None`.
#[derive(Debug, PartialEq)]
struct Head<'a> {
    percent: Option<f64>,
    figures: Option<(&'a str, &'a str)>,
}

/// `claude 40.1% (88.1K/220.0K) | ... | pace=slow-down | ...`: the head, and the fields after it.
fn compact(line: &str) -> Option<(Head<'_>, &str)> {
    let (head, fields) = line.strip_prefix("claude ")?.split_once(" | ")?;
    let (rest, percent) = opt(percent).parse(head).ok()?;
    let (_, figures) = opt(figures).parse(rest).ok()?;
    let known = percent.is_some() && figures.is_some();
    (known || fields.contains("pace=")).then_some((Head { percent, figures }, fields))
}

/// `(88.1K/220.0K)`
fn figures(text: &str) -> IResult<&str, (&str, &str)> {
    let pair = separated_pair(figure, char('/'), figure);
    terminated(preceded((space0, char('(')), pair), char(')')).parse(text)
}

fn figure(text: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_alphanumeric() || c == '.').parse(text)
}

pub(super) fn detect_compact(input: &Input<'_>) -> Confidence {
    match last_line(input.text, compact) {
        Some((Head { percent: Some(_), .. }, _)) => Confidence::new(95, "\"claude NN% ... | ...\""),
        Some(_) => Confidence::new(80, "\"claude ... | ... pace=...\""),
        None => Confidence::NONE,
    }
}

pub(super) fn parse_compact(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "compact");
    let Some((head, rest)) = last_line(input.text, compact) else {
        reading.tag(Tag::InsufficientData);
        return Parsed::one(reading);
    };
    let mut meter = bar(MeterId::FIVE_HOURS, "claude", FIVE_HOURS, head.percent, &mut reading);
    meter.resolution = Resolution::Fine;
    if let Some((used, cap)) = head.figures {
        // "88.1K" is rounded: it is kept as printed and not passed off as a count.
        for (name, text) in [("tokens_used_raw", used), ("token_limit_raw", cap)] {
            reading.facts.insert(name.to_owned(), Fact::Text(text.to_owned()));
        }
        tag_estimate(&mut reading);
    }
    for field in rest.split(" | ").map(str::trim) {
        if let Some(raw) = field.strip_prefix("reset ") {
            reset::bind(&mut reading, &mut meter, raw, ctx);
        } else if let Some(pace) = field.strip_prefix("pace=") {
            reading.facts.insert("pace".to_owned(), Fact::Text(pace.to_owned()));
        } else if let Ok((_, cost)) = preceded(peek(char('$')), amount).parse(field) {
            reading.facts.insert("cost_used".to_owned(), Fact::Number(cost));
        }
    }
    reading.meters.push(meter);
    Parsed::one(reading)
}

/// `Opus 5 (1M context) . 5h 37% . 7d 26%` with middle dots, of which either meter may be missing.
fn status(line: &str) -> Option<(&str, Option<f64>, Option<f64>)> {
    let (model, meters) = line.split_once(DOT)?;
    let (mut five_hours, mut week) = (None, None);
    for field in meters.split(DOT) {
        let read = |label: &'static str| {
            let parsed: IResult<&str, f64> = all_consuming(preceded(tag(label), percent)).parse(field);
            parsed.ok().map(|(_, pct)| pct)
        };
        match (read("5h "), read("7d ")) {
            (Some(pct), _) => five_hours = Some(pct),
            (_, Some(pct)) => week = Some(pct),
            (None, None) => return None,
        }
    }
    Some((model, five_hours, week))
}

pub(super) fn detect_status(input: &Input<'_>) -> Confidence {
    // Within a screen the line may belong to another client: whoever knows the screen knows better.
    let alone = input.text.trim().lines().count() == 1;
    match last_line(input.text, status) {
        Some(_) if !alone => Confidence::new(30, "a line \"MODEL \u{b7} 5h NN% \u{b7} 7d NN%\" among others"),
        Some(_) => Confidence::new(80, "one line \"MODEL \u{b7} 5h NN% \u{b7} 7d NN%\""),
        None => Confidence::NONE,
    }
}

pub(super) fn parse_status(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "status-line");
    let Some((model, five_hours, week)) = last_line(input.text, status) else {
        reading.tag(Tag::InsufficientData);
        return Parsed::one(reading);
    };
    reading.model = Some(model.trim().to_owned());
    let five_hours =
        five_hours.map(|pct| bar(MeterId::FIVE_HOURS, "5h", FIVE_HOURS, Some(pct), &mut reading));
    let week = week.map(|pct| bar(MeterId::WEEKLY, "7d", WEEK, Some(pct), &mut reading));
    reading.meters.extend(five_hours.into_iter().chain(week));
    Parsed::one(reading)
}

fn bar(id: MeterId, label: &str, minutes: u32, pct: Option<f64>, reading: &mut Reading) -> Meter {
    let mut meter = Meter::new(id, label).with_window_minutes(minutes);
    meter.level = pct.and_then(|pct| UsedPct::new(pct).ok()).map(Level::Used);
    match meter.used_pct() {
        Some(used) if used.is_over_100() => reading.tag(Tag::Over100),
        Some(_) => {}
        None => reading.tag(Tag::InsufficientData),
    }
    meter
}

/// What the last line of a form says, whatever stands around it.
fn last_line<'a, T>(text: &'a str, form: impl Fn(&'a str) -> Option<T>) -> Option<T> {
    text.lines().rev().find_map(|line| form(line.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ctx() -> Ctx {
        Ctx::new("2026-11-20T19:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_compact_line_keeps_rounded_counts_as_text() {
        let input =
            Input::new("claude 40.1% (88.1K/220.0K) | 187.0K/min | reset 00:00 | pace=slow-down | $3.72\n");
        assert!(!detect_compact(&input).is_none());
        let reading = parse_compact(&input, &ctx()).into_newest().unwrap();
        assert_eq!(reading.meters[0].used_amount(), Some(40.1));
        assert_eq!(reading.meters[0].resets_at, Some("2026-11-21T00:00:00Z".parse().unwrap()));
        assert_eq!(reading.facts["tokens_used_raw"], Fact::Text("88.1K".to_owned()));
        assert_eq!(reading.facts["cost_used"], Fact::Number(3.72));
    }

    #[test]
    fn a_compact_line_without_a_figure_is_unknown() {
        let input = Input::new("claude -- | 0/min | reset - | pace=unknown | $0.00");
        assert_eq!(detect_compact(&input).score, 80);
        let reading = parse_compact(&input, &ctx()).into_newest().unwrap();
        assert!(!reading.has_numbers() && reading.has(&Tag::InsufficientData));
        assert!(detect_compact(&Input::new("claude is a model | and a name")).is_none());
    }

    #[test]
    fn a_status_line_says_nothing_else() {
        let line = "Opus 5 (1M context) \u{b7} 5h 37% \u{b7} 7d 26%";
        let reading = parse_status(&Input::new(line), &ctx()).into_newest().unwrap();
        assert_eq!(reading.meter(&MeterId::WEEKLY).unwrap().used_amount(), Some(26.0));
        assert_eq!(detect_status(&Input::new(line)).score, 80);
        assert_eq!(detect_status(&Input::new(&format!("prose\n{line}\nmore"))).score, 30);
        for other in
            ["gpt-5.4 default \u{b7} 100% left", "gpt-5 \u{b7} 5h 99% left \u{b7} weekly 100% left", "Opus 5"]
        {
            assert!(detect_status(&Input::new(other)).is_none(), "{other}");
        }
    }
}
