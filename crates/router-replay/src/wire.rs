//! What `bench --format json` prints. What derives `Serialize` here is promised.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use tracker_router::BenchRow;

/// Returns the schema of the bench's JSON output as file name and pretty JSON, ready for `docs/schemas/`.
///
/// ```
/// let [(name, text)] = router_replay::wire::schemas();
/// assert_eq!(name, "router_bench.schema.json");
/// assert!(text.contains("\"cap_violations\""));
/// ```
#[must_use]
pub fn schemas() -> [(&'static str, String); 1] {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<BenchJson>();
    [("router_bench.schema.json", format!("{:#}\n", schema.as_value()))]
}

/// Policies in worlds whose truth is known.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RouterBench")]
pub(crate) struct BenchJson {
    /// Seeds of each world.
    pub(crate) seeds: u64,
    /// The first seed.
    pub(crate) from: u64,
    /// One for each world and policy.
    pub(crate) rows: Vec<BenchRowJson>,
}

/// One policy in one world.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RouterBenchRow")]
pub(crate) struct BenchRowJson {
    /// The world.
    world: String,
    /// The policy.
    policy: String,
    /// Mean reward as a share of the bound.
    share: f64,
    /// Half of the 95 % interval of the mean over seeds.
    share_half_width: f64,
    /// Mean difference to greedy on the same draws, as a share of the bound.
    difference: f64,
    /// Half of its 95 % interval.
    difference_half_width: f64,
    /// Share of the seeds that beat greedy.
    better: f64,
    /// Periods of a bar in which more was used than it has: must be 0.
    cap_violations: usize,
}

impl From<&BenchRow> for BenchRowJson {
    fn from(row: &BenchRow) -> Self {
        Self {
            world: row.world.to_string(),
            policy: row.policy.to_string(),
            share: row.share,
            share_half_width: row.share_half_width,
            difference: row.difference,
            difference_half_width: row.difference_half_width,
            better: row.better,
            cap_violations: row.violations,
        }
    }
}
