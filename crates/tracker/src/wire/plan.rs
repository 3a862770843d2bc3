//! The outputs of `plan next`, `plan snapshot` and `plan score` with `--format json`.

use schemars::JsonSchema;
use serde::Serialize;

use super::value::{Instant, Plain};

/// The plan of the next session.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlanNext")]
pub(crate) struct PlanNextJson<'a> {
    /// The day on which it was made, in UTC.
    pub(crate) date: String,
    /// The session that it is for.
    pub(crate) session: &'a str,
    /// The plan's absolute path.
    pub(crate) plan: String,
    /// What the session may use, in tokens.
    pub(crate) budget: BudgetJson,
    /// What past sessions used of what they planned; null below three closed sessions.
    pub(crate) history: Option<FactorJson>,
    /// The tasks in their order.
    pub(crate) tasks: Vec<PlannedTaskJson<'a>>,
    /// Tasks that did not fit (`--fill`).
    pub(crate) left_out: Vec<&'a str>,
    /// True when nothing was written.
    pub(crate) dry_run: bool,
    /// Files that were written, or would be; a file that is there as it should be is not written.
    pub(crate) written: Vec<String>,
    /// Whether a row was appended; false in a dry run and when the row of this plan is there already.
    pub(crate) row_stored: bool,
}

/// What a session may use, in tokens.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlanBudget")]
pub(crate) struct BudgetJson {
    /// The context window.
    pub(crate) context_window: u64,
    /// Where its size is known from.
    pub(crate) source: String,
    /// 70 % of it.
    pub(crate) low: u64,
    /// 80 % of it.
    pub(crate) high: u64,
    /// Tokens that no task may use.
    pub(crate) buffer: u64,
    /// What the tasks may use.
    pub(crate) room: u64,
    /// The sum of the tasks.
    pub(crate) planned: u64,
    /// What history says they will use; null without a certain factor.
    pub(crate) expected: Option<u64>,
    /// What could still be planned.
    pub(crate) free: u64,
}

/// Actual over planned tokens of past sessions.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlanFactor")]
pub(crate) struct FactorJson {
    /// Sessions that it rests on.
    pub(crate) sessions: usize,
    /// The ratio of the sums.
    pub(crate) estimate: Plain,
    /// Lower end of its 95 % interval; null when unbounded.
    pub(crate) lo: Option<Plain>,
    /// Upper end; null when unbounded.
    pub(crate) hi: Option<Plain>,
    /// Whether the interval leaves 1 out, so that the factor counts.
    pub(crate) certain: bool,
}

/// One task.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlannedTask")]
pub(crate) struct PlannedTaskJson<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its budget in tokens.
    pub(crate) tokens: u64,
    /// The absolute path of its feature file.
    pub(crate) feature: Option<&'a str>,
}

/// A row in the middle of a session.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlanSnapshot")]
pub(crate) struct PlanSnapshotJson<'a> {
    /// The session.
    pub(crate) session: &'a str,
    /// Tokens used.
    pub(crate) used: u64,
    /// Tokens planned; null when no plan is known.
    pub(crate) planned: Option<u64>,
    /// The pane's context window; null when it tells none.
    pub(crate) context_window: Option<u64>,
    /// When the pane was captured.
    pub(crate) captured_at: Instant,
    /// The row of the pane, or `input`.
    pub(crate) pane: &'a str,
    /// True when nothing was written.
    pub(crate) dry_run: bool,
    /// Whether a row was appended; false in a dry run and when the row of this pane is there already.
    pub(crate) row_stored: bool,
}

/// Plan against actual.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlanScore")]
pub(crate) struct PlanScoreJson<'a> {
    /// Closed sessions, oldest first.
    pub(crate) sessions: Vec<ScoredSessionJson<'a>>,
    /// Sessions that are planned and not closed.
    pub(crate) open: Vec<OpenSessionJson<'a>>,
    /// Actual over planned; null below three closed sessions.
    pub(crate) history: Option<FactorJson>,
    /// `ok`, `rescope`, or null below three closed sessions.
    pub(crate) verdict: Option<&'static str>,
}

/// One closed session.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ScoredSession")]
pub(crate) struct ScoredSessionJson<'a> {
    /// The session.
    pub(crate) session: &'a str,
    /// The day of its newest row.
    pub(crate) date: &'a str,
    /// Tokens planned.
    pub(crate) planned: u64,
    /// Tokens used.
    pub(crate) actual: u64,
    /// Used minus planned.
    pub(crate) delta: Plain,
    /// The difference in percent of the plan; null when nothing was planned.
    pub(crate) delta_pct: Option<Plain>,
    /// Whether it is off by more than 10 %.
    pub(crate) marked: bool,
}

/// One session that is not closed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OpenSession")]
pub(crate) struct OpenSessionJson<'a> {
    /// The session.
    pub(crate) session: &'a str,
    /// Tokens planned; null when no row says it.
    pub(crate) planned: Option<u64>,
}
