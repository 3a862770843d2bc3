//! Rows of `replay.jsonl`: what a router would have given on the windows so far. The tools print them as JSON, too.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::Lane;

use crate::wire::object::{Fields, decode_row};
use crate::wire::value::{Instant, Plain, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// A value with the ends of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// The value.
    pub mean: f64,
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

/// One arm of a replay.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplayArm {
    /// Provider, or provider and methodology.
    pub arm: String,
    /// Its windows after merging.
    pub windows: u64,
    /// Its features.
    pub features: f64,
    /// Its features x quality.
    pub quality_weighted: f64,
}

/// One policy of a replay.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplayPolicy {
    /// The policy.
    pub policy: String,
    /// Features x quality over the replayed time.
    pub features: Spread,
    /// The same in percent of the bound.
    pub bound_pct: Spread,
    /// Windows played, on average.
    pub windows_played: f64,
    /// Percent of the played windows by arm.
    pub arm_pct: Vec<f64>,
    /// Periods of a bar in which its cap was broken: 0.
    pub cap_violations: u64,
    /// Points of each bar left at the end of a period, on average.
    pub unused_pp: Vec<f64>,
    /// Shadow price of each bar at the end of each week, in features per point; empty for a policy without.
    pub prices: Vec<Vec<f64>>,
}

/// One bar of a replay.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplayBar {
    /// Provider and meter.
    pub bar: String,
    /// Points that may be used in a period, the buffer taken off.
    pub budget_pp: f64,
    /// Windows of a period.
    pub period_windows: u64,
}

/// What recorded chances say of the strategy's mix of arms, features x quality a window.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ReplayOffPolicy {
    /// Inverse propensity score.
    pub ips: f64,
    /// Self-normalized.
    pub snips: f64,
    /// Doubly robust.
    pub doubly_robust: f64,
    /// Effective number of choices.
    pub ess: f64,
}

/// A replay, or why there is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplayRow {
    /// When it was done.
    pub captured_at: DateTime<Utc>,
    /// The policy in question.
    pub strategy: String,
    /// The policy that it is compared to.
    pub baseline: String,
    /// `arm` or `provider`.
    pub by: String,
    /// The seed.
    pub seed: u64,
    /// Resamples of the log.
    pub replicates: u64,
    /// Weeks replayed.
    pub weeks: u64,
    /// Prompts a week of providers that count prompts, as they were given.
    pub prompts_a_week: BTreeMap<String, f64>,
    /// The arms.
    pub arms: Vec<ReplayArm>,
    /// The bars.
    pub bars: Vec<ReplayBar>,
    /// Features x quality that no policy can expect to beat; `None` when refused, as all that follows.
    pub bound: Option<f64>,
    /// Strategy and baseline.
    pub policies: Vec<ReplayPolicy>,
    /// Strategy minus baseline in percent of the bound.
    pub difference_pct: Option<Spread>,
    /// Percent of resampled logs on which the strategy was ahead.
    pub ahead_pct: Option<f64>,
    /// `better`, `worse`, `not enough evidence` or `refused`.
    pub verdict: String,
    /// Why it was refused.
    pub refusal: Option<String>,
    /// About how many more windows of each arm would decide.
    pub more_windows: Option<u64>,
    /// Whether the log drifted and was drawn week by week.
    pub by_weeks: bool,
    /// What recorded chances say.
    pub off_policy: Option<ReplayOffPolicy>,
    /// What was left out of the log, and why.
    pub left_out: Vec<String>,
    /// One line for the preview.
    pub summary: String,
}

/// Writes a replay as one line.
///
/// ```
/// use tracker_ledger::wire::replay::{self, ReplayRow};
/// use tracker_ledger::wire::Stamp;
/// let row = ReplayRow { verdict: "refused".into(), summary: "refused: too few windows".into(), ..ReplayRow::default() };
/// let line = replay::write(&row, None, &Stamp::new("0.1.0", "replay"))?;
/// assert_eq!(replay::summary(line.as_bytes())?.as_deref(), Some("refused: too few windows"));
/// # Ok::<(), tracker_ledger::wire::WireError>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(row: &ReplayRow, lane: Option<&Lane>, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&ReplayJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        agent_id: lane.map(Lane::as_str),
        captured_at: Instant(row.captured_at),
        strategy: &row.strategy,
        baseline: &row.baseline,
        by: &row.by,
        seed: row.seed,
        replicates: row.replicates,
        weeks: row.weeks,
        prompts_a_week: row
            .prompts_a_week
            .iter()
            .map(|(provider, prompts)| (provider.as_str(), Plain(Some(*prompts))))
            .collect(),
        arms: row.arms.iter().map(ArmJson::of).collect(),
        bars: row.bars.iter().map(BarJson::of).collect(),
        bound: Plain(row.bound),
        policies: row.policies.iter().map(PolicyJson::of).collect(),
        difference_pct: row.difference_pct.map(SpreadJson::of),
        ahead_pct: Plain(row.ahead_pct),
        verdict: &row.verdict,
        refusal: row.refusal.as_deref(),
        more_windows: row.more_windows,
        by_weeks: row.by_weeks,
        off_policy: row.off_policy.map(OffPolicyJson::of),
        left_out: row.left_out.iter().map(String::as_str).collect(),
        summary: &row.summary,
    })
}

