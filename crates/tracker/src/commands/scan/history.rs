//! The history of the meters: from logs into `meters.jsonl`, each reading once.

use std::collections::HashSet;

use chrono::DateTime;
use tracker_cli_support::{CliError, Ui};
use tracker_domain::{Level, LimitPoint, Meter, MeterRecord, Resolution, RowRef, UsedPct};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{Stamp, meter_reading};
use tracker_windows::history::MeterFinding;

use super::archive::{Archive, Client};
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::{Workspace, errors};

/// An unchanged reading is kept again after this long, so that its age is known.
const REPEAT_MS: i64 = 10 * 60_000;

/// What was stored.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Filled {
    /// Readings that the ledger did not hold.
    pub(super) stored: usize,
    /// Readings that the logs hold.
    pub(super) known: usize,
}

/// Appends the readings that the ledger does not hold yet.
pub(super) fn back_fill(archive: &Archive, workspace: &Workspace, ui: &mut Ui) -> Result<Filled, CliError> {
    let mut records: Vec<MeterRecord> = archive.clients.iter().flat_map(records).collect();
    let known = records.len();
    if !archive.is_changed || records.is_empty() {
        return Ok(Filled { stored: 0, known });
    }
    records.sort_by_key(|record| record.observed_at);
    let mut transaction = workspace.ledger().begin(&[LedgerFile::METERS]).map_err(errors::ledger)?;
    let mut rows = Rows::new(transaction.ledger().clone());
    let mut seen: HashSet<u64> = rows.meters()?.iter().map(MeterRecord::key).collect();
    rows.report(ui);
    let stamp = Stamp::new(TOOL_VERSION, "scan").with_agent(workspace.lane.as_ref());
    let fresh = records.iter().filter(|record| seen.insert(record.key()));
    let lines: Result<Vec<String>, _> = fresh.map(|record| meter_reading::write(record, &stamp)).collect();
    let lines = lines.map_err(errors::wire)?;
    transaction.append_many(&LedgerFile::METERS, &lines).map_err(errors::ledger)?;
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(Filled { stored: lines.len(), known })
}

/// Returns the readings of a client without those that a forked session repeats.
fn records(client: &Client) -> impl Iterator<Item = MeterRecord> + '_ {
    let files = client.files.iter().zip(client.sums.replayed.iter().copied());
    files.flat_map(|(file, replayed)| {
        let points = file.points.iter().filter(move |point| point.after_uses >= replayed || replayed == 0);
        let mut last: Vec<Option<LimitPoint>> = vec![None; file.series.len()];
        let points = points.filter(move |point| is_news(&mut last, point));
        points.filter_map(|point| {
            let series = file.series.get(usize::from(point.series))?;
            let mut meter = Meter::new(series.meter.clone(), format!("{} minutes", series.window_minutes))
                .with_window_minutes(series.window_minutes)
                .with_level(Level::Used(UsedPct::new(point.used_pct).ok()?));
            if point.used_pct.fract() != 0.0 {
                meter = meter.with_resolution(Resolution::Fine);
            }
            meter.resets_at =
                point.reset_minute.and_then(|minute| DateTime::from_timestamp(minute.checked_mul(60)?, 0));
            Some(MeterRecord {
                provider: client.parser.provider(),
                account: None,
                limit_id: series.limit_id.clone(),
                meter,
                observed_at: DateTime::from_timestamp_millis(point.at_ms)?,
                plan: series.plan.clone(),
                kind: client.format.kind().to_owned(),
                row: RowRef::default(),
            })
        })
    })
}

/// Tells whether a reading differs from the one before it in its series, or is ten minutes younger.
fn is_news(last: &mut [Option<LimitPoint>], point: &LimitPoint) -> bool {
    let Some(slot) = last.get_mut(usize::from(point.series)) else { return false };
    let repeats = slot.is_some_and(|known| {
        known.used_pct == point.used_pct
            && known.reset_minute == point.reset_minute
            && (0..REPEAT_MS).contains(&(point.at_ms - known.at_ms))
    });
    if !repeats {
        *slot = Some(*point);
    }
    !repeats
}

/// Returns what is odd about the meters.
pub(super) fn findings(archive: &Archive) -> Vec<MeterFinding> {
    let records: Vec<MeterRecord> = archive.clients.iter().flat_map(records).collect();
    tracker_windows::history::findings(&records)
}
