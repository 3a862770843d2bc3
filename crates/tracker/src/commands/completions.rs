//! `tracker completions SHELL`.

use tracker_cli_support::{CliError, Exit, Shell, Ui, completions};

/// Arguments of `tracker completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script, generated from the same definition as `--help`.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(args: &CompletionsArgs, ui: &mut Ui) -> Result<Exit, CliError> {
    ui.verbatim(completions(args.shell, crate::cli::command()).as_bytes())?;
    Ok(Exit::Ok)
}
