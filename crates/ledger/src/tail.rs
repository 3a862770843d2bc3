//! Reads a ledger backwards from its end, so that an append costs the same on a long ledger as on a short one.

use std::io;

use crate::row::MAX_ROW_BYTES;
use crate::storage::{StorageFile, read_full_at};

const FIRST_STEP: u64 = 8 * 1024;

/// One line found by reading backwards, without its newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TailLine {
    /// Offset of its first byte.
    pub(crate) start: u64,
    /// Its bytes; empty when it is longer than a row may be.
    pub(crate) bytes: Vec<u8>,
}

/// What stands after the last newline before `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fragment {
    /// The text after the last newline (or from the start of the file), which may be empty.
    Line(TailLine),
    /// No newline within the length of a row.
    TooLong,
}

/// Returns what stands between the last newline before `end` and `end`.
pub(crate) fn fragment(file: &dyn StorageFile, end: u64) -> io::Result<Fragment> {
    let limit = MAX_ROW_BYTES as u64;
    let mut step = FIRST_STEP;
    loop {
        let from = end.saturating_sub(step);
        let mut bytes = vec![0; usize::try_from(end - from).unwrap_or(usize::MAX)];
        let filled = read_full_at(file, &mut bytes, from)?;
        if filled < bytes.len() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        if let Some(newline) = memchr::memrchr(b'\n', &bytes) {
            let line = bytes.split_off(newline + 1);
            return Ok(Fragment::Line(TailLine { start: end - line.len() as u64, bytes: line }));
        }
        if from == 0 && end <= limit {
            return Ok(Fragment::Line(TailLine { start: 0, bytes }));
        }
        if step > limit {
            return Ok(Fragment::TooLong);
        }
        step = (step * 4).min(limit + 1);
    }
}

/// Returns the line whose newline ends at `end`, or `None` at the start of the file or when it is no row's length.
pub(crate) fn line_before(file: &dyn StorageFile, end: u64) -> io::Result<Option<TailLine>> {
    let Some(newline) = end.checked_sub(1) else { return Ok(None) };
    let mut last = [0];
    if read_full_at(file, &mut last, newline)? == 0 || last != *b"\n" {
        return Ok(None);
    }
    match fragment(file, newline)? {
        Fragment::Line(line) => Ok(Some(line)),
        Fragment::TooLong => Ok(None),
    }
}

/// Returns the line that starts at `offset` without its newline, or `None` when no line starts there, it has no
/// newline yet, or it is longer than a row may be.
pub(crate) fn line_at(file: &dyn StorageFile, offset: u64) -> io::Result<Option<Vec<u8>>> {
    if let Some(before) = offset.checked_sub(1) {
        let mut newline = [0];
        if read_full_at(file, &mut newline, before)? == 0 || newline != *b"\n" {
            return Ok(None);
        }
    }
    let mut step = FIRST_STEP as usize;
    loop {
        let mut bytes = vec![0; step];
        let filled = read_full_at(file, &mut bytes, offset)?;
        bytes.truncate(filled);
        if let Some(newline) = memchr::memchr(b'\n', &bytes) {
            bytes.truncate(newline);
            return Ok(Some(bytes));
        }
        if filled < step || step >= MAX_ROW_BYTES {
            return Ok(None);
        }
        step = (step * 4).min(MAX_ROW_BYTES);
    }
}
