//! Windows out of the history: stored for `--window`, proposed for `--auto`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use tracker_cli_support::{CliError, Ui, number};
use tracker_domain::{MeterRecord, Phase, ProviderId, Reading, WindowId};
use tracker_ledger::LedgerFile;
use tracker_windows::derived::{Burst, bursts, derive};
use tracker_windows::history::findings;

use super::Span;
use super::archive::Archive;
use super::noted;
use crate::intake::Capture;
use crate::rows::Rows;
use crate::store::{Draft, Manner, anomaly, snapshots};
use crate::{Workspace, errors};

/// A window that was stored.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) window: WindowId,
    /// What was stored of each provider, for people.
    pub(super) lines: Vec<String>,
}

/// Stores before and after of each provider whose meters were told within the span.
pub(super) fn store(
    window: &WindowId,
    span: Span,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Stored, CliError> {
    let (since, until) = (span.since.unwrap_or_default(), span.until.unwrap_or_else(|| workspace.now()));
    let mut rows = Rows::new(workspace.ledger());
    let records = rows.meters()?;
    rows.report(ui);
    let providers: BTreeSet<&ProviderId> = records.iter().map(|record| &record.provider).collect();
    let mut lines = Vec::new();
    for provider in providers {
        let Some(derived) = derive(&records, provider, since, until) else { continue };
        let [before, after] = [derived.before, derived.after].map(capture);
        let draft = |phase, captured_at, capture| Draft {
            window: window.clone(),
            provider: provider.clone(),
            phase,
            captured_at,
            notes: "derived:meters".to_owned(),
            source: "scan".to_owned(),
            capture,
        };
        // One after the other: an after is admitted against the before that stands in the ledger.
        snapshots(&[draft(Phase::Before, since, &before)], Manner::default(), workspace, ui)?;
        snapshots(&[draft(Phase::After, until, &after)], Manner::default(), workspace, ui)?;
        lines.push(format!("stored {provider} before and after for {window} ({})", used(&before, &after)));
    }
    if lines.is_empty() {
        return Err(CliError::failed(format!("no meter was told between {since} and {until}"))
            .hint("`tracker scan --auto` proposes windows that can be derived"));
    }
    note_findings(window, &records, since, until, workspace)?;
    Ok(Stored { window: window.clone(), lines })
}

fn capture(reading: Reading) -> Capture {
    Capture { text: String::new(), hash: String::new(), reading, unknown: Vec::new() }
}

fn used(before: &Capture, after: &Capture) -> String {
    let meters = after.reading.meters.iter().map(|meter| {
        let from = before.reading.meter(&meter.id).and_then(tracker_domain::Meter::used_amount);
        let shown = |value: Option<f64>| value.map_or("unknown".to_owned(), number);
        format!("{} {} -> {}", meter.id, shown(from), shown(meter.used_amount()))
    });
    meters.collect::<Vec<_>>().join(", ")
}

/// Appends what is odd about the meters within the window, so that the audit and the card tell it.
fn note_findings(
    window: &WindowId,
    records: &[MeterRecord],
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    workspace: &Workspace,
) -> Result<(), CliError> {
    let mut transaction = workspace.ledger().begin(&[LedgerFile::ANOMALIES]).map_err(errors::ledger)?;
    let known = Rows::new(transaction.ledger().clone()).anomalies(Some(window))?;
    for finding in findings(records).iter().filter(|finding| (since..=until).contains(&finding.at)) {
        let row = noted::row(window, finding, workspace);
        if !known.iter().any(|known| noted::is_same(known, &row)) {
            anomaly(&mut transaction, &row, "scan", workspace)?;
        }
    }
    transaction.commit().map_err(errors::ledger)?;
    Ok(())
}

/// A window that could be derived.
#[derive(Debug)]
pub(super) struct Proposal {
    pub(super) window: WindowId,
    pub(super) provider: ProviderId,
    pub(super) burst: Burst,
}

/// Proposes a window for each burst of work of a provider whose meters were told in it.
pub(super) fn propose(
    archive: &Archive,
    span: Span,
    workspace: &Workspace,
) -> Result<Vec<Proposal>, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let records = rows.meters()?;
    let mut used = rows.windows_in_use()?;
    let mut proposals: Vec<(ProviderId, Burst)> = Vec::new();
    for client in &archive.clients {
        let provider = client.parser.provider();
        let mut answers: Vec<DateTime<Utc>> = client
            .sums
            .uses
            .iter()
            .filter(|row| span.holds_ms(row.at_ms))
            .filter_map(|row| DateTime::from_timestamp_millis(row.at_ms))
            .collect();
        answers.sort_unstable();
        let of_provider = records.iter().filter(|record| record.provider == provider);
        let resets: BTreeSet<DateTime<Utc>> =
            of_provider.filter_map(|record| record.meter.resets_at).collect();
        let resets: Vec<DateTime<Utc>> = resets.into_iter().collect();
        let told = |burst: &Burst| derive(&records, &provider, burst.from, burst.to).is_some();
        proposals.extend(
            bursts(&answers, &resets).into_iter().filter(told).map(|burst| (provider.clone(), burst)),
        );
    }
    proposals.sort_by_key(|(_, burst)| burst.from);
    let mut named = Vec::with_capacity(proposals.len());
    for (provider, burst) in proposals {
        let window = tracker_windows::next_free(used.iter().next_back(), &used)
            .map_err(|cause| errors::value(&cause))?;
        used.insert(window.clone());
        named.push(Proposal { window, provider, burst });
    }
    Ok(named)
}
