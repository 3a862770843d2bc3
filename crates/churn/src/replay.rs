//! History played from the oldest followed commit on: every added line gets a number, and keeps it while it lives.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::rc::Rc;

use crate::moves::{self, Place};
use crate::patch::{FilePatch, Hunk, LineMark, Patch};
use crate::paths::PathFilter;
use crate::runs::{Origin, Runs};

/// The followed lines of a commit's files; a file without any is left out.
pub(crate) type State = HashMap<Rc<[u8]>, Rc<Runs>>;

/// A change or deletion of a followed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    /// When, in seconds since 1970.
    pub(crate) time: i64,
    /// The number of the commit that did it.
    pub(crate) by: u32,
}

/// The lines that one followed commit added.
#[derive(Debug, Clone, Copy)]
struct Birth {
    commit: u32,
    first: u32,
    lines: u32,
}

/// What became of a followed commit's lines.
#[derive(Debug, Clone)]
pub(crate) struct Fate {
    /// The commit's number.
    pub(crate) commit: u32,
    /// Lines that it added.
    pub(crate) lines: u32,
    /// How lines ended, with how many ended so, in order of time.
    pub(crate) ends: Vec<(End, u32)>,
}

/// A commit as the replay sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Its number; parents have smaller ones.
    pub(crate) commit: u32,
    /// Seconds since 1970.
    pub(crate) time: i64,
    /// Whether the lines that it adds are followed.
    pub(crate) is_followed: bool,
}

/// All followed lines, and what became of them.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    births: Vec<Birth>,
    ends: Vec<Option<End>>,
    /// Followed commits by what their patches say.
    by_patch: HashMap<u64, Birth>,
    /// Commits that undo a followed commit line by line, with that commit.
    pub(crate) undone: Vec<(u32, u32)>,
    /// Followed commits that repeat another's patch, with that commit.
    pub(crate) repeated: Vec<(u32, u32)>,
}

impl Lines {
    /// Plays a commit with one parent or none on the parent's state. `is_ancestor` says whether a commit lies in the
    /// history of the one that is played.
    pub(crate) fn play(
        &mut self,
        step: Step,
        patch: &Patch,
        mut state: State,
        filter: &PathFilter,
        is_ancestor: impl Fn(u32) -> bool,
    ) -> State {
        let files = &patch.files;
        let cuts: Vec<Vec<Vec<Origin>>> = files.iter().map(|file| cut_out(file, &state)).collect();
        let is_touched = cuts.iter().flatten().flatten().any(|origin| *origin != Origin::Other);
        let moved = if is_touched || step.is_followed { moves::find(files) } else { HashMap::new() };
        let sources: HashSet<Place> = moved.values().copied().collect();
        let own = self.begin(step, files, &moved, filter, is_ancestor);
        let mut numbers = own.clone();
        let removed = removed(&cuts, &sources);
        let mut kept = HashSet::new();
        let mut rebuilt = Vec::new();
        for (at, file) in files.iter().enumerate() {
            let counts = step.is_followed && file.new.as_deref().is_some_and(|path| filter.counts(path));
            let runs = rebuild(file, &state, |hunk, line| match moved.get(&Place { file: at, hunk, line }) {
                Some(from) => origin_at(&cuts, *from),
                None if counts => numbers.next().map_or(Origin::Other, Origin::Line),
                None => Origin::Other,
            });
            if file.is_copy {
                // A copy takes with it only what its source gives away: the rest lives on in the source.
                let runs = runs.retain(|id| removed.contains(&id) || own.contains(&id));
                kept.extend(runs.followed().flat_map(|(id, len)| id..id.saturating_add(len)));
                rebuilt.push(runs);
            } else {
                rebuilt.push(runs);
            }
        }
        put(files, rebuilt, &mut state);
        removed.difference(&kept).for_each(|id| self.end(*id, step));
        state
    }

