//! CSV mirrors: which ledgers have one, how it is kept up, and what `verify` finds in it.

mod adopt;
mod churn;
mod evidence;
mod feature;
mod token_plan;

use std::path::PathBuf;

use tracker_cli_support::{CliError, Ui};
use tracker_ledger::wire::{Stamp, WireError};
use tracker_ledger::{LedgerError, LedgerFile, Mirror, MirrorReport, Transaction};

use crate::commands::init::CSV_HEADERS;
use crate::{Workspace, errors};

pub(crate) use churn::MIRROR as CHURN;
pub(crate) use evidence::MIRROR as EVIDENCE;
pub(crate) use feature::MIRROR as FEATURES;
pub(crate) use token_plan::MIRROR as TOKEN_PLAN;

/// The ledgers with a mirror; a new one joins by its line.
pub(crate) const ALL: &[&LedgerMirror] = &[&CHURN, &EVIDENCE, &FEATURES, &TOKEN_PLAN];

/// How the rows of one ledger stand in a CSV file.
#[derive(Debug)]
pub(crate) struct LedgerMirror {
    /// The ledger.
    pub(crate) file: LedgerFile,
    /// The CSV file, whose header is in [`CSV_HEADERS`].
    pub(crate) name: &'static str,
    /// Turns the text of a row into its cells.
    pub(crate) cells: fn(&[u8]) -> Option<Vec<String>>,
    /// Columns that hold numbers.
    pub(crate) numbers: &'static [&'static str],
    /// Turns an object with a member a column into a row as the ledger's own command writes it.
    pub(crate) restate: fn(&str, &Stamp<'_>) -> Result<String, WireError>,
}

/// What `verify` found in a mirror, and what it did about it.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) mirror: &'static LedgerMirror,
    pub(crate) path: PathBuf,
    pub(crate) found: MirrorReport,
    /// Rows written to the mirror.
    pub(crate) written: u64,
    /// Foreign rows taken into the ledger.
    pub(crate) adopted: u64,
    /// Why others were not.
    pub(crate) refused: Vec<String>,
}

/// What `verify` may write.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mending {
    /// What mirrors lack.
    pub(crate) repair: bool,
    /// What people added to them.
    pub(crate) adopt: bool,
}

impl LedgerMirror {
    pub(crate) fn header(&self) -> &'static str {
        CSV_HEADERS.iter().find(|(name, _)| *name == self.name).map_or("", |(_, header)| header)
    }

    pub(crate) fn path(&self, workspace: &Workspace) -> PathBuf {
        workspace.config.ledger_dir.value.join(self.name)
    }

    fn mirror(&self, workspace: &Workspace) -> Mirror<'_> {
        Mirror::new(self.path(workspace), self.header(), &self.cells)
    }
}

/// Returns the rows of a mirror that its ledger does not have. Read-only.
///
/// # Errors
/// The ledger or the mirror cannot be read.
pub(crate) fn foreign(mirror: &LedgerMirror, workspace: &Workspace) -> Result<Vec<Vec<String>>, CliError> {
    let found = workspace.ledger().check_mirror(&mirror.file, &mirror.mirror(workspace));
    Ok(found.map_err(errors::ledger)?.foreign_rows)
}

/// Brings a ledger's mirror up to its rows, inside of the transaction that appended. The rows are durable already: a
/// mirror that cannot be written is told and no failure, and is completed by the next append or by `verify`.
pub(crate) fn keep_up(
    transaction: &mut Transaction,
    mirror: &LedgerMirror,
    workspace: &Workspace,
    ui: &mut Ui,
) {
    let ledger = transaction.ledger().dir().ledger(&mirror.file);
    match transaction.mirror(&mirror.file, &mirror.mirror(workspace)) {
        // The row itself is not durable: the commit fails, and says that nothing is stored.
        Err(LedgerError::Io { path, source, .. }) if path == ledger => {
            ui.warn(format_args!("cannot sync {}: {source}", path.display()));
        }
        Err(cause) => ui.warn(format_args!(
            "the row is stored, its mirror is not: {cause}; `tracker verify --repair-mirrors` completes it"
        )),
        Ok(report) if report.is_unusable => report.issues.iter().for_each(|issue| ui.warn(issue)),
        Ok(report) if report.foreign > 0 => report.issues.iter().for_each(|issue| ui.detail(issue)),
        Ok(_) => {}
    }
}

/// Holds every mirror that is there, or should be, against its ledger; mends what is asked for in ledgers that are not
/// `damaged`.
///
/// # Errors
/// A ledger or mirror cannot be read, locked or written.
pub(crate) fn verify(
    mending: Mending,
    damaged: &[&LedgerFile],
    workspace: &Workspace,
) -> Result<Vec<Verdict>, CliError> {
    let ledger = workspace.ledger();
    let mut verdicts = Vec::new();
    for mirror in ALL {
        let mut found =
            ledger.check_mirror(&mirror.file, &mirror.mirror(workspace)).map_err(errors::ledger)?;
        let path = mirror.path(workspace);
        if !path.exists() && found.missing == 0 {
            continue;
        }
        let (mut written, mut adopted, mut refused) = (0, 0, Vec::new());
        let may_write = !found.is_unusable && !damaged.contains(&&mirror.file);
        if may_write && (mending.repair || mending.adopt) {
            let mut transaction = ledger.begin(std::slice::from_ref(&mirror.file)).map_err(errors::ledger)?;
            if mending.adopt && found.foreign > 0 {
                (adopted, refused) = adopt::adopt(&mut transaction, mirror, workspace)?;
            }
            if mending.repair {
                let now =
                    transaction.mirror(&mirror.file, &mirror.mirror(workspace)).map_err(errors::ledger)?;
                written = now.missing;
            }
            transaction.commit().map_err(errors::ledger)?;
            found = ledger.check_mirror(&mirror.file, &mirror.mirror(workspace)).map_err(errors::ledger)?;
        }
        verdicts.push(Verdict { mirror, path, found, written, adopted, refused });
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mirror_has_a_header_that_holds_its_number_columns() {
        for mirror in ALL {
            let columns: Vec<&str> = mirror.header().split(',').collect();
            assert!(columns.len() > 1, "{}", mirror.name);
            for number in mirror.numbers {
                assert!(columns.contains(number), "{}: {number}", mirror.name);
            }
        }
    }
}
