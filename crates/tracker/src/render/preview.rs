//! The preview as text (its line prefixes are a promise to scripts) and as JSON.

use std::fmt::Write as _;

use serde_json::Value;
use tracker_cli_support::{CliError, number, percent};
use tracker_domain::{Anomaly, Fact, FinalizedWindow};
use tracker_ledger::wire::usage_report::UsageReport;

use crate::beside::Beside;
use crate::commands::preview::Preview;
use crate::estimate::{Estimate, LEAST_UNITS};
use crate::explain::Contribution;
use crate::heads::Seen;
use crate::render::Lines;
use crate::rows::Object;
use crate::wire;
use crate::wire::beside::{BesideJson, PairJson, TokenRateJson};
use crate::wire::preview::{
    AnomaliesJson, AnomalyJson, ContributingWindowJson, ContributionJson, EstimateJson, ExcludedJson,
    IntervalJson, OpenJson, PreviewJson, ReportJson, SeenJson, WindowJson,
};
use crate::wire::value::{Instant, Plain};

/// Returns the lines of the preview; `single` when it was asked for one window.
#[must_use]
pub fn text(preview: &mut Preview, single: bool) -> String {
    let mut out = Lines::default();
    if preview.windows.is_empty() {
        out.push("no windows recorded");
        open(preview, &mut out);
        super::telemetry::text(&mut preview.proxy, &mut out);
        return out.text();
    }
    let names: Vec<&str> = preview.windows.iter().map(|row| row.window.as_str()).collect();
    out.push(format_args!("Windows: {}", names.join(", ")));
    out.push(format_args!("Anomalies: {} (see anomalies.jsonl)", preview.anomalies.len()));
    for anomaly in &preview.anomalies {
        let blocking = if anomaly.blocking { ", blocking" } else { "" };
        out.push(format_args!(
            "  - {} {}: {}{blocking}: {}",
            anomaly.window, anomaly.provider, anomaly.kind, anomaly.detail
        ));
    }
    out.push("Providers:");
    for provider in &preview.providers {
        out.push(format_args!("{}", provider_line(provider)));
        for part in provider.explained.iter().flatten() {
            out.push(format_args!("{}", contribution_line(part, provider.unit)));
        }
    }
    outcome(preview, &mut out);
    super::churn::section(&preview.churn, &mut out);
    super::telemetry::text(&mut preview.proxy, &mut out);
    ccusage(preview, &mut out);
    super::beside::text(&preview.beside, &mut out);
    replay(preview, &mut out);
    snapshots(preview, single, &mut out);
    open(preview, &mut out);
    out.text()
}

/// Returns one provider's line: the earlier tool's fields first, then the added ones.
#[must_use]
pub fn provider_line(of: &Estimate) -> String {
    let plain = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.2}"));
    let ci = match &of.interval {
        Some(interval) => match (interval.lo, interval.hi) {
            (Some(lo), Some(hi)) => format!("[{lo:.2}, {hi:.2}]"),
            (Some(lo), None) => format!("[{lo:.2}, unbounded]"),
            (None, Some(hi)) => format!("[unbounded, {hi:.2}]"),
            (None, None) => "unbounded".to_owned(),
        },
        None => "n/a".to_owned(),
    };
    let mut line = format!(
        "  - {}: features={}, capacity={} {}, efficiency={}, ci={ci}, n={}, power={}",
        of.provider,
        number(of.features),
        number(of.capacity),
        of.unit,
        plain(of.efficiency),
        of.n,
        plain(of.power)
    );
    let _ = write!(line, ", e_q={}", plain(of.efficiency_quality));
    if let Some(interval) = &of.interval {
        let _ = write!(line, ", method={}", interval.method);
    }
    let _ = write!(line, ", excluded={}", of.excluded.len());
    if !of.excluded.is_empty() {
        let reasons: Vec<String> =
            of.excluded.iter().map(|(window, why)| format!("{window}: {why}")).collect();
        let _ = write!(line, " ({})", reasons.join("; "));
    }
    let flags = of.flags();
    if !flags.is_empty() {
        let _ = write!(line, ", flags=[{}]", flags.join(", "));
    }
    line
}

/// Returns what one unit contributed, or why a window did not.
pub(crate) fn contribution_line(of: &Contribution, unit: &str) -> String {
    let plain = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.2}"));
    let windows: Vec<&str> = of.windows.iter().map(|(window, _)| window.as_str()).collect();
    let rows: Vec<&str> = of.windows.iter().map(|(_, row)| row.as_str()).collect();
    let (windows, rows, features) = (windows.join("+"), rows.join(", "), number(of.features));
    match (&of.excluded, of.capacity) {
        (None, Some(capacity)) => format!(
            "      {windows}: features={features}, capacity={} {unit}, share={}, efficiency without={} [{rows}]",
            number(capacity),
            plain(of.share),
            plain(of.efficiency_without)
        ),
        (why, _) => {
            format!(
                "      {windows}: features={features}, excluded={} [{rows}]",
                why.as_deref().unwrap_or("n/a")
            )
        }
    }
}

