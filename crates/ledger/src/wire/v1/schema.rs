//! JSON Schemas of every row and of the parse output, derived from the types that are written.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

use super::anomaly::AnomalyJson;
use super::churn_json::ChurnJson;
use super::evidence::EvidenceJson;
use super::feature::FeatureJson;
use super::glm_count::GlmCountJson;
use super::job_run::JobRunJson;
use super::meter_reading::MeterReadingJson;
use super::panel_json::{DecisionJson, VoteJson};
use super::reading_json::ReadingJson;
use super::replay::ReplayJson;
use super::snapshot::{RetractionJson, SnapshotJson};
use super::state::AliasStateJson;
use super::telemetry::TelemetryJson;
use super::token_plan_json::TokenPlanJson;
use super::usage_report::UsageReportJson;
use super::window::WindowJson;

/// Returns the schemas as file names and pretty JSON that ends in a line feed, ready for `docs/schemas/`.
///
/// They describe what is written (JSON Schema 2020-12): a required key is in every row. Readers accept more,
/// and chained rows end in `seq` and `h`, which are the ledger's.
///
/// ```
/// let schemas = tracker_ledger::wire::schemas();
/// let (name, text) = &schemas[0];
/// assert_eq!(*name, "snapshot.schema.json");
/// assert!(text.contains("\"snapshot_id\""));
/// ```
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![
        ("snapshot.schema.json", schema_of::<SnapshotJson<'_>>()),
        ("retraction.schema.json", schema_of::<RetractionJson<'_>>()),
        ("window.schema.json", schema_of::<WindowJson<'_>>()),
        ("glm_count.schema.json", schema_of::<GlmCountJson<'_>>()),
        ("meter_reading.schema.json", schema_of::<MeterReadingJson<'_>>()),
        ("job_run.schema.json", schema_of::<JobRunJson<'_>>()),
        ("anomaly.schema.json", schema_of::<AnomalyJson<'_>>()),
        ("churn.schema.json", schema_of::<ChurnJson<'_>>()),
        ("evidence.schema.json", schema_of::<EvidenceJson<'_>>()),
        ("feature.schema.json", schema_of::<FeatureJson<'_>>()),
        ("panel_vote.schema.json", schema_of::<VoteJson<'_>>()),
        ("panel_decision.schema.json", schema_of::<DecisionJson<'_>>()),
        ("token_plan.schema.json", schema_of::<TokenPlanJson<'_>>()),
        ("replay.schema.json", schema_of::<ReplayJson<'_>>()),
        ("usage_report.schema.json", schema_of::<UsageReportJson<'_>>()),
        ("telemetry.schema.json", schema_of::<TelemetryJson<'_>>()),
        ("alias_state.schema.json", schema_of::<AliasStateJson<'_>>()),
        ("reading.schema.json", schema_of::<ReadingJson<'_>>()),
    ]
}

fn schema_of<T: JsonSchema>() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<T>();
    format!("{:#}\n", schema.as_value())
}
