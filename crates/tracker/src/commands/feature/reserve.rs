//! `tracker feature reserve`: a capability is set aside for a window.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{FeatureKind, FeatureRecord, ProviderId, WindowId};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{self, Stamp};

use crate::capabilities::CapabilityMap;
use crate::intake::Intake;
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::{Workspace, append, errors, mirrors};

/// Arguments of `tracker feature reserve`.
#[derive(Debug, clap::Args)]
pub struct ReserveArgs {
    /// The window
    #[arg(long, value_name = "ID")]
    window: WindowId,
    /// The capability, one of capabilities.csv
    #[arg(long, value_name = "ID")]
    capability: String,
    /// What is to be done
    #[arg(long, value_name = "TEXT")]
    description: String,
    /// Who is to do it
    #[arg(long, value_name = "PROVIDER")]
    provider: Option<ProviderId>,
    /// Reserve a capability that capabilities.csv does not hold yet
    #[arg(long)]
    new: bool,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    notes: String,
}

pub(super) fn run(args: &ReserveArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    append::filled("--capability", &args.capability, "CAP-01")?;
    append::filled("--description", &args.description, "\"sign in with a passkey\"")?;
    let map = CapabilityMap::read(workspace)?;
    map.warn(ui);
    let is_known = map.get(&args.capability).is_some();
    if !is_known && !args.new {
        return Err(CliError::refused(format!("{} is not in the capability map", args.capability))
            .hint(map.about())
            .hint("--new reserves it all the same, and the row says so"));
    }
    let ledger = workspace.ledger();
    let mut transaction = ledger.begin(&[LedgerFile::FEATURES]).map_err(errors::ledger)?;
    let mut rows = Rows::new(ledger.clone());
    let recorded = rows.features(Some(&args.window))?;
    rows.report(ui);
    let held = recorded.iter().find(|row| {
        row.kind == FeatureKind::Reserved && row.capability.as_deref() == Some(args.capability.as_str())
    });
    if let Some(held) = held {
        let lane = held.lane.as_ref().map(|lane| format!(" by {lane}")).unwrap_or_default();
        return Err(CliError::refused(format!(
            "{} is reserved for {} already{lane}: {} ({})",
            args.capability,
            args.window,
            held.description.as_deref().unwrap_or_default(),
            held.row
        ))
        .hint("one reservation a capability and window: choose another one, see `tracker capability list`"));
    }
    let intake = Intake::open(&ledger, true)?;
    let mut row = FeatureRecord::new(FeatureKind::Reserved, args.window.clone(), workspace.now());
    row.capability = Some(args.capability.clone());
    row.is_new = !is_known;
    row.provider.clone_from(&args.provider);
    row.description = Some(intake.text(args.description.as_bytes()));
    row.lane.clone_from(&workspace.lane);
    row.notes = intake.text(args.notes.as_bytes());
    let stamp = Stamp::new(TOOL_VERSION, "feature").with_agent(workspace.lane.as_ref());
    let line = wire::feature::write(&row, &stamp).map_err(errors::wire)?;
    transaction.append(&LedgerFile::FEATURES, &line).map_err(errors::ledger)?;
    mirrors::keep_up(&mut transaction, &mirrors::FEATURES, workspace, ui);
    append::commit(transaction, ui)?;
    match format {
        Format::Json => ui.json(&line)?,
        _ => ui.line(format_args!("reserved {} for {}", args.capability, args.window))?,
    }
    Ok(Exit::Ok)
}
