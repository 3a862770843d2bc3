//! Joins the skills of the workspace into the `tracker` command line.
//!
//! ```
//! use tracker_cli_support::{Exit, Ui, run_with};
//!
//! let ui = Ui::new(std::io::sink(), std::io::sink());
//! let args = ["tracker", "completions", "bash"].map(Into::into);
//! assert_eq!(run_with(ui, args, tracker::run), Exit::Ok);
//! ```
//!
//! # Concepts
//! - A verb is a file in [`commands`]; it reads, asks the skills, appends, says what it did. It decides nothing.
//! - [`Surroundings`] is all that the process brings along; [`Workspace`] is what follows from it and the settings.
//! - [`rows`] turns ledger lines into domain values, [`intake`] turns bytes into a pseudonymized reading.
//!
//! # Limits
//! - Made for this workspace's binary: signatures carry types of the command line's own crates.
//! - One command reads and appends under the ledger's lock, so two commands never decide on the same old state; a
//!   command that is killed between two rows leaves the first one.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod alias_state;
mod append;
mod arms;
mod ask;
pub mod beside;
mod brief;
mod capabilities;
mod capture_args;
pub mod card;
pub mod cli;
pub mod commands;
mod comparison;
pub mod config;
mod context;
pub mod cost;
mod disk_source;
pub mod done;
mod errors;
mod estimate;
mod explain;
mod heads;
mod history;
pub mod intake;
mod mirrors;
mod powers;
mod prompts;
pub mod render;
mod repository;
mod resets;
pub mod rows;
mod session;
mod settings;
mod standing_jobs;
mod store;
mod surroundings;
pub mod telemetry;
mod verdicts;
mod waiting;
mod weekly;
pub mod wire;
mod witness;
mod workspace;

pub use surroundings::Surroundings;
pub use workspace::{VerbFlags, Workspace};

use cli::{Cli, Verb};
use tracker_cli_support::{CliError, Exit, Ui};

/// Runs one command line in the surroundings of this process.
///
/// # Errors
/// What the verb fails with; the caller prints it and exits with its class.
pub fn run(cli: Cli, ui: &mut Ui) -> Result<Exit, CliError> {
    if let Some(name) = surroundings::unknown_zone() {
        ui.warn(format_args!("TZ={name} is no IANA zone: times without a zone are read as UTC; give --tz"));
    }
    run_in(&cli, &Surroundings::of_process()?, ui)
}

/// Runs one command line in given surroundings: for the demo, for tests and for embedders.
///
/// # Errors
/// As [`run`].
pub fn run_in(cli: &Cli, around: &Surroundings, ui: &mut Ui) -> Result<Exit, CliError> {
    let workspace = || Workspace::find(&cli.global, cli.verb.flags(), around);
    match &cli.verb {
        Verb::Init(args) => commands::init::run(args, &workspace()?, ui),
        Verb::Demo(args) => commands::demo::run(args, around, ui),
        Verb::Alias(args) => commands::alias::run(args, &mut workspace()?, ui),
        Verb::Ingest(args) => commands::ingest::run(args, &mut workspace()?, ui),
        Verb::Capture(args) => commands::capture::run(args, &mut workspace()?, around, ui),
        Verb::Jobs(args) => commands::jobs::run(args, &cli.global, &workspace()?, around, ui),
        Verb::Calendar(args) => commands::calendar::run(args, &workspace()?, around, ui),
        Verb::Parse(args) => commands::parse::run(args, &workspace()?, ui),
        Verb::Override(args) => commands::override_values::run(args, &workspace()?, ui),
        Verb::Complete(args) => commands::complete::run(args, &mut workspace()?, ui),
        Verb::Evidence(args) => commands::evidence::run(args, &workspace()?, ui),
        Verb::Feature(args) => commands::feature::run(args, &workspace()?, ui),
        Verb::Capability(args) => commands::capability::run(args, &workspace()?, ui),
        Verb::Panel(args) => commands::panel::run(args, &workspace()?, ui),
        Verb::Checkpoint(args) => commands::checkpoint::run(args, &workspace()?, ui),
        Verb::Churn(args) => commands::churn::run(args, &workspace()?, ui),
        Verb::Cls(args) => commands::cls::run(args, &workspace()?, ui),
        Verb::Preview(args) => commands::preview::run(args, &workspace()?, ui),
        Verb::DecisionCard(args) => commands::decision_card::run(args, &workspace()?, ui),
        Verb::Compare(args) => commands::compare::run(args, &workspace()?, ui),
        Verb::Power(args) => commands::power::run(args, &workspace()?, ui),
        Verb::Scan(args) => commands::scan::run(args, &workspace()?, around, ui),
        Verb::Replay(args) => commands::replay::run(args, &workspace()?, ui),
        Verb::Bundle(args) => commands::bundle::run(args, &workspace()?, around, ui),
        Verb::WindowAudit(args) => commands::window_audit::run(args, &workspace()?, ui),
        Verb::Verify(args) => commands::verify::run(args, &workspace()?, ui),
        Verb::Plan(args) => commands::plan::run(args, &workspace()?, ui),
        Verb::Handoff(args) => commands::handoff::run(args, &workspace()?, ui),
        Verb::Lint(args) => commands::lint::run(args, &workspace()?, ui),
        Verb::Config(args) => commands::config::run(args, &workspace()?, ui),
        Verb::ShellInit(args) => commands::shell_init::run(args, ui),
        Verb::Completions(args) => commands::completions::run(args, ui),
        Verb::Man(args) => commands::man::run(args, ui),
    }
}

/// The README's Rust block is compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