fn outcome_of(row: &FinalizedWindow) -> String {
    // One place at least, as scripts know it, and the second only where it says something.
    let places = |quality: f64| {
        let text = format!("{quality:.2}");
        text.strip_suffix('0').unwrap_or(&text).to_owned()
    };
    let quality = row.quality.map_or_else(|| "n/a".to_owned(), |quality| places(quality.get()));
    let outcome = row.outcome.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    format!("quality={quality}, outcome={outcome}")
}

fn outcome(preview: &Preview, out: &mut Lines) {
    match preview.windows.as_slice() {
        [row] => {
            out.push(format_args!("Outcome: {}", outcome_of(row)));
            if !row.notes.is_empty() {
                out.push(format_args!("Notes: {}", row.notes));
            }
        }
        rows => {
            out.push("Outcome:");
            for row in rows {
                out.push(format_args!("  - {}: {}", row.window, outcome_of(row)));
            }
        }
    }
}

fn field<'a>(row: &'a Object, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or("n/a")
}

fn fact(report: &UsageReport, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match report.reading.facts.get(*name)? {
        Fact::Text(text) => Some(text.clone()),
        fact => fact.as_number().map(number),
    })
}

fn ccusage(preview: &Preview, out: &mut Lines) {
    if preview.reports.is_empty() {
        return;
    }
    out.push("ccusage:");
    let or = |value: Option<String>, default: &str| value.unwrap_or_else(|| default.to_owned());
    let share = |report: &UsageReport, names: &[&str]| {
        names
            .iter()
            .find_map(|name| report.reading.facts.get(*name)?.as_number())
            .map_or_else(|| "n/a".to_owned(), percent)
    };
    if let Some(weekly) = preview.reports.get("weekly") {
        out.push(format_args!(
            "  - weekly: percent_used={} tokens={} reset={}",
            share(weekly, &["percent_used", "weekly_percent_used"]),
            or(fact(weekly, &["total_tokens", "weekly_tokens_used"]), "n/a"),
            or(fact(weekly, &["reset_at"]), "unknown")
        ));
    }
    if let Some(daily) = preview.reports.get("daily") {
        let newest = daily.reading.entries.iter().max_by(|a, b| a.key.cmp(&b.key));
        let tokens = newest.and_then(|entry| entry.total_tokens).map(|n| n.to_string());
        let used = newest.and_then(|entry| entry.percent_used).map_or_else(|| "n/a".to_owned(), percent);
        out.push(format_args!(
            "  - daily: latest={} tokens={} percent={used} reset={}",
            newest.map_or("n/a", |entry| &entry.key),
            or(tokens, "n/a"),
            or(fact(daily, &["reset_at"]), "unknown")
        ));
    }
    if let Some(session) = preview.reports.get("session") {
        out.push(format_args!(
            "  - session: count={} tokens={} latest={}",
            or(fact(session, &["session_count", "rows"]), "0"),
            or(fact(session, &["total_tokens"]), "n/a"),
            or(fact(session, &["last_activity", "latest_session"]), "n/a")
        ));
    }
}

fn replay(preview: &Preview, out: &mut Lines) {
    let Some(row) = &preview.replay else { return };
    let arms = || row.get("arms").and_then(Value::as_array).into_iter().flatten();
    let takes_part = |provider: &str| {
        arms().filter_map(|arm| arm.get("arm")?.as_str()).any(|arm| arm.split('/').next() == Some(provider))
    };
    // Below three units no verdict is given, also not one that an older log allowed.
    match preview.providers.iter().find(|of| of.n < LEAST_UNITS && takes_part(&of.provider)) {
        Some(few) => out.push(format_args!(
            "Replay: deferred ({} has n={}, a verdict needs {LEAST_UNITS})",
            few.provider, few.n
        )),
        None => out.push(format_args!("Replay: {}", field(row, "summary"))),
    }
}

fn snapshots(preview: &Preview, single: bool, out: &mut Lines) {
    if preview.snapshots.is_empty() {
        return;
    }
    let joined = |words: &std::collections::BTreeSet<String>, by: &str| {
        if words.is_empty() { "n/a".to_owned() } else { words.iter().cloned().collect::<Vec<_>>().join(by) }
    };
    out.push("Snapshots:");
    for (provider, Seen { rows, phases, sources, notes }) in &preview.snapshots {
        let (phases, sources) = (joined(phases, ", "), joined(sources, "/"));
        match single {
            true => out.push(format_args!(
                "  - {provider}: {phases} (source={sources}, notes={})",
                joined(notes, "; ")
            )),
            false => out.push(format_args!("  - {provider}: {phases} (source={sources}, rows={rows})")),
        }
    }
}

fn open(preview: &Preview, out: &mut Lines) {
    if preview.open.is_empty() {
        return;
    }
    out.push("Open windows:");
    for (window, needs) in &preview.open {
        let needs = if needs.is_empty() {
            format!("ready: tracker complete --window {window}")
        } else {
            needs.join(", ")
        };
        out.push(format_args!("  - {window}: {needs}"));
    }
    if preview.more_open > 0 {
        out.push(format_args!("  - and {} older ones", preview.more_open));
    }
}

