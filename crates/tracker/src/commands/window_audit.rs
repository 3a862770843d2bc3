//! `tracker window-audit`: every row behind one window.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::WindowId;
use tracker_ledger::LedgerFile;
use tracker_windows::audit::{Elsewhere, Rows as AuditRows, audit};

use crate::Workspace;
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
    let (snapshots, retractions) = rows.snapshots(only)?;
    let counts = rows.prompt_counts(only)?;
    let finalized = rows.finalized(only)?;
    let anomalies = rows.anomalies(only)?;
    let elsewhere = Elsewhere {
        churn: rows.objects(&LedgerFile::CHURN, only)?.len(),
        evidence: rows.objects(&LedgerFile::EVIDENCE, only)?.len(),
        telemetry: rows.objects(&LedgerFile::PROXY_TELEMETRY, only)?.len(),
    };
    rows.report(ui);
    let all = AuditRows {
        snapshots: &snapshots,
        retractions: &retractions,
        counts: &counts,
        finalized: &finalized,
        anomalies: &anomalies,
        elsewhere,
    };
    let found = audit(&args.window, &all);
    if found.is_unknown() {
        return Err(CliError::failed(format!("no records found for {}", args.window))
            .hint("`tracker preview` lists the windows that are known"));
    }
    match format {
        Format::Json => ui.json(&render::json(&found)?)?,
        _ => ui.text(&render::text(&found))?,
    }
    Ok(Exit::Ok)
}
