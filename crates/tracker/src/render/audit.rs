//! The audit of a window as text and as JSON.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use tracker_cli_support::number;
use tracker_domain::{QualityScale, Snapshot};
use tracker_windows::audit::{Audit, AuditEntry};

/// Returns an instant as it stands in rows.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Returns the lines of the audit.
#[must_use]
pub fn text(audit: &Audit<'_>) -> String {
    let mut out = format!("Window Audit: {}\n", audit.window);
    if !audit.entries.is_empty() {
        out.push_str("Snapshots:\n");
    }
    for entry in &audit.entries {
        entry_text(entry, &mut out);
    }
    if !audit.counts.is_empty() {
        out.push_str("Prompt counts:\n");
        for count in &audit.counts {
            let prompts = count.prompts_used.map_or_else(|| "n/a".to_owned(), number);
            let lane = count.lane.as_ref().map(|lane| format!(" lane={lane}")).unwrap_or_default();
            let _ = writeln!(
                out,
                "  - {}: {}={prompts}{lane} at {} [{}]",
                count.provider,
                count.kind,
                instant(count.captured_at),
                count.row
            );
        }
    }
    finalize_text(audit, &mut out);
    let active = audit.active_anomalies().count();
    let _ = writeln!(out, "Anomalies: {active} active, {} resolved", audit.anomalies.len() - active);
    for row in &audit.anomalies {
        let state = row.resolved_by.map_or_else(
            || if row.anomaly.blocking { "blocking".to_owned() } else { "noted".to_owned() },
            |id| format!("resolved: {id} no longer counts"),
        );
        let _ =
            writeln!(out, "  - {} ({state}): {} [{}]", row.anomaly.kind, row.anomaly.detail, row.anomaly.row);
    }
    for found in &audit.unrecorded {
        let _ = writeln!(out, "  - {} (not recorded yet): {}", found.kind, found.detail);
    }
    let _ = writeln!(out, "Churn rows: {}", audit.elsewhere.churn);
    let _ = writeln!(out, "Evidence rows: {}", audit.elsewhere.evidence);
    let _ = writeln!(out, "Telemetry rows: {}", audit.elsewhere.telemetry);
    for drift in &audit.drift {
        let _ = writeln!(out, "Drift: {drift}");
    }
    for need in &audit.needs {
        let _ = writeln!(out, "Needs: {need}");
    }
    let missing: Vec<String> = audit.missing.iter().map(ToString::to_string).collect();
    let _ = writeln!(
        out,
        "Missing: {}",
        if missing.is_empty() { "nothing".to_owned() } else { missing.join(", ") }
    );
    out
}

fn entry_text(entry: &AuditEntry<'_>, out: &mut String) {
    let key = &entry.key;
    let lane = key.lane.as_ref().map(|lane| format!(" (lane {lane})")).unwrap_or_default();
    let rows = entry.superseded.len() + usize::from(entry.canonical.is_some());
    let _ = write!(
        out,
        "  - {}/{}{lane}: entries={rows}, duplicates={}, retracted={}",
        key.provider,
        key.phase,
        entry.superseded.len(),
        entry.retracted.len()
    );
    match entry.canonical {
        Some(row) => {
            let notes = if row.notes.is_empty() { "n/a" } else { &row.notes };
            let tags: Vec<String> = row.reading.errors.iter().map(ToString::to_string).collect();
            let _ = writeln!(
                out,
                ", canonical={}, source={}, notes={notes}, errors=[{}], id={} [{}]",
                instant(row.captured_at),
                row.source,
                tags.join(", "),
                row.id,
                row.row
            );
        }
        None => out.push_str(", canonical=none\n"),
    }
}

fn finalize_text(audit: &Audit<'_>, out: &mut String) {
    let Some(rows) = &audit.finalized else {
        out.push_str("Finalize rows: entries=0\n");
        return;
    };
    let row = rows.canonical;
    let _ = writeln!(
        out,
        "Finalize rows: entries={}, duplicates={}, canonical={}, methodology={} [{}]",
        rows.history + 1,
        rows.history,
        instant(row.finalized_at),
        row.methodology.as_deref().unwrap_or("n/a"),
        row.row
    );
    for (provider, of) in &row.providers {
        let deltas: Vec<String> = of
            .delta
            .iter()
            .map(|(meter, delta)| format!("{meter}={}", delta.map_or_else(|| "null".to_owned(), number)))
            .collect();
        let tags: Vec<String> = of.errors.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "  - {provider}: delta {}, errors=[{}]", deltas.join(" "), tags.join(", "));
    }
    for accepted in &row.accepted_anomalies {
        let _ = writeln!(out, "  - accepted: {accepted}");
    }
    if audit.quality_scale == Some(QualityScale::Rubric) {
        out.push_str("  - quality is on the 1-5 rubric of an earlier row: its weight is a fifth\n");
    }
}

