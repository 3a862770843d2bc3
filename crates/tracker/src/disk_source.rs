//! Figures that a client left on disk: preferred when they are fresh, for they cost neither a session nor a message.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use tracker_capture::{FoundFile, tail, walk};
use tracker_cli_support::Ui;
use tracker_domain::{Reading, Tag};
use tracker_panes::live::{DiskPlace, DiskSource, LiveMeter};
use tracker_panes::logs::LogPlace;

use crate::Surroundings;
use crate::ask::Read;

/// So much of the end of a file is looked at.
const TAIL_BYTES: u64 = 4 << 20;

/// What must hold for figures on disk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// The instant of the capture.
    pub(crate) now: DateTime<Utc>,
    /// How old they may be.
    pub(crate) max_age: TimeDelta,
    /// They must be newer than this: what was stored before is no news.
    pub(crate) after: Option<DateTime<Utc>>,
}

/// Figures that were found.
#[derive(Debug)]
pub(crate) struct FromDisk {
    /// What of the file tells them.
    pub(crate) bytes: Vec<u8>,
    /// When they held.
    pub(crate) observed_at: DateTime<Utc>,
    /// What the source is called.
    pub(crate) name: &'static str,
    /// The file.
    pub(crate) path: PathBuf,
}

/// Returns the first source of the client whose figures are whole and fresh. A source that cannot be read is told
/// and passed over: the client itself can still be asked.
pub(crate) fn find(
    live: &LiveMeter,
    read: Read<'_>,
    wanted: &Wanted,
    around: &Surroundings,
    ui: &mut Ui,
) -> Option<FromDisk> {
    live.sources.iter().find_map(|source| {
        let path = path_of(source, around)?;
        match from_file(source, &path, read, wanted) {
            Ok(found) => found,
            Err(cause) => {
                ui.warn(format_args!("{} cannot be read: {cause}", path.display()));
                None
            }
        }
    })
}

fn from_file(
    source: &DiskSource,
    path: &Path,
    read: Read<'_>,
    wanted: &Wanted,
) -> std::io::Result<Option<FromDisk>> {
    let Some(end) = tail(path, TAIL_BYTES)? else { return Ok(None) };
    let changed = end.changed.map(DateTime::<Utc>::from);
    let found = (source.excerpt)(&end.bytes).and_then(|bytes| {
        let reading = read(&String::from_utf8_lossy(&bytes))?;
        let observed_at = reading.observed_at.or(changed)?;
        let age = wanted.now - observed_at;
        let is_fresh = age >= TimeDelta::zero() && age <= wanted.max_age;
        let is_news = wanted.after.is_none_or(|after| observed_at > after);
        (is_fresh && is_news && is_whole(&reading)).then(|| FromDisk {
            bytes,
            observed_at,
            name: source.name,
            path: path.to_path_buf(),
        })
    });
    Ok(found)
}

/// Half a meter is no reason to leave the client unasked.
fn is_whole(reading: &Reading) -> bool {
    let doubtful =
        [Tag::InsufficientData, Tag::StaleLimits, Tag::SectionMissingSession, Tag::SectionMissingWeek];
    reading.has_numbers() && !doubtful.iter().any(|tag| reading.has(tag))
}

fn path_of(source: &DiskSource, around: &Surroundings) -> Option<PathBuf> {
    match source.place {
        DiskPlace::Newest(places) => {
            let files = places.iter().flat_map(|place| files_of(place, around));
            files.max_by_key(|file| file.changed_ns).map(|file| file.path)
        }
        DiskPlace::Named { variable, home, file } => {
            let folder = match around.client_homes.get(variable) {
                Some(homes) => homes.first()?.clone(),
                None => around.home.as_ref()?.join(home),
            };
            Some(folder.join(file))
        }
    }
}

fn files_of(place: &LogPlace, around: &Surroundings) -> Vec<FoundFile> {
    let homes = match around.client_homes.get(place.variable) {
        Some(homes) => homes.clone(),
        None => around.home.iter().map(|home| home.join(place.home)).collect(),
    };
    // A folder that cannot be listed holds nothing that could be preferred.
    let found =
        homes.iter().filter_map(|home| walk(&home.join(place.folder), place.prefix, place.extension).ok());
    found.flatten().collect()
}
