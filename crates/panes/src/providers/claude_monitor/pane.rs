//! The live pane (`--view realtime`, `--once --output rich`), of versions 3 and 4.
//!
//! ```text
//! value  = [light] "[" bar "]" percent ["(" source ")"] amount "/" amount
//! plan   = "[ max5 | utc ]"                             | "Plan: custom | Timezone: Asia/Irkutsk"
//! idle   = "Tokens: -- / ~88,000 (-- left)"             no session: a bar of 0.0% that is no reading
//! ```

use nom::bytes::complete::take_until;
use nom::character::complete::{char, multispace0};
use nom::combinator::opt;
use nom::sequence::{delimited, preceded, separated_pair};
use nom::{IResult, Parser};
use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Resolution, Tag, UsedPct};

use super::amount::{amount, percent};
use super::rows::{self, Row};
use super::{PROVIDER, tag_estimate, tag_no_session};
use crate::meter_name::FIVE_HOURS;
use crate::{Confidence, Ctx, Input, Parsed, Zone, reset};

const HEADER: &str = "CLAUDE CODE USAGE MONITOR";
const TOKENS: &str = "Token Usage:";

/// Rows of which one stands beside the tokens.
const BESIDE: &[&str] = &["Time to Reset:", "Cost Usage:", "Messages Usage:", "Burn Rate:"];

/// The figures of one bar row; what is not printed is `None`.
#[derive(Debug, Default, PartialEq)]
struct Bar<'a> {
    percent: Option<f64>,
    source: Option<&'a str>,
    used: Option<f64>,
    cap: Option<f64>,
}

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    match (input.text.contains(HEADER), input.text.contains(TOKENS)) {
        (true, true) => Confidence::sure("\"CLAUDE CODE USAGE MONITOR\" and \"Token Usage:\""),
        (true, false) => Confidence::new(60, "\"CLAUDE CODE USAGE MONITOR\""),
        // The head of a pane may have scrolled away.
        (false, true) if BESIDE.iter().any(|label| input.text.contains(label)) => {
            Confidence::new(80, "\"Token Usage:\" and another row of the pane")
        }
        _ => Confidence::NONE,
    }
}

pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "pane");
    // The last pane counts even when it is not complete: an older one must not pass for the newest.
    let mut panes = input.text.rsplit(HEADER);
    let pane = panes.next().unwrap_or_default();
    if panes.clone().nth(1).is_some() || panes.any(|earlier| earlier.contains(TOKENS)) {
        reading.tag(Tag::MultiPaneTrimmed);
    }
    let zone = plan_and_zone(pane, &mut reading);
    let rows = rows::rows(pane);
    let idle = pane.contains("No active session");
    if idle {
        tag_no_session(&mut reading);
    }
    add_tokens(&rows, idle, &mut reading);
    add_reset(&rows, zone, ctx, &mut reading);
    add_rest(&rows, idle, &mut reading);
    Parsed::one(reading)
}

/// The token bar: the five-hour meter when its figure is the official one, else an estimate with an id of its
/// own.
fn add_tokens(rows: &[Row], idle: bool, reading: &mut Reading) {
    let Some(row) = find(rows, TOKENS) else {
        reading.tag(Tag::InsufficientData);
        return;
    };
    let mut bar = bar(&row.value);
    if let Some(row) = find(rows, "Tokens:") {
        (bar.used, bar.cap) = split_amounts(&row.value);
    }
    let official = bar.source == Some("official");
    let id = if official { MeterId::FIVE_HOURS } else { MeterId::slug("token usage") };
    let mut meter =
        Meter::new(id, "Token Usage").with_window_minutes(FIVE_HOURS).with_resolution(Resolution::Fine);
    fact(reading, "token_used_pct", bar.percent);
    fact(reading, "tokens_used", bar.used);
    fact(reading, "token_limit", bar.cap);
    if let Some(source) = bar.source {
        reading.facts.insert("confidence".to_owned(), Fact::Text(source.to_owned()));
    }
    if !official {
        tag_estimate(reading);
    }
    if !idle {
        meter.level = bar.percent.and_then(|pct| UsedPct::new(pct).ok()).map(Level::Used);
        match meter.used_pct() {
            Some(used) if used.is_over_100() => reading.tag(Tag::Over100),
            Some(_) => {}
            None => reading.tag(Tag::Truncated("token_used_pct".to_owned())),
        }
    }
    reading.meters.push(meter);
}

