//! Storing captures: under the lock the rules are asked, then rows are appended, and only then it is said.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use tracker_cli_support::{CliError, Ui};
use tracker_domain::{Account, Anomaly, Phase, ProviderId, RowRef, Snapshot, SnapshotId, WindowId};
use tracker_ledger::wire::{self, Stamp};
use tracker_ledger::{LedgerFile, Transaction};
use tracker_windows::capture::{Admission, CaptureRules, History, admit};
use tracker_windows::{Refusal, Rule};

use crate::intake::{Capture, Intake};
use crate::{Workspace, errors, history};

/// The version that is stamped on every row.
pub(crate) const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// One snapshot to be stored.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'a> {
    pub(crate) window: WindowId,
    pub(crate) provider: ProviderId,
    pub(crate) phase: Phase,
    pub(crate) captured_at: DateTime<Utc>,
    pub(crate) notes: String,
    pub(crate) source: String,
    pub(crate) capture: &'a Capture,
}

/// How drafts are stored.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Manner<'a> {
    /// Record an after within the buffer after a reset.
    pub(crate) late: bool,
    /// Write nothing.
    pub(crate) dry_run: bool,
    /// Typed values replace what is there: the rules of a pane do not apply.
    pub(crate) typed: bool,
    /// The untouched bytes to keep beside the ledger.
    pub(crate) keep_raw: Option<&'a [u8]>,
}

/// Why drafts were not stored.
#[derive(Debug)]
pub(crate) enum Unstored {
    /// A rule said no.
    Refused(Box<Refusal>),
    /// The ledger could not.
    Failed(CliError),
}

impl From<CliError> for Unstored {
    fn from(error: CliError) -> Self {
        Self::Failed(error)
    }
}

impl From<Unstored> for CliError {
    fn from(unstored: Unstored) -> Self {
        match unstored {
            Unstored::Refused(refusal) => errors::refusal(&refusal),
            Unstored::Failed(error) => error,
        }
    }
}

