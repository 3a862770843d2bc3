//! Order of rows: the place in the file decides, because clocks disagree; time only lists rows side by side.

use chrono::{DateTime, Utc};
use tracker_domain::{ProviderId, RowRef};

/// Sorts the rows of one file from the first appended to the last, and keeps equal places as they came.
///
/// Lines decide when every row has one. Rows read by offset alone (line 0) are ordered by sequence number, with
/// rows that were never chained first: a ledger is adopted once, and chained from then on.
///
/// ```
/// use tracker_domain::RowRef;
/// let at = |line, seq| RowRef { file: "windows.jsonl".into(), line, seq };
/// let mut rows = vec![at(3, Some(1)), at(1, None), at(2, None)];
/// tracker_windows::order::sort_by_place(&mut rows, |row| row);
/// assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 2, 3]);
/// ```
pub fn sort_by_place<T>(rows: &mut [T], place: impl Fn(&T) -> &RowRef) {
    if rows.iter().all(|row| place(row).line > 0) {
        rows.sort_by_key(|row| place(row).line);
    } else {
        rows.sort_by_key(|row| {
            let at = place(row);
            (at.seq, at.line)
        });
    }
}

/// Sorts rows of several providers or files for a listing: by instant, then provider, then place.
///
/// Two rows of one instant keep one order on every machine, whatever the order in which they were read.
pub fn sort_for_listing<T>(rows: &mut [T], key: impl Fn(&T) -> (DateTime<Utc>, &ProviderId, &RowRef)) {
    rows.sort_by(|a, b| {
        let ((at_a, provider_a, row_a), (at_b, provider_b, row_b)) = (key(a), key(b));
        at_a.cmp(&at_b)
            .then_with(|| provider_a.cmp(provider_b))
            .then_with(|| (row_a.seq, row_a.line, &row_a.file).cmp(&(row_b.seq, row_b.line, &row_b.file)))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u64, seq: Option<u64>) -> RowRef {
        RowRef { file: "snapshots.jsonl".into(), line, seq }
    }

    #[test]
    fn rows_read_by_offset_are_ordered_by_seq_after_the_adopted_ones() {
        let mut rows = vec![at(0, Some(2)), at(0, Some(1)), at(0, None)];
        sort_by_place(&mut rows, |row| row);
        assert_eq!(rows, [at(0, None), at(0, Some(1)), at(0, Some(2))]);
        let mut some_lines = vec![at(0, Some(2)), at(7, Some(1))];
        sort_by_place(&mut some_lines, |row| row);
        assert_eq!(some_lines, [at(7, Some(1)), at(0, Some(2))]);
    }

    #[test]
    fn a_listing_does_not_depend_on_the_order_of_reading() {
        let instant = DateTime::<Utc>::UNIX_EPOCH;
        let codex = ProviderId::new("codex").unwrap();
        let claude = ProviderId::new("claude").unwrap();
        let sorted = [(&claude, at(9, Some(9))), (&codex, at(1, Some(1))), (&codex, at(2, Some(2)))];
        let mut shuffled = [sorted[2].clone(), sorted[0].clone(), sorted[1].clone()];
        sort_for_listing(&mut shuffled, |(provider, row)| (instant, provider, row));
        assert_eq!(shuffled, sorted);
    }
}
