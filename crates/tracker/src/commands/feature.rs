//! `tracker feature`: what became green in a window, and what a window has set itself to do.

mod commits;
mod log;
mod reserve;

use tracker_cli_support::{CliError, Exit, Ui};

use crate::Workspace;

/// Arguments of `tracker feature`.
#[derive(Debug, clap::Args)]
pub struct FeatureArgs {
    /// What to do
    #[command(subcommand)]
    action: FeatureAction,
}

/// What to do with features.
#[derive(Debug, clap::Subcommand)]
pub enum FeatureAction {
    /// Record that a scenario went green, with its commits and lines
    Log(log::LogArgs),
    /// Set a capability aside for a window, before the work
    Reserve(reserve::ReserveArgs),
}

/// Appends one row, unless it is there already.
///
/// # Errors
/// Failed: an unknown commit, a ledger that cannot be written. Refused: a capability that the map does not hold, or that
/// is reserved already. Usage: an empty value.
pub fn run(args: &FeatureArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    match &args.action {
        FeatureAction::Log(args) => log::run(args, workspace, ui),
        FeatureAction::Reserve(args) => reserve::run(args, workspace, ui),
    }
}
