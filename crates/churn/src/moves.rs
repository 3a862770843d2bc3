//! Lines that were moved and not written: removed here and added there in one commit.

use std::collections::HashMap;

use crate::patch::{FilePatch, LineMark};

/// Letters and digits that make a block moved within its file, as `git blame -M` has it.
const WITHIN: u32 = 20;
/// Letters and digits that make a block moved between files, as `git blame -C` has it.
const BETWEEN: u32 = 40;
/// How many places of equal lines are tried; more are as good as chance.
const TRIED: usize = 32;

/// A place in a patch: file, hunk, line, as numbers from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) hunk: usize,
    pub(crate) line: usize,
}

impl Place {
    fn on(self, lines: usize) -> Self {
        Self { line: self.line + lines, ..self }
    }
}

/// Returns, by the place of an added line, the place of the removed line that it is.
///
/// A block is a run of lines that were removed together and added together, equal but for white space, with at least
/// 20 letters and digits within a file and 40 between files: `git blame -w -M -C` draws the same line. The longest
/// block goes first from each removed line on; no line is used twice.
pub(crate) fn find(files: &[FilePatch]) -> HashMap<Place, Place> {
    let mut added: HashMap<u64, Vec<Place>> = HashMap::new();
    for (file, patch) in files.iter().enumerate() {
        for (hunk, lines) in patch.hunks.iter().enumerate() {
            for (line, mark) in lines.added.iter().enumerate().filter(|(_, mark)| mark.weight > 0) {
                let places = added.entry(mark.hash).or_default();
                if places.len() < TRIED {
                    places.push(Place { file, hunk, line });
                }
            }
        }
    }
    let mut moved = HashMap::new();
    for (file, patch) in files.iter().enumerate() {
        for (hunk, lines) in patch.hunks.iter().enumerate() {
            let mut line = 0;
            while let Some(mark) = lines.removed.get(line) {
                let from = Place { file, hunk, line };
                let block = added.get(&mark.hash).and_then(|places| best(files, from, places, &moved));
                let Some((to, len)) = block else {
                    line += 1;
                    continue;
                };
                moved.extend((0..len).map(|step| (to.on(step), from.on(step))));
                line += len;
            }
        }
    }
    moved
}

/// Returns the longest block that begins at a removed line and counts as moved.
fn best(
    files: &[FilePatch],
    from: Place,
    places: &[Place],
    moved: &HashMap<Place, Place>,
) -> Option<(Place, usize)> {
    let removed = side(files, from, |hunk| &hunk.removed);
    let mut best: Option<(Place, usize)> = None;
    for to in places {
        let added = side(files, *to, |hunk| &hunk.added);
        let equal = removed.iter().zip(added).enumerate();
        let block = equal.take_while(|(step, (a, b))| a.hash == b.hash && !moved.contains_key(&to.on(*step)));
        let (mut len, mut weight) = (0, 0_u32);
        for (_, (mark, _)) in block {
            (len, weight) = (len + 1, weight.saturating_add(mark.weight));
        }
        let enough = if is_same_file(files, from, *to) { WITHIN } else { BETWEEN };
        if weight >= enough && best.is_none_or(|(_, longest)| len > longest) {
            best = Some((*to, len));
        }
    }
    best
}

fn is_same_file(files: &[FilePatch], from: Place, to: Place) -> bool {
    from.file == to.file
        || files.get(from.file).map(|file| &file.old) == files.get(to.file).map(|file| &file.new)
}

fn side(files: &[FilePatch], at: Place, of: impl Fn(&crate::patch::Hunk) -> &Vec<LineMark>) -> &[LineMark] {
    let hunk = files.get(at.file).and_then(|file| file.hunks.get(at.hunk));
    hunk.and_then(|hunk| of(hunk).get(at.line..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::Hunk;

    fn marks(lines: &[(u64, u32)]) -> Vec<LineMark> {
        lines.iter().map(|(hash, weight)| LineMark { hash: *hash, weight: *weight }).collect()
    }

    fn file(name: &str, removed: &[(u64, u32)], added: &[(u64, u32)]) -> FilePatch {
        let hunk = Hunk { removed: marks(removed), added: marks(added), ..Hunk::default() };
        let name = Some(name.as_bytes().to_vec());
        FilePatch { old: name.clone(), new: name, hunks: vec![hunk], ..FilePatch::default() }
    }

    #[test]
    fn a_block_moves_between_files_only_when_it_says_enough() {
        let big = [(1, 30), (2, 0), (3, 10)];
        let moved = find(&[file("a", &big, &[]), file("b", &[], &big)]);
        assert_eq!(moved.len(), 3, "the blank line goes with its block");
        let small = [(1, 30), (2, 0), (3, 9)];
        assert!(find(&[file("a", &small, &[]), file("b", &[], &small)]).is_empty());
        let within = find(&[file("a", &[(1, 20)], &[(9, 5), (1, 20)])]);
        let place = |line| Place { file: 0, hunk: 0, line };
        assert_eq!(within, HashMap::from([(place(1), place(0))]));
    }

    #[test]
    fn no_line_is_used_twice() {
        let moved = find(&[file("a", &[(1, 50), (7, 1), (1, 50)], &[(1, 50)])]);
        assert_eq!(moved.len(), 1);
    }
}
