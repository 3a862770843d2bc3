//! The errors of the libraries as the command line tells them: one line, a hint, a class.

use tracker_cli_support::{CliError, Exit};
use tracker_domain::DomainError;
use tracker_ledger::wire::WireError;
use tracker_ledger::{ErrorClass, LedgerError};
use tracker_windows::Refusal;
use tracker_workflow::document::DocumentError;

/// A failure of the ledger.
pub(crate) fn ledger(error: LedgerError) -> CliError {
    let exit = match error.class() {
        ErrorClass::Damaged => Exit::Damaged,
        ErrorClass::Refused => Exit::Refused,
        _ => Exit::Failed,
    };
    let told = CliError::caused(exit, error.to_string(), &error);
    told.hint(error.hint().unwrap_or("check the path and its rights, or name another data dir by --data-dir"))
}

/// A document that cannot be kept.
pub(crate) fn document(error: DocumentError) -> CliError {
    match error {
        DocumentError::Unwritable(cause) => ledger(cause),
        other => CliError::caused(Exit::Failed, other.to_string(), &other).hint(other.hint()),
    }
}

/// A value that has no form on disk.
pub(crate) fn wire(error: WireError) -> CliError {
    CliError::failed(error.to_string()).hint("give a value that the ledger can hold")
}

/// A rule that said no. An unknown window is a wrong name and no broken rule.
pub(crate) fn refusal(refusal: &Refusal) -> CliError {
    let exit = if refusal.is_unknown_window() { Exit::Failed } else { Exit::Refused };
    CliError::new(exit, format!("{}: {refusal}", refusal.rule))
        .hint(&refusal.hint)
        .valid_from(refusal.valid_at)
}

/// A value on the command line that is outside its domain.
pub(crate) fn value(error: &DomainError) -> CliError {
    CliError::usage(error.to_string()).hint("see --help for what the option takes")
}
