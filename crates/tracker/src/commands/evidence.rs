//! `tracker evidence add`: what shows that a capability works.

use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{Artifact, Evidence, EvidenceResult, RowRef, WindowId};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{self, Stamp};

use crate::intake::Intake;
use crate::store::TOOL_VERSION;
use crate::{Workspace, append, errors, mirrors};

/// Arguments of `tracker evidence`.
#[derive(Debug, clap::Args)]
pub struct EvidenceArgs {
    /// What to do
    #[command(subcommand)]
    action: EvidenceAction,
}

/// What to do with evidence.
#[derive(Debug, clap::Subcommand)]
pub enum EvidenceAction {
    /// Append one row, with the SHA-256 of every artifact
    Add(AddArgs),
}

/// Arguments of `tracker evidence add`.
#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// The window
    #[arg(long, value_name = "ID")]
    window: WindowId,
    /// The capability that was tested
    #[arg(long, value_name = "ID")]
    capability: String,
    /// What ran the test: cargo, pytest, behave, manual, ...
    #[arg(long, value_name = "NAME")]
    runner: String,
    /// pass, fail or skip
    #[arg(long, value_name = "RESULT")]
    result: EvidenceResult,
    /// Name of the run
    #[arg(long, value_name = "ID")]
    test_run_id: Option<String>,
    /// Files that the run left behind
    #[arg(long, value_name = "FILE", num_args = 1..)]
    artifacts: Vec<PathBuf>,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    notes: String,
}

/// Appends the row and its mirror in `Acceptance_Evidence.csv`.
///
/// # Errors
/// Failed: an artifact cannot be read. Usage: an empty capability or runner.
pub fn run(args: &EvidenceArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let EvidenceAction::Add(args) = &args.action;
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    append::filled("--capability", &args.capability, "CAP-01")?;
    append::filled("--runner", &args.runner, "cargo")?;
    let artifacts: Vec<Artifact> =
        args.artifacts.iter().map(|path| artifact(path, workspace)).collect::<Result<_, _>>()?;
    let ledger = workspace.ledger();
    let intake = Intake::open(&ledger, true)?;
    let artifacts = artifacts.into_iter().map(|artifact| named(artifact, workspace, &intake)).collect();
    let row = Evidence {
        window: args.window.clone(),
        capability: args.capability.clone(),
        test_run_id: args.test_run_id.clone(),
        runner: args.runner.clone(),
        result: args.result,
        artifacts,
        captured_at: workspace.now(),
        lane: workspace.lane.clone(),
        notes: intake.text(args.notes.as_bytes()),
        row: RowRef::default(),
    };
    let stamp = Stamp::new(TOOL_VERSION, "evidence").with_agent(workspace.lane.as_ref());
    let line = wire::evidence::write(&row, &stamp).map_err(errors::wire)?;
    let file = LedgerFile::EVIDENCE;
    let mut transaction = ledger.begin(std::slice::from_ref(&file)).map_err(errors::ledger)?;
    transaction.append(&file, &line).map_err(errors::ledger)?;
    mirrors::keep_up(&mut transaction, &mirrors::EVIDENCE, workspace, ui);
    append::commit(transaction, ui)?;
    if format == Format::Json {
        ui.json(&line)?;
        return Ok(Exit::Ok);
    }
    let count = row.artifacts.len();
    ui.line(format_args!(
        "stored evidence {} for {} (runner={}, result={}, artifacts={count})",
        row.capability, row.window, row.runner, row.result
    ))?;
    Ok(Exit::Ok)
}

/// Names an artifact below the root from there, so that it is found wherever the tree lies, and any other by its
/// absolute path; a path that names a person is kept under a pseudonym.
fn named(artifact: Artifact, workspace: &Workspace, intake: &Intake) -> Artifact {
    let root = workspace.root.canonicalize().unwrap_or_else(|_| workspace.root.clone());
    let path = Path::new(&artifact.path);
    let shown = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    Artifact { path: intake.text(shown.as_bytes()), ..artifact }
}

/// Reads an artifact and names it by its absolute path.
fn artifact(path: &Path, workspace: &Workspace) -> Result<Artifact, CliError> {
    let cannot = |cause: &std::io::Error| {
        CliError::caused(Exit::Failed, format_args!("cannot read the artifact `{}`", path.display()), cause)
            .hint("give files that the test run left behind, or leave --artifacts out")
    };
    let place = workspace.absolute(path);
    let mut file = std::fs::File::open(&place).map_err(|cause| cannot(&cause))?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; 1 << 16];
    loop {
        match file.read(&mut block).map_err(|cause| cannot(&cause))? {
            0 => break,
            read => hasher.update(block.get(..read).unwrap_or_default()),
        }
    }
    let absolute = place.canonicalize().map_err(|cause| cannot(&cause))?;
    let sha256 = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Artifact { path: absolute.display().to_string(), sha256 })
}
