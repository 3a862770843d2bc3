//! Reads a capture and prints the newest reading as JSON: `parse_pane FILE [RFC3339-CAPTURE [ZONE]]`.

use std::error::Error;
use std::io::Write;

use serde_json::{Map, Value, json};
use tracker_domain::{Fact, LeftPct, Meter, Reading, UsedPct};
use tracker_panes::{Ctx, Input, Zone, providers};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("usage: parse_pane FILE [CAPTURED_AT [ZONE]]")?;
    let captured_at = args.next().unwrap_or_else(|| "2026-11-20T19:00:00Z".to_owned()).parse()?;
    let zone: Zone = args.next().map_or(Ok(Zone::UTC), |zone| zone.parse())?;

    let clean = tracker_term_text::clean(&std::fs::read(&file)?);
    let input = Input::new(&clean.text).with_name(&file);
    let (parser, _why) = providers::detect(&input).ok_or("no provider knows this text")?;
    let reading = parser.parse(&input, &Ctx::new(captured_at).with_zone(zone)).into_newest();
    let reading = reading.ok_or("nothing to read in it")?;
    writeln!(std::io::stdout(), "{}", to_json(&reading))?;
    Ok(())
}

fn to_json(reading: &Reading) -> Value {
    let mut out = Map::new();
    out.insert("provider".into(), json!(reading.provider.as_str()));
    out.insert("kind".into(), json!(reading.kind));
    out.insert("meters".into(), reading.meters.iter().map(meter).collect());
    for (name, text) in [("model", &reading.model), ("effort", &reading.effort), ("plan", &reading.plan)] {
        out.insert(name.into(), json!(text));
    }
    out.insert("context_left_pct".into(), json!(reading.context.and_then(|c| c.left_pct)));
    for (name, fact) in &reading.facts {
        out.insert(
            name.clone(),
            match fact {
                Fact::Text(text) => json!(text),
                fact => json!(fact.as_number()),
            },
        );
    }
    out.insert("errors".into(), reading.errors.iter().map(ToString::to_string).collect());
    out.insert("unknown".into(), reading.unknown.iter().map(|u| json!([u.name, u.raw, u.why])).collect());
    out.into()
}

fn meter(meter: &Meter) -> Value {
    json!({
        "id": meter.id.as_str(),
        "label": meter.label,
        "window_minutes": meter.window_minutes,
        "used_pct": meter.used_pct().map(UsedPct::get),
        "left_pct": meter.left_pct().map(LeftPct::get),
        "resets_raw": meter.resets_raw,
        "resets_at": meter.resets_at.map(|at| at.to_rfc3339()),
    })
}
