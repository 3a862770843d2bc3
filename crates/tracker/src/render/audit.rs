//! The audit of a window as text and as JSON.

use tracker_cli_support::{CliError, number, percent};
use tracker_domain::{Cause, Lane, MeterId, PromptCount, ProviderWindow, QualityScale, Snapshot};
use tracker_gates::{WindowFacts, standing};
use tracker_windows::audit::{Audit, AuditAnomaly, AuditEntry};
use tracker_windows::canonical::FinalizeRows;

use crate::done::{Part, completeness};
use crate::render::Lines;
use crate::render::card::share;
use crate::wire;
use crate::wire::value::{Instant, Plain};
use crate::wire::window_audit::{
    AnomaliesJson, AnomalyJson, AuditJson, CountJson, DeltaJson, EntryJson, EvidenceJson, FinalizeJson,
    PartJson, RowsJson, SnapshotJson,
};

/// What is shown of a window.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The audit.
    pub audit: &'a Audit<'a>,
    /// What a gate would be asked with.
    pub facts: &'a WindowFacts,
    /// Rows of the panel that name the window.
    pub panel: usize,
    /// The definition of done.
    pub parts: Vec<Part>,
}

/// Returns the lines of the audit.
#[must_use]
pub fn text(shown: &Shown<'_>) -> String {
    let audit = shown.audit;
    let mut out = Lines::default();
    out.push(format_args!("Window Audit: {}", audit.window));
    if !audit.entries.is_empty() {
        out.push("Snapshots:");
    }
    for entry in &audit.entries {
        entry_text(entry, &mut out);
    }
    if !audit.counts.is_empty() {
        out.push("Prompt counts:");
        for count in &audit.counts {
            let prompts = count.prompts_used.map_or_else(|| "n/a".to_owned(), number);
            let lane = count.lane.as_ref().map(|lane| format!(" lane={lane}")).unwrap_or_default();
            out.push(format_args!(
                "  - {}: {}={prompts}{lane} at {} [{}]",
                count.provider,
                count.kind,
                Instant(count.captured_at),
                count.row
            ));
        }
    }
    finalize_text(audit, &mut out);
    let active = audit.active_anomalies().count();
    out.push(format_args!("Anomalies: {active} active, {} resolved", audit.anomalies.len() - active));
    for row in &audit.anomalies {
        let state = match row.resolved_by {
            Some(id) => format!("resolved: {id} no longer counts"),
            None if row.corrected => "resolved: a later count took it back".to_owned(),
            None if row.anomaly.blocking => "blocking".to_owned(),
            None => "noted".to_owned(),
        };
        out.push(format_args!(
            "  - {} ({state}): {} [{}]",
            row.anomaly.kind, row.anomaly.detail, row.anomaly.row
        ));
    }
    for found in &audit.unrecorded {
        out.push(format_args!("  - {} (not recorded yet): {}", found.kind, found.detail));
    }
    elsewhere_text(shown, &mut out);
    for drift in &audit.drift {
        out.push(format_args!("Drift: {drift}"));
    }
    for need in &audit.needs {
        out.push(format_args!("Needs: {need}"));
    }
    done_text(&shown.parts, &mut out);
    out.text()
}

/// What the other ledgers hold of the window.
fn elsewhere_text(shown: &Shown<'_>, out: &mut Lines) {
    let audit = shown.audit;
    out.push(format_args!("Churn rows: {}", audit.elsewhere.churn));
    let stands = standing(&shown.facts.evidence);
    let results = match audit.elsewhere.evidence {
        0 => String::new(),
        _ => format!(
            " ({} pass, {} fail, {} skip)",
            stands.passing.len(),
            stands.failing.len(),
            stands.skipped.len()
        ),
    };
    out.push(format_args!("Evidence rows: {}{results}", audit.elsewhere.evidence));
    out.push(format_args!("Telemetry rows: {}", audit.elsewhere.telemetry));
    out.push(format_args!("Panel rows: {}", shown.panel));
}

