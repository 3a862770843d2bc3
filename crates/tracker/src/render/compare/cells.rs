//! The cells that text and Markdown share, and the footnotes that they refer to.

use tracker_cli_support::number;
use tracker_stats::Flag;

use crate::comparison::{Compared, Comparison, Versus};
use crate::estimate::LEAST_UNITS;
use crate::render::preview::contribution_line;

/// Superscript digits 0 to 9, as footnote marks.
const SUPERSCRIPTS: [char; 10] = [
    '\u{2070}', '\u{b9}', '\u{b2}', '\u{b3}', '\u{2074}', '\u{2075}', '\u{2076}', '\u{2077}', '\u{2078}',
    '\u{2079}',
];

/// A comparison as words: a heading, columns, rows, footnotes.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) heading: String,
    pub(super) columns: [String; 6],
    pub(super) rows: Vec<[String; 6]>,
    pub(super) notes: Vec<String>,
}

/// Returns the table of one meter.
pub(super) fn cells(of: &Comparison, interval: &str) -> Cells {
    let mut notes = Vec::new();
    let base = of.arms.iter().flat_map(|arm| &arm.versus).map(|versus| versus.base.as_str()).next();
    let rows = of.arms.iter().map(|arm| row(arm, of, base, &mut notes)).collect();
    let what = if of.weighted { "features x quality" } else { "features" };
    let of_unit =
        if of.unit == "prompts" { "prompt".to_owned() } else { format!("{} {}", of.meter, of.unit) };
    let versus = base.map_or_else(|| "versus".to_owned(), |base| format!("vs {base}"));
    let columns = ["arm", "E", "n", "features", "capacity", &versus].map(str::to_owned);
    Cells { heading: format!("{what} per {of_unit}, 95 % intervals by {interval}"), columns, rows, notes }
}

fn row(arm: &Compared, of: &Comparison, base: Option<&str>, notes: &mut Vec<String>) -> [String; 6] {
    let marks =
        footnotes(arm, of.unit).into_iter().map(|note| mark(note, notes)).collect::<Vec<_>>().concat();
    let versus = match &arm.versus {
        Some(versus) => difference(versus),
        None if Some(arm.name.as_str()) == base => "base".to_owned(),
        None => "n/a".to_owned(),
    };
    [
        arm.name.clone(),
        format!("{}{marks}", estimate(arm)),
        arm.n.to_string(),
        number(arm.features),
        format!("{} {}", number(arm.capacity), of.unit),
        versus,
    ]
}

/// The estimate with half a width where the interval is as good as symmetric, else with both ends.
fn estimate(arm: &Compared) -> String {
    let Some(e) = arm.efficiency else { return "n/a".to_owned() };
    let Some(interval) = arm.interval else { return format!("{e:.2} n/a") };
    match (interval.lo, interval.hi) {
        (Some(lo), Some(hi)) if ((hi - e) - (e - lo)).abs() < 0.1 * (hi - lo) => {
            format!("{e:.2} \u{b1} {:.2}", (hi - lo) / 2.0)
        }
        (lo, hi) => {
            let end =
                |end: Option<f64>| end.map_or_else(|| "unbounded".to_owned(), |end| format!("{end:.2}"));
            format!("{e:.2} [{}, {}]", end(lo), end(hi))
        }
    }
}

/// `-28.6% (p=0.012)`, or `~ (p=0.300)` where the difference is not told apart from none.
fn difference(versus: &Versus) -> String {
    let p = probability(versus.p);
    if versus.is_distinguishable() { format!("{} ({p})", percent(versus.delta)) } else { format!("~ ({p})") }
}

/// A share as a signed percentage.
pub(super) fn percent(delta: f64) -> String {
    format!("{:+.1}%", 100.0 * delta)
}

pub(super) fn probability(p: f64) -> String {
    if p < 0.001 { "p<0.001".to_owned() } else { format!("p={p:.3}") }
}

/// What a reader must know of an arm, in the order of weight.
fn footnotes(arm: &Compared, unit: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if arm.interval.is_none() {
        notes.push(match arm.n {
            n if n < LEAST_UNITS => format!("needs at least {LEAST_UNITS} windows for an interval"),
            _ => "this interval is not defined for these windows".to_owned(),
        });
    }
    if arm.has(Flag::UpperBoundOnly) {
        notes.push("no feature: only the upper end informs".to_owned());
    } else if arm.has(Flag::FewFeatures) {
        notes.push("fewer than 6 features: conservative interval".to_owned());
    }
    if let Some(phi) = arm.dispersion.filter(|phi| *phi > 1.5) {
        notes.push(format!("over-dispersed (phi={phi:.1} > 1.5): Poisson methods would be too narrow"));
    }
    if let Some((window, share)) = &arm.decides {
        notes.push(format!("one window decides: {window} has {:.0} % of the capacity", 100.0 * share));
    }
    if let Some(rho) = arm.autocorrelation.filter(|rho| rho.abs() > 0.3) {
        let blocks = arm.blocks.and_then(|(size, over)| Some((size, over.lo?, over.hi?)));
        let blocks = blocks.map(|(size, lo, hi)| format!("; blocks of {size} give [{lo:.2}, {hi:.2}]"));
        notes.push(format!("autocorrelated windows (lag 1: {rho:.2}){}", blocks.unwrap_or_default()));
    }
    if let Some(band) = arm.rounding {
        let hi = band.hi.map_or_else(|| "unbounded".to_owned(), |hi| format!("{hi:.2}"));
        notes.push(format!("whole {unit} of the meter hide up to [{:.2}, {hi}]", band.lo));
    }
    notes
}