/// The reset of the session, in the zone that the pane names.
fn add_reset(rows: &[Row], zone: Option<Zone>, ctx: &Ctx, reading: &mut Reading) {
    let Some(row) = find(rows, "Limit resets at:").or_else(|| find(rows, "Token Reset:")) else { return };
    let Some(mut meter) = reading.meters.pop() else { return };
    let ctx = ctx.clone().with_zone(zone.unwrap_or(ctx.zone));
    reset::bind(reading, &mut meter, &row.value, &ctx);
    reading.meters.push(meter);
}

fn add_rest(rows: &[Row], idle: bool, reading: &mut Reading) {
    if let Some(row) = find(rows, "Cost Usage:") {
        let bar = bar(&row.value);
        fact(reading, "cost_used_pct", bar.percent);
        fact(reading, "cost_used", bar.used);
        fact(reading, "cost_limit", bar.cap);
    }
    if let Some(row) = find(rows, "Messages Usage:") {
        let bar = bar(&row.value);
        fact(reading, "messages_used", bar.used);
        fact(reading, "messages_limit", bar.cap);
    }
    let first = |label| find(rows, label).and_then(|row| amount(&row.value).ok()).map(|(_, x)| x);
    fact(reading, "burn_rate_tokens_per_minute", first("Burn Rate:"));
    fact(reading, "cost_rate_usd_per_minute", first("Cost Rate:"));
    // Without a session the pane shows no cost row; a printed rate of nothing says that nothing was spent.
    if idle && first("Cost Rate:") == Some(0.0) {
        fact(reading, "cost_used", Some(0.0));
    }
    for (label, name) in [("Time to Reset:", "time_to_reset"), ("Model Distribution:", "model_distribution")]
    {
        let text = find(rows, label).and_then(|row| after_bar(&row.value).ok()).map(|(rest, _)| rest.trim());
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            reading.facts.insert(name.to_owned(), Fact::Text(text.to_owned()));
        }
    }
}

/// `[ max5 | utc ]`, or `Plan: custom | Timezone: Asia/Irkutsk`. The pane may print the zone in lower case.
fn plan_and_zone(pane: &str, reading: &mut Reading) -> Option<Zone> {
    let (plan, zone) = pane.lines().take(12).map(str::trim).find_map(|line| {
        let boxed = line.strip_prefix("[ ").and_then(|rest| rest.strip_suffix(" ]"));
        let named = line.strip_prefix("Plan: ");
        boxed.or(named)?.split_once(" | ")
    })?;
    reading.plan = Some(plan.trim().to_owned());
    let zone = zone.trim();
    cased(zone.strip_prefix("Timezone:").unwrap_or(zone).trim())
}

/// The zone of a name in any case.
fn cased(name: &str) -> Option<Zone> {
    let mut titled = String::with_capacity(name.len());
    for c in name.chars() {
        let starts = titled.is_empty() || titled.ends_with(['/', '_', '-']);
        titled.push(if starts { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
    }
    [name, titled.as_str(), name.to_ascii_uppercase().as_str()].iter().find_map(|name| name.parse().ok())
}

fn find<'a>(rows: &'a [Row], label: &str) -> Option<&'a Row> {
    rows.iter().rfind(|row| row.label == label)
}

fn fact(reading: &mut Reading, name: &str, value: Option<f64>) {
    if let Some(value) = value {
        reading.facts.insert(name.to_owned(), Fact::Number(value));
    }
}

/// Reads a bar row as far as it goes: a figure that is cut leaves those before it.
fn bar(value: &str) -> Bar<'_> {
    let mut bar = Bar::default();
    let Ok((rest, _)) = after_bar(value) else { return bar };
    let Ok((rest, percent)) = preceded(multispace0, percent).parse(rest) else { return bar };
    bar.percent = Some(percent);
    let Ok((rest, source)) = opt(preceded(multispace0, bracketed)).parse(rest) else { return bar };
    bar.source = source;
    (bar.used, bar.cap) = split_amounts(rest);
    bar
}

/// Skips to the end of the bar.
fn after_bar(value: &str) -> IResult<&str, &str> {
    preceded((take_until("["), char('[')), delimited(multispace0, take_until("]"), char(']'))).parse(value)
}

fn bracketed(text: &str) -> IResult<&str, &str> {
    delimited(char('('), take_until(")"), char(')')).parse(text)
}

