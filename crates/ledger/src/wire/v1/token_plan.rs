//! Rows of `token_plan.jsonl`: tokens planned and used per session.

use std::fmt;

use chrono::{DateTime, Utc};
use tracker_domain::{Lane, ProviderId, RowRef, WindowId};

use super::token_plan_json::TokenPlanJson;
use crate::wire::object::{Fields, decode_row};
use crate::wire::value::line;
use crate::wire::{Stamp, WireError};

/// The header of `Token_Churn_Ledger.csv`, which repeats these rows.
pub const HEADER: &str = "date,session_id,task,tokens_planned,tokens_actual,delta,commits,lines_added,lines_deleted,features_added,tests_added,notes";

/// When in a session a row was written.
///
/// ```
/// use tracker_ledger::wire::token_plan::TokenPlanKind;
/// assert_eq!(TokenPlanKind::Checkpoint.to_string(), "checkpoint");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TokenPlanKind {
    /// Before it: a budget, nothing used yet.
    Plan,
    /// In the middle: what the newest pane says.
    Snapshot,
    /// At its end: planned, used, and what came of it.
    Checkpoint,
}

impl TokenPlanKind {
    /// Returns the word that stands in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Snapshot => "snapshot",
            Self::Checkpoint => "checkpoint",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Plan, Self::Snapshot, Self::Checkpoint].into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for TokenPlanKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One token row.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenPlanRow {
    /// When in the session.
    pub kind: TokenPlanKind,
    /// Names the operation that wrote it, so that a repeated operation finds its row.
    pub operation: Option<String>,
    /// The window, where one is named.
    pub window: Option<WindowId>,
    /// Whose tokens, where somebody is named.
    pub provider: Option<ProviderId>,
    /// The session, where one is named.
    pub session: Option<String>,
    /// The task.
    pub task: String,
    /// Tokens planned.
    pub planned: Option<u64>,
    /// Tokens used; `None` until the session ends.
    pub actual: Option<u64>,
    /// The last commit before the work.
    pub commit_start: Option<String>,
    /// The last commit of the work.
    pub commit_end: Option<String>,
    /// Commits between them.
    pub commits: Option<u64>,
    /// Lines added between them.
    pub lines_added: Option<u64>,
    /// Lines deleted between them.
    pub lines_deleted: Option<u64>,
    /// Features that became green.
    pub features_added: Option<f64>,
    /// Tests that were added.
    pub tests_added: Option<u64>,
    /// What the decision card of the window said.
    pub decision: Option<String>,
    /// When it was recorded.
    pub captured_at: DateTime<Utc>,
    /// The agent; `None` when none was named.
    pub lane: Option<Lane>,
    /// Notes.
    pub notes: String,
    /// Where the row stands.
    pub row: RowRef,
}

impl TokenPlanRow {
    /// Returns a row of that kind for a task that says nothing else yet.
    #[must_use]
    pub fn new(kind: TokenPlanKind, task: impl Into<String>, captured_at: DateTime<Utc>) -> Self {
        Self {
            kind,
            operation: None,
            window: None,
            provider: None,
            session: None,
            task: task.into(),
            planned: None,
            actual: None,
            commit_start: None,
            commit_end: None,
            commits: None,
            lines_added: None,
            lines_deleted: None,
            features_added: None,
            tests_added: None,
            decision: None,
            captured_at,
            lane: None,
            notes: String::new(),
            row: RowRef::default(),
        }
    }

    /// Returns tokens used minus tokens planned; `None` unless both are known.
    #[must_use]
    pub fn delta(&self) -> Option<i64> {
        let whole = |tokens: u64| i64::try_from(tokens).ok();
        whole(self.actual?)?.checked_sub(whole(self.planned?)?)
    }
}

/// Writes a token row as one line.
///
/// ```
/// use tracker_domain::RowRef;
/// use tracker_ledger::wire::token_plan::{self, TokenPlanKind, TokenPlanRow};
/// use tracker_ledger::wire::Stamp;
/// let mut row = TokenPlanRow::new(TokenPlanKind::Checkpoint, "end_of_session", chrono::DateTime::UNIX_EPOCH);
/// (row.planned, row.actual) = (Some(200_000), Some(168_000));
/// let line = token_plan::write(&row, &Stamp::new("0.1.0", "checkpoint"))?;
/// assert!(line.contains(r#""tokens_planned":200000,"tokens_actual":168000,"delta":-32000"#));
/// assert_eq!(token_plan::read(line.as_bytes(), RowRef::default())?, Some(row));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(row: &TokenPlanRow, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&TokenPlanJson::of(row, stamp))
}

/// Reads one line; `None` for a row of the ledger itself. A row that names no kind is a checkpoint when it has used
/// tokens, else a plan.
///
/// # Errors
/// [`WireError`] naming the field: task and instant must be there.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<TokenPlanRow>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let actual = object.count("tokens_actual");
    let unnamed = if actual.is_some() { TokenPlanKind::Checkpoint } else { TokenPlanKind::Plan };
    let kind = object.filled("kind").and_then(|word| TokenPlanKind::of(&word)).unwrap_or(unnamed);
    let task = object.text("task").ok_or(WireError::Missing { field: "task" })?;
    Ok(Some(TokenPlanRow {
        operation: object.filled("operation"),
        window: object.word("window")?,
        provider: object.word("provider")?,
        session: object.filled("session_id"),
        planned: object.count("tokens_planned"),
        actual,
        commit_start: object.filled("commit_start"),
        commit_end: object.filled("commit_end"),
        commits: object.count("commits"),
        lines_added: object.count("lines_added"),
        lines_deleted: object.count("lines_deleted"),
        features_added: object.figure("features_added").at_least_zero().known(),
        tests_added: object.count("tests_added"),
        decision: object.filled("decision"),
        lane: object.word("agent_id")?,
        notes: object.notes(),
        row,
        ..TokenPlanRow::new(kind, task, object.required_instant("captured_at")?)
    }))
}

/// Returns the cells of `Token_Churn_Ledger.csv` ([`HEADER`]) for one line of the ledger; `None` for a row of the
/// ledger itself. What is not known is empty; window, provider and decision stand before the notes, as the earlier
/// tool put them.
#[must_use]
pub fn cells(line: &[u8]) -> Option<Vec<String>> {
    let row = read(line, RowRef::default()).ok().flatten()?;
    let count = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let named = [
        ("window", row.window.as_ref().map(ToString::to_string)),
        ("provider", row.provider.as_ref().map(ToString::to_string)),
        ("kind", (row.kind == TokenPlanKind::Snapshot).then(|| row.kind.to_string())),
        ("decision", row.decision.clone()),
    ];
    let named = named.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    let notes: Vec<String> = named.chain(Some(row.notes.clone()).filter(|notes| !notes.is_empty())).collect();
    Some(vec![
        row.captured_at.format("%Y-%m-%d").to_string(),
        row.session.clone().unwrap_or_default(),
        row.task.clone(),
        count(row.planned),
        count(row.actual),
        row.delta().map(|delta| delta.to_string()).unwrap_or_default(),
        count(row.commits),
        count(row.lines_added),
        count(row.lines_deleted),
        row.features_added.map(|features| features.to_string()).unwrap_or_default(),
        count(row.tests_added),
        notes.join("; "),
    ])
}
