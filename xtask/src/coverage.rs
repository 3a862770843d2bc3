//! `coverage`: the simulation study of the shipped statistics, printed as tables and judged.

mod gates;
mod pool;
mod table;

use std::{fs, time::Instant};

use tracker_stats::simulate::study::Cell;
use tracker_stats::{Interval, IntervalName, Level, Ratio, Sample, StatsError, interval};

use crate::{Failure, place};
use table::Row;

/// Simulated arms in a cell: the Monte-Carlo error of a share near 95 % is 0.15 points.
const ARMS: u32 = 20_000;
const SEED: u64 = 20_261_120;
/// Where the tables stand.
const DOCUMENT: &str = "docs/statistics.md";
const BEGIN: &str = "<!-- Made by `cargo xtask coverage --write`; do not edit below. -->\n";
const END: &str = "<!-- Made up to here. -->\n";

type Method = fn(&Sample) -> Result<Interval, StatsError>;

/// The methods of the study; the last one is what the tools print, and it is judged.
const METHODS: &[(&str, Method)] = &[
    ("without root n", short_by_root_n),
    ("delta", |sample| interval(IntervalName::Delta, sample, Level::P95)),
    ("hc3", |sample| interval(IntervalName::Hc3, sample, Level::P95)),
    ("fieller", |sample| interval(IntervalName::Fieller, sample, Level::P95)),
    ("log-hc3", |sample| interval(IntervalName::LogHc3, sample, Level::P95)),
    ("policy", |sample| interval(IntervalName::Policy, sample, Level::P95)),
];

/// Runs the study, prints its tables and fails when a promise is broken.
pub(crate) fn run() -> Result<(), Failure> {
    let (text, broken) = study(METHODS, ARMS)?;
    println!("{text}");
    verdict(&broken)
}

/// Runs the study and writes its tables into the document, whether or not a promise is broken.
pub(crate) fn write() -> Result<(), Failure> {
    let (text, broken) = study(METHODS, ARMS)?;
    let path = place::root().join(DOCUMENT);
    let page = fs::read_to_string(&path).map_err(|e| format!("cannot read {DOCUMENT}: {e}"))?;
    let page = replaced(&page, &text).ok_or(format!("{DOCUMENT} has no place for the tables"))?;
    fs::write(&path, page).map_err(|e| format!("cannot write {DOCUMENT}: {e}"))?;
    println!("{text}\nwrote {DOCUMENT}");
    verdict(&broken)
}

fn verdict(broken: &[String]) -> Result<(), Failure> {
    if broken.is_empty() { Ok(()) } else { Err(format!("promises broken:\n  {}", broken.join("\n  "))) }
}

/// Returns the page with the tables between their two marks.
fn replaced(page: &str, tables: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n{END}{after}", tables.trim_end()))
}

/// Returns the tables and what they show to be broken.
fn study(methods: &[(&str, Method)], arms: u32) -> Result<(String, Vec<String>), Failure> {
    let started = Instant::now();
    let cells = Cell::main();
    let run = |cell: &Cell| {
        let asked: Vec<_> = methods.iter().map(|(_, method)| method as _).collect();
        cell.run(&asked, arms, SEED).map_err(|e| e.to_string())
    };
    let counts = pool::each("coverage cells", &cells, run)?;
    let rows: Vec<Row> = cells.into_iter().zip(counts).map(|(cell, counts)| Row { cell, counts }).collect();
    let names: Vec<&str> = methods.iter().map(|(name, _)| *name).collect();
    let mut broken = table::broken(&rows, 0.0);
    let gates = gates::study(SEED)?;
    broken.extend(gates.broken);
    let seconds = started.elapsed().as_secs();
    eprintln!("{} cells x {arms} arms, gates and required units in {seconds} s", rows.len());
    let tables = [table::summary(&rows, &names), table::widths(&rows, &names), table::last_method(&rows)];
    Ok((format!("{}\n{}", tables.join("\n"), gates.text), broken))
}

/// The earlier tool's interval: a standard error without its square root of n, and no t factor.
fn short_by_root_n(sample: &Sample) -> Result<Interval, StatsError> {
    let ratio = Ratio::of(sample);
    let squares: f64 = ratio.residuals().iter().map(|e| e * e).sum();
    let short = (squares / (sample.len() as f64 - 1.0)).sqrt() / sample.total_capacity();
    let mut ci = interval(IntervalName::Delta, sample, Level::P95)?;
    ci.lo = Some(ci.estimate - 1.96 * short);
    ci.hi = Some(ci.estimate + 1.96 * short);
    Ok(ci)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_stand_between_their_marks() {
        let page = format!("a\n{BEGIN}old\n{END}z\n");
        assert_eq!(replaced(&page, "new\n"), Some(format!("a\n{BEGIN}\nnew\n{END}z\n")));
        assert_eq!(replaced("a\n", "new"), None);
    }

    /// The study must fail when the judged interval is the earlier tool's.
    #[test]
    fn a_planted_standard_error_without_root_n_breaks_every_cell() {
        let cells = Cell::main();
        let row = |cell: &Cell| {
            let counts = cell.run(&[&short_by_root_n], 200, SEED).expect("a cell of the study");
            Row { cell: *cell, counts }
        };
        let rows: Vec<Row> = cells.iter().map(row).collect();
        assert_eq!(table::broken(&rows, 0.03).len(), cells.len());
        assert!(verdict(&table::broken(&rows, 0.03)).is_err());
    }

    #[test]
    fn the_document_has_a_place_for_the_tables() {
        let page = fs::read_to_string(place::root().join(DOCUMENT)).expect("the document is there");
        assert!(replaced(&page, "x").is_some());
    }
}
