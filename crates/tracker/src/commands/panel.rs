//! `tracker panel`: what the models of the review panel say of a feature, and what follows from it.

mod decide;
mod feature_name;
mod meters;
mod vote;

use tracker_cli_support::{CliError, Exit, Ui};

use crate::Workspace;

pub use feature_name::FeatureName;

/// Arguments of `tracker panel`.
#[derive(Debug, clap::Args)]
pub struct PanelArgs {
    /// What to do
    #[command(subcommand)]
    action: PanelAction,
}

/// What to do with the panel.
#[derive(Debug, clap::Subcommand)]
pub enum PanelAction {
    /// Record the vote of one model; the newest of each model counts
    Vote(vote::VoteArgs),
    /// Say what the votes come to, and record it
    Decide(decide::DecideArgs),
}

/// Appends a vote or a decision, unless it says what the newest one says.
///
/// # Errors
/// Failed: no votes, a ledger that cannot be read or written. Refused: a model that is not of the panel. Usage: an
/// empty value.
pub fn run(args: &PanelArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    match &args.action {
        PanelAction::Vote(args) => vote::run(args, workspace, ui),
        PanelAction::Decide(args) => decide::run(args, workspace, ui),
    }
}
