//! The `/status` pane of Codex CLI 0.40 to 0.169: boxed and borderless, wide, wrapped and cut.

use std::collections::HashMap;

use tracker_domain::{Level, Meter, MeterId, Reading, Tag, UnknownField};

use super::provider;
use crate::plain::is_json;
use crate::{Confidence, Ctx, Input, Parsed, meter_name, reset, text};

mod about;
mod bullets;
mod footer;
mod label;
mod markup;
mod owner;
mod rows;
mod segments;
mod value;

use label::Label;
use rows::{Pane, Row};

const KIND: &str = "status-pane";

/// The family of rows whose header is not in the capture.
const UNNAMED: &str = "unnamed";

/// Recognizes the pane by its header or its rows. Other clients print the same labels with relative resets.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let text = input.text;
    if is_json(text) || text.contains("(resets in ") {
        return Confidence::NONE;
    }
    let row = |labels: &[&str]| {
        // Lines are looked at only for what the text holds at all.
        let held: Vec<&str> = labels.iter().copied().filter(|label| text.contains(label)).collect();
        let is_row = |line: &str| held.iter().any(|label| line.contains(label)) && !line.contains('\u{26a0}');
        !held.is_empty() && text.lines().any(is_row)
    };
    match () {
        () if row(&["5h limit:", "Weekly limit:", "5hlimit:", "Weeklylimit:"]) => {
            Confidence::new(90, "rows \"5h limit:\" or \"Weekly limit:\"")
        }
        () if text.contains(">_ OpenAI Codex (v") || text.contains(">_OpenAICodex(v") => {
            Confidence::new(80, "header \">_ OpenAI Codex\"")
        }
        () if row(&[
            "Monthly limit:",
            "Monthly credit limit:",
            "Annual limit:",
            "Daily limit:",
            "Usage limit:",
            "Secondary usage limit:",
            "Monthlylimit:",
            "Dailylimit:",
            "24h limit:",
            "1h limit:",
            "  Limits:",
        ]) =>
        {
            Confidence::new(60, "a row of the limits block")
        }
        () => bullets::detect(text),
    }
}

/// Reads the last pane that speaks of limits. When that one has no numbers, none are given: an older pane is not now.
pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let text = markup::strip(input.text);
    let mut panes = rows::panes(&text);
    let speaking = panes.iter().filter(|p| p.speaks_of_limits()).count();
    let newest = panes.iter().rposition(Pane::speaks_of_limits).filter(|_| !bullets::are_newest(&text));
    let Some(at) = newest else {
        return Parsed::one(bullets::read(&text, panes.last()));
    };
    let pane = panes.swap_remove(at);
    let mut reading = read(&pane, ctx);
    if speaking > 1 {
        reading.tag(Tag::MultiPaneTrimmed);
    }
    footer::read(&mut reading, &text);
    Parsed::one(reading)
}

fn read(pane: &Pane<'_>, ctx: &Ctx) -> Reading {
    let mut reading = Reading::new(provider(), KIND);
    reading.tool_version = pane.version.map(str::to_owned);
    let mut count: HashMap<MeterId, u32> = HashMap::new();
    let lost = owner::is_lost(pane);
    if lost {
        reading.tag(Tag::Truncated("limit-group".to_owned()));
    }
    for row in &pane.rows {
        match row.label {
            Label::About(label) => about::read(&mut reading, label, row),
            Label::Limit { family, name, minutes } => {
                let group = Some(UNNAMED).filter(|_| lost);
                let mut meter = label::meter(family, name, minutes, group);
                let copies = count.entry(meter.id.clone()).or_default();
                *copies += 1;
                if *copies > 1 {
                    meter.id = MeterId::slug(&format!("{}-{copies}", meter.id));
                }
                limit(&mut reading, meter, row, ctx);
            }
            Label::Group(name) => {
                let label = format!("{name} limit");
                limit(&mut reading, Meter::new(MeterId::slug(&label), label), row, ctx);
            }
        }
    }
    finish(&mut reading);
    reading
}

/// Binds the value of a limit row to its meter. A row without a number is a meter without a level.
fn limit(reading: &mut Reading, mut meter: Meter, row: &Row<'_>, ctx: &Ctx) {
    let value = value::value(&row.value);
    meter.level = value.percent.zip(value.direction).and_then(|(percent, way)| way.level(percent));
    if meter.level.is_none() {
        reading.tag(Tag::Truncated(meter.id.to_string()));
        reading.unknown.push(UnknownField {
            name: meter.label.clone(),
            raw: text::excerpt(&row.value),
            why: match (value.percent, value.direction) {
                (None, _) => "no percentage in the row: cut at narrow width",
                (Some(_), None) => "neither \"used\" nor \"left\" after the percentage",
                (Some(_), Some(_)) => "not a percentage of a meter",
            }
            .to_owned(),
        });
    }
    if matches!(meter.level, Some(Level::Used(used)) if used.is_over_100()) {
        reading.tag(Tag::Over100);
    }
    match value.reset.filter(|raw| !row.reset_open && is_whole(raw, meter.window_minutes)) {
        Some(raw) => reset::bind(reading, &mut meter, raw, ctx),
        None if value.reset.is_some() || value.reset_cut => {
            reading.tag(Tag::Truncated(format!("{}-resets", meter.id)));
            reading.unknown.extend(value.reset.map(|raw| UnknownField {
                name: format!("{} resets", meter.label),
                raw: text::excerpt(raw),
                why: "not the whole text of a reset".to_owned(),
            }));
        }
        None => {}
    }
    let detail = value.rest.trim();
    if detail.contains("credits") {
        meter.detail = Some(text::excerpt(detail));
    }
    reading.meters.push(meter);
}

/// A reset tells its time of day, and with "on" its day; only one that lies months ahead is printed as a day alone.
fn is_whole(raw: &str, window_minutes: Option<u32>) -> bool {
    let far = window_minutes.is_some_and(|minutes| minutes > 2 * meter_name::MONTH);
    // Before October 2025 the day stood first: "7 May (07:08)", "Jan 2, 2024 3:14 AM".
    let joined = raw.contains("on") || raw.contains(['(', ',']) || !reset::has_day(raw);
    if far { reset::is_printed(raw) } else { reset::has_time(raw) && joined }
}

fn finish(reading: &mut Reading) {
    let told = reading.has(&Tag::UsageNotLoaded) || reading.facts.contains_key("spend_cap");
    if !reading.has_numbers() && !told {
        reading.tag(Tag::InsufficientData);
    }
    if reading.meter(&MeterId::FIVE_HOURS).is_some() && reading.meter(&MeterId::WEEKLY).is_none() {
        reading.tag(Tag::SectionMissingWeek);
    }
}