/// Returns the audit as one JSON value.
#[must_use]
pub fn json(audit: &Audit<'_>) -> Value {
    let snapshots: Vec<Value> = audit.entries.iter().map(entry_json).collect();
    let anomalies: Vec<Value> = audit
        .anomalies
        .iter()
        .map(|row| {
            let anomaly = row.anomaly;
            json!({"provider": anomaly.provider.as_str(), "kind": anomaly.kind.to_string(),
                   "meter": anomaly.meter.as_ref().map(|meter| meter.as_str().to_owned()),
                   "cause": anomaly.cause.map(tracker_domain::Cause::as_str), "blocking": anomaly.blocking,
                   "active": row.resolved_by.is_none(), "detail": anomaly.detail, "row": anomaly.row.to_string()})
        })
        .collect();
    let counts: Vec<Value> = audit
        .counts
        .iter()
        .map(|count| {
            json!({"provider": count.provider.as_str(), "lane": count.lane.as_ref().map(|lane| lane.as_str()),
                   "kind": count.kind.as_str(), "prompts_used": count.prompts_used,
                   "captured_at": instant(count.captured_at), "row": count.row.to_string()})
        })
        .collect();
    json!({
        "window": audit.window.as_str(),
        "snapshots": snapshots,
        "prompt_counts": counts,
        "finalize": finalize_json(audit),
        "anomalies": {"count": audit.active_anomalies().count(), "records": anomalies,
                      "not_recorded": audit.unrecorded.iter().map(|found| found.detail.clone()).collect::<Vec<_>>()},
        "churn": {"count": audit.elsewhere.churn},
        "evidence": {"count": audit.elsewhere.evidence},
        "telemetry": {"count": audit.elsewhere.telemetry},
        "drift": audit.drift.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "needs": audit.needs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "missing": audit.missing.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn entry_json(entry: &AuditEntry<'_>) -> Value {
    let of = |row: &Snapshot| {
        json!({"id": row.id.as_str(), "captured_at": instant(row.captured_at), "source": row.source,
               "notes": row.notes, "errors": row.reading.errors.iter().map(ToString::to_string).collect::<Vec<_>>(),
               "row": row.row.to_string()})
    };
    json!({
        "provider": entry.key.provider.as_str(),
        "lane": entry.key.lane.as_ref().map(|lane| lane.as_str()),
        "phase": entry.key.phase.as_str(),
        "entries": entry.superseded.len() + usize::from(entry.canonical.is_some()),
        "duplicates": entry.superseded.len(),
        "canonical": entry.canonical.map(of),
        "canonical_captured_at": entry.canonical.map(|row| instant(row.captured_at)),
        "superseded": entry.superseded.iter().map(|row| of(row)).collect::<Vec<_>>(),
        "retracted": entry.retracted.iter().map(|(row, _)| of(row)).collect::<Vec<_>>(),
    })
}

fn finalize_json(audit: &Audit<'_>) -> Value {
    let Some(rows) = &audit.finalized else { return Value::Null };
    let row = rows.canonical;
    let providers: serde_json::Map<String, Value> = row
        .providers
        .iter()
        .map(|(provider, of)| {
            let delta: serde_json::Map<String, Value> =
                of.delta.iter().map(|(meter, delta)| (meter.to_string(), json!(delta))).collect();
            let errors: Vec<String> = of.errors.iter().map(ToString::to_string).collect();
            (provider.to_string(), json!({"delta": delta, "errors": errors}))
        })
        .collect();
    json!({
        "entries": rows.history + 1,
        "duplicates": rows.history,
        "canonical_finalized_at": instant(row.finalized_at),
        "methodology": row.methodology,
        "outcome": row.outcome.as_ref().map(ToString::to_string),
        "quality": row.quality.map(tracker_domain::Quality::get),
        "quality_scale": audit.quality_scale.map(|scale| match scale {
            QualityScale::Weight => "0-1",
            QualityScale::Rubric => "1-5",
        }),
        "features": row.features.iter().map(|(provider, n)| (provider.to_string(), json!(n))).collect::<serde_json::Map<_, _>>(),
        "providers": providers,
        "accepted_anomalies": row.accepted_anomalies,
        "row": row.row.to_string(),
    })
}
