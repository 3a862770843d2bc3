//! The log files of this machine, read anew only where they changed.

use std::collections::HashMap;
use std::path::PathBuf;

use tracker_capture::cache::{CachedFile, Entry, decode, encode};
use tracker_capture::{Blocks, FoundFile, each, walk};
use tracker_cli_support::{CliError, Ui};
use tracker_domain::LogFile;
use tracker_ledger::{LedgerFile, atomic};
use tracker_panes::logs::{LogFormat, Sums, counted};
use tracker_panes::{PaneParser, providers};

use super::told::{self, Told};
use crate::{Surroundings, Workspace, errors};

const THREADS: usize = 2;

/// Files between two looks at the progress line.
const PORTION: usize = 256;

/// The logs of one client.
pub(super) struct Client {
    pub(super) parser: &'static dyn PaneParser,
    pub(super) format: &'static dyn LogFormat,
    /// Its files in the order of their paths.
    pub(super) files: Vec<LogFile>,
    /// What of them counts.
    pub(super) sums: Sums,
    /// What the client's own copies of its meters say.
    pub(super) told: Vec<Told>,
}

/// All logs.
pub(super) struct Archive {
    pub(super) clients: Vec<Client>,
    /// The files, client by client.
    found: Vec<FoundFile>,
    /// Their length in bytes.
    pub(super) bytes: u64,
    /// How many were read now.
    pub(super) read: usize,
    /// Whether anything differs from the last scan: other files, or another history in the ledger.
    pub(super) is_changed: bool,
}

