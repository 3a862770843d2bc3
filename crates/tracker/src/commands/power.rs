//! `tracker power`: what the present windows can show, and how many more would be needed.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::MeterId;

use crate::Workspace;
use crate::arms::{By, arms};
use crate::powers::{Effect, power};
use crate::render::power::{self as render, MeterPower, Question};
use crate::rows::Rows;
use crate::settings::{Settings, estimation_units};
use crate::wire;

/// Arguments of `tracker power`.
#[derive(Debug, clap::Args)]
pub struct PowerArgs {
    /// What makes an arm
    #[arg(long, value_enum, default_value_t)]
    by: By,
    /// The meter that is the denominator: weekly, 5h, prompts or a meter id
    #[arg(long, value_name = "METER")]
    capacity: Option<MeterId>,
    /// The difference to see: features per unit such as 0.10, or a share of E such as 30%
    #[arg(long, value_name = "E", default_value = "30%")]
    effect: Effect,
    /// The power to reach, above 0.5 and below 1
    #[arg(long, value_name = "P", default_value_t = 0.8)]
    power: f64,
}

/// Shows power, the least effect that can be seen, and the windows that are missing. Read-only.
///
/// # Errors
/// Failed: a ledger cannot be read. Usage: a power out of range, an unknown meter.
pub fn run(args: &PowerArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    if !(args.power >= 0.5 && args.power <= 0.999) {
        return Err(CliError::usage(format!("--power {} is out of range", args.power))
            .hint("give a power from 0.5 to 0.999, for example 0.8"));
    }
    let settings = Settings::of(args.capacity.as_ref(), None, None, workspace)?;
    let mut rows = Rows::new(workspace.ledger());
    let providers = estimation_units(&mut rows, settings.capacity.as_ref())?;
    let of_meters = arms(&providers, args.by).into_iter().map(|of| MeterPower {
        arms: of.arms.iter().map(|arm| power(arm, args.effect, args.power)).collect(),
        meter: of.meter,
        unit: of.unit,
    });
    let all: Vec<MeterPower> = of_meters.collect();
    rows.report(ui);
    let question = Question { effect: args.effect, power: args.power };
    match format {
        Format::Json => ui.json(&wire::text(&render::json(&all, &question))?)?,
        _ if all.is_empty() => ui.line("no windows recorded")?,
        _ => ui.text(&render::text(&all, &question))?,
    }
    Ok(Exit::Ok)
}
