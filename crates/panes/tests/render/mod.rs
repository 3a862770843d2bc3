//! A reading as text that a person can hold against the capture.

use std::fmt::Write as _;

use tracker_domain::{Fact, Level, Meter, Reading};
use tracker_panes::{Ctx, Input, providers};

/// Reads a capture as the tool does and renders what came out.
pub(crate) fn capture(bytes: &[u8], name: &str) -> String {
    let clean = tracker_term_text::clean(bytes);
    let input = Input::new(&clean.text).with_name(name);
    let Some((parser, why)) = providers::detect(&input) else { return "nobody knows this text\n".to_owned() };
    let ctx = Ctx::new("2026-11-20T19:00:00Z".parse().unwrap());
    let parsed = parser.parse(&input, &ctx);
    let mut out = format!("{}: {why}\n", parser.kind());
    if let Some((newest, older)) = parsed.readings.split_last() {
        for reading in older {
            writeln!(out, "earlier: {}", meters_line(reading)).unwrap();
        }
        reading(&mut out, newest);
    }
    for unknown in &parsed.unknown {
        writeln!(out, "unknown {}: {:?} ({})", unknown.name, unknown.raw, unknown.why).unwrap();
    }
    out
}

fn meters_line(reading: &Reading) -> String {
    let at = reading.observed_at.map(|at| at.to_rfc3339()).unwrap_or_default();
    let meters: Vec<String> = reading.meters.iter().map(|m| format!("{} {}", m.id, level(m))).collect();
    format!("{at} {}", meters.join(", "))
}

fn reading(out: &mut String, reading: &Reading) {
    writeln!(out, "{} {}", reading.provider, reading.kind).unwrap();
    for (name, value) in [
        ("version", &reading.tool_version),
        ("model", &reading.model),
        ("effort", &reading.effort),
        ("plan", &reading.plan),
        ("account", &reading.account),
        ("session", &reading.session),
        ("observed", &reading.observed_at.map(|at| at.to_rfc3339())),
    ] {
        if let Some(value) = value {
            writeln!(out, "  {name}: {value}").unwrap();
        }
    }
    if let Some(context) = reading.context {
        writeln!(
            out,
            "  context: left {:?}, {:?} of {:?} tokens",
            context.left_pct, context.used_tokens, context.window_tokens
        )
        .unwrap();
    }
    for meter in &reading.meters {
        meter_line(out, meter);
    }
    for (name, fact) in &reading.facts {
        match fact {
            Fact::Count(n) => writeln!(out, "  {name} = {n}"),
            Fact::Number(x) => writeln!(out, "  {name} = {x}"),
            Fact::Text(text) => writeln!(out, "  {name} = {text:?}"),
            _ => Ok(()),
        }
        .unwrap();
    }
    for entry in &reading.entries {
        writeln!(out, "  {}: {:?} tokens, {:?} USD", entry.key, entry.total_tokens, entry.cost_usd).unwrap();
    }
    if !reading.errors.is_empty() {
        let tags: Vec<String> = reading.errors.iter().map(ToString::to_string).collect();
        writeln!(out, "  errors: {}", tags.join(", ")).unwrap();
    }
    for unknown in &reading.unknown {
        writeln!(out, "  unknown {}: {:?} ({})", unknown.name, unknown.raw, unknown.why).unwrap();
    }
}

fn meter_line(out: &mut String, meter: &Meter) {
    write!(out, "  [{}] {:?} {}", meter.id, meter.label, level(meter)).unwrap();
    if let Some(minutes) = meter.window_minutes {
        write!(out, ", {minutes} min").unwrap();
    }
    if let Some(raw) = &meter.resets_raw {
        let at = meter.resets_at.map_or("no instant".to_owned(), |at| at.to_rfc3339());
        write!(out, ", resets {raw:?} = {at}").unwrap();
    }
    if let Some(detail) = &meter.detail {
        write!(out, ", {detail:?}").unwrap();
    }
    out.push('\n');
}

fn level(meter: &Meter) -> String {
    match meter.level {
        Some(Level::Used(used)) => used.to_string(),
        Some(Level::Left(left)) => left.to_string(),
        Some(Level::Count { used, cap }) => format!("{used} of {cap:?}"),
        Some(_) | None => "unknown".to_owned(),
    }
}
