//! Weekly buffer: some points of every weekly bar, and some prompts of a count, stay unused.

use tracker_domain::{FinalizedWindow, Level, Meter, MeterId, Reading, Tag, WindowId};

use crate::canonical::finalized;
use crate::capacity::capacity_of;
use crate::refusal::{Refusal, Rule};

/// How much of a cap stays unused.
///
/// ```
/// use tracker_windows::weekly_buffer::Buffer;
/// assert_eq!(Buffer::default().points, 10.0);
/// assert_eq!(Buffer::default().with_points(5.0).points, 5.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Buffer {
    /// Percentage points of each weekly bar; 10 unless configured.
    pub points: f64,
    /// Percent of a prompt cap that must be left for a start; 15 unless configured.
    pub prompts_left_pct: f64,
}

impl Default for Buffer {
    fn default() -> Self {
        Self { points: 10.0, prompts_left_pct: 15.0 }
    }
}

impl Buffer {
    /// Returns the buffer with other points of each weekly bar.
    #[must_use]
    pub fn with_points(mut self, points: f64) -> Self {
        self.points = points;
        self
    }

    /// Returns the buffer with another share of a prompt cap, in percent.
    #[must_use]
    pub fn with_prompts_left_pct(mut self, percent: f64) -> Self {
        self.prompts_left_pct = percent;
        self
    }
}

/// Decides whether a window may start, and returns the tags that a forced start is recorded with.
///
/// A weekly bar refuses when it is full up to its buffer and the projected use, the median of what the provider's
/// finalized windows used of this bar, would cut into the buffer. Without any past window some use is
/// assumed. A prompt count refuses when less than its share of the cap is left; a count without a cap cannot refuse.
///
/// # Errors
/// [`Rule::WeeklyBuffer`], unless `force` is set.
///
/// ```
/// use tracker_domain::{Level, Meter, MeterId, Reading, UsedPct};
/// use tracker_windows::weekly_buffer::{Buffer, check_start};
/// let mut pane = Reading::new("codex".parse()?, "status-pane");
/// pane.meters.push(Meter::new(MeterId::WEEKLY, "Weekly limit").with_level(Level::Used(UsedPct::new(92.0)?)));
/// let window = "W0-21".parse()?;
/// assert!(check_start(&window, &pane, &[], Buffer::default(), false).is_err());
/// let forced = check_start(&window, &pane, &[], Buffer::default(), true).expect("forced");
/// assert_eq!(forced[0].to_string(), "forced:weekly-buffer");
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
pub fn check_start(
    window: &WindowId,
    before: &Reading,
    past: &[FinalizedWindow],
    buffer: Buffer,
    force: bool,
) -> Result<Vec<Tag>, Refusal> {
    let found = before
        .meters
        .iter()
        .find_map(|meter| prompts_short(meter, buffer).or_else(|| weekly_short(before, meter, past, buffer)));
    match found {
        None => Ok(Vec::new()),
        Some(_) if force => Ok(vec![Tag::Other(format!("forced:{}", Rule::WeeklyBuffer))]),
        Some(why) => Err(Refusal::new(
            Rule::WeeklyBuffer,
            format!("{} {why}: {window} is not started", before.provider),
            "wait for the reset or use another provider; `--force` starts it, and the row says so",
        )),
    }
}

fn weekly_short(
    reading: &Reading,
    meter: &Meter,
    past: &[FinalizedWindow],
    buffer: Buffer,
) -> Option<String> {
    let is_weekly = meter.id.is_weekly() || meter.id.as_str().starts_with("weekly:");
    let used = meter.used_pct().filter(|_| is_weekly)?.get();
    let limit = 100.0 - buffer.points;
    if used < limit {
        return None;
    }
    let projected = median(past_use(reading, &meter.id, past));
    let cuts = projected.is_none_or(|points| used + points > limit);
    let about = projected.map(|points| format!(" and a window uses about {points:.1}")).unwrap_or_default();
    cuts.then(|| format!("{} is at {used} %{about}; {} points stay unused", meter.id, buffer.points))
}

fn prompts_short(meter: &Meter, buffer: Buffer) -> Option<String> {
    let Some(Level::Count { used, cap: Some(cap) }) = meter.level else { return None };
    let short = meter.id.is_prompts() && cap > 0.0 && 100.0 * (cap - used) / cap < buffer.prompts_left_pct;
    short
        .then(|| format!("has {} of {cap} prompts left, less than {} %", cap - used, buffer.prompts_left_pct))
}

fn past_use(reading: &Reading, meter: &MeterId, past: &[FinalizedWindow]) -> Vec<f64> {
    let rows = finalized(past).into_values();
    rows.filter_map(|rows| capacity_of(rows.canonical, &reading.provider, meter, &[]).ok()).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied()?;
    let lower = if values.len() % 2 == 1 { upper } else { values.get(middle.checked_sub(1)?).copied()? };
    Some(f64::midpoint(lower, upper))
}
