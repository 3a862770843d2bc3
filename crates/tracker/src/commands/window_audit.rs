//! `tracker window-audit`: every row behind one window.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::WindowId;
use tracker_ledger::LedgerFile;

use crate::Workspace;
use crate::card::Material;
use crate::done::parts;
use crate::render::audit as render;
use crate::rows::Rows;

/// Arguments of `tracker window-audit`.
#[derive(Debug, clap::Args)]
pub struct WindowAuditArgs {
    /// The window
    #[arg(long, value_name = "ID")]
    window: WindowId,
}

/// Shows canonical rows, duplicates, withdrawn rows, finalize rows, anomalies and what is missing. Read-only.
///
/// # Errors
/// Failed: nothing is known of the window, or a ledger cannot be read.
pub fn run(args: &WindowAuditArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let only = Some(&args.window);
    let mut rows = Rows::new(workspace.ledger());
    let material = Material::read(&mut rows, only)?;
    let telemetry = rows.objects(&LedgerFile::PROXY_TELEMETRY, only)?.len();
    for file in LedgerFile::KNOWN {
        rows.look_for_damage(file, &args.window)?;
    }
    rows.report(ui);
    let found = material.audit(&args.window, telemetry);
    if found.is_unknown() {
        return Err(CliError::failed(format!("no records found for {}", args.window))
            .hint("`tracker preview` lists the windows that are known"));
    }
    let facts = material.facts(&found);
    let shown = render::Shown {
        audit: &found,
        facts: &facts,
        panel: material.panel.len(),
        parts: parts(&found, &facts, &material.reserved(&args.window)),
    };
    match format {
        Format::Json => ui.json(&render::json(&shown)?)?,
        _ => ui.text(&render::text(&shown))?,
    }
    Ok(Exit::Ok)
}
