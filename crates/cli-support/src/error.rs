//! What a command fails with: a class, one line, and what to do next.

use std::{error::Error, fmt, io};

use chrono::{DateTime, Utc};

use crate::Exit;

/// A failure as the user sees it: `error: <message>`, then a blank line and a `hint: ...` line for each hint.
///
/// The text may hold untrusted parts: it is escaped and kept on one line when it is printed.
///
/// ```
/// use tracker_cli_support::{CliError, Exit};
///
/// let error = CliError::refused("W0-19 already has a before of codex").hint("remove it: tracker alias delete");
/// assert_eq!(error.exit(), Exit::Refused);
/// assert_eq!(error.to_string(), "W0-19 already has a before of codex");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliError {
    exit: Exit,
    message: String,
    hints: Vec<String>,
    broken_pipe: bool,
    valid_from: Option<DateTime<Utc>>,
}

impl CliError {
    /// Returns an error of any class.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hints: Vec::new(), broken_pipe: false, valid_from: None }
    }

    /// Returns a failure of input or output (exit 1).
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// Returns a usage error (exit 2).
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Returns a refusal by a rule (exit 3).
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, message)
    }

    /// Returns the report of a damaged ledger (exit 4).
    pub fn damaged(message: impl Into<String>) -> Self {
        Self::new(Exit::Damaged, message)
    }

    /// Returns `what` failed with the whole chain of causes behind it: `cannot read x: permission denied`.
    ///
    /// A broken pipe anywhere in the chain makes the error silent and the exit code 0.
    pub fn caused(exit: Exit, what: impl fmt::Display, cause: &(dyn Error + 'static)) -> Self {
        let mut error = Self::new(exit, what.to_string());
        let mut next = Some(cause);
        while let Some(link) = next {
            let text = link.to_string();
            // Many errors repeat their source in their own text; saying it once is enough.
            if !error.message.contains(&text) {
                error.message = format!("{}: {text}", error.message);
            }
            error.broken_pipe |= is_broken_pipe(link);
            next = link.source();
        }
        error
    }

    /// Adds one hint: the next action, best a command.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the instant from which the same request would be granted.
    #[must_use]
    pub const fn valid_from(mut self, instant: Option<DateTime<Utc>>) -> Self {
        self.valid_from = instant;
        self
    }

    /// Returns the instant from which the same request would be granted, when time alone stands against it.
    #[must_use]
    pub const fn retry_at(&self) -> Option<DateTime<Utc>> {
        self.valid_from
    }

    /// Returns the class, which decides the exit code.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        self.exit
    }

    /// Returns the hints in the order in which they are printed.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Returns true when the reader of a pipe left, which is no failure.
    #[must_use]
    pub const fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CliError {}

/// Returns true for a broken pipe, also when one I/O error wraps another.
fn is_broken_pipe(link: &(dyn Error + 'static)) -> bool {
    link.downcast_ref::<io::Error>().is_some_and(|error| {
        error.kind() == io::ErrorKind::BrokenPipe
            || error.get_ref().is_some_and(|inner| is_broken_pipe(inner as &(dyn Error + 'static)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chain_is_told_once_and_broken_pipe_is_found_deep() {
        let pipe = io::Error::other(io::Error::from(io::ErrorKind::BrokenPipe));
        let error = CliError::caused(Exit::Failed, "cannot write report", &pipe);
        assert!(error.is_broken_pipe());
        assert_eq!(error.to_string(), "cannot write report: broken pipe");

        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = CliError::caused(Exit::Damaged, "cannot read `x`", &denied);
        assert!(!error.is_broken_pipe());
        assert_eq!(
            (error.exit(), error.to_string().as_str()),
            (Exit::Damaged, "cannot read `x`: permission denied")
        );
    }
}