    /// Joins the states of a merge's parents, each taken through its own patch to the merge.
    pub(crate) fn merge(&mut self, step: Step, sides: &[(&State, &Patch)]) -> State {
        let mut joined = State::new();
        let mut gone = BTreeSet::new();
        for (before, patch) in sides {
            let mut side = (*before).clone();
            let rebuilt =
                patch.files.iter().map(|file| rebuild(file, before, |_, _| Origin::Other)).collect();
            put(&patch.files, rebuilt, &mut side);
            let cuts = patch.files.iter().flat_map(|file| cut_out(file, before)).flatten();
            gone.extend(cuts.filter_map(|origin| match origin {
                Origin::Line(id) if self.ended(id).is_none() => Some(id),
                _ => None,
            }));
            for (path, runs) in side {
                let both = match joined.get(&path) {
                    Some(above) => Rc::new(above.over(&runs)),
                    None => runs,
                };
                joined.insert(path, both);
            }
        }
        if !gone.is_empty() {
            // What no parent removed and the merge does not have, the merge itself removed.
            let alive: HashSet<u32> =
                joined.values().flat_map(|runs| runs.followed().flat_map(|(id, len)| id..id + len)).collect();
            gone.into_iter().filter(|id| !alive.contains(id)).for_each(|id| self.end(id, step));
        }
        joined
    }

    /// Returns the fate of every followed commit; `end` holds the lines that are alive.
    pub(crate) fn outcome(&self, end: &State) -> Vec<Fate> {
        let mut alive = vec![false; self.ends.len()];
        for (id, len) in end.values().flat_map(|runs| runs.followed()) {
            for line in id..id.saturating_add(len) {
                if let Some(slot) = alive.get_mut(line as usize) {
                    *slot = true;
                }
            }
        }
        let mut outcome = Vec::new();
        for birth in &self.births {
            let range = birth.first as usize..(birth.first + birth.lines) as usize;
            let mut ends: HashMap<(i64, u32), u32> = HashMap::new();
            let lines = self
                .ends
                .get(range.clone())
                .into_iter()
                .flatten()
                .zip(alive.get(range).into_iter().flatten());
            for (end, is_alive) in lines {
                if let (Some(end), false) = (end, is_alive) {
                    *ends.entry((end.time, end.by)).or_insert(0) += 1;
                }
            }
            let mut ends: Vec<(End, u32)> =
                ends.into_iter().map(|((time, by), n)| (End { time, by }, n)).collect();
            ends.sort_by_key(|(end, _)| (end.time, end.by));
            outcome.push(Fate { commit: birth.commit, lines: birth.lines, ends });
        }
        outcome
    }

    /// Numbers the lines that a followed commit adds, and notes what repeats or undoes a followed commit.
    fn begin(
        &mut self,
        step: Step,
        files: &[FilePatch],
        moved: &HashMap<Place, Place>,
        filter: &PathFilter,
        is_ancestor: impl Fn(u32) -> bool,
    ) -> Range<u32> {
        let next = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        let undone = fingerprint(files, true).and_then(|mark| self.by_patch.get(&mark));
        if let Some(undone) = undone.filter(|undone| is_ancestor(undone.commit)) {
            self.undone.push((step.commit, undone.commit));
        }
        if !step.is_followed {
            return next..next;
        }
        let counted = |file: usize| {
            files.get(file).and_then(|file| file.new.as_deref()).is_some_and(|path| filter.counts(path))
        };
        let added = |file: &FilePatch| file.hunks.iter().map(|hunk| hunk.added.len()).sum::<usize>();
        let all: usize =
            files.iter().enumerate().filter(|(at, _)| counted(*at)).map(|(_, file)| added(file)).sum();
        let only_moved = moved.keys().filter(|place| counted(place.file)).count();
        let lines = u32::try_from(all.saturating_sub(only_moved)).unwrap_or(u32::MAX).min(u32::MAX - next);
        let birth = Birth { commit: step.commit, first: next, lines };
        if let Some(mark) = fingerprint(files, false) {
            match self.by_patch.get(&mark) {
                // The same patch on another branch (a cherry-pick): its lines are the other's lines.
                Some(first) if first.lines == lines && !is_ancestor(first.commit) => {
                    self.repeated.push((step.commit, first.commit));
                    return first.first..first.first + lines;
                }
                _ => self.by_patch.insert(mark, birth),
            };
        }
        self.births.push(birth);
        self.ends.resize(self.ends.len() + lines as usize, None);
        next..next + lines
    }

    fn ended(&self, id: u32) -> Option<End> {
        self.ends.get(id as usize).copied().flatten()
    }

    /// Notes the end of a line; the earliest counts.
    fn end(&mut self, id: u32, step: Step) {
        if let Some(slot) = self.ends.get_mut(id as usize)
            && slot.is_none_or(|end| step.time < end.time)
        {
            *slot = Some(End { time: step.time, by: step.commit });
        }
    }
}

