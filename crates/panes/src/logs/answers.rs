//! Answers that name themselves: each counts once, wherever and however often it stands.

use std::collections::hash_map::Entry;

use tracker_domain::{LogFile, TokenUse};

use super::{Counted, HashMap, HashSet, Sums};

/// Returns each answer once. Of its rows the one with the most output counts, for the first ones hold a placeholder;
/// it belongs to the instant of the first. A row of a side chain that repeats a message of the main chain is left out,
/// also under another request.
pub(super) fn counted(files: &[&LogFile]) -> Sums {
    let rows: usize = files.iter().map(|file| file.uses.len()).sum();
    let mut sums = Sums { uses: Vec::with_capacity(rows), replayed: vec![0; files.len()], ..Sums::default() };
    let main = messages_of_main(files);
    let mut at: HashMap<u32> = HashMap::with_capacity_and_hasher(rows, Default::default());
    let mut copies: HashMap<u64> = HashMap::default();
    for (index, file) in (0_u32..).zip(files) {
        for row in &file.uses {
            if row.copy != 0 && row.copy_is_message && row.is_side && main.contains(&row.copy) {
                sums.left_out += 1;
                continue;
            }
            if row.copy != 0 && !row.copy_is_message {
                let owner = *copies.entry(row.copy).or_insert(file.session);
                if owner != file.session {
                    sums.left_out += 1;
                    continue;
                }
            }
            let counted = Counted { file: index, row: *row };
            if row.answer == 0 {
                sums.uses.push(counted);
                continue;
            }
            match at.entry(row.answer) {
                Entry::Vacant(slot) => {
                    slot.insert(u32::try_from(sums.uses.len()).unwrap_or(u32::MAX));
                    sums.uses.push(counted);
                }
                Entry::Occupied(slot) => {
                    sums.left_out += 1;
                    if let Some(known) = sums.uses.get_mut(*slot.get() as usize) {
                        merge(known, &counted);
                    }
                }
            }
        }
    }
    sums
}

fn messages_of_main(files: &[&LogFile]) -> HashSet {
    // Without a side chain there is nothing to compare with.
    if !files.iter().any(|file| file.uses.iter().any(|row| row.is_side && row.copy_is_message)) {
        return HashSet::default();
    }
    let rows = files.iter().flat_map(|file| &file.uses);
    rows.filter(|row| row.copy_is_message && !row.is_side).map(|row| row.copy).collect()
}

fn merge(known: &mut Counted, other: &Counted) {
    let first = known.row.at_ms.min(other.row.at_ms);
    let is_side = known.row.is_side && other.row.is_side;
    let weight = |row: &TokenUse| (row.counts.output, row.counts.total());
    // Rows of one answer are written one after the other: of equals the last is as good as the first.
    if weight(&other.row) > weight(&known.row) {
        *known = *other;
    }
    known.row.at_ms = first;
    known.row.is_side = is_side;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::TokenCounts;

    fn row(answer: u64, copy: u64, side: bool, output: u64) -> TokenUse {
        let counts = TokenCounts { input: 2, output, ..TokenCounts::default() };
        TokenUse { at_ms: 5, answer, copy, model: 0, is_side: side, copy_is_message: true, counts }
    }

    fn file(session: u64, uses: Vec<TokenUse>) -> LogFile {
        LogFile { session, uses, ..LogFile::default() }
    }

    fn outputs(files: &[LogFile]) -> Vec<u64> {
        let files: Vec<&LogFile> = files.iter().collect();
        counted(&files).uses.iter().map(|row| row.counts.output).collect()
    }

    #[test]
    fn the_final_row_replaces_the_placeholder_and_keeps_its_instant() {
        let late = TokenUse { at_ms: 9, ..row(1, 7, false, 80) };
        let log = file(1, vec![row(1, 7, false, 1), late]);
        let sums = counted(&[&log]);
        assert_eq!((sums.uses.len(), sums.uses[0].counts.output, sums.uses[0].at_ms), (1, 80, 5));
        assert_eq!(sums.left_out, 1);
    }

    #[test]
    fn copies_in_other_files_and_side_chains_count_once() {
        let resumed = file(2, vec![row(1, 7, false, 80), row(2, 8, false, 10)]);
        let side = file(3, vec![row(9, 7, true, 80), row(10, 11, true, 3)]);
        // The order of the files does not matter.
        assert_eq!(
            outputs(&[file(1, vec![row(1, 7, false, 80)]), resumed.clone(), side.clone()]),
            [80, 10, 3]
        );
        assert_eq!(outputs(&[side, resumed]), [3, 80, 10]);
    }

    #[test]
    fn a_row_without_a_request_is_a_copy_only_when_it_is_equal_and_of_another_session() {
        let of = |session, answer, copy| {
            file(session, vec![TokenUse { copy_is_message: false, ..row(answer, copy, false, 4) }])
        };
        assert_eq!(outputs(&[of(1, 1, 50), of(2, 2, 50)]), [4]);
        assert_eq!(outputs(&[of(1, 1, 50), of(2, 2, 51)]), [4, 4]);
    }

    #[test]
    fn rows_without_a_name_all_count() {
        assert_eq!(outputs(&[file(1, vec![row(0, 0, false, 4), row(0, 0, false, 4)])]), [4, 4]);
    }
}
