//! Decision cards: rows to facts, facts to the answer of the gates, and what a reader needs to check it.
//!
//! A card reads ledgers and nothing else, so it is the same from every folder. It verifies all ledgers of the data
//! dir first: on damaged ones nothing is a GO.

mod expansion;
mod integrity;
mod material;
mod week0;
mod window;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tracker_cli_support::CliError;
use tracker_domain::{DomainError, RowRef, WindowId};
use tracker_gates::{Card, Source, Status};

use crate::Workspace;
use crate::render::card as render;
use crate::rows::Rows;

pub(crate) use integrity::LedgerHead;
pub(crate) use material::Material;
pub(crate) use week0::{Certainty, ProviderLine, Week0};

/// The name of the compiled card.
const WEEK0: &str = "WEEK0";

/// What a card is about.
///
/// ```
/// use tracker::card::Subject;
/// assert_eq!("WEEK0".parse(), Ok(Subject::Week0));
/// assert_eq!("W0-19".parse::<Subject>()?.to_string(), "W0-19");
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// One window.
    Window(WindowId),
    /// The whole run.
    Week0,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Window(window) => f.pad(window.as_str()),
            Self::Week0 => f.pad(WEEK0),
        }
    }
}

impl FromStr for Subject {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        if text == WEEK0 { Ok(Self::Week0) } else { Ok(Self::Window(text.parse()?)) }
    }
}

/// What a card was decided from, in numbers.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Anomalies that count.
    pub(crate) anomalies: usize,
    /// Of these, blocking ones that nobody accepted.
    pub(crate) blocking: usize,
    /// Finalized windows.
    pub(crate) finalized: usize,
    /// The outcome, or the outcomes with their counts.
    pub(crate) outcome: Option<String>,
    /// Evidence rows.
    pub(crate) evidence: usize,
    /// Churn rows.
    pub(crate) churn: usize,
}

/// A decided card with all that a reader may ask for.
#[derive(Debug)]
pub struct DecisionCard {
    pub(crate) card: Card,
    pub(crate) data_dir: PathBuf,
    pub(crate) tally: Tally,
    /// What is worth knowing and decides nothing.
    pub(crate) notes: Vec<String>,
    /// Votes of the panel.
    pub(crate) votes: Vec<Source>,
    /// What only the compiled card has.
    pub(crate) week0: Option<Week0>,
    /// The ledgers' last rows: the witness of what the card saw.
    pub(crate) heads: Vec<LedgerHead>,
}

impl DecisionCard {
    /// Returns the answer.
    #[must_use]
    pub fn status(&self) -> Status {
        self.card.status
    }

    /// Returns the lines of the card; with `explain`, every number with the rows behind it.
    #[must_use]
    pub fn text(&self, explain: bool) -> String {
        render::text(self, explain)
    }

    /// Returns the card as an HTML page that stands alone; with `explain`, every number with the rows behind it.
    #[must_use]
    pub fn html(&self, explain: bool) -> String {
        render::html::html(self, explain)
    }

    /// Returns the intervals of the providers as one SVG drawing; `None` when there is nothing to draw.
    pub(crate) fn plot(&self) -> Option<String> {
        let drawn = render::plot::file(&self.week0.as_ref()?.providers);
        Some(drawn).filter(|drawn| !drawn.is_empty())
    }

    /// Returns the card as one line of JSON (`docs/schemas/decision_card.schema.json`).
    ///
    /// # Errors
    /// Failed: a value has no form in JSON.
    pub fn json(&self) -> Result<String, CliError> {
        render::json::json(self)
    }
}

/// Decides a card. `blocked` are the features that are ready and wait for capacity. Read-only.
///
/// # Errors
/// Failed: a ledger cannot be read, or no row knows the window. Usage: settings out of range.
pub fn decide(
    subject: &Subject,
    blocked: &[String],
    workspace: &Workspace,
) -> Result<DecisionCard, CliError> {
    let ledger = workspace.ledger();
    let integrity = integrity::check(&ledger)?;
    let mut rows = Rows::new(ledger);
    let decided = match subject {
        Subject::Window(window) => window::decide(window, &mut rows, integrity.damage)?,
        Subject::Week0 => week0::decide(blocked, &mut rows, integrity.damage, workspace)?,
    };
    let data_dir = absolute(&workspace.config.data_dir.value);
    Ok(DecisionCard { data_dir, heads: integrity.heads, ..decided })
}

/// Returns the path without what depends on the folder of the caller; one that is not there stays as it is.
fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// Returns rows that cannot be decoded as damage: what they said might be what decides.
fn undecoded(rows: &Rows) -> impl Iterator<Item = Source> {
    let source = |(row, cause): &(RowRef, String)| Source::new(format!("{row}: {cause}"), row.clone());
    rows.undecoded().iter().map(source)
}
