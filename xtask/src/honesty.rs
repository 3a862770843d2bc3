//! `coverage --router`: whether replays say no more than they know, on logs whose truth is known.
//!
//! Its short form is a test of the router crate, so that `uat` runs it.

use tracker_router::honesty::{HonestyRow, Study};

use crate::Failure;

/// Runs the whole study, prints a line for each row, and fails when one does not hold, or when the planted fault
/// (intervals over seeds only) does: then the study could not tell.
pub(crate) fn run() -> Result<(), Failure> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let study = Study::full(threads);
    let rows = study.run().map_err(|e| e.to_string())?;
    rows.iter().for_each(|row| println!("{row}"));
    let mut planted = study.with_seeds_only();
    planted.windows = vec![20];
    let planted = planted.run().map_err(|e| e.to_string())?;
    planted.iter().for_each(|row| println!("planted seeds-only interval: {row}"));
    if planted.iter().all(HonestyRow::holds) {
        return Err("the planted seeds-only interval was not noticed".to_owned());
    }
    match rows.iter().find(|row| !row.holds()) {
        Some(row) => Err(format!("replays say more than they know: {row}")),
        None => Ok(()),
    }
}
