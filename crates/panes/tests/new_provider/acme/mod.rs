//! The dummy provider of the rehearsal: it prints one line.

use tracker_domain::{Level, Meter, MeterId, ProviderId, Reading, UsedPct};
use tracker_panes::{Confidence, Ctx, Input, PaneParser, Parsed};

pub(super) struct Acme;

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
        match input.text.starts_with("acme: ") {
            true => Confidence::sure("starts with \"acme: \""),
            false => Confidence::NONE,
        }
    }

    fn parse(&self, input: &Input<'_>, _ctx: &Ctx) -> Parsed {
        let mut reading = Reading::new(self.provider(), "line");
        let number =
            input.text.trim_start_matches("acme: ").trim_end().trim_end_matches("% used").parse().ok();
        let mut meter = Meter::new(MeterId::WEEKLY, "acme").with_window_minutes(10_080);
        meter.level = number.and_then(|n| UsedPct::new(n).ok()).map(Level::Used);
        reading.meters.push(meter);
        Parsed::one(reading)
    }
}
