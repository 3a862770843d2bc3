//! What a ledger may not live in: refused before it is opened, with what a person can do about it.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

#[cfg(not(unix))]
use crate::disk_other as disk;
#[cfg(unix)]
use crate::disk_unix as disk;
use crate::storage::{OpenMode, StorageError, retry};

/// Looks at a path before it is opened. Returns what must still be there when it is open, where that can be said.
pub(crate) fn check(path: &Path, mode: OpenMode, follow: bool) -> Result<Option<Metadata>, StorageError> {
    let look = || if follow { fs::metadata(path) } else { fs::symlink_metadata(path) };
    let found = match retry(look) {
        Ok(found) => Some(found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    if let Some(found) = &found {
        check_kind(found)?;
    }
    if follow {
        return Ok(None);
    }
    if mode != OpenMode::Read {
        check_writable(path, found.as_ref())?;
    }
    Ok(found)
}

fn check_kind(found: &Metadata) -> Result<(), StorageError> {
    if found.is_symlink() {
        return refuse("it is a symbolic link", "name the file that it points to");
    }
    if !found.is_file() {
        return refuse("it is not a regular file", "move it away; a ledger is a regular file");
    }
    Ok(())
}

fn check_writable(path: &Path, found: Option<&Metadata>) -> Result<(), StorageError> {
    if found.is_some_and(|found| disk::links(found) > 1) {
        return refuse("it has more than one hard link", "copy it, so that other names keep their bytes");
    }
    if found.is_some_and(|found| is_of_another(disk::owner(found), disk::current_user())) {
        return refuse("it belongs to another user", "run as its owner, or copy it");
    }
    if disk::is_open_to_all(path) {
        return refuse("everybody may write to its folder", "take the right away: chmod o-w on the folder");
    }
    Ok(())
}

/// Root (0) may write to everybody's files, as in a container over a user's folder.
fn is_of_another(owner: u32, current: Option<u32>) -> bool {
    current.is_some_and(|current| current != 0 && current != owner)
}

pub(crate) fn refuse<T>(reason: &'static str, hint: &'static str) -> Result<T, StorageError> {
    Err(StorageError::Refused { reason, hint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_known_user_other_than_root_is_another() {
        assert!(is_of_another(1000, Some(1001)));
        assert!(is_of_another(0, Some(1001)));
        assert!(!is_of_another(1000, Some(1000)));
        assert!(!is_of_another(1000, Some(0)));
        assert!(!is_of_another(1000, None));
    }
}
