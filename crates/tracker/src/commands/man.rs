//! `tracker man`.

use tracker_cli_support::{CliError, Exit, Ui, man};

/// Arguments of `tracker man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// A verb, for its own page (for example: alias start)
    verb: Vec<String>,
}

/// Prints the manual page (roff), generated from the same definition as `--help`.
///
/// # Errors
/// Usage: no such verb.
pub fn run(args: &ManArgs, ui: &mut Ui) -> Result<Exit, CliError> {
    let verb: Vec<&str> = args.verb.iter().map(String::as_str).collect();
    ui.verbatim(man(crate::cli::command(), &verb)?.as_bytes())?;
    Ok(Exit::Ok)
}