/// Returns the line for the preview; `None` for a row of the ledger itself or one without.
///
/// # Errors
/// [`WireError::NotJson`] or [`WireError::NewerSchema`].
pub fn summary(bytes: &[u8]) -> Result<Option<String>, WireError> {
    Ok(decode_row(bytes)?.and_then(|object| object.filled("summary")))
}

/// A replay on disk and on standard output.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Replay")]
pub(super) struct ReplayJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The agent at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// When it was done.
    captured_at: Instant,
    /// The policy in question.
    strategy: &'a str,
    /// The policy that it is compared to.
    baseline: &'a str,
    /// `arm` or `provider`.
    by: &'a str,
    /// The seed.
    seed: u64,
    /// Resamples of the log.
    replicates: u64,
    /// Weeks replayed.
    weeks: u64,
    /// Prompts a week of providers that count prompts, as they were given.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    prompts_a_week: BTreeMap<&'a str, Plain>,
    /// The arms.
    arms: Vec<ArmJson<'a>>,
    /// The bars.
    bars: Vec<BarJson<'a>>,
    /// Features x quality that no policy can expect to beat.
    bound: Plain,
    /// Strategy and baseline; none when refused.
    policies: Vec<PolicyJson<'a>>,
    /// Strategy minus baseline in percent of the bound.
    difference_pct: Option<SpreadJson>,
    /// Percent of resampled logs on which the strategy was ahead.
    ahead_pct: Plain,
    /// `better`, `worse`, `not enough evidence` or `refused`.
    verdict: &'a str,
    /// Why it was refused.
    refusal: Option<&'a str>,
    /// About how many more windows of each arm would decide.
    more_windows: Option<u64>,
    /// Whether the log drifted and was drawn week by week.
    by_weeks: bool,
    /// What recorded chances say of the strategy's mix.
    off_policy: Option<OffPolicyJson>,
    /// What was left out of the log, and why.
    left_out: Vec<&'a str>,
    /// One line for the preview.
    summary: &'a str,
}

/// A value with the ends of its 95 % interval.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Spread")]
struct SpreadJson {
    /// The value.
    mean: Plain,
    /// The lower end.
    lo: Plain,
    /// The upper end.
    hi: Plain,
}

impl SpreadJson {
    fn of(spread: Spread) -> Self {
        Self { mean: Plain(Some(spread.mean)), lo: Plain(Some(spread.lo)), hi: Plain(Some(spread.hi)) }
    }
}

/// One arm.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReplayArm")]
struct ArmJson<'a> {
    /// Provider, or provider and methodology.
    arm: &'a str,
    /// Its windows after merging.
    windows: u64,
    /// Its features.
    features: Plain,
    /// Its features x quality.
    quality_weighted: Plain,
}

impl<'a> ArmJson<'a> {
    fn of(arm: &'a ReplayArm) -> Self {
        Self {
            arm: &arm.arm,
            windows: arm.windows,
            features: Plain(Some(arm.features)),
            quality_weighted: Plain(Some(arm.quality_weighted)),
        }
    }
}

/// One bar.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReplayBar")]
struct BarJson<'a> {
    /// Provider and meter.
    bar: &'a str,
    /// Points that may be used in a period, the buffer taken off.
    budget_pp: Plain,
    /// Windows of a period.
    period_windows: u64,
}

impl<'a> BarJson<'a> {
    fn of(bar: &'a ReplayBar) -> Self {
        Self { bar: &bar.bar, budget_pp: Plain(Some(bar.budget_pp)), period_windows: bar.period_windows }
    }
}

/// One policy.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReplayPolicy")]
struct PolicyJson<'a> {
    /// The policy.
    policy: &'a str,
    /// Features x quality over the replayed time.
    features: SpreadJson,
    /// The same in percent of the bound.
    bound_pct: SpreadJson,
    /// Windows played, on average.
    windows_played: Plain,
    /// Percent of the played windows, in the order of the arms.
    arm_pct: Vec<Plain>,
    /// Periods of a bar in which its cap was broken.
    cap_violations: u64,
    /// Points left at the end of a period on average, in the order of the bars.
    unused_pp: Vec<Plain>,
    /// Shadow prices at the end of each week in features per point, in the order of the bars.
    prices: Vec<Vec<Plain>>,
}

impl<'a> PolicyJson<'a> {
    fn of(policy: &'a ReplayPolicy) -> Self {
        let plain = |values: &[f64]| values.iter().map(|value| Plain(Some(*value))).collect();
        Self {
            policy: &policy.policy,
            features: SpreadJson::of(policy.features),
            bound_pct: SpreadJson::of(policy.bound_pct),
            windows_played: Plain(Some(policy.windows_played)),
            arm_pct: plain(&policy.arm_pct),
            cap_violations: policy.cap_violations,
            unused_pp: plain(&policy.unused_pp),
            prices: policy.prices.iter().map(|prices| plain(prices)).collect(),
        }
    }
}

/// What recorded chances say.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReplayOffPolicy")]
struct OffPolicyJson {
    /// Inverse propensity score.
    ips: Plain,
    /// Self-normalized.
    snips: Plain,
    /// Doubly robust.
    doubly_robust: Plain,
    /// Effective number of choices.
    ess: Plain,
}

impl OffPolicyJson {
    fn of(found: ReplayOffPolicy) -> Self {
        let plain = |value| Plain(Some(value));
        Self {
            ips: plain(found.ips),
            snips: plain(found.snips),
            doubly_robust: plain(found.doubly_robust),
            ess: plain(found.ess),
        }
    }
}
