//! Sessions that begin with a copy of another's history: the copy counts where it was first.

use tracker_domain::LogFile;

use super::{Counted, HashMap, HashSet, Sums};

/// Equal rows at the beginning of two sessions that name no kinship: as many are no accident.
const UNRELATED_RUN: usize = 3;

/// Returns the rows that no earlier file holds already. A file that names its parent, or has the same session as
/// another, loses its leading rows as long as a relative's file has them, too; a file that names none loses them when
/// at least [`UNRELATED_RUN`] in a row are the beginning of another file.
pub(super) fn counted(files: &[&LogFile]) -> Sums {
    let rows = files.iter().map(|file| file.uses.len()).sum();
    let mut sums = Sums { uses: Vec::with_capacity(rows), replayed: vec![0; files.len()], ..Sums::default() };
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|at| files.get(*at).map(|file| first_ms(file)));
    let mut relatives: HashMap<HashSet> = HashMap::default();
    let mut beginnings = HashSet::default();
    for index in order {
        let Some(file) = files.get(index) else { continue };
        let run = replayed(file, &relatives, &beginnings);
        if let Some(slot) = sums.replayed.get_mut(index) {
            *slot = u32::try_from(run).unwrap_or(u32::MAX);
        }
        sums.left_out += run as u64;
        let file_index = u32::try_from(index).unwrap_or(u32::MAX);
        sums.uses.extend(file.uses.iter().skip(run).map(|row| Counted { file: file_index, row: *row }));
        for session in std::iter::once(&file.session).chain(&file.parents).filter(|session| **session != 0) {
            relatives.entry(*session).or_default().extend(file.uses.iter().map(|row| row.answer));
        }
        beginnings.extend(chain(file));
    }
    sums
}

fn first_ms(file: &LogFile) -> i64 {
    file.uses.first().map_or(i64::MAX, |row| row.at_ms)
}

fn replayed(file: &LogFile, relatives: &HashMap<HashSet>, beginnings: &HashSet) -> usize {
    let family: Vec<&HashSet> = std::iter::once(&file.session)
        .chain(&file.parents)
        .filter_map(|session| relatives.get(session))
        .collect();
    let of_family =
        file.uses.iter().take_while(|row| family.iter().any(|known| known.contains(&row.answer))).count();
    if of_family > 0 {
        return of_family;
    }
    let same = chain(file).take_while(|hash| beginnings.contains(hash)).count();
    if same >= UNRELATED_RUN { same } else { 0 }
}

/// Returns for each row a hash of the rows from the first up to it.
fn chain(file: &LogFile) -> impl Iterator<Item = u64> + '_ {
    file.uses.iter().scan(0xcbf2_9ce4_8422_2325_u64, |hash, row| {
        *hash = (hash.rotate_left(23) ^ row.answer).wrapping_mul(0x0000_0100_0000_01b3);
        Some(*hash)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::{TokenCounts, TokenUse};

    fn file(session: u64, parents: &[u64], at_ms: i64, answers: &[u64]) -> LogFile {
        let row = |answer: &u64| TokenUse {
            at_ms,
            answer: *answer,
            copy: 0,
            model: 0,
            is_side: false,
            copy_is_message: false,
            counts: TokenCounts { input: *answer, ..TokenCounts::default() },
        };
        LogFile {
            session,
            parents: parents.to_vec(),
            uses: answers.iter().map(row).collect(),
            ..LogFile::default()
        }
    }

    fn inputs(files: &[LogFile]) -> Vec<u64> {
        let files: Vec<&LogFile> = files.iter().collect();
        counted(&files).uses.iter().map(|row| row.counts.input).collect()
    }

    #[test]
    fn a_fork_counts_from_where_it_leaves_its_parent() {
        let parent = file(1, &[], 10, &[5, 6, 7]);
        let fork = file(2, &[1], 20, &[5, 6, 9]);
        assert_eq!(inputs(&[fork.clone(), parent.clone()]), [5, 6, 7, 9], "in any order of paths");
        let grandchild = file(3, &[2], 30, &[5, 6, 9, 11]);
        assert_eq!(inputs(&[parent, fork, grandchild]), [5, 6, 7, 9, 11]);
    }

    #[test]
    fn a_fork_whose_parent_is_gone_counts_once() {
        assert_eq!(inputs(&[file(2, &[1], 20, &[5, 6, 9]), file(3, &[1], 21, &[5, 6, 8])]), [5, 6, 9, 8]);
    }

    #[test]
    fn strangers_lose_only_a_long_common_beginning() {
        assert_eq!(inputs(&[file(1, &[], 1, &[5, 6]), file(2, &[], 2, &[5, 6])]), [5, 6, 5, 6]);
        assert_eq!(
            inputs(&[file(1, &[], 1, &[5, 6, 7, 8]), file(2, &[], 2, &[5, 6, 7, 9])]),
            [5, 6, 7, 8, 9]
        );
        assert_eq!(
            inputs(&[file(1, &[], 1, &[4, 5, 6, 7]), file(2, &[], 2, &[5, 6, 7])]),
            [4, 5, 6, 7, 5, 6, 7]
        );
    }
}
