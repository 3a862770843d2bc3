//! The options that every tool knows, before and after its verb.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
};

use clap::ColorChoice;

use crate::CliError;

/// The shape of data on standard output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum Format {
    /// Lines for people and for the scripts that know their prefixes.
    #[default]
    Text,
    /// JSON with a published schema.
    Json,
    /// Comma-separated values, for lists only.
    Csv,
    /// A Markdown table, for comparisons only.
    Markdown,
    /// A page that stands alone, for decision cards only; the help of others does not offer it.
    #[value(hide = true)]
    Html,
}

/// The global options; flatten them into a parser and give them out by `AsRef<GlobalArgs>`.
///
/// An empty variable or value counts as not given.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Directory of the JSONL ledgers [default: data/week0/live under the root]
    #[arg(long, global = true, value_name = "DIR", env = "TRACKER_DATA_DIR", hide_env_values = true)]
    data_dir: Option<OsString>,
    /// Directory of the CSV ledgers [default: docs/Ledgers under the root]
    #[arg(long, global = true, value_name = "DIR", env = "TRACKER_LEDGER_DIR", hide_env_values = true)]
    ledger_dir: Option<OsString>,
    /// Configuration file instead of tracker.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<OsString>,
    /// Shape of the output
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Short for --format json
    #[arg(long, global = true)]
    json: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: ColorChoice,
    /// Say less (twice: no warnings either)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    quiet: u8,
    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

impl GlobalArgs {
    /// Returns `--data-dir` or `TRACKER_DATA_DIR`.
    #[must_use]
    pub fn data_dir(&self) -> Option<&Path> {
        given(self.data_dir.as_deref())
    }

    /// Returns `--ledger-dir` or `TRACKER_LEDGER_DIR`.
    #[must_use]
    pub fn ledger_dir(&self) -> Option<&Path> {
        given(self.ledger_dir.as_deref())
    }

    /// Returns `--config`.
    #[must_use]
    pub fn config(&self) -> Option<&Path> {
        given(self.config.as_deref())
    }

    /// Returns the shape that `--format` or `--json` asks for.
    ///
    /// # Errors
    /// A usage error when both are given and differ.
    pub fn format(&self) -> Result<Format, CliError> {
        match (self.format, self.json) {
            (Some(Format::Text | Format::Csv | Format::Markdown | Format::Html), true) => {
                Err(CliError::usage("--json and --format ask for different shapes").hint("give one of them"))
            }
            (_, true) => Ok(Format::Json),
            (format, false) => Ok(format.unwrap_or_default()),
        }
    }

    /// Returns how much to say: each `-v` adds 1, each `-q` takes 1; 0 is normal.
    #[must_use]
    pub fn verbosity(&self) -> i16 {
        i16::from(self.verbose) - i16::from(self.quiet)
    }
}

/// Returns a path that is there: an empty variable means the same as none.
fn given(value: Option<&OsStr>) -> Option<&Path> {
    value.filter(|text| !text.is_empty()).map(Path::new)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::Exit;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        global: GlobalArgs,
        #[command(subcommand)]
        verb: Verb,
    }
    #[derive(clap::Subcommand)]
    enum Verb {
        Show,
    }

    fn global(args: &[&str]) -> GlobalArgs {
        let cli = Cli::try_parse_from([&["tool"], args].concat()).unwrap();
        assert!(matches!(cli.verb, Verb::Show));
        cli.global
    }

    #[test]
    fn options_work_before_and_after_the_verb() {
        let before = global(&["--data-dir", "d", "--json", "-v", "show"]);
        let after = global(&["show", "--data-dir", "d", "--json", "-v"]);
        for args in [before, after] {
            assert_eq!(args.data_dir(), Some(Path::new("d")));
            assert_eq!((args.format().unwrap(), args.verbosity()), (Format::Json, 1));
        }
        assert_eq!(global(&["show", "-qq"]).verbosity(), -2);
        assert_eq!(global(&["show", "--data-dir", "", "--config="]).data_dir(), None);
    }

    #[test]
    fn two_different_shapes_are_a_usage_error() {
        assert_eq!(global(&["--json", "show", "--format", "csv"]).format().unwrap_err().exit(), Exit::Usage);
        assert_eq!(global(&["--json", "show", "--format", "json"]).format().unwrap(), Format::Json);
        assert_eq!(global(&["show"]).format().unwrap(), Format::Text);
    }
}