/// What is missing with the command that supplies it, and how much is there.
fn done_text(parts: &[Part], out: &mut Lines) {
    let missing: Vec<&Part> = parts.iter().filter(|part| !part.met).collect();
    let names: Vec<&str> = missing.iter().map(|part| part.name).collect();
    out.push(format_args!(
        "Missing: {}",
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    ));
    for part in missing {
        out.push(format_args!("  - {}: {}", part.name, part.command));
    }
    let (met, all) = completeness(parts);
    out.push(format_args!("Completeness: {} ({met}/{all})", percent(share(met, all))));
}

fn entry_text(entry: &AuditEntry<'_>, out: &mut Lines) {
    let key = &entry.key;
    let lane = key.lane.as_ref().map(|lane| format!(" (lane {lane})")).unwrap_or_default();
    let rows = entry.superseded.len() + usize::from(entry.canonical.is_some());
    let (duplicates, retracted) = (entry.superseded.len(), entry.retracted.len());
    let canonical = entry.canonical.map_or_else(|| "none".to_owned(), canonical_text);
    out.push(format_args!(
        "  - {}/{}{lane}: entries={rows}, duplicates={duplicates}, retracted={retracted}, canonical={canonical}",
        key.provider, key.phase
    ));
}

fn canonical_text(row: &Snapshot) -> String {
    let notes = if row.notes.is_empty() { "n/a" } else { &row.notes };
    format!(
        "{}, source={}, notes={notes}, errors=[{}], id={} [{}]",
        Instant(row.captured_at),
        row.source,
        texts(&row.reading.errors).join(", "),
        row.id,
        row.row
    )
}

fn finalize_text(audit: &Audit<'_>, out: &mut Lines) {
    let Some(rows) = &audit.finalized else {
        out.push("Finalize rows: entries=0");
        return;
    };
    let row = rows.canonical;
    out.push(format_args!(
        "Finalize rows: entries={}, duplicates={}, canonical={}, methodology={} [{}]",
        rows.history + 1,
        rows.history,
        Instant(row.finalized_at),
        row.methodology.as_deref().unwrap_or("n/a"),
        row.row
    ));
    for (provider, of) in &row.providers {
        let deltas: Vec<String> = of
            .delta
            .iter()
            .map(|(meter, delta)| format!("{meter}={}", delta.map_or_else(|| "null".to_owned(), number)))
            .collect();
        let tags: Vec<String> = of.errors.iter().map(ToString::to_string).collect();
        out.push(format_args!("  - {provider}: delta {}, errors=[{}]", deltas.join(" "), tags.join(", ")));
    }
    for accepted in &row.accepted_anomalies {
        out.push(format_args!("  - accepted: {accepted}"));
    }
    if audit.quality_scale == Some(QualityScale::Rubric) {
        out.push("  - quality is on the 1-5 rubric of an earlier row: its weight is a fifth");
    }
}

/// Returns the audit as JSON text.
///
/// # Errors
/// Failed: a value has no form in JSON.
pub fn json(shown: &Shown<'_>) -> Result<String, CliError> {
    let audit = shown.audit;
    let stands = standing(&shown.facts.evidence);
    let (met, all) = completeness(&shown.parts);
    wire::text(&AuditJson {
        window: audit.window.as_str(),
        snapshots: audit.entries.iter().map(entry_json).collect(),
        prompt_counts: audit.counts.iter().map(|count| count_json(count)).collect(),
        finalize: audit.finalized.as_ref().map(|rows| finalize_json(rows, audit.quality_scale)),
        anomalies: AnomaliesJson {
            count: audit.active_anomalies().count(),
            records: audit.anomalies.iter().map(anomaly_json).collect(),
            not_recorded: audit.unrecorded.iter().map(|found| &*found.detail).collect(),
        },
        churn: RowsJson { count: audit.elsewhere.churn },
        evidence: EvidenceJson {
            count: audit.elsewhere.evidence,
            pass: stands.passing.len(),
            fail: stands.failing.len(),
            skip: stands.skipped.len(),
        },
        telemetry: RowsJson { count: audit.elsewhere.telemetry },
        panel: RowsJson { count: shown.panel },
        drift: texts(&audit.drift),
        needs: texts(&audit.needs),
        missing: shown.parts.iter().filter(|part| !part.met).map(|part| part.name).collect(),
        done: shown
            .parts
            .iter()
            .map(|part| PartJson { name: part.name, met: part.met, command: &part.command })
            .collect(),
        completeness_pct: Plain(share(met, all)),
        completeness_met: met,
        completeness_total: all,
    })
}

