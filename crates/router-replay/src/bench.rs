//! `router-replay bench`: policies in worlds whose truth is known.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_router::{BenchRow, PolicyName, WorldName, bench};

use crate::wire::{BenchJson, BenchRowJson};

/// Options of the bench.
#[derive(Debug, Clone, clap::Args)]
pub struct BenchArgs {
    /// Seeds of each world
    #[arg(long, value_name = "N", default_value_t = 200)]
    seeds: u64,
    /// The first seed
    #[arg(long, value_name = "S", default_value_t = 5000)]
    from: u64,
    /// Only these worlds: W0, W1, W1b, W2, W2s, W3, W4, W5
    #[arg(long, value_name = "WORLD")]
    world: Vec<WorldName>,
    /// Only these policies
    #[arg(long, value_name = "POLICY")]
    policy: Vec<PolicyName>,
}

/// Plays and prints one line for each world and policy: shares of the bound, and differences to greedy on the same
/// draws.
///
/// # Errors
/// Usage: too few or too many seeds.
pub fn run(args: &BenchArgs, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json, Format::Csv])?;
    let worlds = if args.world.is_empty() { WorldName::ALL.to_vec() } else { args.world.clone() };
    let policies = if args.policy.is_empty() { PolicyName::ALL.to_vec() } else { args.policy.clone() };
    let mut progress = ui.progress();
    let mut rows = Vec::new();
    for world in worlds {
        progress.tick(|| format!("world {world}"));
        let seeds = args.from..args.from.saturating_add(args.seeds);
        rows.extend(
            bench(&[world], &policies, seeds, crate::threads()).map_err(|cause| {
                CliError::usage(cause.to_string()).hint("give --seeds N, for example 200")
            })?,
        );
    }
    drop(progress);
    match format {
        Format::Csv => csv(&rows, ui)?,
        Format::Json => {
            let rows = rows.iter().map(BenchRowJson::from).collect();
            let output = BenchJson { seeds: args.seeds, from: args.from, rows };
            let text = serde_json::to_string(&output)
                .map_err(|cause| CliError::failed(format!("the output has no form in JSON: {cause}")))?;
            ui.json(&text)?;
        }
        _ => rows.iter().try_for_each(|row| ui.line(text(row)))?,
    }
    Ok(Exit::Ok)
}

fn text(row: &BenchRow) -> String {
    format!(
        "{:4} {:15} share={:.3} +-{:.3}  to greedy={:+.3} +-{:.3}  better={:.2}  cap violations={}",
        row.world,
        row.policy,
        row.share,
        row.share_half_width,
        row.difference,
        row.difference_half_width,
        row.better,
        row.violations
    )
}

fn csv(rows: &[BenchRow], ui: &mut Ui) -> Result<(), CliError> {
    ui.line("world,policy,share,share_half_width,difference,difference_half_width,better,cap_violations")?;
    rows.iter().try_for_each(|row| {
        ui.line(format_args!(
            "{},{},{},{},{},{},{},{}",
            row.world,
            row.policy,
            row.share,
            row.share_half_width,
            row.difference,
            row.difference_half_width,
            row.better,
            row.violations
        ))
    })
}
