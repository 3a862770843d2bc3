//! What a measurement leaves behind: its row, the mirror row, and the quality of its window.

use tracker_churn::measured_quality;
use tracker_cli_support::{CliError, Ui};
use tracker_domain::{FinalizedWindow, Quality, QualitySource};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::churn::ChurnRow;
use tracker_ledger::wire::{self, Stamp};
use tracker_windows::canonical::finalized;

use super::ChurnArgs;
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::{Workspace, errors, mirrors};

/// Returns the newest recorded row that measured the same.
pub(super) fn same<'r>(recorded: &'r [ChurnRow], row: &ChurnRow) -> Option<&'r ChurnRow> {
    let what = |row: &ChurnRow| {
        let who = (row.window.clone(), row.provider.clone(), row.methodology.clone(), row.paths.clone());
        let range = (row.commit_start.clone(), row.commit_end.clone());
        (who, row.decision.clone(), range, row.counts, row.features.map(f64::to_bits))
    };
    recorded.iter().rev().find(|recorded| what(recorded) == what(row))
}

/// Returns what to measure again: the newest row of each window and arm, where days were still to come.
pub(super) fn provisional(recorded: &[ChurnRow], args: &ChurnArgs) -> Vec<ChurnArgs> {
    let mut newest: Vec<&ChurnRow> = Vec::new();
    let who = |row: &ChurnRow| {
        (row.window.clone(), row.provider.clone(), row.methodology.clone(), row.paths.clone())
    };
    for row in recorded {
        newest.retain(|other| who(other) != who(row));
        newest.push(row);
    }
    let again = |row: &&ChurnRow| ChurnArgs {
        window: Some(row.window.clone()),
        provider: row.provider.clone(),
        methodology: row.methodology.clone(),
        commit_start: row.commit_start.clone(),
        commit_end: row.commit_end.clone(),
        paths: row.paths.clone(),
        features: row.features,
        notes: row.notes.clone(),
        repo: args.repo.clone(),
        refresh: true,
        ..ChurnArgs::default()
    };
    newest.iter().filter(|row| row.is_provisional()).map(again).collect()
}

/// Appends the row, its mirror row and, when it is known, the window's quality; all under one lock.
pub(super) fn append(
    row: &ChurnRow,
    args: &ChurnArgs,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let ledger = workspace.ledger();
    let mut transaction = ledger.begin(&[LedgerFile::CHURN, LedgerFile::WINDOWS]).map_err(errors::ledger)?;
    let mut rows = Rows::new(ledger);
    // Somebody else may have recorded it since it was measured.
    let recorded = rows.churn(Some(&row.window))?;
    let known = same(&recorded, row).filter(|_| !args.again && !args.refresh);
    let stamp = Stamp::new(TOOL_VERSION, "churn").with_agent(workspace.lane.as_ref());
    if known.is_none() {
        let line = wire::churn::write(row, &stamp).map_err(errors::wire)?;
        transaction.append(&LedgerFile::CHURN, &line).map_err(errors::ledger)?;
    }
    // Also when the row was there: a command that was killed may have left the rest behind.
    let windows = rows.finalized(Some(&row.window))?;
    let done = finalized(&windows).remove(&row.window).map(|rows| rows.canonical);
    if let Some(better) = done.and_then(|done| with_quality(done, known.unwrap_or(row))) {
        let line = wire::window::write(&better, &stamp).map_err(errors::wire)?;
        transaction.append(&LedgerFile::WINDOWS, &line).map_err(errors::ledger)?;
    }
    mirrors::keep_up(&mut transaction, &mirrors::CHURN, workspace, ui);
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}

/// Returns the quality that a churn row measured, with how sure it is.
pub(crate) fn measured_quality_of(row: &ChurnRow) -> Option<(Quality, QualitySource, f64)> {
    let horizon = row.horizon(14)?;
    let share = horizon.share?;
    let source = if horizon.is_final { QualitySource::Measured } else { QualitySource::Provisional };
    Some((Quality::typed(measured_quality(share)).ok()?, source, share))
}

/// Returns the finalize row with the measured quality, or `None` when nothing changes. What a person typed wins.
fn with_quality(done: &FinalizedWindow, row: &ChurnRow) -> Option<FinalizedWindow> {
    let (quality, source, churn_14d) = measured_quality_of(row)?;
    let mut better = done.clone();
    better.churn_14d = Some(churn_14d);
    // Rows of before this release do not say who set their quality: somebody did.
    let is_manual = match done.quality_source {
        Some(source) => source == QualitySource::Manual,
        None => done.quality.is_some(),
    };
    if is_manual {
        better.quality_source = Some(QualitySource::Manual);
    } else {
        (better.quality, better.quality_source) = (Some(quality), Some(source));
    }
    (better != *done).then_some(better)
}
