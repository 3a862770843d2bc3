//! `tracker verify`: every byte of every ledger.

use std::path::PathBuf;

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_ledger::{FileReport, Recovery, Status};

use crate::wire::verify::{FileJson, GapJson, HeadJson, IssueJson, StatusJson, VerifyJson};
use crate::{Workspace, errors, wire, witness};

/// Arguments of `tracker verify`.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// How much is tolerated: a torn tail, nothing, or list what can be salvaged
    #[arg(long, value_enum, value_name = "MODE", default_value_t = RecoveryName::Tail)]
    recovery: RecoveryName,
    /// Compare with heads that were kept elsewhere: what `verify --format json` printed, or a .head file
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
}

/// How much is tolerated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RecoveryName {
    /// A torn last line is in flight and no damage
    Tail,
    /// Any line that is not a whole row is damage
    Absolute,
    /// As tail, with the missing sequence numbers listed
    Salvage,
}

/// Checks every ledger and prints its head, so that it can be witnessed elsewhere.
///
/// # Errors
/// Failed: a ledger cannot be read. Damage is no error of the command but exit code 4.
pub fn run(args: &VerifyArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let mode = match args.recovery {
        RecoveryName::Tail => Recovery::Tail,
        RecoveryName::Absolute => Recovery::Absolute,
        RecoveryName::Salvage => Recovery::Salvage,
    };
    let ledger = workspace.ledger();
    let mut reports = Vec::new();
    let files = ledger.files().map_err(errors::ledger)?;
    let mut progress = ui.progress();
    for file in &files {
        progress.tick(|| format!("verifying {file}"));
        reports.push(ledger.verify(file, mode).map_err(errors::ledger)?);
    }
    drop(progress);
    let contradictions = match &args.head {
        Some(path) => witness::contradictions(&witness::read(path)?, &ledger, &reports)?,
        None => Vec::new(),
    };
    let damaged = !contradictions.is_empty() || reports.iter().any(|report| report.status == Status::Damaged);
    if format == Format::Json {
        let data_dir = ledger.dir().path().display().to_string();
        let files = reports.iter().map(file_json).collect();
        ui.json(&wire::text(&VerifyJson { data_dir, ok: !damaged, contradictions, files })?)?;
    } else {
        text(&reports, &contradictions, damaged, ui)?;
    }
    if reports.is_empty() {
        ui.note(format_args!("no ledgers in {}", ledger.dir().path().display()));
    }
    Ok(if damaged { Exit::Damaged } else { Exit::Ok })
}

fn text(
    reports: &[FileReport],
    contradictions: &[String],
    damaged: bool,
    ui: &mut Ui,
) -> Result<(), CliError> {
    for report in reports {
        let mut parts = vec![format!("{} rows", report.rows())];
        if report.adopted > 0 {
            parts.push(format!("{} adopted", report.adopted));
        }
        if report.unchained > 0 {
            parts.push(format!("{} unchained", report.unchained));
        }
        if let Some(head) = &report.last {
            parts.push(format!("head seq={} h={}", head.seq, head.hash));
        }
        ui.line(format_args!("{}: {} ({})", report.file, word(report.status), parts.join(", ")))?;
        for issue in &report.issues {
            ui.line(format_args!("  {issue}"))?;
        }
        for (from, to) in &report.gaps {
            ui.line(format_args!("  missing: seq {from}-{to}"))?;
        }
    }
    for contradiction in contradictions {
        ui.line(format_args!("{contradiction}"))?;
    }
    ui.line(if damaged { "verify: damaged" } else { "verify: ok" })
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Ok => "ok",
        Status::Repairable => "ok, the next append repairs it",
        _ => "damaged",
    }
}

fn file_json(report: &FileReport) -> FileJson<'_> {
    let issues = report.issues.iter().map(|issue| IssueJson {
        line: issue.line,
        offset: issue.offset,
        seq: issue.seq,
        damage: issue.kind.is_damage(),
        reason: issue.kind.to_string(),
    });
    let head = report.last.as_ref();
    FileJson {
        file: report.file.name(),
        status: match report.status {
            Status::Ok => StatusJson::Ok,
            Status::Repairable => StatusJson::Repairable,
            _ => StatusJson::Damaged,
        },
        rows: report.rows(),
        chained: report.chained,
        adopted: report.adopted,
        unchained: report.unchained,
        bytes: report.bytes,
        anchored: report.anchored,
        head: head.map(|head| HeadJson { seq: head.seq, h: head.hash.to_string(), len: head.len }),
        issues: issues.collect(),
        issue_count: report.issue_count,
        gaps: report.gaps.iter().map(|(from, to)| GapJson { from: *from, to: *to }).collect(),
    }
}
