//! Completions and the manual page, generated from the same definition as `--help`.

use clap::Command;
pub use clap_complete::Shell;

use crate::{CliError, Exit};

/// Returns the completion script of `command` for `shell`.
///
/// ```
/// use tracker_cli_support::{Shell, completions};
///
/// let script = completions(Shell::Bash, clap::Command::new("greet").subcommand(clap::Command::new("hello")));
/// assert!(script.contains("greet__hello") || script.contains("hello"));
/// ```
#[must_use]
pub fn completions(shell: Shell, mut command: Command) -> String {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    // Into memory: the generator would panic on a broken pipe.
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Returns the manual page (roff) of the tool, or of one of its verbs (`["alias", "start"]`).
///
/// # Errors
/// A usage error for a verb that `command` does not have.
pub fn man(mut command: Command, verb: &[&str]) -> Result<String, CliError> {
    command.build();
    for name in verb {
        let unknown = || {
            CliError::usage(format!("no verb {name:?} to show a manual page of"))
                .hint("--help lists the verbs")
        };
        command = command.find_subcommand(name).cloned().ok_or_else(unknown)?;
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|cause| CliError::caused(Exit::Failed, "cannot render the manual page", &cause))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool() -> Command {
        Command::new("tool")
            .about("Does things")
            .subcommand(Command::new("alias").subcommand(Command::new("start").about("Begins a window")))
    }

    #[test]
    fn every_shell_learns_the_verbs() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let script = completions(shell, tool());
            assert!(script.contains("alias") && script.contains("start"), "{shell}");
        }
    }

    #[test]
    fn manual_page_of_tool_and_verb() {
        assert!(man(tool(), &[]).unwrap().contains("Does things"));
        let page = man(tool(), &["alias", "start"]).unwrap();
        assert!(page.contains("Begins a window") && page.contains(".TH tool-alias-start 1"), "{page}");
        assert_eq!(man(tool(), &["alias", "stop"]).unwrap_err().exit(), Exit::Usage);
    }
}
