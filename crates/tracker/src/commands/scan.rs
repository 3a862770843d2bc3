//! `tracker scan`: the logs that clients left on this machine.

mod archive;
mod history;
mod noted;
mod phases;
mod report;
mod tokens;
mod told;

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::WindowId;

use crate::{Surroundings, Workspace};
use archive::Archive;

/// Arguments of `tracker scan`.
#[derive(Debug, clap::Args)]
pub struct ScanArgs {
    /// Home of Codex (default: CODEX_HOME, else ~/.codex)
    #[arg(long, value_name = "DIR")]
    codex_home: Option<PathBuf>,
    /// Home of Claude Code (default: CLAUDE_CONFIG_DIR, else ~/.claude)
    #[arg(long, value_name = "DIR")]
    claude_config_dir: Option<PathBuf>,
    /// Count from this day or instant on
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Count until this instant, or to the end of this day
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// Sum by day or by the windows of the ledger
    #[arg(long, value_enum, value_name = "BY", default_value_t = By::Day)]
    by: By,
    /// Store before and after of this window, as the meters stood at --since and --until
    #[arg(long, value_name = "ID", requires = "since")]
    window: Option<WindowId>,
    /// Propose windows: bursts of work between resets
    #[arg(long, conflicts_with = "window")]
    auto: bool,
    /// Zone of days, for example Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,
}

/// What tokens are summed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum By {
    /// Days of the zone
    Day,
    /// Windows of the ledger
    Window,
}

impl ScanArgs {
    /// Returns the folders that flags name, by the variable that names them else.
    fn homes(&self) -> [(&'static str, Option<&PathBuf>); 2] {
        [("CODEX_HOME", self.codex_home.as_ref()), ("CLAUDE_CONFIG_DIR", self.claude_config_dir.as_ref())]
    }
}

/// The time that is asked for: from the first instant up to and without the second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl Span {
    fn holds_ms(&self, at_ms: i64) -> bool {
        self.since.is_none_or(|since| since.timestamp_millis() <= at_ms)
            && self.until.is_none_or(|until| at_ms < until.timestamp_millis())
    }
}

/// Reads what changed since the last scan, back-fills `meters.jsonl`, and sums the tokens.
///
/// # Errors
/// Usage: a time that cannot be understood. Failed: a log folder or a ledger cannot be read. Refused: a rule of
/// captures, for `--window`.
pub fn run(
    args: &ScanArgs,
    workspace: &Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json, Format::Csv])?;
    let zone = zone(workspace)?;
    let span = Span {
        since: args.since.as_deref().map(|text| instant(text, zone, Edge::Start)).transpose()?,
        until: args.until.as_deref().map(|text| instant(text, zone, Edge::End)).transpose()?,
    };
    let archive = Archive::read(&args.homes(), workspace, around, ui)?;
    let readings = history::readings(&archive);
    let filled = history::back_fill(&readings, &archive, workspace, ui)?;
    archive.keep(workspace)?;
    let derived = match &args.window {
        Some(window) => Some(phases::store(window, span, workspace, ui)?),
        None => None,
    };
    if filled.stored > 0 {
        let noted = noted::in_windows(workspace, ui)?;
        if noted > 0 {
            ui.note(format_args!("{noted} meter anomalies lie in windows of the ledger: see window-audit"));
        }
    }
    let proposed = if args.auto { phases::propose(&archive, span, workspace)? } else { Vec::new() };
    let cells = tokens::cells(&archive, span, args.by, zone, workspace)?;
    let findings = tracker_windows::history::findings(&readings);
    let report = report::Report { archive: &archive, filled, cells, findings, derived, proposed };
    match format {
        Format::Json => ui.json(&crate::wire::text(&report.json())?)?,
        Format::Csv => ui.text(&report.csv())?,
        _ => ui.text(&report.text())?,
    }
    Ok(Exit::Ok)
}

fn zone(workspace: &Workspace) -> Result<chrono_tz::Tz, CliError> {
    let name = workspace.config.timezone.value.to_string();
    name.parse().map_err(|_| CliError::usage(format!("{name:?} is not a time zone")))
}

#[derive(Clone, Copy, PartialEq)]
enum Edge {
    Start,
    End,
}

/// Reads an instant, or a day in the zone: its first instant, or the first one after it.
fn instant(text: &str, zone: chrono_tz::Tz, edge: Edge) -> Result<DateTime<Utc>, CliError> {
    if let Ok(at) = tracker_cli_support::rfc3339(text) {
        return Ok(at);
    }
    let day = text.parse::<NaiveDate>().ok();
    let day = if edge == Edge::End { day.and_then(|day| day.succ_opt()) } else { day };
    let at = day.and_then(|day| zone.from_local_datetime(&day.and_time(chrono::NaiveTime::MIN)).earliest());
    at.map(|at| at.with_timezone(&Utc)).ok_or_else(|| {
        CliError::usage(format!("{text:?} is no day and no instant"))
            .hint("for example 2026-11-20 or 2026-11-20T10:00:00Z")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_whole() {
        let zone = chrono_tz::Europe::Berlin;
        let of = |edge| instant("2026-11-20", zone, edge).unwrap().to_rfc3339();
        assert_eq!(of(Edge::Start), "2026-11-19T23:00:00+00:00");
        assert_eq!(of(Edge::End), "2026-11-20T23:00:00+00:00");
        assert!(instant("yesterday", zone, Edge::Start).is_err());
    }
}
