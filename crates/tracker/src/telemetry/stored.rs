//! Telemetry read back from the ledger: rows of ours, and the lines that rows of the earlier tool kept.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use tracker_cli_support::CliError;
use tracker_domain::{ProxyEvent, RowRef, WindowId};
use tracker_ledger::wire::telemetry::{TelemetryRow, TelemetryTotals};
use tracker_ledger::{Ledger, LedgerFile};
use tracker_telemetry::{Classes, Seen, Summary, fingerprint, read_line};

use crate::errors;
use crate::rows::Rows;

/// What is stored of one window or of all.
#[derive(Debug, Default)]
pub struct Telemetry {
    /// All events, each once, also when two windows hold it.
    pub total: Summary,
    /// The events of each window by the lane that they name.
    pub lanes: BTreeMap<(WindowId, String), Summary>,
    /// Totals of the earlier tool, newest row, when no event is stored.
    pub totals_only: Option<TelemetryTotals>,
}

impl Telemetry {
    /// Sums up what is stored.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn collect(rows: &mut Rows, only: Option<&WindowId>, classes: &Classes) -> Result<Self, CliError> {
        let mut found = Self::default();
        let mut everywhere = Seen::default();
        let mut by_window: BTreeMap<WindowId, Seen> = BTreeMap::new();
        rows.telemetry(only, |row| {
            let mut any = false;
            let seen = by_window.entry(row.window.clone()).or_default();
            each_event(&row, |name, event| {
                any = true;
                if everywhere.insert(name) {
                    found.total.add(event, classes);
                }
                if seen.insert(name) {
                    let key = (row.window.clone(), event.lane.to_string());
                    found.lanes.entry(key).or_default().add(event, classes);
                }
            });
            if !any && row.totals.total > 0 {
                found.totals_only = Some(row.totals);
            }
        })?;
        Ok(found)
    }
}

/// Hands out the events of a row with their names.
pub(crate) fn each_event(row: &TelemetryRow<'_>, mut each: impl FnMut(u64, &ProxyEvent<'_>)) {
    for (name, event) in row.events() {
        each(name, &event);
    }
    for event in row.raw_text.lines().filter_map(|line| read_line(line).ok()).flatten() {
        each(fingerprint(&event), &event);
    }
}

/// Hands out the rows of a window that stand behind an offset, each with the offset of its end.
pub(super) fn scan_window(
    ledger: &Ledger,
    offset: u64,
    window: &WindowId,
    mut each: impl FnMut(TelemetryRow<'_>, u64) -> ControlFlow<()>,
) -> Result<(), CliError> {
    let needle = format!("\"{window}\"");
    ledger
        .scan_from(&LedgerFile::PROXY_TELEMETRY, offset, &[needle.as_bytes()], |line| {
            let end = line.offset + line.bytes.len() as u64 + 1;
            match tracker_ledger::wire::telemetry::read(line.bytes, RowRef::default()) {
                Ok(Some(row)) if row.window == *window => each(row, end),
                // What cannot be read is told by the commands that show it.
                _ => ControlFlow::Continue(()),
            }
        })
        .map_err(errors::ledger)?;
    Ok(())
}
