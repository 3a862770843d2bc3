//! A decision card as text: the lines that scripts of the earlier tool know first, then what they did not have.

pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod plot;

use tracker_cli_support::{number, percent};
use tracker_domain::RowRef;
use tracker_gates::{Expansion, Reason};

use crate::card::{Certainty, DecisionCard, ProviderLine, Week0};
use crate::render::Lines;
use crate::verdicts::Gate;

/// Runs of rows that a reason names; the rest is counted.
const NAMED_RUNS: usize = 6;

/// Returns the lines of the card.
pub(crate) fn text(of: &DecisionCard, explain: bool) -> String {
    let mut out = Lines::default();
    head(of, &mut out);
    reasons(&of.card.reasons, &mut out);
    if let Some(week0) = &of.week0 {
        compiled(week0, &mut out);
    }
    if !of.votes.is_empty() {
        out.push(format_args!("  Panel:    {} votes and decisions", of.votes.len()));
        for vote in &of.votes {
            out.push(format_args!("    - {vote}"));
        }
    }
    for note in &of.notes {
        out.push(format_args!("  Note:     {note}"));
    }
    if explain {
        explained(of, &mut out);
    }
    out.push(format_args!("  Data:     {}", of.data_dir.display()));
    out.push("  Heads:");
    for head in &of.heads {
        let last = match &head.last {
            Some(last) => format!("seq={} h={}", last.seq, last.hash),
            None => "no chained row".to_owned(),
        };
        out.push(format_args!("    - {}: rows={} {last}", head.file, head.rows));
    }
    out.text()
}

/// The nine lines of the earlier tool, with its words for yes, no and nothing.
fn head(of: &DecisionCard, out: &mut Lines) {
    let tally = &of.tally;
    out.push("Decision Card");
    out.push(format_args!("  Window:   {}", of.card.subject));
    out.push(format_args!("  Status:   {}", of.card.status));
    let blocking =
        if tally.anomalies > 0 { format!(" ({} blocking)", tally.blocking) } else { String::new() };
    out.push(format_args!("  Anoms:    {}{blocking}", tally.anomalies));
    let finalized = if tally.finalized > 0 { "True" } else { "False" };
    let windows =
        of.week0.as_ref().map(|week0| format!(" ({} windows, {} open)", tally.finalized, week0.open));
    out.push(format_args!("  Finalized: {finalized}{}", windows.unwrap_or_default()));
    out.push(format_args!("  Outcome:  {}", tally.outcome.as_deref().unwrap_or("None")));
    let counts = of.card.checks.iter().find(|check| check.name == "evidence" && tally.evidence > 0);
    let counts = counts.map(|check| format!(" ({})", check.found)).unwrap_or_default();
    out.push(format_args!("  Evidence: {}{counts}", tally.evidence));
    out.push(format_args!("  Churn:    {}", tally.churn));
    let (met, all) = of.card.completeness();
    out.push(format_args!("  Completeness: {} ({met}/{all})", percent(share(met, all))));
}

/// Returns how many percent of the checks are met.
pub(crate) fn share(met: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { met as f64 / all as f64 * 100.0 }
}

fn reasons(reasons: &[Reason], out: &mut Lines) {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
    out.push(format_args!(
        "  Reasons:  {}",
        if codes.is_empty() { "none".to_owned() } else { codes.join(", ") }
    ));
    for reason in reasons {
        out.push(format_args!("    - {}{}", reason.text, rows(&reason.rows)));
    }
}

/// Returns the places of rows in brackets, neighbours as one; nothing when there are none.
pub(crate) fn rows(rows: &[RowRef]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut rows: Vec<&RowRef> = rows.iter().collect();
    rows.sort();
    rows.dedup();
    let runs = runs(&rows);
    let named: Vec<String> =
        runs.iter().take(NAMED_RUNS).map(|(first, last)| run_text(first, last)).collect();
    match runs.len().saturating_sub(NAMED_RUNS) {
        0 => format!(" [{}]", named.join(", ")),
        more => format!(" [{}, and {more} more]", named.join(", ")),
    }
}

/// Groups rows that follow each other in one file.
fn runs<'r>(rows: &[&'r RowRef]) -> Vec<(&'r RowRef, &'r RowRef)> {
    let mut runs: Vec<(&RowRef, &RowRef)> = Vec::new();
    for &row in rows {
        match runs.last_mut() {
            Some((_, last))
                if last.file == row.file
                    && last.line + 1 == row.line
                    && last.seq.map(|seq| seq + 1) == row.seq =>
            {
                *last = row;
            }
            _ => runs.push((row, row)),
        }
    }
    runs
}

fn run_text(first: &RowRef, last: &RowRef) -> String {
    if first == last {
        return first.to_string();
    }
    match (first.seq, last.seq) {
        (Some(from), Some(to)) => {
            format!("{}:{}-{} (seq {from}-{to})", first.file, first.line, last.line)
        }
        _ => format!("{}:{}-{}", first.file, first.line, last.line),
    }
}

