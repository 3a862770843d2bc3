//! The tables of the study, and the cells in which the judged interval breaks its promise.

use std::fmt::Write as _;

use tracker_stats::simulate::Coverage;
use tracker_stats::simulate::study::{Cell, LEAST, MOST, PLENTY, UNITS};

/// One cell with what each method did in it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) cell: Cell,
    pub(super) counts: Vec<Coverage>,
}

impl Row {
    fn share(&self, method: usize) -> f64 {
        self.counts.get(method).map_or(0.0, Coverage::share)
    }

    /// The share of the judged method, which stands last.
    fn judged(&self) -> f64 {
        self.counts.last().map_or(0.0, Coverage::share)
    }
}

/// Returns the cells in which the last method does not do what is promised, but for `slack`.
pub(super) fn broken(rows: &[Row], slack: f64) -> Vec<String> {
    let bad = rows.iter().filter(|row| !row.cell.accepts(row.judged(), slack));
    bad.map(|row| {
        let Cell { efficiency, units, .. } = row.cell;
        let share = 100.0 * row.judged();
        format!("{} E={efficiency} n={units}: {share:.2} % coverage", row.cell.law_name())
    })
    .collect()
}

/// Returns a line for each method: the range of its coverage and the share of cells in 93-97 %.
pub(super) fn summary(rows: &[Row], names: &[&str]) -> String {
    let plenty = |row: &&Row| row.cell.expected_features() >= PLENTY;
    let groups: [Vec<&Row>; 3] = [
        rows.iter().collect(),
        rows.iter().filter(plenty).collect(),
        rows.iter().filter(plenty).filter(|row| row.cell.units <= 8).collect(),
    ];
    let [all, rich, small] = groups.each_ref().map(Vec::len);
    let mut text = format!(
        "### Every method over the {all} cells\n\nCoverage in % (least - most, share of cells in 93-97).\n\n\
         | method | all {all} cells | {rich} cells with 10 features or more | {small} of them with n <= 8 |\n\
         |---|---|---|---|\n"
    );
    for (method, name) in names.iter().enumerate() {
        let ranges = groups.each_ref().map(|group| range(group, method));
        let _ = writeln!(text, "| {name} | {} |", ranges.join(" | "));
    }
    text
}

fn range(rows: &[&Row], method: usize) -> String {
    let shares: Vec<f64> = rows.iter().map(|row| 100.0 * row.share(method)).collect();
    let least = shares.iter().copied().fold(100.0, f64::min);
    let most = shares.iter().copied().fold(0.0, f64::max);
    let inside = shares.iter().filter(|share| (93.0..=97.0).contains(*share)).count();
    let percent = 100.0 * inside as f64 / shares.len().max(1) as f64;
    format!("{least:.1} - {most:.1}, {percent:.0} %")
}

/// Returns the median widths over E of every method at E = 0.3 with Poisson features.
pub(super) fn widths(rows: &[Row], names: &[&str]) -> String {
    let of: Vec<&Row> =
        rows.iter().filter(|row| row.cell.law_name() == "Poisson" && row.cell.efficiency == 0.3).collect();
    let mut text =
        format!("### What honesty costs\n\nMedian width over E, Poisson, E = 0.3.\n\n{}", head("method"));
    for (method, name) in names.iter().enumerate() {
        let width = |row: &&Row| {
            let width = row.counts.get(method).and_then(Coverage::median_relative_width);
            width.map_or_else(|| "unbounded".to_owned(), |width| format!("{width:.2}"))
        };
        let _ = writeln!(text, "| {name} | {} |", of.iter().map(width).collect::<Vec<_>>().join(" | "));
    }
    text
}

/// Returns the coverage of the last method in every cell.
pub(super) fn last_method(rows: &[Row]) -> String {
    let arms = rows.iter().flat_map(|row| row.counts.last()).map(|count| count.replicates).max().unwrap_or(0);
    let mut text = format!(
        "### The printed interval, cell by cell\n\nCoverage in % of `policy` at nominal 95 %, {arms} arms a \
         cell. Promised: at least {:.1} everywhere, at most {:.1} where {PLENTY} features or more are \
         expected (those cells are marked `*`).\n\n{}",
        100.0 * LEAST,
        100.0 * MOST,
        head("law, E")
    );
    for line in rows.chunks(UNITS.len()) {
        let Some(first) = line.first() else { continue };
        let _ = write!(text, "| {}, E={} |", first.cell.law_name(), first.cell.efficiency);
        for row in line {
            let mark = if row.cell.expected_features() >= PLENTY { "*" } else { "" };
            let _ = write!(text, " {:.1}{mark} |", 100.0 * row.judged());
        }
        text.push('\n');
    }
    text
}

fn head(first: &str) -> String {
    let units = UNITS.map(|n| format!("n={n}")).join(" | ");
    format!("| {first} | {units} |\n|---|{}\n", "---|".repeat(UNITS.len()))
}
