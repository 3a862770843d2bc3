//! `tracker panel decide`: what the votes come to.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{PanelDecision, PanelVote, WindowId};
use tracker_gates::{PanelFacts, rule};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::panel::PanelLine;
use tracker_ledger::wire::{self, Stamp};
use tracker_windows::canonical::finalized;

use super::{FeatureName, meters};
use crate::render::panel as render;
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::{Workspace, append, errors};

/// Arguments of `tracker panel decide`.
#[derive(Debug, clap::Args)]
pub struct DecideArgs {
    /// The feature: its name, or xfeat::FEATURE::WINDOW::STAGE
    #[arg(long, value_name = "FEATURE")]
    feature: FeatureName,
    /// The window in which it was made (default: that of the feature's tag or votes)
    #[arg(long, value_name = "ID")]
    window: Option<WindowId>,
    /// The complexity load score (default: that of the finalized window)
    #[arg(long, value_name = "X", value_parser = crate::commands::complete::finite, allow_negative_numbers = true)]
    cls: Option<f64>,
    /// Say it and record nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &DecideArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let ledger = workspace.ledger();
    let name = &args.feature.name;
    let (votes, _) = of_feature(&mut Rows::new(ledger.clone()), name)?;
    if votes.is_empty() {
        return Err(CliError::failed(format!("xfeat::{name} has no votes")).hint(format!(
            "tracker panel vote --feature {name} --model NAME --vote approve --rationale TEXT"
        )));
    }
    let mut transaction = match args.dry_run {
        true => None,
        false => Some(ledger.begin(&[LedgerFile::PANEL_VOTES]).map_err(errors::ledger)?),
    };
    let mut rows = Rows::new(ledger);
    // Again, now under the lock: a vote may have come in between.
    let (votes, decided) = of_feature(&mut rows, name)?;
    let facts = facts(args, votes, &mut rows, workspace)?;
    rows.report(ui);
    let mut decision = rule(&facts).into_decision(name, &facts, workspace.now());
    decision.window = window(args, &facts.votes);
    decision.lane.clone_from(&workspace.lane);
    let same = decided.filter(|decided| decided.says_as(&decision));
    let stamp = Stamp::new(TOOL_VERSION, "panel").with_agent(workspace.lane.as_ref());
    let shown = same.as_ref().unwrap_or(&decision);
    let line = wire::panel::write_decision(shown, &stamp).map_err(errors::wire)?;
    if let Some(mut transaction) = transaction.take() {
        if same.is_none() {
            transaction.append(&LedgerFile::PANEL_VOTES, &line).map_err(errors::ledger)?;
        }
        append::commit(transaction, ui)?;
    } else {
        ui.note("dry run: nothing was written");
    }
    match format {
        Format::Json => ui.json(&line)?,
        _ => ui.text(&render::text(shown, &facts.votes))?,
    }
    Ok(Exit::Ok)
}

/// Returns the votes for a feature, older first, and its newest decision.
fn of_feature(rows: &mut Rows, name: &str) -> Result<(Vec<PanelVote>, Option<PanelDecision>), CliError> {
    let (mut votes, mut decided) = (Vec::new(), None);
    for line in rows.panel()? {
        match line {
            PanelLine::Vote(vote) if vote.feature == name => votes.push(vote),
            PanelLine::Decision(decision) if decision.feature == name => decided = Some(decision),
            _ => {}
        }
    }
    Ok((votes, decided))
}

fn facts(
    args: &DecideArgs,
    votes: Vec<PanelVote>,
    rows: &mut Rows,
    workspace: &Workspace,
) -> Result<PanelFacts, CliError> {
    let load = match (args.cls, window(args, &votes)) {
        (Some(load), _) => Some(load),
        (None, Some(window)) => {
            let windows = rows.finalized(Some(&window))?;
            finalized(&windows).remove(&window).and_then(|rows| rows.canonical.cls)
        }
        (None, None) => None,
    };
    let breaker = &workspace.config.panel_tie_breaker.value;
    Ok(PanelFacts {
        models: workspace.config.panel_models.value.clone(),
        tie_breaker: Some(breaker.clone()).filter(|name| !name.is_empty()),
        votes,
        guardrail: meters::shortness(rows, workspace)?,
        load,
    })
}

fn window(args: &DecideArgs, votes: &[PanelVote]) -> Option<WindowId> {
    let given = args.window.clone().or_else(|| args.feature.window.clone());
    given.or_else(|| votes.iter().rev().find_map(|vote| vote.window.clone()))
}
