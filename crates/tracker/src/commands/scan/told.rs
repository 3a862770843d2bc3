//! Copies of its meters that a client keeps in files of its own: not logs, but each scan finds them as they stand.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use tracker_capture::{FoundFile, found, tail};
use tracker_cli_support::Ui;
use tracker_domain::{LimitPoint, LogFile, Meter, MeterSeries, Reading};
use tracker_panes::live::{DiskPlace, DiskSource};
use tracker_panes::{Ctx, Input, PaneParser};

use super::archive::homes;
use crate::Surroundings;

/// So much of the end of a file is looked at.
const TAIL_BYTES: u64 = 16 << 20;

/// What one copy says, as a log of one moment.
pub(super) struct Told {
    /// The file as it stands.
    pub(super) found: FoundFile,
    /// What the source is called.
    pub(super) kind: &'static str,
    pub(super) log: LogFile,
    /// Whether it was read now, and not known from the last scan.
    pub(super) is_new: bool,
}

/// Returns what the copies of a client say; `known` gives those that have not changed since they were read.
pub(super) fn read(
    parser: &dyn PaneParser,
    flags: &[(&'static str, Option<&PathBuf>)],
    around: &Surroundings,
    mut known: impl FnMut(&FoundFile) -> Option<LogFile>,
    ui: &mut Ui,
) -> Vec<Told> {
    let mut told = Vec::new();
    for source in parser.live().map_or(&[][..], |live| live.sources) {
        let DiskPlace::Named { variable, home, file } = source.place else { continue };
        for folder in homes(variable, home, flags, around) {
            let Some(found) = found(&folder.join(file)) else { continue };
            let old = known(&found);
            let is_new = old.is_none();
            let log = old.unwrap_or_else(|| match log_of(parser, source, &found.path) {
                Ok(log) => log,
                Err(cause) => {
                    ui.warn(format_args!("{} is skipped: {cause}", found.path.display()));
                    LogFile::default()
                }
            });
            told.push(Told { found, kind: source.name, log, is_new });
        }
    }
    told
}

/// A file that says nothing of meters is an empty log.
fn log_of(parser: &dyn PaneParser, source: &DiskSource, path: &Path) -> std::io::Result<LogFile> {
    let Some(end) = tail(path, TAIL_BYTES)? else { return Ok(LogFile::default()) };
    let changed = end.changed.map(DateTime::<Utc>::from);
    let reading = (source.excerpt)(&end.bytes).and_then(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        parser.parse(&Input::new(&text), &Ctx::new(changed.unwrap_or_default())).into_newest()
    });
    let at = reading.as_ref().and_then(|reading| reading.observed_at).or(changed);
    Ok(reading.zip(at).map(|(reading, at)| log(&reading, at)).unwrap_or_default())
}

/// Money has no window and is no meter of the plan.
fn log(reading: &Reading, at: DateTime<Utc>) -> LogFile {
    let mut log = LogFile::default();
    let limits = reading.meters.iter().filter(|meter| meter.window_minutes.is_some());
    for (meter, used_pct) in limits.filter_map(|meter| Some((meter, meter.used_amount()?))) {
        let Ok(series) = u16::try_from(log.series.len()) else { break };
        log.series.push(MeterSeries {
            meter: meter.id.clone(),
            limit_id: None,
            window_minutes: meter.window_minutes,
            plan: reading.plan.clone(),
        });
        let at_ms = at.timestamp_millis();
        log.points.push(LimitPoint {
            at_ms,
            series,
            used_pct,
            reset_minute: reset_minute(meter),
            after_uses: 0,
        });
    }
    log
}

fn reset_minute(meter: &Meter) -> Option<i64> {
    meter.resets_at.map(|at| (at.timestamp() + 30).div_euclid(60))
}
