//! What `--format json` prints: one typed shape a verb. What derives `Serialize` here is promised.

pub(crate) mod beside;
pub(crate) mod bundle;
pub(crate) mod capability;
pub(crate) mod card;
pub(crate) mod checkpoint;
pub(crate) mod churn;
pub(crate) mod cls;
pub(crate) mod compare;
pub(crate) mod config_show;
pub(crate) mod handoff;
pub(crate) mod jobs;
pub(crate) mod lint;
pub(crate) mod plan;
pub(crate) mod power;
pub(crate) mod preview;
pub(crate) mod scan;
pub(crate) mod telemetry;
pub(crate) mod value;
pub(crate) mod verify;
pub(crate) mod window_audit;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use tracker_cli_support::CliError;

/// Returns the schemas of the verbs' JSON outputs as file names and pretty JSON, ready for `docs/schemas/`.
///
/// They describe what is printed (JSON Schema 2020-12): a required key is in every output. The output of
/// `parse` is a reading, whose schema stands with those of the rows (`tracker_ledger::wire::schemas`).
///
/// ```
/// let schemas = tracker::wire::schemas();
/// let (name, text) = &schemas[0];
/// assert_eq!(*name, "preview.schema.json");
/// assert!(text.contains("\"efficiency\""));
/// ```
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![
        ("preview.schema.json", schema_of::<preview::PreviewJson<'_>>()),
        ("decision_card.schema.json", schema_of::<card::CardJson<'_>>()),
        ("churn_output.schema.json", schema_of::<churn::ChurnOutputJson<'_>>()),
        ("capability_output.schema.json", schema_of::<capability::CapabilityJson<'_>>()),
        ("checkpoint_output.schema.json", schema_of::<checkpoint::CheckpointJson<'_>>()),
        ("compare.schema.json", schema_of::<compare::CompareJson<'_>>()),
        ("power.schema.json", schema_of::<power::PowerJson<'_>>()),
        ("cls_output.schema.json", schema_of::<cls::ClsJson<'_>>()),
        ("cost_compare.schema.json", schema_of::<telemetry::CostJson<'_>>()),
        ("window_audit.schema.json", schema_of::<window_audit::AuditJson<'_>>()),
        ("scan.schema.json", schema_of::<scan::ScanJson<'_>>()),
        ("plan_next.schema.json", schema_of::<plan::PlanNextJson<'_>>()),
        ("plan_snapshot.schema.json", schema_of::<plan::PlanSnapshotJson<'_>>()),
        ("plan_score.schema.json", schema_of::<plan::PlanScoreJson<'_>>()),
        ("handoff.schema.json", schema_of::<handoff::HandoffJson<'_>>()),
        ("lint.schema.json", schema_of::<lint::LintJson>()),
        ("verify.schema.json", schema_of::<verify::VerifyJson<'_>>()),
        ("jobs.schema.json", schema_of::<jobs::JobsJson<'_>>()),
        ("config_show.schema.json", schema_of::<config_show::ConfigJson<'_>>()),
    ]
}

fn schema_of<T: JsonSchema>() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    format!("{:#}\n", generator.into_root_schema_for::<T>().as_value())
}

/// Returns an output as JSON text.
///
/// # Errors
/// Failed: a value has no form in JSON.
pub(crate) fn text(output: &impl Serialize) -> Result<String, CliError> {
    serde_json::to_string(output)
        .map_err(|cause| CliError::failed(format!("the output has no form in JSON: {cause}")))
}
