//! A capture that did not come: kept as an anomaly row, so that nobody takes the gap for an idle meter.

use tracker_cli_support::{CliError, Ui};
use tracker_domain::{Anomaly, AnomalyKind, RowRef, WindowId};
use tracker_ledger::LedgerFile;

use super::{AskArgs, SOURCE, Target, archive};
use crate::{Workspace, errors, store};

/// Why a capture did not come.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// The tag: `capture-timeout`, `capture-failed`, `capture-blocked` or `capture-interrupted`.
    tag: &'static str,
    why: String,
    hint: Option<String>,
    /// What was on the screen last.
    shown: Vec<u8>,
}

/// Where in the ledger a capture belongs.
pub(super) struct Place<'a> {
    pub(super) window: Option<&'a WindowId>,
    /// The phase, or what a report covers.
    pub(super) phase: &'a str,
}

impl Failure {
    pub(super) fn new(tag: &'static str, why: impl Into<String>) -> Self {
        Self { tag, why: why.into(), hint: None, shown: Vec::new() }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn showing(mut self, bytes: Vec<u8>) -> Self {
        self.shown = bytes;
        self
    }

    /// Returns the error as the user sees it.
    pub(super) fn error(&self) -> CliError {
        let error = CliError::failed(format!("{}: {}", self.tag, self.why));
        match &self.hint {
            Some(hint) => error.hint(hint),
            None => error.hint("run the client by hand in the same folder and look at what it shows"),
        }
    }
}

/// Keeps what was on the screen and appends the anomaly; returns the error to end with.
pub(super) fn record(
    failure: &Failure,
    args: &AskArgs,
    target: &Target,
    place: &Place<'_>,
    workspace: &Workspace,
    ui: &mut Ui,
) -> CliError {
    let error = failure.error();
    if args.dry_run {
        ui.note("dry run: nothing was written");
        return error;
    }
    match write(failure, args, target, place, workspace, ui) {
        Ok(Some(path)) => error.hint(format!("what it showed last is kept in {path}")),
        Ok(None) => error,
        // The failure itself is what matters; that it could not be recorded is said, too.
        Err(unrecorded) => error.hint(format!("and it could not be recorded: {unrecorded}")),
    }
}

fn write(
    failure: &Failure,
    args: &AskArgs,
    target: &Target,
    place: &Place<'_>,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Option<String>, CliError> {
    let kept = archive::keep(args, place, target, &failure.shown, workspace)?;
    let path = kept.map(|path| path.display().to_string());
    let window = match place.window {
        Some(window) => window.clone(),
        None => {
            tracker_windows::next_free(None, &Default::default()).map_err(|cause| errors::value(&cause))?
        }
    };
    let provider = target.parser.provider();
    let anomaly = Anomaly {
        detail: format!(
            "{} of {provider} for {window}: {}",
            failure.tag,
            archive::safe(&failure.why, workspace)?
        ),
        window,
        provider,
        lane: workspace.lane.clone(),
        kind: AnomalyKind::Other(failure.tag.to_owned()),
        meter: None,
        cause: None,
        blocking: false,
        before: None,
        after: None,
        snapshots: Vec::new(),
        captured_at: workspace.now(),
        row: RowRef::default(),
    };
    let mut transaction = workspace.ledger().begin(&[LedgerFile::ANOMALIES]).map_err(errors::ledger)?;
    store::anomaly(&mut transaction, &anomaly, SOURCE, workspace)?;
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(path)
}
