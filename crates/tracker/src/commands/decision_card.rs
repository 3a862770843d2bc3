//! `tracker decision-card`: may this window, or the run, count as done?

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_gates::Status;

use crate::card::{Subject, decide};
use crate::{Workspace, mirrors};

/// Arguments of `tracker decision-card`, and of the tool of that name. `--format html` makes a page.
#[derive(Debug, Clone, clap::Args)]
pub struct DecisionCardArgs {
    /// The window, or WEEK0 for the whole run
    #[arg(long, value_name = "ID")]
    pub window: Subject,
    /// Exit 5 for SOFT GO and 6 for NO-GO
    #[arg(long)]
    pub exit_code: bool,
    /// Show the rows behind every number
    #[arg(long)]
    pub explain: bool,
    /// A feature that is ready and waits for capacity (repeatable); WEEK0 asks for two
    #[arg(long, value_name = "FEATURE")]
    pub blocked_feature: Vec<String>,
}

/// Decides the card and prints it. Read-only.
///
/// # Errors
/// Failed: an unknown window, or a ledger that cannot be read. A NO-GO is no error but an answer.
pub fn run(args: &DecisionCardArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json, Format::Html])?;
    let card = decide(&args.window, &args.blocked_feature, workspace)?;
    tell_foreign(&args.window, workspace, ui);
    match format {
        Format::Json => ui.json(&card.json()?)?,
        Format::Html => ui.text(&card.html(args.explain))?,
        _ => ui.text(&card.text(args.explain))?,
    }
    Ok(match card.status() {
        Status::SoftGo if args.exit_code => Exit::SoftGo,
        Status::NoGo if args.exit_code => Exit::NoGo,
        _ => Exit::Ok,
    })
}

/// Tells of evidence that only the spreadsheet has: a card rests on the ledgers of its data dir alone, so it neither
/// counts nor forbids anything before it is adopted.
fn tell_foreign(subject: &Subject, workspace: &Workspace, ui: &mut Ui) {
    let rows = match mirrors::foreign(&mirrors::EVIDENCE, workspace) {
        Ok(rows) => rows,
        Err(cause) => return ui.warn(cause),
    };
    let is_asked = |row: &&Vec<String>| match subject {
        Subject::Window(window) => row.first().is_some_and(|cell| cell == window.as_str()),
        Subject::Week0 => true,
    };
    let asked: Vec<&Vec<String>> = rows.iter().filter(is_asked).collect();
    if asked.is_empty() {
        return;
    }
    let column = mirrors::EVIDENCE.header().split(',').position(|name| name == "result").unwrap_or_default();
    let failing = asked.iter().filter(|row| row.get(column).is_some_and(|cell| cell == "fail")).count();
    let path = mirrors::EVIDENCE.path(workspace);
    let (count, path) = (asked.len(), path.display());
    ui.warn(format_args!(
        "evidence only in `{path}`: {count} ({failing} fail); it does not count for this card"
    ));
    ui.note("`tracker verify --adopt-foreign` takes them into the ledger");
}
