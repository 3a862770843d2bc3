//! `tracker compare`: arms side by side, with what their difference is worth.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::MeterId;
use tracker_stats::IntervalName;

use crate::Workspace;
use crate::arms::{By, arms};
use crate::comparison::{Comparison, compare};
use crate::render::compare as render;
use crate::rows::Rows;
use crate::settings::{Settings, estimation_units};
use crate::wire;

/// Arguments of `tracker compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// What makes an arm
    #[arg(long, value_enum, default_value_t)]
    by: By,
    /// The meter that is the denominator: weekly, 5h, prompts or a meter id
    #[arg(long, value_name = "METER")]
    capacity: Option<MeterId>,
    /// The interval: policy, log-hc3, hc3, fieller, bca, ...
    #[arg(long, value_name = "NAME")]
    ci: Option<IntervalName>,
    /// Weigh every feature by its quality
    #[arg(long)]
    quality: bool,
    /// List the windows of each arm with what each contributed
    #[arg(long)]
    explain: bool,
}

/// Compares the arms of every meter. Read-only.
///
/// # Errors
/// Failed: a ledger cannot be read. Usage: an unknown interval or meter.
pub fn run(args: &CompareArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json, Format::Csv, Format::Markdown])?;
    let settings = Settings::of(args.capacity.as_ref(), args.ci, None, workspace)?;
    let mut rows = Rows::new(workspace.ledger());
    let providers = estimation_units(&mut rows, settings.capacity.as_ref())?;
    let meters = arms(&providers, args.by);
    let mut all: Vec<Comparison> =
        meters.iter().map(|of| compare(of, settings.interval, args.quality)).collect();
    if args.explain {
        let finalized = rows.finalized(None)?;
        all.iter_mut().zip(&meters).for_each(|(comparison, of)| comparison.explain(of, &finalized));
    }
    rows.report(ui);
    let interval = settings.interval.as_str();
    match format {
        Format::Json => {
            let by = clap::ValueEnum::to_possible_value(&args.by);
            let by = by.as_ref().map_or("provider", |by| by.get_name());
            ui.json(&wire::text(&render::json(&all, by, interval))?)?;
        }
        Format::Csv => ui.text(&render::csv(&all))?,
        _ if all.is_empty() => ui.line("no windows recorded")?,
        Format::Markdown => ui.text(&render::markdown(&all, interval))?,
        _ => ui.text(&render::text(&all, interval))?,
    }
    Ok(Exit::Ok)
}
