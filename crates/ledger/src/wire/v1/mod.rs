//! Version 1 of the rows, one module a kind.

mod amounts;
pub mod anomaly;
pub mod churn;
mod churn_json;
pub mod evidence;
pub mod feature;
mod flat;
pub mod glm_count;
pub mod job_run;
pub mod meter_reading;
pub mod panel;
mod panel_json;
mod provider_window;
pub mod reading;
mod reading_earlier;
mod reading_json;
pub mod replay;
pub mod schema;
pub mod snapshot;
mod snapshot_head;
pub mod state;
pub mod telemetry;
mod telemetry_columns;
pub mod token_plan;
mod token_plan_json;
pub mod usage_report;
pub mod window;

/// Keys that only the ledger's own rows have: such a row is not data.
pub(crate) const LEDGER_KEYS: [&str; 1] = ["adopt"];
