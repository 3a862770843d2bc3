//! `tracker init`: settings, data dir, empty ledgers.

use tracker_cli_support::{CliError, Exit, Ui};
use tracker_ledger::wire::{feature, token_plan};
use tracker_ledger::{LedgerFile, atomic};

use crate::{Workspace, errors};

/// Arguments of `tracker init`.
#[derive(Debug, clap::Args)]
pub struct InitArgs {}

/// The settings file with every key, as a comment where it is the default.
pub(crate) const TEMPLATE: &str = include_str!("init.toml");

/// The CSV mirrors and their fixed headers.
pub(crate) const CSV_HEADERS: [(&str, &str); 5] = [
    ("Token_Churn_Ledger.csv", token_plan::HEADER),
    (
        "Churn_Ledger.csv",
        "date,window,provider,methodology,commit_start,commit_end,files_changed,insertions,deletions,net,features,normalized_churn,notes",
    ),
    ("Feature_Log.csv", feature::HEADER),
    (
        "Acceptance_Evidence.csv",
        "window_id,capability_id,test_run_id,runner,result,artifacts_path,artifact_hash,notes",
    ),
    ("capabilities.csv", "capability_id,name,type,weight,acceptance_path,criticality,owner"),
];

/// Writes what is not there yet and leaves alone what is.
///
/// # Errors
/// Failed: something cannot be written.
pub fn run(_args: &InitArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let mut created = Vec::new();
    let settings = workspace.root.join("tracker.toml");
    if !settings.exists() {
        atomic::write(&settings, TEMPLATE.as_bytes()).map_err(errors::ledger)?;
        created.push(settings);
    }
    let ledger = workspace.ledger();
    let missing: Vec<LedgerFile> =
        LedgerFile::KNOWN.iter().filter(|file| !ledger.dir().ledger(file).exists()).cloned().collect();
    ledger.create(&missing).map_err(errors::ledger)?;
    created.extend(missing.iter().map(|file| ledger.dir().ledger(file)));
    for (name, header) in CSV_HEADERS {
        let path = workspace.config.ledger_dir.value.join(name);
        if !path.exists() {
            atomic::write(&path, format!("{header}\n").as_bytes()).map_err(errors::ledger)?;
            created.push(path);
        }
    }
    for path in &created {
        ui.line(format_args!("created {}", path.display()))?;
    }
    if created.is_empty() {
        ui.line("nothing to do: everything is there")?;
    }
    Ok(Exit::Ok)
}
