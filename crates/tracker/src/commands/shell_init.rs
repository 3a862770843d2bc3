//! `tracker shell-init SHELL`: short functions for the commands that are typed at every start and end of work.

use std::fmt::Write as _;

use tracker_cli_support::{CliError, Exit, Ui};

/// Arguments of `tracker shell-init`.
#[derive(Debug, clap::Args)]
pub struct ShellInitArgs {
    /// The shell
    #[arg(value_enum)]
    shell: ShellName,
    /// Put this before every function name, for example t_ (the short names hide the system's as and od)
    #[arg(long, value_name = "TEXT", default_value = "")]
    prefix: String,
}

/// Shells that get functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ShellName {
    /// GNU Bash
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
}

/// One function: its name and the arguments that it gives to `tracker`.
const FUNCTIONS: [(&str, &str); 16] = [
    ("os", "alias start codex --stdin"),
    ("oe", "alias end codex --stdin"),
    ("ox", "alias cross codex --stdin"),
    ("od", "alias delete codex"),
    ("od1", "alias delete codex --index 1"),
    ("od2", "alias delete codex --index 2"),
    ("as", "alias start claude --stdin"),
    ("ae", "alias end claude --stdin"),
    ("ax", "alias cross claude --stdin"),
    ("ad", "alias delete claude"),
    ("zs", "alias start glm --stdin"),
    ("ze", "alias end glm --stdin"),
    ("zx", "alias cross glm --stdin"),
    ("zd", "alias delete glm"),
    ("occ", "ingest codex-ccusage --stdin"),
    ("acm", "ingest claude-monitor --stdin"),
];

/// Prints the functions; the lane is `AGENT_ID` of the shell at the time of sourcing, `main` when it has none.
///
/// # Errors
/// Usage: a prefix that no function name can start with.
pub fn run(args: &ShellInitArgs, ui: &mut Ui) -> Result<Exit, CliError> {
    let valid = args.prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !args.prefix.starts_with(|c: char| c.is_ascii_digit());
    if !valid {
        return Err(CliError::usage(format!("{:?} cannot start the name of a function", args.prefix))
            .hint("use letters, digits and underscores, for example --prefix t_"));
    }
    ui.verbatim(script(args.shell, &args.prefix).as_bytes())?;
    Ok(Exit::Ok)
}

/// Returns the script.
fn script(shell: ShellName, prefix: &str) -> String {
    let mut out = String::from(
        "# Tracker: pipe a capture into these, for example: codex /status | os --window W0-20\n\
         # One lane per shell: set AGENT_ID first, then source this again.\n",
    );
    out.push_str(match shell {
        ShellName::Fish => "set -q AGENT_ID; or set -gx AGENT_ID main\n",
        ShellName::Bash | ShellName::Zsh => "export AGENT_ID=\"${AGENT_ID:-main}\"\n",
    });
    for (name, arguments) in FUNCTIONS {
        // `function name` and not `name()`: an alias of the same name would be expanded before `()`.
        let _ = match shell {
            ShellName::Fish => {
                writeln!(out, "function {prefix}{name}; command tracker {arguments} $argv; end")
            }
            ShellName::Bash | ShellName::Zsh => {
                writeln!(out, "function {prefix}{name} {{ command tracker {arguments} \"$@\"; }}")
            }
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_gets_every_function() {
        for shell in [ShellName::Bash, ShellName::Zsh, ShellName::Fish] {
            let text = script(shell, "t_");
            for (name, arguments) in FUNCTIONS {
                assert!(text.contains(&format!("function t_{name}")), "{shell:?} {name}");
                assert!(text.contains(arguments), "{shell:?} {arguments}");
            }
        }
    }
}
