//! Capabilities as text.

use tracker_cli_support::number;

use super::Lines;
use crate::commands::capability::{Row, View};

/// Returns the page: `check` shows what was found in place of the list.
#[must_use]
pub(crate) fn text(view: &View<'_>, is_check: bool) -> String {
    let mut lines = Lines::default();
    let weight: f64 = view.rows.iter().filter_map(|row| row.capability.weight).sum();
    let files: Vec<String> = view.map.files.iter().map(|path| path.display().to_string()).collect();
    let files = if files.is_empty() { "no file".to_owned() } else { files.join(", ") };
    lines.push(format_args!("Capabilities: {} (weight {}) in {files}", view.rows.len(), number(weight)));
    if is_check {
        for finding in &view.findings {
            lines.push(format_args!("  {finding}"));
        }
        lines.push(format_args!("check: {}", if view.findings.is_empty() { "ok" } else { "not ok" }));
    } else {
        let wide = view.rows.iter().map(|row| row.capability.id.chars().count()).max().unwrap_or_default();
        for row in &view.rows {
            lines.push(line(row, wide));
        }
    }
    let distance = view.distance.map_or_else(|| "n/a".to_owned(), |distance| format!("{distance:.2}"));
    lines.push(format_args!("Distance to target: {distance}"));
    if let Some((window, before, after)) = &view.around {
        lines.push(format_args!("  {window}: before={before:.2}, after={after:.2} ({:+.2})", after - before));
    }
    lines.text()
}

fn line(row: &Row<'_>, wide: usize) -> String {
    let weight = row.capability.weight.map_or_else(|| "n/a".to_owned(), number);
    let mut line = format!(
        "  {:wide$}  {:7}  weight={weight}, pass={}, fail={}",
        row.capability.id,
        row.state.as_str(),
        row.passing,
        row.failing
    );
    if !row.reserved.is_empty() {
        line.push_str(&format!(", reserved={}", row.reserved.join("+")));
    }
    if !row.capability.name.is_empty() {
        line.push_str(&format!("  {}", row.capability.name));
    }
    line
}
