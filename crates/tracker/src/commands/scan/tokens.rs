//! Sums of tokens: by day or window, by model and by lane.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use tracker_cli_support::CliError;
use tracker_domain::{Phase, TokenCounts};
use tracker_windows::canonical::CanonicalSnapshots;

use super::archive::Archive;
use super::{By, Span};
use crate::Workspace;
use crate::rows::Rows;

/// Offsets of zones change at quarters of an hour, so within one the day is the same.
const QUARTER_MS: i64 = 900_000;

/// The window of work that lies in none.
const NO_WINDOW: &str = "-";

/// One sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// The day or the window.
    pub(super) of: String,
    pub(super) provider: String,
    pub(super) model: String,
    /// `main`, or `side` for agents under it.
    pub(super) lane: &'static str,
    pub(super) answers: u64,
    pub(super) counts: TokenCounts,
}

type Key = (String, String, String, &'static str);

/// Returns the sums in the order of their names.
pub(super) fn cells(
    archive: &Archive,
    span: Span,
    by: By,
    zone: chrono_tz::Tz,
    workspace: &Workspace,
) -> Result<Vec<Cell>, CliError> {
    let windows = if by == By::Window { windows(workspace)? } else { Vec::new() };
    let mut cells: BTreeMap<Key, (u64, TokenCounts)> = BTreeMap::new();
    for client in &archive.clients {
        let provider = client.parser.provider().to_string();
        // Few cells, many rows: rows are summed under numbers, and names are made for cells only.
        let mut sums: HashMap<(i64, u32, u16, bool), (u64, TokenCounts)> = HashMap::new();
        for row in client.sums.uses.iter().filter(|row| span.holds_ms(row.at_ms)) {
            let of = match by {
                By::Day => row.at_ms.div_euclid(QUARTER_MS),
                By::Window => window_at(&windows, &provider, row.at_ms),
            };
            let model_file = row.file;
            let sum = sums.entry((of, model_file, row.model, row.is_side)).or_default();
            *sum = (sum.0 + 1, sum.1.plus(&row.counts));
        }
        for ((of, file, model, is_side), (answers, counts)) in sums {
            let of = match by {
                By::Day => day(of, zone),
                By::Window => usize::try_from(of)
                    .ok()
                    .and_then(|at| windows.get(at))
                    .map_or(NO_WINDOW, |w| &w.0)
                    .to_owned(),
            };
            let models =
                client.files.get(file as usize).map(|file| file.models.as_slice()).unwrap_or_default();
            let model = models.get(usize::from(model)).cloned().unwrap_or_default();
            let sum = cells
                .entry((of, provider.clone(), model, if is_side { "side" } else { "main" }))
                .or_default();
            *sum = (sum.0 + answers, sum.1.plus(&counts));
        }
    }
    let cell = |((of, provider, model, lane), (answers, counts))| Cell {
        of,
        provider,
        model,
        lane,
        answers,
        counts,
    };
    Ok(cells.into_iter().map(cell).collect())
}

fn day(quarter: i64, zone: chrono_tz::Tz) -> String {
    let at = DateTime::<Utc>::from_timestamp_millis(quarter.saturating_mul(QUARTER_MS)).unwrap_or_default();
    at.with_timezone(&zone).date_naive().to_string()
}

/// A window of one provider: its name, the provider, its first and last instant in milliseconds.
type Interval = (String, String, i64, i64);

fn windows(workspace: &Workspace) -> Result<Vec<Interval>, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let (snapshots, retractions) = rows.snapshots(None)?;
    let canonical = CanonicalSnapshots::new(&snapshots, &retractions);
    let mut ends: BTreeMap<(String, String), (Option<i64>, Option<i64>)> = BTreeMap::new();
    for (key, entry) in canonical.entries() {
        let Some(at) = entry.canonical.map(|snapshot| snapshot.captured_at.timestamp_millis()) else {
            continue;
        };
        let (from, to) = ends.entry((key.window.to_string(), key.provider.to_string())).or_default();
        match key.phase {
            Phase::Before => *from = Some(from.map_or(at, |known| known.min(at))),
            Phase::After => *to = (*to).max(Some(at)),
        }
    }
    let whole = |((window, provider), ends): (_, (Option<i64>, Option<i64>))| {
        Some((window, provider, ends.0?, ends.1?))
    };
    Ok(ends.into_iter().filter_map(whole).collect())
}

fn window_at(windows: &[Interval], provider: &str, at_ms: i64) -> i64 {
    let at = windows.iter().position(|(_, of, from, to)| of == provider && (*from..*to).contains(&at_ms));
    at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)
}
