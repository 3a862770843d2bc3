//! What is odd about the meters while a window was open, as rows that the audit, the preview and the card tell.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use tracker_cli_support::{CliError, Ui};
use tracker_domain::{Anomaly, ProviderId, RowRef, Snapshot, WindowId};
use tracker_ledger::LedgerFile;
use tracker_windows::history::{MeterFinding, findings};

use crate::rows::Rows;
use crate::store::anomaly;
use crate::{Workspace, errors};

/// When the windows of each provider were open: from their first capture to their last.
type Spans = BTreeMap<(WindowId, ProviderId), (DateTime<Utc>, DateTime<Utc>)>;

/// Appends what was found in the time of a window of the ledger and does not stand there yet; returns how many.
///
/// Called when the history has grown: the findings of an unchanged history were noted before.
pub(super) fn in_windows(workspace: &Workspace, ui: &mut Ui) -> Result<usize, CliError> {
    let mut transaction = workspace.ledger().begin(&[LedgerFile::ANOMALIES]).map_err(errors::ledger)?;
    let mut rows = Rows::new(transaction.ledger().clone());
    let (snapshots, retractions) = rows.snapshots(None)?;
    let withdrawn = |snapshot: &&Snapshot| retractions.iter().any(|row| row.retracts == snapshot.id);
    let spans = spans(snapshots.iter().filter(|snapshot| !withdrawn(snapshot)));
    if spans.is_empty() {
        rows.report(ui);
        return Ok(0);
    }
    let known = rows.anomalies(None)?;
    let found = findings(&rows.meters()?);
    rows.report(ui);
    let mut noted = 0;
    for ((window, provider), (since, until)) in &spans {
        let within =
            |found: &&MeterFinding| found.provider == *provider && (since..=until).contains(&&found.at);
        for row in found.iter().filter(within).map(|found| row(window, found, workspace)) {
            if !known.iter().any(|known| is_same(known, &row)) {
                anomaly(&mut transaction, &row, "scan", workspace)?;
                noted += 1;
            }
        }
    }
    transaction.commit().map_err(errors::ledger)?;
    Ok(noted)
}

fn spans<'a>(snapshots: impl Iterator<Item = &'a Snapshot>) -> Spans {
    let mut spans = Spans::new();
    for snapshot in snapshots {
        let at = snapshot.captured_at;
        let span = spans.entry((snapshot.window.clone(), snapshot.provider.clone())).or_insert((at, at));
        *span = (span.0.min(at), span.1.max(at));
    }
    spans
}

/// Returns the row of a finding in a window.
pub(super) fn row(window: &WindowId, found: &MeterFinding, workspace: &Workspace) -> Anomaly {
    Anomaly {
        window: window.clone(),
        blocking: found.is_blocking(),
        provider: found.provider.clone(),
        lane: workspace.lane.clone(),
        kind: found.kind.clone(),
        meter: Some(found.meter.clone()),
        cause: None,
        before: found.before,
        after: found.after,
        snapshots: Vec::new(),
        captured_at: workspace.now(),
        detail: found.detail.clone(),
        row: RowRef::default(),
    }
}

/// Tells whether two rows say the same of one window.
pub(super) fn is_same(a: &Anomaly, b: &Anomaly) -> bool {
    (&a.window, &a.provider, &a.kind, &a.meter, &a.detail)
        == (&b.window, &b.provider, &b.kind, &b.meter, &b.detail)
}