impl Archive {
    /// Finds all logs and reads those that changed.
    pub(super) fn read(
        flags: &[(&'static str, Option<&PathBuf>)],
        workspace: &Workspace,
        around: &Surroundings,
        ui: &mut Ui,
    ) -> Result<Self, CliError> {
        let cached =
            std::fs::read(cache_path(workspace)).ok().and_then(|bytes| decode(&bytes)).unwrap_or_default();
        let is_same_history =
            cached.iter().any(|file| file.kind.is_empty() && file.found == history_file(workspace));
        let mut known: HashMap<FoundFile, CachedFile> =
            cached.into_iter().map(|file| (file.found.clone(), file)).collect();
        let mut archive =
            Self { clients: Vec::new(), found: Vec::new(), bytes: 0, read: 0, is_changed: false };
        for parser in providers::REGISTRY.iter().copied() {
            let Some(format) = parser.logs() else { continue };
            let found = find(format, flags, around)?;
            let mut files: Vec<Option<LogFile>> =
                found.iter().map(|file| known.remove(file).map(|cached| cached.log)).collect();
            archive.read += read_missing(format, &found, &mut files, ui);
            let files: Vec<LogFile> = files.into_iter().flatten().collect();
            archive.bytes += found.iter().map(|file| file.bytes).sum::<u64>();
            let sums = counted(format.repeats(), &files.iter().collect::<Vec<_>>());
            archive.found.extend(found);
            let told =
                told::read(parser, flags, around, |found| known.remove(found).map(|file| file.log), ui);
            archive.is_changed |= told.iter().any(|told| told.is_new);
            archive.clients.push(Client { parser, format, files, sums, told });
        }
        archive.is_changed |=
            !is_same_history || archive.read > 0 || known.values().any(|file| !file.kind.is_empty());
        Ok(archive)
    }

    /// Returns how many files there are.
    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// Remembers what the files said. Called after the history is stored, so that a lost cache costs time only.
    pub(super) fn keep(&self, workspace: &Workspace) -> Result<(), CliError> {
        let told = || self.clients.iter().flat_map(|client| &client.told);
        if !self.is_changed || (self.found.is_empty() && told().next().is_none()) {
            return Ok(());
        }
        let logs = self.clients.iter().flat_map(|client| {
            let kind = client.format.kind();
            client.files.iter().map(move |log| (kind, log))
        });
        let files = self.found.iter().zip(logs).map(|(found, (kind, log))| Entry { found, kind, log });
        let history =
            CachedFile { found: history_file(workspace), kind: String::new(), log: LogFile::default() };
        let told = told().map(|told| Entry { found: &told.found, kind: told.kind, log: &told.log });
        let files: Vec<Entry<'_>> = files.chain(told).chain([history.entry()]).collect();
        atomic::write(cache_path(workspace), &encode(&files)).map_err(errors::ledger)
    }
}

fn cache_path(workspace: &Workspace) -> PathBuf {
    workspace.ledger().dir().cache().join("scan")
}

/// The ledger that the history is stored in, as it is now: when it changed, rows may be missing.
fn history_file(workspace: &Workspace) -> FoundFile {
    let path = workspace.ledger().dir().ledger(&LedgerFile::METERS);
    let bytes = std::fs::metadata(&path).map_or(0, |meta| meta.len());
    FoundFile { path, bytes, changed_ns: 0 }
}

/// Reads the files that are not known yet, so that each has a log; returns how many.
fn read_missing(
    format: &dyn LogFormat,
    found: &[FoundFile],
    files: &mut [Option<LogFile>],
    ui: &mut Ui,
) -> usize {
    let missing: Vec<&FoundFile> =
        found.iter().zip(files.iter()).filter(|(_, log)| log.is_none()).map(|(file, _)| file).collect();
    let mut logs = Vec::with_capacity(missing.len());
    let mut progress = ui.progress();
    // In portions, so that the progress line moves and the longest file does not hold up the first ones.
    for portion in missing.chunks(PORTION) {
        progress.tick(|| format!("reading logs: {} of {}", logs.len(), missing.len()));
        logs.extend(each(portion, THREADS, Blocks::new, |blocks, file| {
            let mut reader = format.reader();
            let read = blocks.read(&file.path, |lines| reader.lines(lines));
            let mut log = reader.finish();
            match read {
                Ok(report) => {
                    // A torn last row is in flight and no fault.
                    if report.torn_bytes > 0 {
                        log.unreadable = log.unreadable.saturating_sub(1);
                    }
                    log.unreadable += u32::try_from(report.skipped_lines).unwrap_or(u32::MAX);
                    Ok(log)
                }
                Err(cause) => Err(format!("{} is skipped: {cause}", file.path.display())),
            }
        }));
    }
    drop(progress);
    let mut logs = logs.into_iter();
    for slot in files.iter_mut().filter(|log| log.is_none()) {
        *slot = Some(match logs.next() {
            Some(Ok(log)) => log,
            Some(Err(told)) => {
                ui.warn(told);
                LogFile::default()
            }
            None => LogFile::default(),
        });
    }
    missing.len()
}

fn find(
    format: &dyn LogFormat,
    flags: &[(&'static str, Option<&PathBuf>)],
    around: &Surroundings,
) -> Result<Vec<FoundFile>, CliError> {
    let mut found = Vec::new();
    for place in format.places() {
        for home in homes(place.variable, place.home, flags, around) {
            let root = home.join(place.folder);
            found.extend(walk(&root, place.prefix, place.extension).map_err(|cause| {
                CliError::failed(format!("{} cannot be read: {cause}", root.display()))
                    .hint("name another folder, or make this one readable")
            })?);
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// A flag goes before the variable, and the variable before the user's home.
pub(super) fn homes(
    variable: &str,
    default: &str,
    flags: &[(&'static str, Option<&PathBuf>)],
    around: &Surroundings,
) -> Vec<PathBuf> {
    if let Some((_, Some(home))) = flags.iter().find(|(named, _)| *named == variable) {
        return vec![around.current_dir.join(home)];
    }
    match around.client_homes.get(variable) {
        Some(homes) => homes.clone(),
        None => around.home.iter().map(|home| home.join(default)).collect(),
    }
}
