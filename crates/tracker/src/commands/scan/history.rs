//! The history of the meters: from logs into `meters.jsonl`, each reading once.

use std::collections::HashSet;

use chrono::DateTime;
use tracker_cli_support::{CliError, Ui};
use tracker_domain::{Level, LimitPoint, Meter, MeterRecord, Resolution, RowRef, UsedPct};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{Stamp, meter_reading};

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

/// Returns the readings of the logs, client by client.
pub(super) fn readings(archive: &Archive) -> Vec<MeterRecord> {
    archive.clients.iter().flat_map(records).collect()
}

/// Appends the readings that the ledger does not hold yet.
pub(super) fn back_fill(
    readings: &[MeterRecord],
    archive: &Archive,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Filled, CliError> {
    let known = readings.len();
    if !archive.is_changed || known == 0 {
        return Ok(Filled { stored: 0, known });
    }
    let mut records: Vec<&MeterRecord> = readings.iter().collect();
    records.sort_by_key(|record| record.observed_at);
    let mut transaction = workspace.ledger().begin(&[LedgerFile::METERS]).map_err(errors::ledger)?;
    let mut rows = Rows::new(transaction.ledger().clone());
    let mut seen: HashSet<u64> = rows.meters()?.iter().map(MeterRecord::key).collect();
    rows.report(ui);
    let stamp = Stamp::new(TOOL_VERSION, "scan").with_agent(workspace.lane.as_ref());
    let fresh = records.into_iter().filter(|record| seen.insert(record.key()));
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
    let kind = client.format.kind();
    let files = client.files.iter().zip(client.sums.replayed.iter().copied());
    let files = files.map(move |(file, replayed)| (file, replayed, kind));
    let told = client.told.iter().map(|told| (&told.log, 0, told.kind));
    files.chain(told).flat_map(move |(file, replayed, kind)| {
        let points = file.points.iter().filter(move |point| point.after_uses >= replayed || replayed == 0);
        let mut last: Vec<Option<LimitPoint>> = vec![None; file.series.len()];
        let points = points.filter(move |point| is_news(&mut last, point));
        points.filter_map(move |point| {
            let series = file.series.get(usize::from(point.series))?;
            let length = series.window_minutes.map(|minutes| format!("{minutes} minutes"));
            let label = length.unwrap_or_else(|| "unknown length".to_owned());
            let mut meter = Meter::new(series.meter.clone(), label)
                .with_level(Level::Used(UsedPct::new(point.used_pct).ok()?));
            meter.window_minutes = series.window_minutes;
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
                kind: kind.to_owned(),
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
