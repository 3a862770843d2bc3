//! Ledger rows as domain values, and what was skipped on the way.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use tracker_cli_support::{CliError, Ui};
use tracker_domain::{
    Anomaly, Evidence, FeatureRecord, FinalizedWindow, MeterRecord, PromptCount, Retraction, RowRef,
    Snapshot, WindowId,
};
use tracker_ledger::wire::churn::ChurnRow;
use tracker_ledger::wire::job_run::JobRun;
use tracker_ledger::wire::panel::PanelLine;
use tracker_ledger::wire::token_plan::TokenPlanRow;
use tracker_ledger::wire::usage_report::UsageReport;
use tracker_ledger::wire::{self, WireError, snapshot::SnapshotLine};
use tracker_ledger::{Ledger, LedgerFile, Line, ScanReport};

use tracker_windows::alias_state::windows_in_use;

use crate::errors;

/// A row that is shown as it is.
pub type Object = serde_json::Map<String, serde_json::Value>;

/// How many skipped lines are named; the rest is counted.
const NAMED_FAULTS: usize = 10;

/// Reads the ledgers of one data dir. Damage never stops it: what is skipped is told by [`Rows::report`].
#[derive(Debug)]
pub struct Rows {
    ledger: Ledger,
    faults: Vec<String>,
    fault_count: u64,
    undecoded: Vec<(RowRef, String)>,
}

impl Rows {
    /// Returns a reader of these ledgers.
    #[must_use]
    pub fn new(ledger: Ledger) -> Self {
        Self { ledger, faults: Vec::new(), fault_count: 0, undecoded: Vec::new() }
    }

    /// Returns the ledgers.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Reads snapshots and retractions, of one window or all.
    ///
    /// # Errors
    /// The file cannot be read; so for all readers here.
    pub fn snapshots(
        &mut self,
        only: Option<&WindowId>,
    ) -> Result<(Vec<Snapshot>, Vec<Retraction>), CliError> {
        self.snapshots_with(only, |_| None)
    }

    /// As [`Rows::snapshots`], with the pane hash of rows that have none worked out from the line.
    pub(crate) fn snapshots_with(
        &mut self,
        only: Option<&WindowId>,
        hash: impl Fn(&[u8]) -> Option<String>,
    ) -> Result<(Vec<Snapshot>, Vec<Retraction>), CliError> {
        let (mut snapshots, mut retractions) = (Vec::new(), Vec::new());
        let lines = self.read(&LedgerFile::SNAPSHOTS, only, |bytes, row| {
            let mut line = wire::snapshot::read(bytes, row)?;
            if let SnapshotLine::Snapshot(snapshot) = &mut line {
                snapshot.pane_hash = snapshot.pane_hash.take().or_else(|| hash(bytes));
            }
            Ok(Some(line))
        })?;
        for line in lines {
            match line {
                SnapshotLine::Snapshot(snapshot) if only.is_none_or(|id| *id == snapshot.window) => {
                    snapshots.push(*snapshot);
                }
                SnapshotLine::Retraction(retraction) => retractions.push(retraction),
                _ => {}
            }
        }
        Ok((snapshots, retractions))
    }