/// Stores the drafts of one command together; more than one are the rows of a `cross`.
pub(crate) fn snapshots(
    drafts: &[Draft<'_>],
    manner: Manner<'_>,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), Unstored> {
    let ledger = workspace.ledger();
    let held = [LedgerFile::SNAPSHOTS, LedgerFile::ANOMALIES];
    let mut transaction =
        if manner.dry_run { None } else { Some(ledger.begin(&held).map_err(errors::ledger)?) };
    let intake = Intake::open(&ledger, !manner.dry_run)?;
    let found = history::find(drafts, &ledger, transaction.as_mut(), &intake)?;
    let (mut known, retractions) = (found.snapshots, found.retractions);
    let length = std::fs::metadata(ledger.dir().ledger(&LedgerFile::SNAPSHOTS)).map_or(0, |meta| meta.len());
    let cross_id = (drafts.len() > 1).then(|| snapshot_id(drafts.first(), workspace, length, "cross"));
    let mut ready = Vec::new();
    for draft in drafts {
        let mut snapshot = draft_row(draft, workspace, length, &intake)?;
        snapshot.cross_id = cross_id.clone().transpose()?;
        let history = History {
            snapshots: &known,
            retractions: &retractions,
            last_captured_at: found.last_captured_at,
        };
        let buffer = TimeDelta::minutes(i64::from(workspace.config.after_reset_buffer_minutes.value));
        let rules = CaptureRules::default().with_after_reset_buffer(buffer).with_late(manner.late);
        let admission = match (manner.typed, admit(&snapshot, &history, &rules)) {
            (_, Ok(admission)) => admission,
            // What is typed corrects what stands there: the newest row counts.
            (true, Err(refusal)) if refusal.rule == Rule::BeforeOnce => Admission::default(),
            (_, Err(refusal)) => return Err(Unstored::Refused(Box::new(refusal))),
        };
        for tag in admission.tags {
            snapshot.reading.tag(tag);
        }
        known.push(Snapshot { row: last_place(), ..snapshot.clone() });
        ready.push((snapshot, draft.capture.text.as_str(), admission.anomalies));
    }
    if let Some(transaction) = &mut transaction {
        append(transaction, &ready, workspace)?;
    }
    if let Some(transaction) = transaction {
        for notice in transaction.commit().map_err(errors::ledger)? {
            ui.note(notice);
        }
    }
    if let (Some(bytes), Some((snapshot, ..)), false) = (manner.keep_raw, ready.first(), manner.dry_run) {
        keep_raw(ledger.dir().path(), snapshot, bytes)?;
    }
    tell(&ready, manner, ui);
    Ok(())
}

/// The place of a row that is about to be appended: after all others.
fn last_place() -> RowRef {
    RowRef { line: u64::MAX, ..RowRef::default() }
}

/// Appends rows and their anomalies; the caller holds the lock.
fn append(
    transaction: &mut Transaction,
    ready: &[(Snapshot, &str, Vec<Anomaly>)],
    workspace: &Workspace,
) -> Result<(), CliError> {
    for (snapshot, text, anomalies) in ready {
        let row = wire::snapshot::write(snapshot, text, TOOL_VERSION).map_err(errors::wire)?;
        transaction.append(&LedgerFile::SNAPSHOTS, &row).map_err(errors::ledger)?;
        for anomaly in anomalies {
            self::anomaly(transaction, anomaly, &snapshot.source, workspace)?;
        }
    }
    Ok(())
}

/// Appends one anomaly row.
pub(crate) fn anomaly(
    transaction: &mut Transaction,
    anomaly: &Anomaly,
    source: &str,
    workspace: &Workspace,
) -> Result<(), CliError> {
    let stamp = Stamp::new(TOOL_VERSION, source).with_agent(workspace.lane.as_ref());
    let row = wire::anomaly::write(anomaly, &stamp).map_err(errors::wire)?;
    transaction.append(&LedgerFile::ANOMALIES, &row).map_err(errors::ledger)?;
    Ok(())
}

/// Says on stderr what is special about what was stored.
fn tell(ready: &[(Snapshot, &str, Vec<Anomaly>)], manner: Manner<'_>, ui: &mut Ui) {
    for (snapshot, _, anomalies) in ready {
        if !snapshot.reading.errors.is_empty() {
            let tags: Vec<String> = snapshot.reading.errors.iter().map(ToString::to_string).collect();
            ui.warn(format_args!(
                "{} {} {}: {}",
                snapshot.provider,
                snapshot.phase,
                snapshot.window,
                tags.join(", ")
            ));
        }
        for anomaly in anomalies {
            let blocking = if anomaly.blocking { " (blocking)" } else { "" };
            ui.warn(format_args!("{}{blocking}: {}", anomaly.kind, anomaly.detail));
        }
    }
    if manner.dry_run {
        ui.note("dry run: nothing was written");
    }
}

fn draft_row(
    draft: &Draft<'_>,
    workspace: &Workspace,
    length: u64,
    intake: &Intake,
) -> Result<Snapshot, CliError> {
    let capture = draft.capture;
    Ok(Snapshot {
        id: snapshot_id(Some(draft), workspace, length, draft.phase.as_str())?,
        window: draft.window.clone(),
        provider: draft.provider.clone(),
        lane: workspace.lane.clone(),
        phase: draft.phase,
        captured_at: draft.captured_at,
        notes: intake.notes(&draft.notes),
        source: draft.source.clone(),
        account: capture.reading.account.as_deref().and_then(|text| Account::new(text).ok()),
        reading: capture.reading.clone(),
        pane_hash: (!capture.text.is_empty()).then(|| capture.hash.clone()),
        cross_id: None,
        commit: workspace.commit_mark.clone(),
        row: RowRef::default(),
    })
}

/// Names a row by what it holds and by the length of the ledger before it, which no two rows share.
fn snapshot_id(
    draft: Option<&Draft<'_>>,
    workspace: &Workspace,
    length: u64,
    part: &str,
) -> Result<SnapshotId, CliError> {
    let mut hasher = Sha256::new();
    if let Some(draft) = draft {
        let lane = workspace.lane.as_ref().map_or("", |lane| lane.as_str());
        for text in [
            draft.window.as_str(),
            draft.provider.as_str(),
            lane,
            &draft.captured_at.to_rfc3339(),
            &draft.capture.hash,
        ] {
            hasher.update(text);
            hasher.update([0]);
        }
    }
    hasher.update(length.to_le_bytes());
    hasher.update(part);
    let name: String = hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    SnapshotId::new(format!("s-{name}")).map_err(|cause| errors::value(&cause))
}

fn keep_raw(dir: &Path, snapshot: &Snapshot, bytes: &[u8]) -> Result<(), CliError> {
    let path = dir.join("raw").join(format!("{}.txt", snapshot.id));
    tracker_ledger::atomic::write(&path, bytes).map_err(errors::ledger)
}