/// Returns the mark of a footnote; the same note has the same mark.
fn mark(note: String, notes: &mut Vec<String>) -> String {
    let place = notes.iter().position(|known| *known == note).unwrap_or_else(|| {
        notes.push(note);
        notes.len() - 1
    });
    format!(" {}", superscript(place + 1))
}

/// Returns a number in superscript digits.
pub(super) fn superscript(n: usize) -> String {
    let digits = n.to_string();
    digits.bytes().filter_map(|digit| SUPERSCRIPTS.get(usize::from(digit - b'0'))).collect()
}

/// The lines below the table: best, pairs with their gates, balance, what was left out.
pub(super) fn remarks(of: &Comparison) -> Vec<String> {
    let mut lines = Vec::new();
    let best: Vec<String> =
        of.arms.iter().filter_map(|arm| Some(format!("{} {:.2}", arm.name, arm.best?))).collect();
    if best.len() > 1 {
        lines.push(format!("P(best): {}", best.join(", ")));
    }
    for (name, versus) in of.arms.iter().filter_map(|arm| Some((&arm.name, arm.versus.as_ref()?))) {
        pair(name, versus, &mut lines);
    }
    let balances = [("weekdays", of.weekdays), ("reset periods", of.periods)];
    let told: Vec<String> = balances
        .iter()
        .filter_map(|(what, balance)| Some((what, (*balance)?)))
        .map(|(what, balance)| {
            let alarm =
                if balance.alarm { " ALARM: the arms did not work under the same conditions" } else { "" };
            format!("{what} {}{alarm}", probability(balance.p_value))
        })
        .collect();
    if !told.is_empty() {
        lines.push(format!("Balance of allocation: {}", told.join(", ")));
    }
    if !of.excluded.is_empty() {
        let windows: Vec<String> =
            of.excluded.iter().map(|(window, why)| format!("{window}: {why}")).collect();
        lines.push(format!("Excluded: {} ({})", of.excluded.len(), windows.join("; ")));
    }
    lines
}

/// The windows of each arm with what each contributed, where it was asked for.
pub(super) fn explained(of: &Comparison) -> Vec<String> {
    let mut lines = Vec::new();
    for arm in of.arms.iter().filter(|arm| arm.explained.is_some()) {
        lines.push(format!("  - {}:", arm.name));
        lines.extend(arm.explained.iter().flatten().map(|part| contribution_line(part, of.unit)));
    }
    lines
}

fn pair(name: &str, versus: &Versus, lines: &mut Vec<String>) {
    let end = |end: Option<f64>| end.map_or_else(|| "unbounded".to_owned(), percent);
    let mut line = format!(
        "{name} vs {}: {} [{}, {}]",
        versus.base,
        percent(versus.delta),
        end(versus.lo),
        end(versus.hi)
    );
    if let Some(certainty) = versus.certainty {
        line.push_str(&format!(", certainty {certainty:.2} that {} is better", versus.base));
    }
    lines.push(line);
    if let Some(blocked) = &versus.blocked {
        lines.push(format!(
            "  within {} ({} hold both): {} ({}), certainty {:.2}",
            blocked.by,
            blocked.shared,
            percent(blocked.delta),
            probability(blocked.p),
            blocked.certainty
        ));
    }
    let Some(verdicts) = &versus.verdicts else { return };
    let gates = [
        ("reallocate (reversible, not evidence)", &verdicts.reallocate),
        ("retire (95 %, valid at every look)", &verdicts.retire),
        ("retire by e-process (conservative)", &verdicts.e_process),
    ];
    for (what, gate) in gates {
        let answer = if gate.fires { "yes".to_owned() } else { format!("not yet: {}", gate.missing) };
        lines.push(format!("  {what}: {answer}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_note_has_the_same_mark() {
        let mut notes = Vec::new();
        let marks = ["a", "b", "a"].map(|note| mark(note.to_owned(), &mut notes));
        assert_eq!(marks, [" \u{b9}", " \u{b2}", " \u{b9}"]);
        assert_eq!((notes.len(), superscript(10)), (2, "\u{b9}\u{2070}".to_owned()));
    }

    #[test]
    fn small_probabilities_are_not_zero() {
        assert_eq!((probability(0.0001), probability(0.0404)), ("p<0.001".into(), "p=0.040".into()));
    }
}
