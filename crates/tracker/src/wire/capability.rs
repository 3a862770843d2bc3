//! The output of `capability list|check --format json`.

use schemars::JsonSchema;
use serde::Serialize;

use super::value::Plain;
use crate::commands::capability::{Row, View};

/// The capabilities of the map, and how far they are.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CapabilityOutput")]
pub(crate) struct CapabilityJson<'a> {
    /// The files that were read.
    files: Vec<String>,
    /// The capabilities in the order of their files.
    capabilities: Vec<RowJson<'a>>,
    /// The sum of weight x state over the sum of weights, 0 to 1; null without weights.
    distance: Option<Plain>,
    /// The distance before and after the window that was asked for; null when it has no rows.
    window: Option<AroundJson<'a>>,
    /// What `check` found.
    findings: &'a [String],
}

/// One capability.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CapabilityRow")]
struct RowJson<'a> {
    /// Its id.
    capability_id: &'a str,
    /// What it is called.
    name: &'a str,
    /// How much it counts; null when the map does not say.
    weight: Option<Plain>,
    /// How critical it is, in the map's words.
    criticality: &'a str,
    /// `open`, `partial` or `done`.
    state: &'static str,
    /// What the state counts: 0, 0.5 or 1.
    value: Plain,
    /// Runners whose newest run passes.
    passing: usize,
    /// Runners whose newest run fails.
    failing: usize,
    /// Windows that hold it in reserve.
    reserved: &'a [String],
}

/// The distance around a window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CapabilityWindow")]
struct AroundJson<'a> {
    /// The window.
    window: &'a str,
    /// The distance before its first row.
    before: Plain,
    /// The distance with its rows.
    after: Plain,
}

/// Returns the output.
pub(crate) fn output<'a>(view: &'a View<'_>) -> CapabilityJson<'a> {
    let row = |row: &'a Row<'_>| RowJson {
        capability_id: &row.capability.id,
        name: &row.capability.name,
        weight: row.capability.weight.map(Plain),
        criticality: &row.capability.criticality,
        state: row.state.as_str(),
        value: Plain(row.state.value()),
        passing: row.passing,
        failing: row.failing,
        reserved: &row.reserved,
    };
    CapabilityJson {
        files: view.map.files.iter().map(|path| path.display().to_string()).collect(),
        capabilities: view.rows.iter().map(row).collect(),
        distance: view.distance.map(Plain),
        window: view.around.as_ref().map(|(window, before, after)| AroundJson {
            window: window.as_str(),
            before: Plain(*before),
            after: Plain(*after),
        }),
        findings: &view.findings,
    }
}
