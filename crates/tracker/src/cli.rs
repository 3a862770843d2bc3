//! The command line: one variant a verb, whose arguments stand in the verb's own file.

use tracker_cli_support::{EXIT_STATUS, GlobalArgs};

use crate::{VerbFlags, commands};

/// Measures finished work per unit of capped coding subscriptions, from evidence
///
/// Tracker records the meters of your subscriptions before and after each work window and the features that went
/// green in it, and tells with an honest interval how many features each provider gives per percentage point. It
/// observes; it never proxies, routes or throttles.
#[derive(Debug, clap::Parser)]
#[command(name = "tracker", version, max_term_width = 100, after_long_help = after(), subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// Options of every verb.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The verb.
    #[command(subcommand)]
    pub verb: Verb,
}

impl AsRef<GlobalArgs> for Cli {
    fn as_ref(&self) -> &GlobalArgs {
        &self.global
    }
}

/// What Tracker can do.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Write tracker.toml, the data dir and empty ledgers
    Init(commands::init::InitArgs),
    /// Play a whole Week-0 on bundled captures and show what comes out
    Demo(commands::demo::DemoArgs),
    /// Open, close, cross or correct a window in one short command
    Alias(commands::alias::AliasArgs),
    /// Store one capture of a meter or a report
    Ingest(commands::ingest::IngestArgs),
    /// Ask a client for its meter and store what it shows
    Capture(commands::capture::AskArgs),
    /// List, render or run the standing jobs around the resets
    Jobs(commands::jobs::JobsArgs),
    /// Write planned windows, resets and captures as a calendar
    Calendar(commands::calendar::CalendarArgs),
    /// Show what a capture says and store nothing
    Parse(commands::parse::ParseArgs),
    /// Store meter values typed by hand
    Override(commands::override_values::OverrideArgs),
    /// Finalize a window: features, quality, outcome
    #[command(alias = "window-finalize")]
    Complete(commands::complete::CompleteArgs),
    /// Record what shows that a capability works
    Evidence(commands::evidence::EvidenceArgs),
    /// Log a scenario that went green, or reserve a capability
    Feature(commands::feature::FeatureArgs),
    /// Show how far each capability is, and the whole
    Capability(commands::capability::CapabilityArgs),
    /// Record votes of the review panel, and what they come to
    Panel(commands::panel::PanelArgs),
    /// End a session in one step: tokens, churn, hand-off, progress
    Checkpoint(commands::checkpoint::CheckpointArgs),
    /// Count what a window's commits changed and what survived
    Churn(commands::churn::ChurnArgs),
    /// Score how complex a window's work was, against the others
    Cls(commands::cls::ClsArgs),
    /// Show windows, efficiency with intervals, and what is still open
    Preview(commands::preview::PreviewArgs),
    /// Decide by fixed rules whether a window or the run is done
    DecisionCard(commands::decision_card::DecisionCardArgs),
    /// Compare providers or ways of working, and how sure that is
    Compare(commands::compare::CompareArgs),
    /// Show what the windows can tell apart, and what is missing
    Power(commands::power::PowerArgs),
    /// Read the logs that clients left here: tokens, meters, windows
    Scan(commands::scan::ScanArgs),
    /// Replay the windows under their caps, as a router would
    Replay(commands::replay::ReplayArgs),
    /// Pack cards, views and hashes of a window or the run in a zip
    Bundle(commands::bundle::BundleArgs),
    /// Show every row behind one window: canonical, duplicate, missing
    WindowAudit(commands::window_audit::WindowAuditArgs),
    /// Check every ledger, byte by byte
    Verify(commands::verify::VerifyArgs),
    /// Plan the next session so that it fits the context window
    Plan(commands::plan::PlanArgs),
    /// Print the brief that the next agent starts from
    Handoff(commands::handoff::HandoffArgs),
    /// Check what a plan must say, and words that are not used
    Lint(commands::lint::LintArgs),
    /// Show the settings and where each comes from
    Config(commands::config::ConfigArgs),
    /// Print short shell functions for starting and ending windows
    ShellInit(commands::shell_init::ShellInitArgs),
    /// Print the completion script of a shell
    Completions(commands::completions::CompletionsArgs),
    /// Print the manual page
    Man(commands::man::ManArgs),
}

/// Returns what stands below the options of the long help.
fn after() -> String {
    format!("{AFTER}\n\n{EXIT_STATUS}")
}

/// Examples, files, environment.
const AFTER: &str = "Examples:
  codex /status | tracker alias start codex --window W0-20
  codex /status | tracker alias end codex
  tracker complete --window W0-20 --codex-features 3 --outcome pass
  tracker preview

Files:
  tracker.toml                settings of a project; its folder is the root
  data/week0/live/*.jsonl     ledgers, append-only
  docs/Ledgers/*.csv          mirrors of the ledgers for spreadsheets

Environment:
  AGENT_ID                    name of the lane (one agent)
  TRACKER_DATA_DIR            as --data-dir
  TRACKER_LEDGER_DIR          as --ledger-dir
  TRACKER_ALIAS_STATE_DIR     as --state-dir
  TRACKER_NOW                 freezes the clock (RFC 3339), for tests
  NO_COLOR                    no colour";

/// Returns the whole definition, for the manual page and the completions.
#[must_use]
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

impl Verb {
    /// Returns the flags of the verb that change the workspace.
    #[must_use]
    pub fn flags(&self) -> VerbFlags<'_> {
        match self {
            Self::Alias(args) => VerbFlags { state_dir: args.state_dir(), timezone: args.timezone() },
            Self::Capture(args) => VerbFlags { state_dir: args.state_dir(), timezone: args.timezone() },
            Self::Ingest(args) => VerbFlags { timezone: args.capture.tz.as_deref(), ..VerbFlags::default() },
            Self::Parse(args) => VerbFlags { timezone: args.tz.as_deref(), ..VerbFlags::default() },
            Self::Scan(args) => VerbFlags { timezone: args.tz.as_deref(), ..VerbFlags::default() },
            Self::Override(args) => VerbFlags { timezone: args.tz.as_deref(), ..VerbFlags::default() },
            _ => VerbFlags::default(),
        }
    }
}
