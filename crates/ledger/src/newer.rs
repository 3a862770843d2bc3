//! Ledgers of a newer release: read, but never written, so that no row of the older form follows one of the newer.

use std::io;

use serde::Deserialize;
use serde_json::Value;

use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::storage::StorageFile;
use crate::tail::{self, Fragment};
use crate::wire::SCHEMA_VERSION;

#[derive(Deserialize)]
struct Stamped {
    schema_version: Option<Value>,
}

/// Returns the version of a row that a newer release wrote. A line that is no row has none.
pub(crate) fn version_of(line: &[u8]) -> Option<u64> {
    memchr::memmem::find(line, b"\"schema_version\"")?;
    let stamped: Stamped = serde_json::from_slice(line).ok()?;
    stamped.schema_version?.as_u64().filter(|found| *found > u64::from(SCHEMA_VERSION))
}

/// Returns that version of the last whole line before `size`: then this release must not append.
pub(crate) fn version_at(file: &dyn StorageFile, size: u64) -> io::Result<Option<u64>> {
    let Fragment::Line(torn) = tail::fragment(file, size)? else { return Ok(None) };
    Ok(tail::line_before(file, torn.start)?.as_ref().and_then(|line| version_of(&line.bytes)))
}

impl Ledger {
    /// Refuses a folder in which a newer release has written, to whatever ledger.
    pub(crate) fn refuse_newer(&self) -> Result<(), LedgerError> {
        for file in self.files()? {
            // What cannot be read here is told by the command that needs it.
            let Ok(Some(open)) = self.open_read(&file) else { continue };
            let found = open.size().and_then(|size| version_at(&*open, size));
            if let Ok(Some(found)) = found {
                return Err(LedgerError::Newer {
                    path: self.dir().ledger(&file),
                    found,
                    known: SCHEMA_VERSION,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_greater_whole_number_is_newer() {
        assert_eq!(version_of(br#"{"schema_version":999,"x":{}}"#), Some(999));
        assert_eq!(version_of(br#"{"x":1,"schema_version":2,"seq":1}"#), Some(2));
        for line in [
            r#"{"schema_version":1}"#,
            r#"{"schema_version":"2.0"}"#,
            r#"{"nested":{"schema_version":7}}"#,
            r#"{"notes":"\"schema_version\":9"}"#,
            r#"{"schema_version":9"#,
            "",
        ] {
            assert_eq!(version_of(line.as_bytes()), None, "{line}");
        }
    }
}
