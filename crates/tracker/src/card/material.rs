//! The rows that cards are decided from, of one window or of the run.

use std::collections::{BTreeMap, BTreeSet};

use tracker_cli_support::CliError;
use tracker_domain::{
    Anomaly, Evidence, FeatureKind, FeatureRecord, FinalizedWindow, PromptCount, Retraction, Snapshot,
    WindowId,
};
use tracker_gates::{Source, WindowFacts};
use tracker_ledger::wire::churn::{ChurnRow, MEASURED};
use tracker_ledger::wire::panel::PanelLine;
use tracker_windows::audit::{Audit, Elsewhere, Rows as AuditRows, audit};

use crate::rows::Rows;

/// The rows behind a card.
#[derive(Debug, Default)]
pub(crate) struct Material {
    pub(crate) snapshots: Vec<Snapshot>,
    pub(crate) retractions: Vec<Retraction>,
    pub(crate) counts: Vec<PromptCount>,
    pub(crate) finalized: Vec<FinalizedWindow>,
    pub(crate) anomalies: Vec<Anomaly>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) churn: Vec<ChurnRow>,
    pub(crate) panel: Vec<PanelLine>,
    pub(crate) features: Vec<FeatureRecord>,
}

impl Material {
    /// Reads the rows of one window, or all.
    ///
    /// # Errors
    /// Failed: a ledger cannot be read.
    pub(crate) fn read(rows: &mut Rows, only: Option<&WindowId>) -> Result<Self, CliError> {
        let (snapshots, retractions) = rows.snapshots(only)?;
        Ok(Self {
            snapshots,
            retractions,
            counts: rows.prompt_counts(only)?,
            finalized: rows.finalized(only)?,
            anomalies: rows.anomalies(only)?,
            evidence: rows.evidence(only)?,
            churn: rows.churn(only)?,
            panel: panel(rows, only)?,
            features: rows.features(only)?,
        })
    }

    /// Returns the capabilities that were set aside for a window.
    pub(crate) fn reserved(&self, window: &WindowId) -> BTreeSet<String> {
        let of_window = self.features.iter().filter(|row| row.window == *window);
        let reserved = of_window.filter(|row| row.kind == FeatureKind::Reserved);
        reserved.filter_map(|row| row.capability.clone()).collect()
    }

    /// Returns the rows by window, so that one pass over the ledgers serves the cards of all windows.
    pub(crate) fn by_window(&self) -> BTreeMap<WindowId, Self> {
        let mut parts: BTreeMap<WindowId, Self> = BTreeMap::new();
        let mut window_of = BTreeMap::new();
        for row in &self.snapshots {
            window_of.insert(&row.id, &row.window);
            parts.entry(row.window.clone()).or_default().snapshots.push(row.clone());
        }
        for row in &self.retractions {
            if let Some(part) = window_of.get(&row.retracts).and_then(|window| parts.get_mut(*window)) {
                part.retractions.push(row.clone());
            }
        }
        for row in &self.counts {
            parts.entry(row.window.clone()).or_default().counts.push(row.clone());
        }
        for row in &self.finalized {
            parts.entry(row.window.clone()).or_default().finalized.push(row.clone());
        }
        for row in &self.anomalies {
            parts.entry(row.window.clone()).or_default().anomalies.push(row.clone());
        }
        for row in &self.evidence {
            parts.entry(row.window.clone()).or_default().evidence.push(row.clone());
        }
        for row in &self.churn {
            parts.entry(row.window.clone()).or_default().churn.push(row.clone());
        }
        parts
    }

    /// Returns the audit of a window whose rows these are.
    pub(crate) fn audit(&self, window: &WindowId, telemetry: usize) -> Audit<'_> {
        let elsewhere = Elsewhere { churn: self.churn.len(), evidence: self.evidence.len(), telemetry };
        let rows = AuditRows {
            snapshots: &self.snapshots,
            retractions: &self.retractions,
            counts: &self.counts,
            finalized: &self.finalized,
            anomalies: &self.anomalies,
            elsewhere,
        };
        audit(window, &rows)
    }

    /// Returns what the gate asks of a window whose audit this is: what no row records yet counts too.
    pub(crate) fn facts(&self, audit: &Audit<'_>) -> WindowFacts {
        let recorded = audit.active_anomalies().cloned();
        let mut facts = WindowFacts::new(audit.window.clone());
        facts.anomalies = recorded.chain(audit.unrecorded.iter().cloned()).collect();
        facts.finalized = audit.finalized.map(|rows| rows.canonical.clone());
        facts.evidence = self.evidence.clone();
        facts.churn = self.churn.iter().map(churn_source).collect();
        facts
    }

    /// Returns what the panel said in words: of each feature the newest vote of each model, and the newest decision.
    pub(crate) fn panel_sources(&self) -> Vec<Source> {
        let mut newest: BTreeMap<(&str, u8, &str), Source> = BTreeMap::new();
        for line in &self.panel {
            let (key, text, row) = match line {
                PanelLine::Vote(vote) => {
                    let text = format!("{} by {}: {}", vote.feature, vote.model, vote.vote);
                    ((vote.feature.as_str(), 0, vote.model.as_str()), text, &vote.row)
                }
                PanelLine::Decision(of) => {
                    let text = format!("{}: {} ({})", of.feature, of.verdict, of.rule);
                    ((of.feature.as_str(), 1, ""), text, &of.row)
                }
                _ => continue,
            };
            newest.insert(key, Source::new(text, row.clone()));
        }
        newest.into_values().collect()
    }
}

/// Reads the panel's rows; those of one window are those that name it.
fn panel(rows: &mut Rows, only: Option<&WindowId>) -> Result<Vec<PanelLine>, CliError> {
    let mut lines = rows.panel()?;
    let window = |line: &PanelLine| match line {
        PanelLine::Vote(vote) => vote.window.clone(),
        PanelLine::Decision(of) => of.window.clone(),
        _ => None,
    };
    lines.retain(|line| only.is_none() || window(line).as_ref() == only);
    Ok(lines)
}

fn churn_source(row: &ChurnRow) -> Source {
    let text = match (&row.counts, row.decision.as_str()) {
        (Some(counts), MEASURED) => {
            format!("files={} +{}/-{}", counts.files, counts.insertions, counts.deletions)
        }
        (_, decision) => format!("decision={decision}"),
    };
    Source::new(text, row.row.clone())
}
