//! What `tracker scan` prints.

use chrono::{DateTime, SecondsFormat, Utc};
use tracker_windows::history::MeterFinding;

use super::archive::Archive;
use super::history::Filled;
use super::phases::{Proposal, Stored};
use super::tokens::Cell;
use crate::wire::scan::{FindingJson, ProposalJson, ScanJson, TokensJson};

/// How many findings the text names.
const SHOWN: usize = 20;

/// All that a scan found.
pub(super) struct Report<'a> {
    pub(super) archive: &'a Archive,
    pub(super) filled: Filled,
    pub(super) cells: Vec<Cell>,
    pub(super) findings: Vec<MeterFinding>,
    pub(super) derived: Option<Stored>,
    pub(super) proposed: Vec<Proposal>,
}

const COLUMNS: [&str; 11] = [
    "of",
    "provider",
    "model",
    "lane",
    "answers",
    "input",
    "cache_read",
    "cache_write",
    "output",
    "reasoning",
    "total",
];

fn shown(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl Report<'_> {
    pub(super) fn text(&self) -> String {
        let archive = self.archive;
        let mut lines = vec![format!(
            "scanned {} logs ({} MB), {} read anew; rows left out as copies: {}, unreadable: {}",
            archive.count(),
            archive.bytes >> 20,
            archive.read,
            self.left_out(),
            self.unreadable()
        )];
        lines.push(format!("meters: {} stored of {} readings", self.filled.stored, self.filled.known));
        if let Some(derived) = &self.derived {
            lines.extend(derived.lines.iter().cloned());
        }
        lines.push("tokens:".to_owned());
        lines.extend(table(&self.rows()));
        lines.push(format!("meter anomalies: {}", self.findings.len()));
        let told = self.findings.iter().rev().take(SHOWN).rev();
        lines.extend(
            told.map(|finding| format!("  {} {}: {}", shown(finding.at), finding.kind, finding.detail)),
        );
        for proposal in &self.proposed {
            lines.push(format!(
                "proposed {} {}: tracker scan --window {} --since {} --until {} ({} answers)",
                proposal.window,
                proposal.provider,
                proposal.window,
                shown(proposal.burst.from),
                shown(proposal.burst.to),
                proposal.burst.answers
            ));
        }
        lines.join("\n")
    }

    pub(super) fn csv(&self) -> String {
        let field = |text: &String| match text.contains([',', '"', '\n']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.clone(),
        };
        let rows =
            self.rows().into_iter().skip(1).map(|row| row.iter().map(field).collect::<Vec<_>>().join(","));
        std::iter::once(COLUMNS.join(",")).chain(rows).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn json(&self) -> ScanJson<'_> {
        ScanJson {
            logs: self.archive.count(),
            bytes: self.archive.bytes,
            read: self.archive.read,
            left_out: self.left_out(),
            unreadable: self.unreadable(),
            meters_stored: self.filled.stored,
            meters_known: self.filled.known,
            window: self.derived.as_ref().map(|derived| derived.window.as_str()),
            tokens: self.cells.iter().map(tokens_json).collect(),
            anomalies: self.findings.iter().map(finding_json).collect(),
            proposals: self.proposed.iter().map(proposal_json).collect(),
        }
    }

    fn left_out(&self) -> u64 {
        self.archive.clients.iter().map(|client| client.sums.left_out).sum()
    }

    fn unreadable(&self) -> u64 {
        let files = self.archive.clients.iter().flat_map(|client| &client.files);
        files.map(|file| u64::from(file.unreadable)).sum()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let head = COLUMNS.map(str::to_owned).to_vec();
        let rows = self.cells.iter().map(|cell| {
            let counts = &cell.counts;
            let numbers = [
                cell.answers,
                counts.input,
                counts.cache_read,
                counts.cache_write,
                counts.output,
                counts.reasoning,
                counts.total(),
            ];
            let names = [cell.of.clone(), cell.provider.clone(), cell.model.clone(), cell.lane.to_owned()];
            names.into_iter().chain(numbers.map(|number| number.to_string())).collect()
        });
        std::iter::once(head).chain(rows).collect()
    }
}

/// Returns rows as lines with aligned columns: names to the left, numbers to the right.
fn table(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |at: usize| {
        rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(
            |(at, (cell, width))| if at < 4 { format!("{cell:<width$}") } else { format!("{cell:>width$}") },
        );
        format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn tokens_json(cell: &Cell) -> TokensJson<'_> {
    TokensJson {
        of: &cell.of,
        provider: &cell.provider,
        model: &cell.model,
        lane: cell.lane,
        answers: cell.answers,
        input_tokens: cell.counts.input,
        cache_read_tokens: cell.counts.cache_read,
        cache_write_tokens: cell.counts.cache_write,
        output_tokens: cell.counts.output,
        reasoning_tokens: cell.counts.reasoning,
        total_tokens: cell.counts.total(),
    }
}

fn finding_json(finding: &MeterFinding) -> FindingJson<'_> {
    FindingJson {
        kind: finding.kind.to_string(),
        provider: finding.provider.as_str(),
        meter: finding.meter.as_str(),
        at: shown(finding.at),
        before: finding.before,
        after: finding.after,
        blocking: finding.is_blocking(),
        detail: &finding.detail,
    }
}

fn proposal_json(proposal: &Proposal) -> ProposalJson<'_> {
    ProposalJson {
        window: proposal.window.as_str(),
        provider: proposal.provider.as_str(),
        since: shown(proposal.burst.from),
        until: shown(proposal.burst.to),
        answers: proposal.burst.answers,
    }
}
