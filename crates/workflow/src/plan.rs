//! The plan of the next session: tasks that fit the context window, with what each needs and leaves behind.

mod budget;
mod history;
mod page;
mod score;
mod sessions;
mod stub;
mod table;
mod task;

use chrono::NaiveDate;

pub use budget::{Budget, Fit};
pub use history::{Factor, SessionTokens};
pub use page::page;
pub(crate) use page::{SECTIONS, TASK_LINES};
pub use score::{Score, ScoredSession, score};
pub use sessions::sessions;
pub use stub::{feature_stub, fixture_placeholder};
pub use table::{TableTask, TaskTable};
pub use task::{Task, slug, tokens};

/// Why a plan cannot be made from what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A word that is no number of tokens.
    #[error("{0:?} is no number of tokens")]
    Tokens(String),
    /// A task that is not `name:tokens[:feature-file]`.
    #[error("{0:?} is no task")]
    Task(String),
    /// A document without a table of tasks.
    #[error("no table with the columns `Task` and `Spec`")]
    NoTable,
    /// A budget in a table that is no number of tokens.
    #[error("line {line}: {text:?} is no number of tokens")]
    Budget {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// A context window or a buffer out of range.
    #[error("{what} of {value} tokens is out of range")]
    Range {
        /// Which of the two.
        what: &'static str,
        /// The value given, in tokens.
        value: u64,
    },
}

/// A document to read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its absolute path, or an address.
    pub path: String,
    /// What it is read for.
    pub why: String,
}

/// A check at the end of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The command line.
    pub command: String,
    /// What it shows when all is well.
    pub passes: String,
}

/// Where the size of the context window is known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowSource {
    /// Given on the command line.
    Given,
    /// Read from this row.
    Pane(String),
    /// Nothing says it: the default of 272,000 tokens.
    Default,
}

impl std::fmt::Display for WindowSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Given => f.write_str("given"),
            Self::Pane(row) => write!(f, "newest status pane, {row}"),
            Self::Default => f.write_str("default, no status pane says it"),
        }
    }
}

/// A whole plan, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The day on which it was made.
    pub date: NaiveDate,
    /// The session that it is for.
    pub session: String,
    /// What the session may use.
    pub budget: Budget,
    /// Where the size of the context window is known from.
    pub source: WindowSource,
    /// Tasks in the order in which they are to be done.
    pub tasks: Vec<Task>,
    /// How the tasks fit the budget.
    pub fit: Fit,
    /// What past sessions used of what they planned; `None` below three sessions.
    pub factor: Option<Factor>,
    /// What to read first.
    pub reading: Vec<Reference>,
    /// What to run at the end.
    pub matrix: Vec<Check>,
    /// Files to update at the end, each with what belongs there.
    pub handoff: Vec<Reference>,
}
