//! `tracker verify`: every byte of every ledger.

use std::path::PathBuf;

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_ledger::{FileReport, Recovery, Status};

use crate::mirrors::{Mending, Verdict};
use crate::wire::verify::{FileJson, GapJson, HeadJson, IssueJson, MirrorJson, StatusJson, VerifyJson};
use crate::{Workspace, errors, mirrors, wire, witness};

/// Arguments of `tracker verify`.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// How much is tolerated: a torn tail, nothing, or list what can be salvaged
    #[arg(long, value_enum, value_name = "MODE", default_value_t = RecoveryName::Tail)]
    recovery: RecoveryName,
    /// Compare with heads that were kept elsewhere: what `verify --format json` printed, or a .head file
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
    /// Write the rows that CSV mirrors lack; what people added to them stays
    #[arg(long)]
    repair_mirrors: bool,
    /// Take rows that people added to CSV mirrors into the ledgers
    #[arg(long)]
    adopt_foreign: bool,
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

/// Checks every ledger and its mirror, and prints its head, so that it can be witnessed elsewhere. Writes nothing
/// unless asked to mend mirrors.
///
/// # Errors
/// Failed: a ledger cannot be read, or a mirror cannot be mended. Damage is no error of the command but exit code 4.
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
    let bad: Vec<_> = reports.iter().filter(|r| r.status == Status::Damaged).map(|r| &r.file).collect();
    let mending = Mending { repair: args.repair_mirrors, adopt: args.adopt_foreign };
    let mirrors = mirrors::verify(mending, &bad, workspace)?;
    let damaged =
        !contradictions.is_empty() || !bad.is_empty() || mirrors.iter().any(|of| of.found.is_unusable);
    if format == Format::Json {
        let data_dir = ledger.dir().path().display().to_string();
        let files = reports.iter().map(file_json).collect();
        let mirrors = mirrors.iter().map(mirror_json).collect();
        ui.json(&wire::text(&VerifyJson { data_dir, ok: !damaged, contradictions, files, mirrors })?)?;
    } else {
        text(&reports, ui)?;
        text_of_mirrors(&mirrors, ui)?;
        contradictions.iter().try_for_each(|contradiction| ui.line(contradiction))?;
        ui.line(if damaged { "verify: damaged" } else { "verify: ok" })?;
    }
    hints(&mirrors, mending, ui);
    if reports.is_empty() {
        ui.note(format_args!("no ledgers in {}", ledger.dir().path().display()));
    }
    Ok(if damaged { Exit::Damaged } else { Exit::Ok })
}

fn text(reports: &[FileReport], ui: &mut Ui) -> Result<(), CliError> {
    for report in reports {
        let rows = report.rows();
        let mut parts = vec![format!("{rows} {}", if rows == 1 { "row" } else { "rows" })];
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
    Ok(())
}

fn text_of_mirrors(verdicts: &[Verdict], ui: &mut Ui) -> Result<(), CliError> {
    for verdict in verdicts {
        let mut parts = vec![format!("mirror of {}", verdict.mirror.file)];
        if verdict.written > 0 {
            parts.push(format!("{} written", verdict.written));
        }
        if verdict.adopted > 0 {
            parts.push(format!("{} adopted", verdict.adopted));
        }
        ui.line(format_args!("{}: {} ({})", verdict.mirror.name, word(status(verdict)), parts.join(", ")))?;
        for issue in &verdict.found.issues {
            ui.line(format_args!("  {issue}"))?;
        }
        for why in &verdict.refused {
            ui.line(format_args!("  {why}"))?;
        }
    }
    Ok(())
}

/// What can be done about mirrors, where nothing was asked for.
fn hints(verdicts: &[Verdict], mending: Mending, ui: &mut Ui) {
    let any = |of: fn(&Verdict) -> bool| verdicts.iter().any(of);
    if any(|of| of.found.is_unusable) {
        ui.note("a mirror that nothing can be appended to: move it away, then run `tracker verify --repair-mirrors`");
    }
    if any(|of| of.found.missing > 0) && !mending.repair {
        ui.note("`tracker verify --repair-mirrors` writes the rows that mirrors lack");
    }
    if any(|of| of.found.foreign > 0) && !mending.adopt {
        ui.note("`tracker verify --adopt-foreign` takes rows that people added to mirrors into the ledgers");
    }
}

fn status(verdict: &Verdict) -> Status {
    match &verdict.found {
        found if found.is_unusable => Status::Damaged,
        found if found.missing > 0 => Status::Repairable,
        _ => Status::Ok,
    }
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
        status: status_json(report.status),
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

fn mirror_json(verdict: &Verdict) -> MirrorJson<'_> {
    MirrorJson {
        file: verdict.mirror.name,
        path: verdict.path.display().to_string(),
        ledger: verdict.mirror.file.name(),
        status: status_json(status(verdict)),
        missing: verdict.found.missing,
        foreign: verdict.found.foreign,
        written: verdict.written,
        adopted: verdict.adopted,
        issues: verdict.found.issues.iter().map(|issue| issue.kind.to_string()).collect(),
        refused: verdict.refused.clone(),
    }
}

fn status_json(status: Status) -> StatusJson {
    match status {
        Status::Ok => StatusJson::Ok,
        Status::Repairable => StatusJson::Repairable,
        _ => StatusJson::Damaged,
    }
}
