//! An archive whose bytes follow from its files alone: sorted names, one fixed time, nothing compressed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use tracker_cli_support::CliError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::intake::sha256_hex;

/// The list that makes every file of the archive checkable by `sha256sum --check`.
const SUMS: &str = "SHA256SUMS";

/// The files of an archive by name.
#[derive(Debug, Default)]
pub(super) struct Pack(BTreeMap<String, String>);

impl Pack {
    /// Adds a file; a name that is there is replaced.
    pub(super) fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    /// Returns how many files the archive holds, the list of hashes too.
    pub(super) fn len(&self) -> usize {
        self.0.len() + 1
    }

    /// Returns the archive.
    ///
    /// # Errors
    /// Failed: more than an archive can hold.
    pub(super) fn zip(&self) -> Result<Vec<u8>, CliError> {
        let failed =
            |cause: &dyn std::error::Error| CliError::failed(format!("the archive cannot be made: {cause}"));
        // A time of its own would make every archive another one; 1980 is where the format begins.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let sums = self.sums();
        let files = self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        for (name, text) in [(SUMS, sums.as_str())].into_iter().chain(files) {
            zip.start_file(name, options).map_err(|cause| failed(&cause))?;
            zip.write_all(text.as_bytes()).map_err(|cause| failed(&cause))?;
        }
        Ok(zip.finish().map_err(|cause| failed(&cause))?.into_inner())
    }

    fn sums(&self) -> String {
        let mut text = String::new();
        for (name, file) in &self.0 {
            let _ = writeln!(text, "{}  {name}", sha256_hex(file));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_files_in_any_order_are_the_same_bytes() {
        let (mut one, mut other) = (Pack::default(), Pack::default());
        one.add("b.txt", "two");
        one.add("a.txt", "one");
        other.add("a.txt", "one");
        other.add("b.txt", "two");
        assert_eq!(one.zip().expect("small"), other.zip().expect("small"));
        other.add("b.txt", "three");
        assert_ne!(one.zip().expect("small"), other.zip().expect("small"));
        let sum = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a.txt\n";
        assert!(one.sums().starts_with(sum), "{}", one.sums());
    }
}
