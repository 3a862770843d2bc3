//! One row of a quota, whichever of the four formats it stood in.

use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Resolution, Tag, UsedPct};

use crate::instant;
use crate::meter_name::{self, FIVE_HOURS, MONTH, WEEK};

/// What a row says, as far as it says it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct QuotaRow {
    /// `TOKENS_LIMIT`, `CREDIT_LIMIT`, `TIME_LIMIT`, or the plugin's text.
    pub(super) label: String,
    /// Length of the window.
    pub(super) minutes: Option<u32>,
    /// Counts the calls of MCP tools and not tokens.
    pub(super) mcp: bool,
    /// Percent used as printed: rounded, sometimes up.
    pub(super) percent: Option<f64>,
    /// Units used.
    pub(super) used: Option<f64>,
    /// Units allowed.
    pub(super) cap: Option<f64>,
    /// Epoch milliseconds of the next reset.
    pub(super) reset_ms: Option<u64>,
}

/// Minutes that a quota's `unit` and `number` name; only the pairs' units that were seen are known.
pub(super) fn minutes(unit: u64, number: u64) -> Option<u32> {
    let one = match unit {
        3 => 60,
        5 => MONTH,
        6 => WEEK,
        _ => return None,
    };
    u32::try_from(number).ok()?.checked_mul(one).filter(|minutes| *minutes > 0)
}

/// Meters that a quota can have; more rows than that are no quota of a person.
const MOST_METERS: usize = 64;

/// Adds the meter of a row.
///
/// The level is the percentage that the service prints; the share of the exact units stands in only where it
/// prints none. The exact units are kept beside it as facts `<meter>_units_used` and `<meter>_units_cap`.
pub(super) fn add(reading: &mut Reading, row: &QuotaRow) {
    if reading.meters.len() == MOST_METERS {
        return reading.tag(Tag::Truncated("limits".to_owned()));
    }
    let base = match row.minutes {
        Some(minutes) if row.mcp => meter_name::scoped(minutes, "mcp"),
        Some(minutes) => meter_name::by_minutes(minutes),
        None => MeterId::slug(&row.label),
    };
    // Tokens and credits may both be capped over the same window: the first keeps the window's own id.
    let taken = reading.meter(&base).is_some();
    let id = if taken { MeterId::scoped(&base, &row.label) } else { base };
    let mut meter = Meter::new(id, row.label.clone());
    meter.window_minutes = row.minutes;
    let exact = row.used.zip(row.cap).filter(|(_, cap)| *cap > 0.0);
    meter.level = row
        .percent
        .or_else(|| exact.map(|(used, cap)| 100.0 * used / cap))
        .and_then(|pct| UsedPct::new(pct).ok())
        .map(Level::Used);
    if row.percent.is_none() && exact.is_some() {
        meter.resolution = Resolution::Fine;
    }
    if let Some((used, cap)) = exact {
        meter.detail = Some(format!("{used} of {cap} used"));
        reading.facts.insert(format!("{}_units_used", meter.id), Fact::Number(used));
        reading.facts.insert(format!("{}_units_cap", meter.id), Fact::Number(cap));
    }
    match meter.used_pct() {
        Some(used) if used.is_over_100() => reading.tag(Tag::Over100),
        Some(_) => {}
        None => reading.tag(Tag::InsufficientData),
    }
    if let Some(ms) = row.reset_ms {
        meter.resets_raw = Some(ms.to_string());
        meter.resets_at = i64::try_from(ms).ok().and_then(instant::of_millis);
    }
    reading.meters.push(meter);
}

/// Tags what a quota lacks.
pub(super) fn tag_missing(reading: &mut Reading) {
    if reading.meters.is_empty() {
        reading.tag(Tag::InsufficientData);
        return;
    }
    if reading.meter(&meter_name::by_minutes(FIVE_HOURS)).is_none() {
        reading.tag(Tag::SectionMissingSession);
    }
    if reading.meter(&meter_name::by_minutes(WEEK)).is_none() {
        reading.tag(Tag::SectionMissingWeek);
    }
}
