//! Churn rows and arms as text.

use std::fmt::Write as _;

use serde_json::Value;
use tracker_cli_support::number;
use tracker_domain::ProviderId;
use tracker_ledger::wire::churn::{ChurnRow, HorizonRow, MEASURED, RepairRow, SurvivalRow};

use super::Lines;
use crate::commands::churn::Arm;
use crate::rows::Object;

/// Returns the lines of one window.
#[must_use]
pub(crate) fn text(row: &ChurnRow) -> String {
    let mut out = String::new();
    match &row.counts {
        Some(counts) => {
            let net = i128::from(counts.insertions) - i128::from(counts.deletions);
            let gross = u128::from(counts.insertions) + u128::from(counts.deletions);
            let per =
                |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.2}"));
            let _ = writeln!(
                out,
                "churn {}: files={} +{}/-{} net={net} per-feature={} gross={gross} gross-per-feature={}",
                row.window,
                counts.files,
                counts.insertions,
                counts.deletions,
                per(row.net_per_feature()),
                per(row.gross_per_feature()),
            );
        }
        None => {
            let _ = writeln!(out, "churn {}: skipped (decision={})", row.window, row.decision);
        }
    }
    if let Some(survival) = &row.survival {
        survival_text(survival, &mut out);
    }
    out
}

fn survival_text(survival: &SurvivalRow, out: &mut String) {
    let _ = writeln!(
        out,
        "  survival of {} lines in {} feature commits:",
        survival.lines_added, survival.commits
    );
    for horizon in &survival.horizons {
        let _ = writeln!(out, "    {}", horizon_text(horizon, survival.lines_added));
    }
    for feature in survival.features.iter().filter(|_| survival.features.len() > 1) {
        let name = feature.feature.as_deref().unwrap_or("(by range)");
        let churned: Vec<String> = feature.churned.iter().map(|(days, n)| format!("{days}d={n}")).collect();
        let _ =
            writeln!(out, "  feature {name}: lines={} churned {}", feature.lines_added, churned.join(" "));
    }
    for revert in &survival.reverts {
        let how = if revert.is_said { "" } else { ", as its patch shows" };
        let of = revert.feature.as_deref().unwrap_or("a commit");
        let _ =
            writeln!(out, "  revert: {} takes back {of} ({}{how})", short(&revert.commit), short(&revert.of));
    }
    for repair in &survival.repairs {
        let _ = writeln!(out, "  {}", repair_text(repair));
    }
}

fn horizon_text(horizon: &HorizonRow, lines: u64) -> String {
    let Some(share) = horizon.share else { return format!("{}d=n/a", horizon.days) };
    let mut text = format!("{}d={:.1}% ({} of {lines}", horizon.days, share * 100.0, horizon.churned);
    text.push_str(if horizon.is_final { ", final" } else { ", provisional" });
    if !horizon.is_final {
        match horizon.estimate {
            Some(estimate) => {
                let _ = write!(text, "; estimate {:.1}%", estimate * 100.0);
            }
            None => text.push_str("; too early for an estimate"),
        }
    }
    text.push(')');
    if let Some((low, high)) = horizon.interval {
        let _ = write!(text, " ci=[{:.1}%, {:.1}%]", low * 100.0, high * 100.0);
    }
    text
}

fn repair_text(repair: &RepairRow) -> String {
    let named =
        |feature: &Option<String>| feature.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    format!(
        "repair: {} in {}{} repairs {} lines of {}{}",
        short(&repair.commit),
        repair.window,
        named(&repair.feature),
        repair.lines,
        repair.caused_by_window,
        named(&repair.caused_by_feature)
    )
}

/// Returns one line an arm and horizon.
#[must_use]
pub(crate) fn arms(arms: &[Arm]) -> String {
    let mut out = String::new();
    for arm in arms {
        let provider = arm.provider.as_ref().map_or("several", ProviderId::as_str);
        let _ = writeln!(
            out,
            "{provider} x {}: windows={} commits={} lines={}",
            arm.methodology.as_deref().unwrap_or("n/a"),
            arm.windows.len(),
            arm.survival.commits,
            arm.survival.lines_added
        );
        for horizon in &arm.survival.horizons {
            let _ = writeln!(out, "    {}", horizon_text(&horizon_row(horizon), arm.survival.lines_added));
        }
    }
    if arms.is_empty() {
        out.push_str("no finalized window has feature commits\n");
    }
    out
}

/// Returns a horizon as it stands in rows.
pub(crate) fn horizon_row(of: &tracker_churn::Horizon) -> HorizonRow {
    HorizonRow {
        days: of.days,
        churned: of.churned,
        share: of.share,
        is_final: of.is_final,
        estimate: of.estimate,
        interval: of.interval,
    }
}

/// Adds the `Churn:` block of the preview: a line a row, with the earlier tool's fields first.
pub(super) fn section(rows: &[Object], out: &mut Lines) {
    if rows.is_empty() {
        return;
    }
    out.push("Churn:");
    for row in rows {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let what = [text("provider"), text("window"), text("methodology")].map(|text| text.unwrap_or("n/a"));
        let [provider, window, methodology] = what;
        let decision = text("decision").filter(|decision| *decision != MEASURED);
        let counted = decision.map_or_else(|| counts(row), |why| format!("skipped (decision={why})"));
        let survived = survived(row);
        out.push(format_args!(
            "  - provider={provider} window={window} method={methodology}: {counted}{survived}"
        ));
    }
}

fn counts(row: &Object) -> String {
    let figure = |name: &str| row.get(name).and_then(Value::as_f64);
    let whole = |name: &str| figure(name).map_or_else(|| "n/a".to_owned(), number);
    let per_feature = figure("normalized_churn").map_or_else(|| "n/a".to_owned(), |n| format!("{n:.2}"));
    format!(
        "files={}, +{}/-{} (net={}), per-feature={per_feature}",
        whole("files_changed"),
        whole("insertions"),
        whole("deletions"),
        whole("net")
    )
}

/// Returns the share of lines that were changed within 14 days, where feature commits are known.
fn survived(row: &Object) -> String {
    let horizons = row.get("survival").and_then(|of| of.get("horizons")).and_then(Value::as_array);
    let days = |horizon: &&Value| horizon.get("days").and_then(Value::as_u64) == Some(14);
    let Some(horizon) = horizons.into_iter().flatten().find(days) else { return String::new() };
    let Some(share) = horizon.get("share").and_then(Value::as_f64) else { return String::new() };
    let state = horizon.get("state").and_then(Value::as_str).unwrap_or("provisional");
    format!(", churn_14d={:.1}% ({state})", share * 100.0)
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}
