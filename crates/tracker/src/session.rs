//! What every session begins and ends with: what to read, what to run, which files to update.

use std::path::Path;

use tracker_cli_support::{CliError, Exit};
use tracker_ledger::ErrorClass;
use tracker_workflow::document::DocumentError;
use tracker_workflow::handoff::Command;
use tracker_workflow::plan::{Check, Reference};

use crate::Workspace;
use crate::config::Origin;

/// Returns a writer of command lines for this data dir, with absolute folders.
pub(crate) fn command(workspace: &Workspace) -> Command {
    let config = &workspace.config;
    let mut folders = vec!["--data-dir".to_owned(), config.data_dir.value.display().to_string()];
    let inside = config.data_dir.value.starts_with(&workspace.root);
    let own =
        if inside { workspace.root.join("docs/Ledgers") } else { config.data_dir.value.join("Ledgers") };
    // One that a flag or a variable names is not found again by itself.
    if config.ledger_dir.origin == Origin::Given && config.ledger_dir.value != own {
        folders.extend(["--ledger-dir".to_owned(), config.ledger_dir.value.display().to_string()]);
    }
    Command { folders }
}

/// Returns what to read first: progress and hand-off, then what the settings and `more` name (`path` or `path:why`).
pub(crate) fn reading(workspace: &Workspace, more: &[String]) -> Vec<Reference> {
    let config = &workspace.config;
    let reference =
        |path: &Path, why: &str| Reference { path: path.display().to_string(), why: why.to_owned() };
    let mut all = vec![
        reference(&config.handoff.value, "what the last session left"),
        reference(&config.progress.value, "what was done, in order"),
    ];
    all.extend(config.session_reading.value.iter().chain(more).map(|text| {
        let (path, why) = match text.rsplit_once(':') {
            // An address has a colon and no reason.
            Some((path, why)) if !why.starts_with("//") && !why.trim().is_empty() => (path, why.trim()),
            _ => (text.as_str(), "named for this session"),
        };
        let is_address = path.contains("://");
        let path = if is_address { path.to_owned() } else { workspace.root.join(path).display().to_string() };
        Reference { path, why: why.to_owned() }
    }));
    all
}

/// Returns what to run before anything else; `window` is the one to look at.
pub(crate) fn opener(workspace: &Workspace, window: Option<&str>) -> Vec<Check> {
    let command = command(workspace);
    let own = workspace.config.session_opener.value.iter().map(|line| check(line, "all is green"));
    let mut all: Vec<Check> = own.collect();
    all.push(check(&command.tracker(&["verify"]), "it ends with `verify: ok`"));
    let preview = match window {
        Some(window) => command.tracker(&["preview", "--window", window]),
        None => command.tracker(&["preview"]),
    };
    all.push(check(&preview, "it prints `Providers:` and `Anomalies: 0`, or names what is open"));
    all
}

/// Returns what to run at the end: the commands of the settings and of `more`, then the tools on `window`.
pub(crate) fn matrix(workspace: &Workspace, more: &[String], window: Option<&str>) -> Vec<Check> {
    let command = command(workspace);
    let own = workspace.config.session_checks.value.iter().chain(more);
    let mut all: Vec<Check> = own.map(|line| check(line, "all is green")).collect();
    all.push(check(&command.tracker(&["verify"]), "it ends with `verify: ok`"));
    all.push(check(
        &command.tracker(&["preview"]),
        "every provider has its line and `Anomalies: 0` stands above",
    ));
    if let Some(window) = window {
        let audit = command.tracker(&["window-audit", "--window", window, "--json"]);
        all.push(check(&audit, "`missing` and `needs` are empty"));
    }
    all.push(check(
        &command.tool("decision-card", &["--window", "WEEK0"]),
        "its status is GO, or its reasons are known",
    ));
    all.push(check(
        &command.tool("proxy-cost-compare", &["--min", "3"]),
        "three requests or more are matched",
    ));
    let replay = ["--strategy", "bwk", "--baseline", "greedy"];
    all.push(check(
        &command.tool("router-replay", &replay),
        "BwK is not worse than greedy, or it says why it is silent",
    ));
    all
}

fn check(command: &str, passes: &str) -> Check {
    Check { command: command.to_owned(), passes: passes.to_owned() }
}

/// Returns the files to update at the end of a session.
pub(crate) fn to_update(workspace: &Workspace) -> Vec<Reference> {
    let config = &workspace.config;
    let file = |path: &Path, why: &str| Reference { path: path.display().to_string(), why: why.to_owned() };
    vec![
        file(
            &config.handoff.value,
            "the brief of `tracker handoff --write` and the block of `tracker checkpoint`",
        ),
        file(&config.progress.value, "commands run and artefacts touched"),
        file(&config.ledger_dir.value.join("Token_Churn_Ledger.csv"), "the row of `tracker checkpoint`"),
        file(
            &config.ledger_dir.value.join("Feature_Log.csv"),
            "a row of `tracker feature log` for every green scenario",
        ),
        file(&config.plans.value, "the plan of the session after it, by `tracker plan next`"),
    ]
}

/// Tells what a document is not changed for.
pub(crate) fn told(cause: &DocumentError) -> CliError {
    let exit = match cause {
        DocumentError::Unwritable(error) if error.class() == ErrorClass::Refused => Exit::Refused,
        _ => Exit::Failed,
    };
    CliError::caused(exit, cause.to_string(), cause).hint(cause.hint())
}