/// Returns the followed lines that a commit removed and did not move.
fn removed(cuts: &[Vec<Vec<Origin>>], moved: &HashSet<Place>) -> HashSet<u32> {
    let mut removed = HashSet::new();
    for (file, hunks) in cuts.iter().enumerate() {
        for (hunk, lines) in hunks.iter().enumerate() {
            for (line, origin) in lines.iter().enumerate() {
                if let (Origin::Line(id), false) = (origin, moved.contains(&Place { file, hunk, line })) {
                    removed.insert(*id);
                }
            }
        }
    }
    removed
}

fn origin_at(cuts: &[Vec<Vec<Origin>>], at: Place) -> Origin {
    let line = cuts.get(at.file).and_then(|file| file.get(at.hunk)).and_then(|hunk| hunk.get(at.line));
    line.copied().unwrap_or(Origin::Other)
}

fn runs_of(path: Option<&[u8]>, state: &State) -> Rc<Runs> {
    path.and_then(|path| state.get(path)).cloned().unwrap_or_default()
}

/// Returns the origins of the lines that each hunk removes.
fn cut_out(file: &FilePatch, before: &State) -> Vec<Vec<Origin>> {
    let runs = runs_of(file.old.as_deref(), before);
    let (mut cut, mut at, mut skipped) = (runs.cut(), 0, Runs::default());
    let lines = |hunk: &Hunk| {
        cut.copy(hunk.old_at.saturating_sub(at), &mut skipped);
        at = hunk.old_at + u32::try_from(hunk.removed.len()).unwrap_or(u32::MAX - hunk.old_at);
        cut.lines(hunk.removed.len())
    };
    let mut hunks: Vec<Vec<Origin>> = file.hunks.iter().map(lines).collect();
    let is_gone = file.is_binary || (file.new.is_none() && file.hunks.is_empty());
    if is_gone && hunks.is_empty() {
        hunks.push(runs.followed().flat_map(|(id, len)| (id..id + len).map(Origin::Line)).collect());
    }
    hunks
}

/// Returns the new file: the old one with the hunks put in, whose added lines come from `origin(hunk, line)`.
fn rebuild(file: &FilePatch, before: &State, mut origin: impl FnMut(usize, usize) -> Origin) -> Runs {
    let old = runs_of(file.old.as_deref(), before);
    let mut new = Runs::default();
    if file.is_binary {
        return new;
    }
    let (mut cut, mut at) = (old.cut(), 0);
    for (number, hunk) in file.hunks.iter().enumerate() {
        cut.copy(hunk.old_at.saturating_sub(at), &mut new);
        at = hunk.old_at + u32::try_from(hunk.removed.len()).unwrap_or(u32::MAX - hunk.old_at);
        cut.lines(hunk.removed.len());
        (0..hunk.added.len()).for_each(|line| new.push(origin(number, line), 1));
    }
    cut.finish(&mut new);
    new
}

/// Puts the new files into a state; all that goes is taken out first, so that files may change places.
fn put(files: &[FilePatch], rebuilt: Vec<Runs>, state: &mut State) {
    for file in files.iter().filter(|file| !file.is_copy) {
        file.old.as_deref().map(|old| state.remove(old));
    }
    for (file, runs) in files.iter().zip(rebuilt) {
        if let (Some(new), false) = (&file.new, runs.is_empty()) {
            state.insert(Rc::from(new.as_slice()), Rc::new(runs));
        }
    }
}

/// Returns what a patch says, but for places and white space; `undone` turns it round. `None` when it says nothing.
fn fingerprint(files: &[FilePatch], undone: bool) -> Option<u64> {
    let mut sum = None;
    for file in files.iter().filter(|file| !file.hunks.is_empty()) {
        let mut hasher = DefaultHasher::new();
        let (old, new) = if undone { (&file.new, &file.old) } else { (&file.old, &file.new) };
        (old, new).hash(&mut hasher);
        for hunk in &file.hunks {
            let (removed, added) =
                if undone { (&hunk.added, &hunk.removed) } else { (&hunk.removed, &hunk.added) };
            let hashes = |marks: &[LineMark]| marks.iter().map(|mark| mark.hash).collect::<Vec<_>>();
            (hashes(removed), hashes(added)).hash(&mut hasher);
        }
        // A sum, because git may list the files of the two patches in different orders.
        sum = Some(sum.unwrap_or(0_u64).wrapping_add(hasher.finish()));
    }
    sum
}
