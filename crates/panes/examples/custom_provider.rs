//! Puts a parser of one's own beside the built-in ones: `cargo run -p tracker-panes --example custom_provider`.

use std::io::Write;

use tracker_domain::{Level, Meter, MeterId, ProviderId, Reading, Tag, UsedPct};
use tracker_panes::{Confidence, Ctx, Input, PaneParser, Parsed, providers};

/// Reads the one line that a client named acme prints: `acme: 7% used`.
struct Acme;

impl PaneParser for Acme {
    fn kind(&self) -> &'static str {
        "acme"
    }

    fn provider(&self) -> ProviderId {
        ProviderId::from_static("acme")
    }

    fn describe(&self) -> &'static str {
        "the one line that acme prints"
    }

    fn detect(&self, input: &Input<'_>) -> Confidence {
        if input.text.starts_with("acme: ") {
            Confidence::sure("starts with \"acme: \"")
        } else {
            Confidence::NONE
        }
    }

    fn parse(&self, input: &Input<'_>, _ctx: &Ctx) -> Parsed {
        let number = input.text.trim().strip_prefix("acme: ").and_then(|line| line.strip_suffix("% used"));
        let mut meter = Meter::new(MeterId::WEEKLY, "acme").with_window_minutes(10_080);
        meter.level = number.and_then(|n| n.parse().ok()).and_then(|n| UsedPct::new(n).ok()).map(Level::Used);
        let mut reading = Reading::new(self.provider(), "line");
        if meter.level.is_none() {
            reading.tag(Tag::Truncated("weekly".into()));
        }
        reading.meters.push(meter);
        Parsed::one(reading)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let all = [providers::REGISTRY, &[&Acme as &dyn PaneParser]].concat();
    let ctx = Ctx::new("2026-11-20T19:00:00Z".parse()?);
    for text in ["acme: 7% used", "Weekly limit: 90% left"] {
        let input = Input::new(text);
        let (parser, why) = providers::detect_among(&all, &input).ok_or("nobody knows this text")?;
        let reading = parser.parse(&input, &ctx).into_newest().ok_or("no reading")?;
        let used = reading.meter(&MeterId::WEEKLY).and_then(Meter::used_amount);
        writeln!(std::io::stdout(), "{} ({why}): {used:?} percent used", parser.kind())?;
    }
    Ok(())
}
