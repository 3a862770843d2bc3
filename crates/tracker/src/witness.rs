//! Heads that were kept elsewhere: what a ledger must still hold, whatever happened to the files beside it.

use std::path::Path;

use serde::Deserialize;
use tracker_cli_support::CliError;
use tracker_ledger::{ChainedRow, FileReport, Ledger};

use crate::errors;

/// The last row of a ledger at some time, as its witness kept it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Witnessed {
    seq: u64,
    h: String,
    len: u64,
}

/// What `verify --format json` printed, as far as a witness needs it.
#[derive(Deserialize)]
struct Printed {
    files: Vec<PrintedFile>,
}

#[derive(Deserialize)]
struct PrintedFile {
    file: String,
    head: Option<Witnessed>,
}

/// Reads heads by ledger: the output of `verify --format json`, or a copy of `<ledger>.head`.
///
/// # Errors
/// The file cannot be read (failed) or holds no heads (usage).
pub(crate) fn read(path: &Path) -> Result<Vec<(String, Witnessed)>, CliError> {
    let text = std::fs::read_to_string(path).map_err(|cause| {
        CliError::failed(format!("cannot read {}: {cause}", path.display())).hint("give a file that is there")
    })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    heads(&text, &name).ok_or_else(|| {
        CliError::usage(format!("{} holds no heads", path.display())).hint(
            "give what `tracker verify --format json` printed, or a copy of a .head file under its own name",
        )
    })
}

fn heads(text: &str, file_name: &str) -> Option<Vec<(String, Witnessed)>> {
    if let Ok(printed) = serde_json::from_str::<Printed>(text) {
        return Some(printed.files.into_iter().filter_map(|of| Some((of.file, of.head?))).collect());
    }
    let ledger = file_name.strip_suffix(".head")?;
    Some(vec![(ledger.to_owned(), serde_json::from_str(text).ok()?)])
}

/// Returns what contradicts the witness, one line a ledger: the row that it saw is gone, or is another one.
///
/// # Errors
/// A ledger cannot be read.
pub(crate) fn contradictions(
    heads: &[(String, Witnessed)],
    ledger: &Ledger,
    reports: &[FileReport],
) -> Result<Vec<String>, CliError> {
    let mut found = Vec::new();
    for (name, head) in heads {
        let Witnessed { seq, h, len } = head;
        let report = reports.iter().find(|report| report.file.name() == name);
        let held = match report {
            Some(report) if report.bytes >= *len => row_ends_at(ledger, report, head)?,
            _ => false,
        };
        if !held {
            let bytes = report.map_or(0, |report| report.bytes);
            found.push(format!(
                "{name}: contradicts its witness: row seq={seq} h={h} must end at byte {len}, the ledger has {bytes}"
            ));
        }
    }
    Ok(found)
}

/// Returns true when the witnessed row ends where it did.
fn row_ends_at(ledger: &Ledger, report: &FileReport, head: &Witnessed) -> Result<bool, CliError> {
    let row = ledger.row_before(&report.file, head.len).map_err(errors::ledger)?;
    Ok(row.is_some_and(|line| {
        ChainedRow::of(&line).is_some_and(|row| row.seq == head.seq && row.hash.to_string() == head.h)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_from_what_verify_prints_and_from_a_head_file() {
        let head = Witnessed { seq: 2, h: "ab".into(), len: 90 };
        let own = r#"{"seq":2,"h":"ab","len":90}"#;
        assert_eq!(heads(own, "churn.jsonl.head"), Some(vec![("churn.jsonl".to_owned(), head.clone())]));
        let printed = format!(
            r#"{{"ok":true,"files":[{{"file":"a.jsonl","head":{own}}},{{"file":"b.jsonl","head":null}}]}}"#
        );
        assert_eq!(heads(&printed, "w.json"), Some(vec![("a.jsonl".to_owned(), head)]));
        assert_eq!(heads(own, "w.json"), None);
        assert_eq!(heads("{}", "churn.jsonl.head"), None);
    }
}
