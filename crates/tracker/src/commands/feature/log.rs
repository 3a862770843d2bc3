//! `tracker feature log`: a scenario went green.

use std::path::{Path, PathBuf};

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{FeatureKind, FeatureRecord, ProviderId, WindowId};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{self, Stamp};

use super::commits;
use crate::intake::Intake;
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::{Workspace, append, errors, mirrors};

/// Arguments of `tracker feature log`.
#[derive(Debug, clap::Args)]
pub struct LogArgs {
    /// The window
    #[arg(long, value_name = "ID")]
    pub(super) window: WindowId,
    /// Whose work it is
    #[arg(long, value_name = "PROVIDER")]
    provider: ProviderId,
    /// The file that holds the scenario
    #[arg(long, value_name = "FILE")]
    feature_file: String,
    /// The scenario that went green
    #[arg(long, value_name = "NAME")]
    scenario: String,
    /// The capability of the map that it belongs to
    #[arg(long, value_name = "ID")]
    capability: Option<String>,
    /// The commit at which it was green (default: HEAD)
    #[arg(long, value_name = "COMMIT")]
    pub(super) commit: Option<String>,
    /// The last commit before the work (default: as recorded for the window)
    #[arg(long, value_name = "COMMIT")]
    pub(super) baseline_commit: Option<String>,
    /// The commit that made it green (default: that of --commit)
    #[arg(long, value_name = "COMMIT")]
    pub(super) implementation_commit: Option<String>,
    /// The commit that documented it
    #[arg(long, value_name = "COMMIT")]
    pub(super) docs_commit: Option<String>,
    /// The repository (default: that of the root)
    #[arg(long, value_name = "DIR")]
    pub(super) repo: Option<PathBuf>,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    notes: String,
    /// Append a row although the same one is recorded
    #[arg(long)]
    again: bool,
}

impl LogArgs {
    /// Tells whether something is asked of a repository by name.
    pub(super) fn names_a_commit(&self) -> bool {
        let named = [&self.commit, &self.baseline_commit, &self.implementation_commit, &self.docs_commit];
        self.repo.is_some() || named.iter().any(|rev| rev.is_some())
    }

    /// Tells whether a recorded row says all that this command says. What is not given says nothing.
    fn is_said_by(&self, recorded: &FeatureRecord, new: &FeatureRecord) -> bool {
        let is_same =
            |given: bool, recorded: &Option<String>, new: &Option<String>| !given || recorded == new;
        is_same(self.capability.is_some(), &recorded.capability, &new.capability)
            && is_same(self.commit.is_some(), &recorded.commit, &new.commit)
            && is_same(self.baseline_commit.is_some(), &recorded.baseline_commit, &new.baseline_commit)
            && is_same(
                self.implementation_commit.is_some(),
                &recorded.implementation_commit,
                &new.implementation_commit,
            )
            && is_same(self.docs_commit.is_some(), &recorded.docs_commit, &new.docs_commit)
            && (self.notes.is_empty() || recorded.notes == new.notes)
    }
}

pub(super) fn run(args: &LogArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    append::filled("--feature-file", &args.feature_file, "features/login.feature")?;
    append::filled("--scenario", &args.scenario, "\"a known user signs in\"")?;
    look_for_scenario(args, workspace, ui);
    let ledger = workspace.ledger();
    let mut row = FeatureRecord::new(FeatureKind::Logged, args.window.clone(), workspace.now());
    row.provider = Some(args.provider.clone());
    row.feature_file = Some(plain(&args.feature_file).to_owned());
    row.scenario = Some(args.scenario.trim().to_owned());
    row.capability.clone_from(&args.capability);
    row.lane.clone_from(&workspace.lane);
    commits::add(&mut row, args, workspace, ui)?;
    let mut transaction = ledger.begin(&[LedgerFile::FEATURES]).map_err(errors::ledger)?;
    row.notes = Intake::open(&ledger, true)?.text(args.notes.as_bytes());
    let mut rows = Rows::new(ledger);
    let recorded = rows.features(Some(&args.window))?;
    rows.report(ui);
    let what = |row: &FeatureRecord| {
        (row.kind, row.provider.clone(), row.feature_file.clone(), row.scenario.clone())
    };
    let before = recorded.into_iter().rev().find(|recorded| what(recorded) == what(&row));
    let same = before.filter(|before| !args.again && args.is_said_by(before, &row));
    if let Some(same) = &same {
        ui.note(format_args!("already recorded ({}); --again appends it once more", same.row));
    }
    let stamp = Stamp::new(TOOL_VERSION, "feature").with_agent(workspace.lane.as_ref());
    let line = wire::feature::write(same.as_ref().unwrap_or(&row), &stamp).map_err(errors::wire)?;
    if same.is_none() {
        transaction.append(&LedgerFile::FEATURES, &line).map_err(errors::ledger)?;
    }
    // Also when the row was there: a command that was killed may have left its mirror behind.
    mirrors::keep_up(&mut transaction, &mirrors::FEATURES, workspace, ui);
    append::commit(transaction, ui)?;
    match format {
        Format::Json => ui.json(&line)?,
        _ => ui.line(said(same.as_ref().unwrap_or(&row)))?,
    }
    Ok(Exit::Ok)
}

fn said(row: &FeatureRecord) -> String {
    let mut about = vec![format!("provider={}", row.provider.as_ref().map_or("", ProviderId::as_str))];
    if let Some(capability) = &row.capability {
        about.push(format!("capability={capability}"));
    }
    if let Some(commit) = &row.commit {
        about.push(format!("commit={}", commit.get(..12).unwrap_or(commit)));
    }
    if let (Some(added), Some(removed)) = (row.lines_added, row.lines_removed) {
        about.push(format!("+{added}/-{removed}"));
    }
    let scenario = row.scenario.as_deref().unwrap_or_default();
    format!("logged feature \"{scenario}\" for {} ({})", row.window, about.join(", "))
}

/// The path as people write it in a table: `./features/x.feature` is `features/x.feature`.
fn plain(path: &str) -> &str {
    let path = path.trim();
    path.strip_prefix("./").unwrap_or(path)
}

/// Warns when the file cannot be seen or does not hold the scenario: a name with a slip of the pen stays for ever.
fn look_for_scenario(args: &LogArgs, workspace: &Workspace, ui: &mut Ui) {
    let path = Path::new(args.feature_file.trim());
    let text = std::fs::read_to_string(path).or_else(|_| std::fs::read_to_string(workspace.root.join(path)));
    let Ok(text) = text else {
        ui.warn(format_args!("{} cannot be read: its scenario is taken as it is given", path.display()));
        return;
    };
    let names = text.lines().filter_map(|line| {
        let (keyword, name) = line.trim().split_once(':')?;
        ["Scenario", "Scenario Outline", "Scenario Template", "Example"]
            .contains(&keyword)
            .then(|| name.trim())
    });
    let names: Vec<&str> = names.collect();
    if !names.contains(&args.scenario.trim()) {
        ui.warn(format_args!("{} has no scenario \"{}\"", path.display(), args.scenario.trim()));
    }
}
