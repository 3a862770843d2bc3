//! Prompt counts: the meter of providers that are capped by prompts.

use tracker_cli_support::{CliError, Ui};
use tracker_domain::{Fact, MeterId, PromptCount, Reading};
use tracker_ledger::wire::{self, Stamp};
use tracker_ledger::{LedgerFile, Transaction};

use crate::intake::{self, Capture};
use crate::store::TOOL_VERSION;
use crate::{Workspace, errors};

/// Returns the running figure of a reading; `None` when it holds none, never 0.
#[must_use]
pub(crate) fn used(reading: &Reading) -> Option<f64> {
    let meter = reading.meter(&MeterId::PROMPTS).and_then(tracker_domain::Meter::used_amount);
    meter.or_else(|| reading.facts.get("prompts_used").and_then(Fact::as_number))
}

/// Tells whether a provider is counted in prompts: its reading has such a meter and no bar.
#[must_use]
pub(crate) fn counts_prompts(reading: &Reading) -> bool {
    reading.meter(&MeterId::PROMPTS).is_some() || reading.facts.contains_key("prompts_used")
}

/// Stores one row.
///
/// # Errors
/// The ledger cannot be written.
pub(crate) fn store(
    count: &PromptCount,
    capture: Option<&Capture>,
    source: &str,
    dry_run: bool,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    if !count.errors.is_empty() {
        let tags: Vec<String> = count.errors.iter().map(ToString::to_string).collect();
        ui.warn(format_args!("{} {}: {}", count.provider, count.window, tags.join(", ")));
    }
    if dry_run {
        ui.note("dry run: nothing was written");
        return Ok(());
    }
    let mut transaction = workspace.ledger().begin(&[LedgerFile::GLM_COUNTS]).map_err(errors::ledger)?;
    append(&mut transaction, count, capture, source, workspace)?;
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}

/// Appends one row; the caller holds the lock.
///
/// # Errors
/// As [`store`].
pub(crate) fn append(
    transaction: &mut Transaction,
    count: &PromptCount,
    capture: Option<&Capture>,
    source: &str,
    workspace: &Workspace,
) -> Result<(), CliError> {
    let stamp = Stamp::new(TOOL_VERSION, source).with_agent(workspace.lane.as_ref());
    let text = capture.map_or("", |capture| &capture.text);
    let count = PromptCount { notes: intake::notes(&count.notes, &workspace.ledger())?, ..count.clone() };
    let row = wire::glm_count::write(&count, capture.map(|capture| &capture.reading), text, &stamp)
        .map_err(errors::wire)?;
    transaction.append(&LedgerFile::GLM_COUNTS, &row).map_err(errors::ledger)?;
    Ok(())
}
