//! The output of `decision-card --format json`. The first keys are those of the earlier tool's card.

use schemars::JsonSchema;
use serde::Serialize;

use super::value::Plain;

/// A decision card.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DecisionCard")]
pub(crate) struct CardJson<'a> {
    /// The window, or `WEEK0`.
    pub(crate) window: &'a str,
    /// `GO`, `SOFT GO` or `NO-GO`.
    pub(crate) status: String,
    /// Anomalies that count.
    pub(crate) anomalies: usize,
    /// Of these, blocking ones that no finalize row accepts.
    pub(crate) blocking_anomalies: usize,
    /// Whether there is a finalize row.
    pub(crate) finalized: bool,
    /// Finalized windows.
    pub(crate) finalized_windows: usize,
    /// The outcome; for `WEEK0` the outcomes with their counts; null when there is none.
    pub(crate) outcome: Option<&'a str>,
    /// Evidence rows.
    pub(crate) evidence_count: usize,
    /// Churn rows.
    pub(crate) churn_count: usize,
    /// Checks that are met, in percent.
    pub(crate) completeness_pct: Plain,
    /// Checks.
    pub(crate) completeness_total: usize,
    /// Checks that are met.
    pub(crate) completeness_met: usize,
    /// Why it is not a GO.
    pub(crate) reasons: Vec<ReasonJson<'a>>,
    /// What was checked.
    pub(crate) checks: Vec<CheckJson<'a>>,
    /// Votes of the panel.
    pub(crate) votes: Vec<SourceJson<'a>>,
    /// What is worth knowing and decides nothing.
    pub(crate) notes: &'a [String],
    /// What only `WEEK0` has; null for a window.
    pub(crate) week0: Option<Week0Json<'a>>,
    /// The data dir, absolute.
    pub(crate) data_dir: String,
    /// The last row of every ledger: the witness of what the card saw.
    pub(crate) heads: Vec<HeadJson<'a>>,
}

/// Why the answer is what it is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CardReason")]
pub(crate) struct ReasonJson<'a> {
    /// A short word for scripts.
    pub(crate) code: &'a str,
    /// One line for people.
    pub(crate) text: &'a str,
    /// The rows that caused it; none when rows are missing.
    pub(crate) rows: Vec<RowJson<'a>>,
}

/// The place of a row.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RowPlace")]
pub(crate) struct RowJson<'a> {
    /// File name.
    pub(crate) file: &'a str,
    /// Line, counted from 1; 0 when only the file is known.
    pub(crate) line: u64,
    /// Sequence number of a chained row.
    pub(crate) seq: Option<u64>,
}

/// One thing that was checked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CardCheck")]
pub(crate) struct CheckJson<'a> {
    /// What.
    pub(crate) name: &'a str,
    /// Whether it is as a GO needs it.
    pub(crate) met: bool,
    /// What was found.
    pub(crate) found: &'a str,
    /// The rows from which it was found.
    pub(crate) sources: Vec<SourceJson<'a>>,
}

/// A row and what it says.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CardSource")]
pub(crate) struct SourceJson<'a> {
    /// What it says.
    pub(crate) text: &'a str,
    /// Where it stands.
    pub(crate) row: RowJson<'a>,
}

/// What only the compiled card has.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CompiledCard")]
pub(crate) struct Week0Json<'a> {
    /// The providers.
    pub(crate) providers: Vec<ProviderJson<'a>>,
    /// The card of every finalized window.
    pub(crate) windows: Vec<WindowJson<'a>>,
    /// Windows that have rows and are not finalized.
    pub(crate) open_windows: usize,
    /// Providers of one meter against the best one.
    pub(crate) comparison: Vec<ComparisonJson<'a>>,
    /// Whether one more subscription is worth its price.
    pub(crate) expansion: Vec<ExpansionJson<'a>>,
    /// The newest stored replay in one line.
    pub(crate) replay: Option<&'a str>,
}

/// One provider.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CardProvider")]
pub(crate) struct ProviderJson<'a> {
    /// Its name.
    pub(crate) provider: &'a str,
    /// Finalized windows that count.
    pub(crate) windows: usize,
    /// The meter of its capacity.
    pub(crate) meter: &'a str,
    /// Features per unit of capacity.
    pub(crate) efficiency: Option<Plain>,
    /// Lower end of the 95 % interval; null when an end is open.
    pub(crate) lo: Option<Plain>,
    /// Upper end.
    pub(crate) hi: Option<Plain>,
    /// Units after merging.
    pub(crate) n: usize,
    /// Power at the stated effect.
    pub(crate) power: Option<Plain>,
    /// The highest percent used that a weekly bar of it showed.
    pub(crate) highest_weekly_pct: Option<Plain>,
}

/// The card of one window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CardWindow")]
pub(crate) struct WindowJson<'a> {
    /// The window.
    pub(crate) window: &'a str,
    /// Its answer.
    pub(crate) status: String,
}

/// One provider against the best one of its meter.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CardComparison")]
pub(crate) struct ComparisonJson<'a> {
    /// The meter.
    pub(crate) meter: &'a str,
    /// The best one.
    pub(crate) better: &'a str,
    /// The other one.
    pub(crate) worse: &'a str,
    /// Efficiency of the other over that of the best, minus 1.
    pub(crate) delta: Plain,
    /// Certainty that the best one is better, 0-1.
    pub(crate) certainty: Option<Plain>,
    /// Whether work may move (75 %): reversible, no evidence.
    pub(crate) may_reallocate: bool,
    /// Whether the other one may be retired (95 %, valid at every look).
    pub(crate) may_retire: bool,
}

/// Whether one more subscription is worth its price.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CardExpansion")]
pub(crate) struct ExpansionJson<'a> {
    /// The provider.
    pub(crate) provider: &'a str,
    /// The answer.
    pub(crate) allowed: bool,
    /// What it was asked with, the older preview first.
    pub(crate) previews: Vec<PreviewJson<'a>>,
    /// What is missing.
    pub(crate) missing: Vec<ReasonJson<'a>>,
}

/// What a preview said.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CardPreview")]
pub(crate) struct PreviewJson<'a> {
    /// The finalize row after which it is taken.
    pub(crate) as_of: RowJson<'a>,
    /// Units.
    pub(crate) n: usize,
    /// Width of the interval.
    pub(crate) width: Option<Plain>,
    /// Power.
    pub(crate) power: Option<Plain>,
    /// Mean quality of its features.
    pub(crate) quality: Option<Plain>,
    /// Mean quality of all features.
    pub(crate) baseline: Option<Plain>,
}

/// The last row of a ledger.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CardHead")]
pub(crate) struct HeadJson<'a> {
    /// File name.
    pub(crate) file: &'a str,
    /// Rows that hold data.
    pub(crate) rows: u64,
    /// Sequence number of the last chained row.
    pub(crate) seq: Option<u64>,
    /// Its hash.
    pub(crate) h: Option<&'a str>,
}
