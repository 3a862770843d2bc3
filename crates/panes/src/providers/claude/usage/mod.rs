//! The `/usage` pane of Claude Code 2.0 to 2.1, wide and narrow, and the text of `claude -p "/usage"`.

use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Tag, UnknownField};

use super::provider;
use crate::plain::is_json;
use crate::{Confidence, Ctx, Input, Parsed, reset, text};

mod banner;
mod panel;
mod row;
mod title;

use panel::{Notice, Panel, Section};
use title::Title;

/// Recognizes the pane by its titles or its tab bar. Look-alikes print relative resets, which this client never does.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let relative = |line: &str| {
        line.split_once("Resets ").is_some_and(|(_, when)| {
            when.starts_with("in ") || (when.contains(", ") && when.trim_end_matches(')').ends_with(" left"))
        })
    };
    let text = input.text;
    if is_json(text) || (text.contains("Resets ") && text.lines().any(relative)) {
        return Confidence::NONE;
    }
    let panels = panel::panels(input.text);
    if panels.iter().any(|p| p.sections.iter().any(|s| !matches!(s.title, Title::Other(_) | Title::Extra(_))))
    {
        Confidence::new(90, "titles \"Current session\" or \"Current week\"")
    } else if panels.iter().any(|p| p.notice.is_some()) {
        Confidence::new(80, "a panel that shows no usage")
    } else if input.text.contains("Claude Code v") {
        Confidence::new(30, "the banner of Claude Code, without a usage panel")
    } else {
        Confidence::NONE
    }
}

/// Reads the last panel. When that one is loading or failed, no numbers are given: an older panel is not now.
pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let panels = panel::panels(input.text);
    let Some(newest) = panels.last() else {
        let mut reading = Reading::new(provider(), "usage-pane");
        reading.tag(Tag::InsufficientData);
        banner::read(&mut reading, input.text);
        return Parsed::one(reading);
    };
    let headless = newest.notice == Some(Notice::Subscription);
    let mut reading = Reading::new(provider(), if headless { "usage-headless" } else { "usage-pane" });
    banner::read(&mut reading, input.text);
    for section in &newest.sections {
        bind(&mut reading, section, ctx);
    }
    cut_resets(&mut reading, headless || newest.headless);
    finish(&mut reading, newest);
    if panels.len() > 1 {
        reading.tag(Tag::MultiPaneTrimmed);
    }
    Parsed::one(reading)
}

/// Binds a section to its meter. A title without a number is a meter without a level.
fn bind(reading: &mut Reading, section: &Section<'_>, ctx: &Ctx) {
    if let Title::GarbledWeek(scope) = section.title {
        reading.unknown.push(UnknownField {
            name: "Current week".to_owned(),
            raw: text::excerpt(scope),
            why: "the name of the scope lost letters: it may be any".to_owned(),
        });
    }
    let Some(mut meter) = title::meter(section.title) else { return };
    if reading.meters.iter().any(|m| m.id == meter.id) {
        return;
    }
    meter.level = section.level.and_then(|(number, way)| way.level(number));
    let money = matches!(section.title, Title::Extra(_) | Title::Other(_));
    if meter.level.is_none() && money {
        return;
    }
    if matches!(meter.level, Some(Level::Used(used)) if used.is_over_100()) {
        reading.tag(Tag::Over100);
    }
    meter.detail = section.detail.map(text::excerpt);
    match &section.reset {
        // Money resets on a day, not at a time; that is no doubt about a limit.
        Some(raw) if money => {
            meter.resets_raw = Some(raw.clone()).filter(|raw| !raw.contains('(') || raw.ends_with(')'));
        }
        Some(_) if section.reset_cut => reading.tag(Tag::Truncated(format!("{}-resets", meter.id))),
        Some(raw) => reset::bind(reading, &mut meter, raw, ctx),
        None => {}
    }
    if meter.level.is_none() {
        reading.tag(Tag::Truncated(meter.id.to_string()));
    }
    reading.meters.push(meter);
}

/// Takes back resets that lost their end: where one names its zone all do, and those of the headless command always do.
fn cut_resets(reading: &mut Reading, headless: bool) {
    let whole = |meter: &Meter| meter.resets_raw.as_deref().is_some_and(|raw| raw.ends_with(')'));
    let limit = |meter: &Meter| meter.window_minutes.is_some();
    if !headless && !reading.meters.iter().any(|meter| limit(meter) && whole(meter)) {
        return;
    }
    let mut cut = Vec::new();
    for meter in reading.meters.iter_mut().filter(|m| limit(m) && m.resets_raw.is_some() && !whole(m)) {
        (meter.resets_raw, meter.resets_at) = (None, None);
        cut.push(Tag::Truncated(format!("{}-resets", meter.id)));
    }
    cut.into_iter().for_each(|tag| reading.tag(tag));
}

fn finish(reading: &mut Reading, panel: &Panel<'_>) {
    if let Some(extra) = panel.extra {
        reading.facts.insert("extra_usage".to_owned(), Fact::Text(text::excerpt(extra)));
    }
    if let Some(Notice::Failed(line)) = panel.notice {
        reading.unknown.push(UnknownField {
            name: "usage".to_owned(),
            raw: text::excerpt(line),
            why: "the client could not load its usage".to_owned(),
        });
    }
    let plan = |id: &MeterId, meters: &[Meter]| meters.iter().any(|m| m.id == *id && m.level.is_some());
    let session = plan(&MeterId::FIVE_HOURS, &reading.meters);
    let week = plan(&MeterId::WEEKLY, &reading.meters);
    match (reading.has_numbers(), panel.notice) {
        (false, Some(Notice::Loading | Notice::Failed(_))) => reading.tag(Tag::UsageNotLoaded),
        (false, _) => reading.tag(Tag::InsufficientData),
        (true, _) if !session => reading.tag(Tag::SectionMissingSession),
        (true, _) if !week => reading.tag(Tag::SectionMissingWeek),
        (true, _) => {}
    }
}
