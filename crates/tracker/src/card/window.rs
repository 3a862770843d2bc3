//! The card of one window.

use std::path::PathBuf;

use tracker_cli_support::CliError;
use tracker_domain::WindowId;
use tracker_gates::{Source, window_card};
use tracker_ledger::LedgerFile;

use super::{DecisionCard, Material, Tally, undecoded};
use crate::rows::Rows;

/// Decides the card of a window.
///
/// # Errors
/// Failed: a ledger cannot be read, or no row knows the window.
pub(super) fn decide(
    window: &WindowId,
    rows: &mut Rows,
    damage: Vec<Source>,
) -> Result<DecisionCard, CliError> {
    let material = Material::read(rows, Some(window))?;
    let telemetry = rows.objects(&LedgerFile::PROXY_TELEMETRY, Some(window))?.len();
    let audit = material.audit(window, telemetry);
    // Where a ledger is damaged, the rows of the window may be what is lost.
    if audit.is_unknown() && damage.is_empty() && rows.undecoded().is_empty() {
        return Err(CliError::failed(format!("no records found for {window}"))
            .hint("`tracker preview` lists the windows that are known; WEEK0 is the whole run"));
    }
    let mut facts = material.facts(&audit);
    facts.damage = damage;
    facts.damage.extend(undecoded(rows));
    let tally = Tally {
        anomalies: facts.anomalies.len(),
        blocking: facts.blocking().count(),
        finalized: usize::from(facts.finalized.is_some()),
        outcome: facts.finalized.as_ref().and_then(|row| row.outcome.as_ref()).map(ToString::to_string),
        evidence: facts.evidence.len(),
        churn: facts.churn.len(),
    };
    let history = audit.finalized.map_or(0, |rows| rows.history);
    let older = (history > 0).then(|| format!("older finalize rows: {history}; the newest counts"));
    let notes = older
        .into_iter()
        .chain(audit.drift.iter().map(ToString::to_string))
        .chain(audit.needs.iter().map(ToString::to_string));
    Ok(DecisionCard {
        card: window_card(&facts),
        data_dir: PathBuf::new(),
        tally,
        notes: notes.collect(),
        votes: material.panel_sources(),
        week0: None,
        heads: Vec::new(),
    })
}
