//! Checks of documents: what a plan must say, and words that a project does not use.

mod plan;
mod terms;

use std::fmt;

pub use plan::plan;
pub use terms::{Terms, TermsError};

/// One finding in a document.
///
/// ```
/// let finding = tracker_workflow::lint::Finding { line: 3, message: "no budget".into() };
/// assert_eq!(finding.to_string(), "3: no budget");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}