fn compiled(week0: &Week0, out: &mut Lines) {
    out.push("  Providers:");
    for provider in &week0.providers {
        out.push(format_args!("    - {}", provider_line(provider)));
    }
    out.push("  Windows:");
    for (window, status) in &week0.windows {
        out.push(format_args!("    - {window}: {status}"));
    }
    out.push("  Comparison:");
    if week0.comparison.is_empty() {
        out.push("    - no two providers of one meter with three windows each");
    }
    for of in &week0.comparison {
        out.push(format_args!("    - {}", comparison_line(of)));
    }
    out.push("  Expansion:");
    for of in &week0.expansion {
        out.push(format_args!("    - {}", expansion_line(of)));
    }
    if let Some((summary, row)) = &week0.replay {
        out.push(format_args!("  Replay:   {summary} [{row}]"));
    }
}

/// Returns one provider's figures.
pub(crate) fn provider_line(of: &ProviderLine) -> String {
    let [provider, windows, efficiency, ci, width, n, power, highest] = provider_cells(of);
    format!(
        "{provider}: windows={windows}, efficiency={efficiency}, ci={ci}, width={width}, n={n}, power={power}, \
         highest week={highest}"
    )
}

/// Returns the same as cells: provider, windows, efficiency, interval, width, n, power, highest week.
pub(crate) fn provider_cells(of: &ProviderLine) -> [String; 8] {
    let plain = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.2}"));
    let ends = of.facts.interval.map_or_else(|| "n/a".to_owned(), |(lo, hi)| format!("[{lo:.2}, {hi:.2}]"));
    let highest = match &of.facts.highest_weekly {
        Some((used, row)) => format!("{}% [{row}]", number(*used)),
        None => "n/a".to_owned(),
    };
    [
        of.facts.provider.clone(),
        of.facts.windows.len().to_string(),
        plain(of.estimate.efficiency),
        ends,
        plain(of.facts.interval.map(|(lo, hi)| hi - lo)),
        of.estimate.n.to_string(),
        plain(of.estimate.power),
        highest,
    ]
}

/// Returns one comparison with both gates.
pub(crate) fn comparison_line(of: &Certainty) -> String {
    let certainty = of.certainty.map_or_else(|| "n/a".to_owned(), |certainty| percent(certainty * 100.0));
    format!(
        "{} gives {} less than {} per point of {}, certainty {certainty}; move work (75%): {}; retire (95%, valid at \
         every look): {}",
        of.worse,
        percent(-of.delta * 100.0),
        of.better,
        of.meter,
        gate(of.reallocate.as_ref()),
        gate(of.retire.as_ref())
    )
}

fn gate(of: Option<&Gate>) -> String {
    match of {
        None => "not asked".to_owned(),
        Some(gate) if gate.fires => "yes".to_owned(),
        Some(gate) => format!("no, {}", gate.missing),
    }
}

/// Returns the answer about one more subscription.
pub(crate) fn expansion_line(of: &Expansion) -> String {
    if of.allowed {
        return format!("one more {}: yes", of.provider);
    }
    let missing: Vec<String> =
        of.missing.iter().map(|reason| format!("{}{}", reason.text, rows(&reason.rows))).collect();
    format!("one more {}: no, {}", of.provider, missing.join("; "))
}

fn explained(of: &DecisionCard, out: &mut Lines) {
    out.push("  Explained:");
    for check in &of.card.checks {
        let met = if check.met { "met" } else { "not met" };
        out.push(format_args!("    {}: {} ({met})", check.name, check.found));
        for source in &check.sources {
            out.push(format_args!("      - {source}"));
        }
    }
    for expansion in of.week0.iter().flat_map(|week0| &week0.expansion) {
        out.push(format_args!("    previews of {}:", expansion.provider));
        for preview in &expansion.previews {
            let plain =
                |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.2}"));
            out.push(format_args!(
                "      - n={}, width={}, power={}, quality={}, baseline={} [{}]",
                preview.n,
                plain(preview.width),
                plain(preview.power),
                plain(preview.quality),
                plain(preview.baseline),
                preview.as_of
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, seq: Option<u64>) -> RowRef {
        RowRef { file: "windows.jsonl".into(), line, seq }
    }

    #[test]
    fn neighbours_are_one_run_and_gaps_are_not() {
        assert_eq!(rows(&[]), "");
        assert_eq!(rows(&[row(3, Some(2))]), " [windows.jsonl:3 (seq 2)]");
        let chained: Vec<RowRef> = (1..=4).map(|n| row(n, Some(n))).collect();
        assert_eq!(rows(&chained), " [windows.jsonl:1-4 (seq 1-4)]");
        assert_eq!(
            rows(&[row(2, Some(2)), row(1, Some(1)), row(2, Some(2))]),
            " [windows.jsonl:1-2 (seq 1-2)]"
        );
        assert_eq!(rows(&[row(1, None), row(3, Some(1))]), " [windows.jsonl:1, windows.jsonl:3 (seq 1)]");
        let scattered: Vec<RowRef> = (1..=8).map(|n| row(2 * n, None)).collect();
        assert!(rows(&scattered).ends_with("windows.jsonl:12, and 2 more]"), "{}", rows(&scattered));
    }
}