    /// Returns the windows whose names are taken.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn windows_in_use(&mut self) -> Result<BTreeSet<WindowId>, CliError> {
        let (snapshots, retractions) = self.snapshots(None)?;
        let counts = self.prompt_counts(None)?;
        let mut taken = windows_in_use(&snapshots, &retractions, &counts);
        // A window of the earlier tool may have nothing but its finalize row.
        taken.extend(self.finalized(None)?.into_iter().map(|row| row.window));
        Ok(taken)
    }

    /// Reads finalize rows, of one window or all.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn finalized(&mut self, only: Option<&WindowId>) -> Result<Vec<FinalizedWindow>, CliError> {
        let mut rows = self.read(&LedgerFile::WINDOWS, only, wire::window::read)?;
        rows.retain(|row| only.is_none_or(|id| *id == row.window));
        Ok(rows)
    }

    /// Reads prompt counts, of one window or all.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn prompt_counts(&mut self, only: Option<&WindowId>) -> Result<Vec<PromptCount>, CliError> {
        let mut rows = self.read(&LedgerFile::GLM_COUNTS, only, wire::glm_count::read)?;
        rows.retain(|row| only.is_none_or(|id| *id == row.window));
        Ok(rows)
    }

    /// Reads anomalies, of one window or all.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn anomalies(&mut self, only: Option<&WindowId>) -> Result<Vec<Anomaly>, CliError> {
        let mut rows = self.read(&LedgerFile::ANOMALIES, only, wire::anomaly::read)?;
        rows.retain(|row| only.is_none_or(|id| *id == row.window));
        Ok(rows)
    }

    /// Reads usage reports (`codex_ccusage.jsonl`, `claude_monitor.jsonl`), of one window or all.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn reports(
        &mut self,
        file: &LedgerFile,
        only: Option<&WindowId>,
    ) -> Result<Vec<UsageReport>, CliError> {
        let mut rows = self.read(file, only, wire::usage_report::read)?;
        rows.retain(|row| only.is_none_or(|id| *id == row.window));
        Ok(rows)
    }

    /// Reads churn rows, of one window or all.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn churn(&mut self, only: Option<&WindowId>) -> Result<Vec<ChurnRow>, CliError> {
        let mut rows = self.read(&LedgerFile::CHURN, only, wire::churn::read)?;
        rows.retain(|row| only.is_none_or(|id| *id == row.window));
        Ok(rows)
    }

    /// Reads evidence, of one window or all.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn evidence(&mut self, only: Option<&WindowId>) -> Result<Vec<Evidence>, CliError> {
        let mut rows = self.read(&LedgerFile::EVIDENCE, only, wire::evidence::read)?;
        rows.retain(|row| only.is_none_or(|id| *id == row.window));
        Ok(rows)
    }

    /// Reads features and reservations, of one window or all.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn features(&mut self, only: Option<&WindowId>) -> Result<Vec<FeatureRecord>, CliError> {
        let mut rows = self.read(&LedgerFile::FEATURES, only, wire::feature::read)?;
        rows.retain(|row| only.is_none_or(|id| *id == row.window));
        Ok(rows)
    }

    /// Reads votes and decisions of the review panel.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn panel(&mut self) -> Result<Vec<PanelLine>, CliError> {
        self.read(&LedgerFile::PANEL_VOTES, None, wire::panel::read)
    }

    /// Reads planned and used tokens, of all sessions.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn token_plans(&mut self) -> Result<Vec<TokenPlanRow>, CliError> {
        self.read(&LedgerFile::TOKEN_PLAN, None, wire::token_plan::read)
    }

    /// Reads the runs of standing jobs.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn job_runs(&mut self) -> Result<Vec<JobRun>, CliError> {
        self.read(&LedgerFile::JOB_RUNS, None, wire::job_run::read)
    }

    /// Reads the history of the meters.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn meters(&mut self) -> Result<Vec<MeterRecord>, CliError> {
        self.read(&LedgerFile::METERS, None, wire::meter_reading::read)
    }

    /// Hands out the batches of proxy events, of one window or all.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn telemetry(
        &mut self,
        only: Option<&WindowId>,
        each: impl FnMut(wire::telemetry::TelemetryRow<'_>),
    ) -> Result<(), CliError> {
        let each = std::cell::RefCell::new(each);
        self.read(&LedgerFile::PROXY_TELEMETRY, only, |bytes, row| {
            let row = wire::telemetry::read(bytes, row)?;
            if let Some(row) = row.filter(|row| only.is_none_or(|id| *id == row.window)) {
                each.borrow_mut()(row);
            }
            Ok(None::<()>)
        })?;
        Ok(())
    }

    /// Reads a ledger whose rows are shown as they are.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub fn objects(&mut self, file: &LedgerFile, only: Option<&WindowId>) -> Result<Vec<Object>, CliError> {
        let mut rows = self.read(file, only, object)?;
        let window = |row: &Object| row.get("window").and_then(serde_json::Value::as_str).map(str::to_owned);
        rows.retain(|row| only.is_none_or(|id| window(row).as_deref() == Some(id.as_str())));
        Ok(rows)
    }

    /// As [`Rows::objects`], each with its place.
    pub(crate) fn placed_objects(
        &mut self,
        file: &LedgerFile,
        only: Option<&WindowId>,
    ) -> Result<Vec<(RowRef, Object)>, CliError> {
        let placed = |bytes: &[u8], row: RowRef| Ok(object(bytes, row.clone())?.map(|object| (row, object)));
        let mut rows = self.read(file, only, placed)?;
        let window = |row: &Object| row.get("window").and_then(serde_json::Value::as_str).map(str::to_owned);
        rows.retain(|(_, row)| only.is_none_or(|id| window(row).as_deref() == Some(id.as_str())));
        Ok(rows)
    }

    /// Returns the rows that could not be decoded, with the reason; at most ten a ledger.
    pub(crate) fn undecoded(&self) -> &[(RowRef, String)] {
        &self.undecoded
    }

    /// Looks at every line of a ledger, also those that do not name the window that was asked for: a line that is no row
    /// may have been one of it.
    ///
    /// # Errors
    /// As [`Rows::snapshots`].
    pub(crate) fn look_for_damage(&mut self, file: &LedgerFile, only: &WindowId) -> Result<(), CliError> {
        let named = format!("\"{only}\"");
        let is_told = |line: &[u8], word: &[u8]| memchr::memmem::find(line, word).is_some();
        let mut faults = Vec::new();
        self.ledger
            .scan(file, &[], |line| {
                if !is_told(line.bytes, named.as_bytes())
                    && !is_told(line.bytes, b"\"retracts\"")
                    && let Err(cause @ WireError::NotJson { .. }) = wire::row_text(line.bytes)
                {
                    faults.push(format!("{}: the row is skipped: {cause}", row_ref(file, &line)));
                }
                ControlFlow::Continue(())
            })
            .map_err(errors::ledger)?;
        self.note(&ScanReport::default(), faults);
        Ok(())
    }

    /// Tells on stderr what was skipped, and forgets it.
    pub fn report(&mut self, ui: &mut Ui) {
        for fault in self.faults.drain(..) {
            ui.warn(fault);
        }
        let more = self.fault_count.saturating_sub(NAMED_FAULTS as u64);
        if more > 0 {
            ui.warn(format_args!("{more} more findings; `tracker verify` lists all"));
        }
        self.fault_count = 0;
    }

    fn read<T>(
        &mut self,
        file: &LedgerFile,
        only: Option<&WindowId>,
        decode: impl Fn(&[u8], RowRef) -> Result<Option<T>, WireError>,
    ) -> Result<Vec<T>, CliError> {
        let mut rows = Vec::new();
        let (mut faults, mut undecoded) = (Vec::new(), Vec::new());
        let window = only.map(|id| format!("\"{id}\""));
        // A retraction names its snapshot and not its window, so it is let through with the window's own rows.
        let needles: Vec<&[u8]> = match &window {
            Some(window) if *file == LedgerFile::SNAPSHOTS => vec![window.as_bytes(), b"\"retracts\""],
            Some(window) => vec![window.as_bytes()],
            None => Vec::new(),
        };
        let report = self
            .ledger
            .scan(file, &needles, |line| {
                match decode(line.bytes, row_ref(file, &line)) {
                    Ok(row) => rows.extend(row),
                    Err(cause) => {
                        let row = row_ref(file, &line);
                        faults.push(format!("{row}: the row is skipped: {cause}"));
                        if undecoded.len() < NAMED_FAULTS {
                            undecoded.push((row, cause.to_string()));
                        }
                    }
                }
                ControlFlow::Continue(())
            })
            .map_err(errors::ledger)?;
        self.note(&report, faults);
        self.undecoded.append(&mut undecoded);
        Ok(rows)
    }

    /// Remembers what a scan skipped.
    pub(crate) fn note(&mut self, report: &ScanReport, faults: Vec<String>) {
        let skipped = report.issues.iter().map(ToString::to_string);
        self.fault_count += report.issue_count + faults.len() as u64;
        self.faults.extend(skipped.chain(faults));
        self.faults.truncate(NAMED_FAULTS);
    }
}

/// Decodes a row that is shown as it is.
fn object(bytes: &[u8], _row: RowRef) -> Result<Option<Object>, WireError> {
    let text = wire::row_text(bytes)?;
    Ok(text.and_then(|text| serde_json::from_str(text).ok()))
}

/// Returns the place of a line.
pub(crate) fn row_ref(file: &LedgerFile, line: &Line<'_>) -> RowRef {
    RowRef { file: file.name().to_owned(), line: line.number, seq: line.seq() }
}
