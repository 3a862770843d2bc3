//! Decides by fixed rules whether a window, or the whole run, may count as done.
//!
//! ```
//! use tracker_cli_support::{Exit, Ui, run_with};
//!
//! let ui = Ui::new(std::io::sink(), std::io::sink());
//! let args = ["decision-card", "--data-dir", "no/such/dir", "--window", "WEEK0", "--exit-code"];
//! assert_eq!(run_with(ui, args.map(Into::into), decision_card::run), Exit::NoGo);
//! ```
//!
//! # Concepts
//! - The rules are those of `tracker-gates`, the rows are read by [`tracker::card`]; this tool is their command line,
//!   the same as `tracker decision-card`.
//!
//! # Limits
//! - Made for this workspace's binary: signatures carry types of the command line's own crates.
//! - A card is as good as its rows: it does not know whether a test tests anything.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

use tracker::commands::decision_card::{self, DecisionCardArgs};
use tracker::{Surroundings, VerbFlags, Workspace};
use tracker_cli_support::{CliError, EXIT_STATUS, Exit, GlobalArgs, Ui};

/// Decides by fixed rules: may a window, or the run, count as done?
///
/// GO, SOFT GO or NO-GO, with the rows that decided. Reads the ledgers only, and is the same from every folder.
#[derive(Debug, clap::Parser)]
#[command(name = "decision-card", version, max_term_width = 100, after_long_help = after())]
pub struct Cli {
    /// Options of every tool.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What is decided.
    #[command(flatten)]
    pub card: DecisionCardArgs,
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
  decision-card --data-dir data/week0/live --window W0-20
  decision-card --window W0-20 --exit-code && git push
  decision-card --window WEEK0 --explain
  decision-card --window WEEK0 --format html > card.html

Files:
  <data-dir>/*.jsonl   ledgers; a damaged one is a NO-GO

{EXIT_STATUS}"
    )
}

/// Runs one command line in the surroundings of this process.
///
/// # Errors
/// As [`decision_card::run`].
pub fn run(cli: Cli, ui: &mut Ui) -> Result<Exit, CliError> {
    let workspace = Workspace::find(&cli.global, VerbFlags::default(), &Surroundings::of_process()?)?;
    decision_card::run(&cli.card, &workspace, ui)
}
