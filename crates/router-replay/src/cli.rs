//! The command line.

use tracker_cli_support::GlobalArgs;

use crate::{bench::BenchArgs, replay::ReplayArgs};

/// Replays the recorded windows under their caps: what would a router have given?
///
/// The interval comes from resampling the log and then seeds. Without enough evidence it says so, and it refuses on
/// logs that cannot tell. It routes nothing.
#[derive(Debug, clap::Parser)]
#[command(
    name = "router-replay",
    version,
    max_term_width = 100,
    after_long_help = AFTER,
    subcommand_precedence_over_arg = true
)]
pub struct Cli {
    /// Options of every tool.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// Options of a replay.
    #[command(flatten)]
    pub replay: ReplayArgs,
    /// The verb; none replays a data dir.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

impl AsRef<GlobalArgs> for Cli {
    fn as_ref(&self) -> &GlobalArgs {
        &self.global
    }
}

/// What else it can do.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Play policies in worlds whose truth is known
    Bench(BenchArgs),
}

const AFTER: &str = "Examples:
  router-replay --data-dir data/week0/live --strategy bwk --baseline greedy
  router-replay --data-dir data/week0/live --by provider --weeks 12 --plot replay.svg
  router-replay bench --seeds 200

Exit status:
  0  done, refused or worse, unless --exit-code asks for more
  1  failed: input or output, unreadable input
  2  usage: wrong arguments or values
  3  the replay was refused (only with --exit-code)
  6  the strategy is worse than the baseline (only with --exit-code)";