fn texts<T: ToString>(of: &[T]) -> Vec<String> {
    of.iter().map(ToString::to_string).collect()
}

fn entry_json<'a>(entry: &'a AuditEntry<'_>) -> EntryJson<'a> {
    EntryJson {
        provider: entry.key.provider.as_str(),
        lane: entry.key.lane.as_ref().map(Lane::as_str),
        phase: entry.key.phase.as_str(),
        entries: entry.superseded.len() + usize::from(entry.canonical.is_some()),
        duplicates: entry.superseded.len(),
        canonical: entry.canonical.map(snapshot_json),
        canonical_captured_at: entry.canonical.map(|row| Instant(row.captured_at)),
        superseded: entry.superseded.iter().map(|row| snapshot_json(row)).collect(),
        retracted: entry.retracted.iter().map(|(row, _)| snapshot_json(row)).collect(),
    }
}

fn snapshot_json(row: &Snapshot) -> SnapshotJson<'_> {
    SnapshotJson {
        id: row.id.as_str(),
        captured_at: Instant(row.captured_at),
        source: &row.source,
        notes: &row.notes,
        errors: texts(&row.reading.errors),
        row: row.row.to_string(),
    }
}

fn count_json(count: &PromptCount) -> CountJson<'_> {
    CountJson {
        provider: count.provider.as_str(),
        lane: count.lane.as_ref().map(Lane::as_str),
        kind: count.kind.as_str(),
        prompts_used: count.prompts_used.map(Plain),
        captured_at: Instant(count.captured_at),
        row: count.row.to_string(),
    }
}

fn anomaly_json<'a>(row: &AuditAnomaly<'a>) -> AnomalyJson<'a> {
    let anomaly = row.anomaly;
    AnomalyJson {
        provider: anomaly.provider.as_str(),
        kind: anomaly.kind.to_string(),
        meter: anomaly.meter.as_ref().map(MeterId::as_str),
        cause: anomaly.cause.map(Cause::as_str),
        blocking: anomaly.blocking,
        active: row.is_active(),
        detail: &anomaly.detail,
        row: anomaly.row.to_string(),
    }
}

fn finalize_json<'a>(rows: &FinalizeRows<'a>, scale: Option<QualityScale>) -> FinalizeJson<'a> {
    let row = rows.canonical;
    let delta_json = |of: &ProviderWindow| DeltaJson {
        delta: of.delta.iter().map(|(meter, delta)| (meter.to_string(), delta.map(Plain))).collect(),
        errors: texts(&of.errors),
    };
    FinalizeJson {
        entries: rows.history + 1,
        duplicates: rows.history,
        canonical_finalized_at: Instant(row.finalized_at),
        methodology: row.methodology.as_deref(),
        outcome: row.outcome.as_ref().map(ToString::to_string),
        quality: row.quality.map(|quality| Plain(quality.get())),
        quality_scale: scale.map(|scale| match scale {
            QualityScale::Weight => "0-1",
            QualityScale::Rubric => "1-5",
        }),
        features: row.features.iter().map(|(provider, n)| (provider.as_str(), Plain(*n))).collect(),
        providers: row.providers.iter().map(|(provider, of)| (provider.as_str(), delta_json(of))).collect(),
        accepted_anomalies: row.accepted_anomalies.clone(),
        row: row.row.to_string(),
    }
}
