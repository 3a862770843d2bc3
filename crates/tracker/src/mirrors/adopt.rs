//! Rows that a person added to a CSV mirror, taken into its ledger.

use chrono::{NaiveDate, SecondsFormat};
use serde_json::{Map, Number, Value};
use tracker_cli_support::CliError;
use tracker_ledger::Transaction;
use tracker_ledger::wire::Stamp;

use super::LedgerMirror;
use crate::intake::Intake;
use crate::store::TOOL_VERSION;
use crate::{Workspace, errors};

/// The source of rows that come from a mirror.
const SOURCE: &str = "mirror";

/// Appends the foreign rows of a mirror to its ledger; returns how many, and why others stay foreign.
///
/// A row is taken only when the ledger would mirror it by the very same cells: else it would stand there twice.
///
/// # Errors
/// The ledger cannot be read or written.
pub(crate) fn adopt(
    transaction: &mut Transaction,
    mirror: &LedgerMirror,
    workspace: &Workspace,
) -> Result<(u64, Vec<String>), CliError> {
    let ledger = transaction.ledger().clone();
    // Under the lock: what was foreign before may have been appended meanwhile.
    let found = ledger.check_mirror(&mirror.file, &mirror.mirror(workspace)).map_err(errors::ledger)?;
    let intake = Intake::open(&ledger, true)?;
    let (mut adopted, mut refused) = (0, Vec::new());
    for cells in &found.foreign_rows {
        match row_of(mirror, cells, workspace, &intake) {
            Ok(row) => {
                transaction.append(&mirror.file, &row).map_err(errors::ledger)?;
                adopted += 1;
            }
            Err(why) => refused.push(format!("{}: `{}` stays foreign: {why}", mirror.name, cells.join(","))),
        }
    }
    Ok((adopted, refused))
}

/// Returns the row that these cells stand for.
fn row_of(
    mirror: &LedgerMirror,
    cells: &[String],
    workspace: &Workspace,
    intake: &Intake,
) -> Result<String, String> {
    let columns: Vec<&str> = mirror.header().split(',').collect();
    if cells.len() != columns.len() {
        return Err(format!("it has {} cells instead of {}", cells.len(), columns.len()));
    }
    let mut object = Map::new();
    let mut at = workspace.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    for (column, cell) in columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        if intake.text(cell.as_bytes()) != *cell {
            return Err(format!("{column} names a person or an account; replace that first"));
        }
        let value = if mirror.numbers.contains(column) {
            Value::Number(number(cell).ok_or_else(|| format!("{column} is no plain number"))?)
        } else {
            Value::String(cell.clone())
        };
        if *column == "date" {
            let date: NaiveDate = cell.parse().map_err(|_| "date is not YYYY-MM-DD".to_owned())?;
            at = format!("{date}T00:00:00Z");
        }
        object.insert((*column).to_owned(), value);
    }
    object.insert("captured_at".to_owned(), Value::String(at));
    let stamp = Stamp::new(TOOL_VERSION, SOURCE).with_agent(workspace.lane.as_ref());
    let row = (mirror.restate)(&Value::Object(object).to_string(), &stamp).map_err(|why| why.to_string())?;
    let kept = (mirror.cells)(row.as_bytes()).unwrap_or_default();
    match columns.iter().zip(cells).zip(&kept).find(|((_, cell), kept)| cell != kept) {
        None if kept.len() == cells.len() => Ok(row),
        None => Err("the ledger has no such row".to_owned()),
        Some(((column, _), kept)) => Err(format!("{column} would read `{kept}`")),
    }
}

/// Reads a decimal number; whole ones stay whole.
fn number(cell: &str) -> Option<Number> {
    match cell.parse::<i64>() {
        Ok(whole) => Some(Number::from(whole)),
        Err(_) => Number::from_f64(cell.parse().ok()?),
    }
}
