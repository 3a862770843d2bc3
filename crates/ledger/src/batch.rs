//! Rows that shared a sync and were cut by a power cut: zeros stand where bytes of them were never written.

use std::io;

use crate::storage::{StorageFile, read_full_at};

const STEP: usize = 256 * 1024;
/// More than writers that wait for one sync can have written.
const MOST_BYTES: u64 = 16 << 20;
/// A text in UTF-16 has zeros, too, and in many places.
const MOST_RUNS: usize = 16;

/// Returns where the first line with zeros in it starts, between `from` (the end of the head's row) and `end`.
///
/// Several rows may be written and not synced when the power goes, and any page of them may be lost. A row has no
/// zeros; every acknowledged row was synced with all before it. So nothing from that line on was acknowledged.
pub(crate) fn torn_at(file: &dyn StorageFile, from: u64, end: u64) -> io::Result<Option<u64>> {
    let (mut at, mut line, mut found, mut runs) = (from, from, None, 0);
    let (mut buffer, mut was_zero) =
        (vec![0; STEP.min(usize::try_from(end.saturating_sub(from)).unwrap_or(STEP))], false);
    while at < end && !buffer.is_empty() {
        let read = read_full_at(file, &mut buffer, at)?;
        let want = usize::try_from(end - at).map_or(read, |left| left.min(read));
        let bytes = buffer.get(..want).unwrap_or_default();
        if found.is_none() {
            let zero = memchr::memchr(0, bytes);
            let before = bytes.get(..zero.unwrap_or(want)).unwrap_or_default();
            line = memchr::memrchr(b'\n', before).map_or(line, |newline| at + newline as u64 + 1);
            found = zero.map(|_| line);
        }
        for byte in bytes.iter().filter(|_| found.is_some()) {
            runs += usize::from(*byte == 0 && !was_zero);
            was_zero = *byte == 0;
        }
        at += want as u64;
        if want == 0 {
            break;
        }
    }
    Ok(found.filter(|line| end - line <= MOST_BYTES && runs <= MOST_RUNS))
}
