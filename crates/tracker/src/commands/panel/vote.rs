//! `tracker panel vote`: what one model says.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{PanelVote, RowRef, Vote, WindowId};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::panel::PanelLine;
use tracker_ledger::wire::{self, Stamp};

use super::FeatureName;
use crate::intake::Intake;
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::{Workspace, append, errors};

/// Arguments of `tracker panel vote`.
#[derive(Debug, clap::Args)]
pub struct VoteArgs {
    /// The feature: its name, or xfeat::FEATURE::WINDOW::STAGE
    #[arg(long, value_name = "FEATURE")]
    feature: FeatureName,
    /// The model that votes
    #[arg(long, value_name = "NAME")]
    model: String,
    /// approve, reject or abstain
    #[arg(long, value_name = "VOTE")]
    vote: Vote,
    /// Why
    #[arg(long, value_name = "TEXT")]
    rationale: String,
    /// The model sees a risk that must be looked at before the feature counts
    #[arg(long)]
    blocking: bool,
    /// The window in which it was made (default: that of the feature's tag)
    #[arg(long, value_name = "ID")]
    window: Option<WindowId>,
}

pub(super) fn run(args: &VoteArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    append::filled("--model", &args.model, "reviewer-a")?;
    append::filled("--rationale", &args.rationale, "\"covered by tests\"")?;
    let model = args.model.trim();
    check_member(model, workspace)?;
    let ledger = workspace.ledger();
    let mut transaction = ledger.begin(&[LedgerFile::PANEL_VOTES]).map_err(errors::ledger)?;
    let row = PanelVote {
        feature: args.feature.name.clone(),
        window: args.window.clone().or_else(|| args.feature.window.clone()),
        model: model.to_owned(),
        vote: args.vote,
        rationale: Intake::open(&ledger, true)?.text(args.rationale.as_bytes()),
        is_blocking: args.blocking,
        captured_at: workspace.now(),
        lane: workspace.lane.clone(),
        row: RowRef::default(),
    };
    let mut rows = Rows::new(ledger);
    let recorded = rows.panel()?;
    rows.report(ui);
    let newest = recorded.into_iter().rev().find_map(|line| match line {
        PanelLine::Vote(vote) if vote.feature == row.feature && vote.model == row.model => Some(vote),
        _ => None,
    });
    let said = |row: &PanelVote| (row.vote, row.rationale.clone(), row.is_blocking, row.window.clone());
    let same = newest.filter(|newest| said(newest) == said(&row));
    let stamp = Stamp::new(TOOL_VERSION, "panel").with_agent(workspace.lane.as_ref());
    let line = wire::panel::write_vote(same.as_ref().unwrap_or(&row), &stamp).map_err(errors::wire)?;
    match &same {
        Some(same) => ui.note(format_args!("{} has said so already ({})", same.model, same.row)),
        None => {
            transaction.append(&LedgerFile::PANEL_VOTES, &line).map_err(errors::ledger)?;
        }
    }
    append::commit(transaction, ui)?;
    match format {
        Format::Json => ui.json(&line)?,
        _ => {
            let risk = if row.is_blocking { ", blocking risk" } else { "" };
            ui.line(format_args!(
                "stored panel vote for xfeat::{} ({}: {}{risk})",
                row.feature, row.model, row.vote
            ))?;
        }
    }
    Ok(Exit::Ok)
}

/// Refuses a model that the settings do not name: a slip of the pen would be a fourth voice.
fn check_member(model: &str, workspace: &Workspace) -> Result<(), CliError> {
    let models = &workspace.config.panel_models.value;
    let is_member = models.iter().any(|member| member == model);
    if models.is_empty() || is_member || workspace.config.panel_tie_breaker.value == model {
        return Ok(());
    }
    Err(CliError::refused(format!("{model} is not of the panel"))
        .hint(format!("the panel: {}; see [panel] in tracker.toml", models.join(", "))))
}
