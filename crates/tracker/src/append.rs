//! How verbs that record one thing end: the transaction is committed, and what was repaired is said.

use tracker_cli_support::{CliError, Ui};
use tracker_ledger::Transaction;

use crate::errors;

/// Writes the heads, releases the locks and says what was repaired. Nothing is acknowledged before it.
///
/// # Errors
/// A head cannot be written.
pub(crate) fn commit(transaction: Transaction, ui: &mut Ui) -> Result<(), CliError> {
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}

/// Refuses a text that says nothing.
///
/// # Errors
/// Usage, naming the option.
pub(crate) fn filled(option: &str, value: &str, example: &str) -> Result<(), CliError> {
    if value.trim().is_empty() {
        return Err(
            CliError::usage(format!("{option} is empty")).hint(format!("for example {option} {example}"))
        );
    }
    Ok(())
}