/// Returns the preview as JSON text.
///
/// # Errors
/// Failed: a stored row has no form in JSON.
pub fn json(preview: &Preview) -> Result<String, CliError> {
    let records: Vec<AnomalyJson<'_>> = preview.anomalies.iter().map(anomaly_json).collect();
    let open = preview.open.iter().map(|(window, needs)| OpenJson { window, needs });
    wire::text(&PreviewJson {
        windows: preview.windows.iter().map(window_json).collect(),
        anomalies: AnomaliesJson { count: records.len(), records },
        providers: preview.providers.iter().map(estimate_json).collect(),
        open: open.collect(),
        churn: &preview.churn,
        subagent_proxy: super::telemetry::json(&preview.proxy),
        ccusage: preview.reports.iter().map(|(scope, report)| (&**scope, report_json(report))).collect(),
        next_to_the_bars: beside_json(&preview.beside),
        replay: preview.replay.as_ref(),
        snapshots: preview.snapshots.iter().map(|(provider, seen)| (&**provider, seen_json(seen))).collect(),
    })
}

fn beside_json(beside: &Beside) -> BesideJson<'_> {
    let rates = beside.rates.iter().map(|rate| TokenRateJson {
        provider: rate.provider.as_str(),
        source: rate.source,
        tokens_per_pp: Plain(rate.tokens_per_pp),
        lo: rate.interval.and_then(|of| of.lo).map(Plain),
        hi: rate.interval.and_then(|of| of.hi).map(Plain),
        n: rate.n,
    });
    let pairs = beside.pairs.iter().map(|pair| PairJson {
        window: pair.window.as_str(),
        provider: pair.provider.as_str(),
        what: pair.what,
        bar_pp: Plain(pair.bar_pp),
        source: pair.source,
        other_pp: Plain(pair.other_pp),
        tags: if pair.divergent { vec![format!("divergent:{}", pair.source)] } else { Vec::new() },
    });
    BesideJson { rates: rates.collect(), pairs: pairs.collect() }
}

fn window_json(row: &FinalizedWindow) -> WindowJson<'_> {
    WindowJson {
        window: row.window.as_str(),
        methodology: row.methodology.as_deref(),
        quality: row.quality.map(|quality| Plain(quality.get())),
        outcome: row.outcome.as_ref().map(ToString::to_string),
        notes: &row.notes,
        row: row.row.to_string(),
    }
}

fn anomaly_json(row: &Anomaly) -> AnomalyJson<'_> {
    AnomalyJson {
        window: row.window.as_str(),
        provider: row.provider.as_str(),
        kind: row.kind.to_string(),
        blocking: row.blocking,
        detail: &row.detail,
        row: row.row.to_string(),
    }
}

fn estimate_json(of: &Estimate) -> EstimateJson<'_> {
    let interval = of.interval.as_ref();
    EstimateJson {
        provider: &of.provider,
        features: Plain(of.features),
        capacity: Plain(of.capacity),
        unit: of.unit,
        meter: &of.meter,
        efficiency: of.efficiency.map(Plain),
        e_q: of.efficiency_quality.map(Plain),
        ci: interval.map(|ends| IntervalJson { lo: ends.lo.map(Plain), hi: ends.hi.map(Plain) }),
        method: interval.map(|interval| interval.method.to_string()),
        n: of.n,
        power: of.power.map(Plain),
        excluded: of.excluded.iter().map(|(window, reason)| ExcludedJson { window, reason }).collect(),
        flags: of.flags(),
        explained: of.explained.as_ref().map(|parts| parts.iter().map(contribution_json).collect()),
    }
}

pub(crate) fn contribution_json(of: &Contribution) -> ContributionJson<'_> {
    ContributionJson {
        windows: of.windows.iter().map(|(window, row)| ContributingWindowJson { window, row }).collect(),
        features: Plain(of.features),
        capacity: of.capacity.map(Plain),
        share: of.share.map(Plain),
        efficiency_without: of.efficiency_without.map(Plain),
        excluded: of.excluded.as_deref(),
    }
}

fn report_json(report: &UsageReport) -> ReportJson<'_> {
    let figure = |names: &[&str]| {
        names.iter().find_map(|name| report.reading.facts.get(*name)?.as_number()).map(Plain)
    };
    ReportJson {
        window: report.window.as_str(),
        captured_at: Instant(report.captured_at),
        notes: &report.notes,
        total_tokens: figure(&["total_tokens", "weekly_tokens_used"]),
        percent_used: figure(&["percent_used", "weekly_percent_used"]),
        row: report.row.to_string(),
    }
}

fn seen_json(seen: &Seen) -> SeenJson<'_> {
    SeenJson { rows: seen.rows, phases: &seen.phases, sources: &seen.sources, notes: &seen.notes }
}
