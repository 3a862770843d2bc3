//! The end of a file that may be long.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

/// The end of a file, and when the file changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// The last bytes; their first line may be cut.
    pub bytes: Vec<u8>,
    /// When the file was changed last; `None` where the system does not tell.
    pub changed: Option<SystemTime>,
}

/// Reads the last `most` bytes of a file; `None` when there is no such file.
///
/// # Errors
/// It is there and cannot be read.
pub fn tail(path: &Path, most: u64) -> io::Result<Option<Tail>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(meta.len().saturating_sub(most)))?;
    let mut bytes = Vec::new();
    // A file that grows while it is read is read up to the length asked for.
    file.take(most).read_to_end(&mut bytes)?;
    Ok(Some(Tail { bytes, changed: meta.modified().ok() }))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "test writes its fixture")]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        std::fs::write(&path, "0123456789").unwrap();
        assert_eq!(tail(&path, 4).unwrap().unwrap().bytes, b"6789");
        assert_eq!(tail(&path, 400).unwrap().unwrap().bytes, b"0123456789");
        assert!(tail(&path, 4).unwrap().unwrap().changed.is_some());
        assert_eq!(tail(&dir.path().join("none"), 4).unwrap(), None);
        assert_eq!(tail(dir.path(), 4).unwrap(), None, "a folder is no file");
    }
}
