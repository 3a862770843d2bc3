//! Whole lines of a file in blocks.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes that are read at once: what fits the cache of a processor core.
const BLOCK: usize = 256 << 10;

/// Bytes of buffer that are kept from file to file.
const KEPT: usize = 8 << 20;

/// The longest line that is looked at, in bytes.
pub const MAX_LINE: usize = 16 << 20;

/// What was not handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlockReport {
    /// Bytes after the last line end; they were handed out last, apart.
    pub torn_bytes: u64,
    /// Lines that were longer than [`MAX_LINE`].
    pub skipped_lines: u64,
}

/// Reads files block by block into one buffer that is used again.
#[derive(Debug, Default)]
pub struct Blocks {
    buffer: Vec<u8>,
}

impl Blocks {
    /// Returns a reader without a buffer yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands all whole lines of a file to `take`, many at a time, each with its line end; a torn last line comes last
    /// and alone.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&mut self, path: &Path, mut take: impl FnMut(&[u8])) -> io::Result<BlockReport> {
        let mut file = File::open(path)?;
        let mut report = BlockReport::default();
        let (mut filled, mut is_skipping) = (0, false);
        loop {
            if self.buffer.len() < filled + BLOCK {
                self.buffer.resize(filled + BLOCK, 0);
            }
            let Some(free) = self.buffer.get_mut(filled..filled + BLOCK) else { break };
            let got = match file.read(free) {
                Ok(0) => break,
                Ok(got) => got,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            // What stood before was searched already: only the new bytes can hold the line end.
            let new = self.buffer.get(filled..filled + got).unwrap_or_default();
            let Some(end) = memchr::memrchr(b'\n', new).map(|at| filled + at + 1) else {
                filled += got;
                if is_skipping || filled > MAX_LINE {
                    (filled, is_skipping) = (0, true);
                }
                continue;
            };
            let start = if is_skipping {
                report.skipped_lines += 1;
                memchr::memchr(b'\n', new).map_or(end, |at| filled + at + 1)
            } else {
                0
            };
            is_skipping = false;
            if let Some(lines) = self.buffer.get(start..end).filter(|lines| !lines.is_empty()) {
                take(lines);
            }
            self.buffer.copy_within(end..filled + got, 0);
            filled = filled + got - end;
        }
        if is_skipping {
            report.skipped_lines += 1;
        } else if filled > 0 {
            report.torn_bytes = filled as u64;
            take(self.buffer.get(..filled).unwrap_or_default());
        }
        // One long line must not keep its memory for all files to come; long tool outputs are common, and fresh memory
        // costs as much as reading the file.
        if self.buffer.len() > KEPT {
            self.buffer = Vec::new();
        }
        Ok(report)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "test writes its fixture")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> (Vec<u8>, usize, BlockReport) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, bytes).unwrap();
        let (mut all, mut last) = (Vec::new(), 0);
        let report = Blocks::new()
            .read(&path, |lines| {
                all.extend_from_slice(lines);
                last = lines.len();
            })
            .unwrap();
        (all, last, report)
    }

    #[test]
    fn lines_longer_than_a_block_come_whole() {
        let mut bytes = vec![b'x'; 3 * BLOCK + 7];
        bytes.extend_from_slice(b"\nshort\ntorn");
        let (all, last, report) = read(&bytes);
        assert_eq!((all == bytes, last, report.torn_bytes), (true, 4, 4));
    }

    #[test]
    fn a_line_beyond_the_cap_is_skipped_and_counted() {
        for ending in ["", "\nafter\n"] {
            let mut bytes = b"first\n".to_vec();
            bytes.extend(std::iter::repeat_n(b'x', MAX_LINE + 3 * BLOCK));
            bytes.extend_from_slice(ending.as_bytes());
            let (all, _, report) = read(&bytes);
            assert_eq!(String::from_utf8_lossy(&all), format!("first\n{}", ending.trim_start_matches('\n')));
            assert_eq!(report.skipped_lines, 1);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn nothing_is_lost(lines in proptest::collection::vec(0usize..400_000, 0..6), ends in any::<bool>()) {
            let mut bytes = Vec::new();
            for (at, length) in lines.iter().enumerate() {
                bytes.extend(std::iter::repeat_n(b'a' + at as u8, *length));
                bytes.push(b'\n');
            }
            if !ends {
                bytes.extend_from_slice(b"tail");
            }
            prop_assert_eq!(read(&bytes).0, bytes);
        }
    }
}
