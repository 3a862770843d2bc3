//! Compares what sub-agent requests cost on GLM and on the baseline.
//!
//! ```
//! use tracker_cli_support::{Exit, Ui, run_with};
//!
//! let ui = Ui::new(std::io::sink(), std::io::sink());
//! let args = ["proxy-cost-compare", "--data-dir", "no/such/dir"].map(Into::into);
//! assert_eq!(run_with(ui, args, proxy_cost_compare::run), Exit::Ok);
//! ```
//!
//! # Concepts
//! - The comparison itself is [`tracker::cost`]; this tool is its command line.
//!
//! # Limits
//! - Made for this workspace's binary: signatures carry types of the command line's own crates.
//! - Money is tokens times a dated price table; discounts, batches and subscriptions are not in it.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

use tracker::cost::{self, CostArgs};
use tracker::{Surroundings, VerbFlags, Workspace};
use tracker_cli_support::{CliError, EXIT_STATUS, Exit, GlobalArgs, Ui};

/// Compares what sub-agent requests cost on GLM and on the baseline
///
/// Reads the events that `tracker ingest proxy-telemetry` stored, or a log. Requests that were seen on both sides come
/// first, by the size of their difference. Every event counts once.
#[derive(Debug, clap::Parser)]
#[command(name = "proxy-cost-compare", version, max_term_width = 100, after_long_help = after())]
pub struct Cli {
    /// Options of every tool.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What is compared.
    #[command(flatten)]
    pub compare: CostArgs,
}

impl AsRef<GlobalArgs> for Cli {
    fn as_ref(&self) -> &GlobalArgs {
        &self.global
    }
}

/// The end of the long help.
fn after() -> String {
    format!(
        "Examples:
  proxy-cost-compare --min 3
  proxy-cost-compare --window W0-CHN --top 3 --format json
  tail -n 1000 logs/usage.jsonl | proxy-cost-compare --file -

Files:
  <data-dir>/proxy_telemetry.jsonl   events, each once
  tracker.toml                       [telemetry]: what is GLM, baseline and healthy; prices

{EXIT_STATUS}"
    )
}

/// Runs one command line in the surroundings of this process.
///
/// # Errors
/// As [`cost::run`].
pub fn run(cli: Cli, ui: &mut Ui) -> Result<Exit, CliError> {
    let workspace = Workspace::find(&cli.global, VerbFlags::default(), &Surroundings::of_process()?)?;
    cost::run(&cli.compare, &workspace, ui)
}