/// `6,000 / ~88,000 ...`, either side of which may be `--`.
fn split_amounts(text: &str) -> (Option<f64>, Option<f64>) {
    let slash = (multispace0, char('/'), multispace0);
    let both: IResult<&str, (f64, f64)> =
        preceded(multispace0, separated_pair(amount, slash, amount)).parse(text);
    let ends = |rest: &str| rest.trim_start().is_empty() || rest.trim_start().starts_with('(');
    if let Some((_, (used, cap))) = both.ok().filter(|(rest, _)| ends(rest)) {
        return (Some(used), Some(cap));
    }
    // Without what follows it, a figure may be the beginning of a longer one.
    let Some((left, right)) = text.split_once('/') else { return (None, None) };
    let one = |text: &str| {
        let (rest, x) = amount(text.trim()).ok()?;
        ends(rest).then_some(x)
    };
    (one(left), one(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Reading {
        let ctx = Ctx::new("2026-11-20T19:00:00Z".parse().unwrap());
        parse(&Input::new(text), &ctx).into_newest().unwrap()
    }

    fn number(reading: &Reading, name: &str) -> Option<f64> {
        reading.facts.get(name).and_then(Fact::as_number)
    }

    const TOP: &str = "CLAUDE CODE USAGE MONITOR\n[ max5 | europe/berlin ]\n\n";

    #[test]
    fn the_estimate_is_kept_apart_from_the_official_five_hour_bar() {
        let estimate = read(&format!("{TOP}Token Usage: [##--] 40.1% (local\nestimate) 88,122 / 220,000\n"));
        assert!(
            estimate.meter(&MeterId::FIVE_HOURS).is_none()
                && estimate.has(&Tag::Other("local-estimate".into()))
        );
        assert_eq!(number(&estimate, "tokens_used"), Some(88_122.0));
        let official =
            read(&format!("{TOP}Token Usage: [##--] 37.0% (official) 88,122 / 220,000 (local estimate)\n"));
        assert_eq!(official.meter(&MeterId::FIVE_HOURS).unwrap().used_amount(), Some(37.0));
        assert!(!official.has(&Tag::Other("local-estimate".into())));
    }

    #[test]
    fn the_reset_is_read_in_the_zone_of_the_pane() {
        let reading =
            read(&format!("{TOP}Token Usage: [#] 463.8% 88,122 / 19,000\n\nLimit resets at:  1:00 AM\n"));
        let meter = &reading.meters[0];
        assert_eq!(meter.resets_raw.as_deref(), Some("1:00 AM"));
        assert_eq!(meter.resets_at, Some("2026-11-21T00:00:00Z".parse().unwrap()));
        assert!(reading.has(&Tag::Over100) && reading.plan.as_deref() == Some("max5"));
    }

    #[test]
    fn the_zero_of_a_pane_without_session_is_no_level() {
        let reading = read(&format!(
            "{TOP}Token Usage: [--] 0.0%\n\nTokens:   -- / ~88,000 (-- left)\n7:06 PM No active session | Ctrl+C to exit\n"
        ));
        assert!(!reading.has_numbers() && reading.has(&Tag::Other("no-active-session".into())));
        assert_eq!(
            (number(&reading, "tokens_used"), number(&reading, "token_limit")),
            (None, Some(88_000.0))
        );
    }

    #[test]
    fn a_last_pane_that_is_cut_does_not_fall_back_to_an_older_one() {
        let whole = format!("{TOP}Token Usage: [#] 40.1% 88,122 / 220,000\n");
        let reading = read(&format!("{whole}{TOP}"));
        assert!(
            !reading.has_numbers()
                && reading.has(&Tag::InsufficientData)
                && reading.has(&Tag::MultiPaneTrimmed)
        );
        let twice = read(&format!("{whole}{TOP}Token Usage: [#] 41.0% 90,200 / 220,000\n"));
        assert_eq!((twice.meters[0].used_amount(), twice.has(&Tag::MultiPaneTrimmed)), (Some(41.0), true));
        let figures = |text: &str| {
            let reading = read(&format!("{TOP}Token Usage: [##] 40.1% {text}\n"));
            (number(&reading, "tokens_used"), number(&reading, "token_limit"))
        };
        assert_eq!(figures("8"), (None, None));
        assert_eq!(figures("$6\n.70 / $140.00 (x)"), (None, Some(140.0)));
        assert_eq!(figures("8\n8,122 / 220,000"), (None, Some(220_000.0)));
        let cut = read(&format!("{TOP}Token Usage: [####"));
        assert!(!cut.has_numbers() && cut.has(&Tag::Truncated("token_used_pct".into())));
    }
}
