//! What a session left behind: the commands behind the rows of its window, the files that hold them, the heads.

use std::path::PathBuf;

use tracker_cli_support::CliError;
use tracker_domain::WindowId;
use tracker_ledger::LedgerFile;
use tracker_term_text::escape_terminal_line;

use super::{CheckpointArgs, Recorded};
use crate::rows::{Object, Rows};
use crate::{Workspace, errors, mirrors};

/// How many commands are listed, the newest.
const COMMANDS: usize = 40;

/// What is listed in the hand-off.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) commands: Vec<String>,
    pub(super) artifacts: Vec<(PathBuf, String)>,
    pub(super) heads: Vec<(String, u64, String)>,
}

/// Collects what stands in the ledgers.
pub(super) fn of(done: &Recorded, args: &CheckpointArgs, workspace: &Workspace) -> Result<Trail, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let ledger = workspace.ledger();
    let mut trail = Trail::default();
    let mut commands: Vec<(String, String)> = Vec::new();
    let beside = [LedgerFile::ANOMALIES, LedgerFile::METERS, LedgerFile::REPLAY];
    for file in LedgerFile::KNOWN.iter().filter(|file| !beside.contains(file)) {
        let found = rows.objects(file, Some(&args.window))?;
        if !found.is_empty() {
            let count = if found.len() == 1 { "1 row".to_owned() } else { format!("{} rows", found.len()) };
            trail.artifacts.push((ledger.dir().ledger(file), format!("{count} of {}", args.window)));
        }
        commands.extend(found.iter().filter_map(|row| command(file, row, &args.window)));
    }
    commands.sort();
    commands.dedup();
    let skipped = commands.len().saturating_sub(COMMANDS);
    trail.commands = commands.into_iter().skip(skipped).map(|(_, command)| command).collect();
    trail.commands.push(own_command(done, args));
    let ledger_dir = &workspace.config.ledger_dir.value;
    for mirror in mirrors::ALL {
        let path = ledger_dir.join(mirror.name);
        if path.is_file() {
            trail.artifacts.push((path, format!("mirror of {}", mirror.file)));
        }
    }
    for evidence in rows.evidence(Some(&args.window))? {
        let what = format!("evidence of {}: {}", evidence.capability, evidence.result);
        trail
            .artifacts
            .extend(evidence.artifacts.iter().map(|of| (workspace.root.join(&of.path), what.clone())));
    }
    for file in ledger.files().map_err(errors::ledger)? {
        // A ledger that is damaged has no head to witness; `verify` tells it.
        if let Ok(Some(head)) = ledger.head(&file) {
            trail.heads.push((file.to_string(), head.seq, head.hash.to_string()));
        }
    }
    Ok(trail)
}

/// Returns the command that a row comes from, with its time; `None` for rows that follow from others.
fn command(file: &LedgerFile, row: &Object, window: &WindowId) -> Option<(String, String)> {
    let text = |key: &str| row.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    let at = [text("captured_at"), text("finalized_at")].concat();
    let (source, provider, phase) = (text("source"), text("provider"), text("phase"));
    let is_capture = row.contains_key("phase") || row.contains_key("prompts_used");
    let words = if is_capture {
        match (source, phase) {
            ("alias", _) if row.contains_key("cross_id") => format!("tracker alias cross {provider}"),
            ("alias", "before") => format!("tracker alias start {provider}"),
            ("alias", _) => format!("tracker alias end {provider}"),
            ("automation", _) => format!("tracker capture {provider} --phase {phase}"),
            (_, "") => format!("tracker {source} {provider}"),
            _ => format!("tracker {source} {provider} --phase {phase}"),
        }
    } else if *file == LedgerFile::WINDOWS && source == "complete" {
        "tracker complete".to_owned()
    } else if *file == LedgerFile::EVIDENCE {
        let (capability, runner, result) = (text("capability_id"), text("runner"), text("result"));
        format!("tracker evidence add --capability {capability} --runner {runner} --result {result}")
    } else if *file == LedgerFile::FEATURES && text("kind") == "logged" {
        format!("tracker feature log --provider {provider} --scenario \"{}\"", text("scenario"))
    } else if *file == LedgerFile::FEATURES {
        format!("tracker feature reserve --capability {}", text("capability_id"))
    } else {
        return None;
    };
    Some((at, format!("{} --window {window}", escape_terminal_line(&words))))
}

/// Returns this command, as it can be typed again.
fn own_command(done: &Recorded, args: &CheckpointArgs) -> String {
    let mut words = vec![format!("tracker checkpoint --window {}", args.window)];
    let mut add = |option: &str, value: Option<String>| {
        words.extend(value.map(|value| format!("--{option} {value}")));
    };
    add("provider", done.row.provider.as_ref().map(ToString::to_string));
    add("task", Some(format!("\"{}\"", done.row.task)));
    add("plan", args.plan.map(|tokens| tokens.to_string()));
    add("actual", args.actual.map(|tokens| tokens.to_string()));
    add("features", args.features.map(|features| features.to_string()));
    add("commit-start", done.row.commit_start.clone());
    add("commit-end", done.row.commit_end.clone());
    escape_terminal_line(&words.join(" ")).into_owned()
}
