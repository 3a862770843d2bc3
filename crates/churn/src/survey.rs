//! From a repository to its [`History`]: one listing of the commits, one stream of patches, one pass.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::commit::CommitId;
use crate::error::ChurnError;
use crate::git::Repo;
use crate::history::{Change, FeatureCommit, History, Revert};
use crate::label::Label;
use crate::log::{self, Commit};
use crate::patch::{Patch, PatchReader};
use crate::paths::{PathFilter, read_attributes};
use crate::replay::{Lines, State, Step};

/// The arguments that make git print what [`PatchReader`] reads: white space aside, renames and copies found.
const PATCHES: [&str; 18] = [
    "diff-tree",
    "--stdin",
    "--always",
    "--root",
    "-r",
    "-p",
    "-U0",
    "-w",
    "-M",
    "-C",
    "--inter-hunk-context=0",
    "--diff-algorithm=myers",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--submodule=short",
    "--ignore-submodules=all",
    "--end-of-options",
];

/// The commits of a window that no commit message names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowRange {
    /// The window.
    pub window: String,
    /// The last commit before the window's work.
    pub start: CommitId,
    /// The last commit of the window's work.
    pub end: CommitId,
}

/// Which commits are followed, and which of their files count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurveyOptions {
    /// The files that count.
    pub filter: PathFilter,
    /// Windows by their commits, for windows that no tag or trailer names. Prototypes and merges are left out.
    pub ranges: Vec<WindowRange>,
}

/// Follows the lines of all feature commits in the history of `end`.
///
/// A commit is one by its tag, else its trailers, else a window's range. `progress` hears how many of how many patches
/// have been read.
///
/// # Errors
/// [`ChurnError::Shallow`] when history is cut off, [`ChurnError::Git`] when an object is missing or corrupt.
pub fn survey(
    repo: &Repo,
    end: &CommitId,
    options: &SurveyOptions,
    mut progress: impl FnMut(usize, usize),
) -> Result<History, ChurnError> {
    if repo.is_shallow() {
        return Err(ChurnError::Shallow);
    }
    let args = [&log::ARGS[..], &["--end-of-options", end.as_str()]].concat();
    let dag = Dag::new(repo.stream(&args, Vec::new(), |out| log::read(out))?, &options.ranges);
    if dag.labels.iter().all(Option::is_none) {
        return Ok(History::default());
    }
    let mut filter = options.filter.clone();
    learn_attributes(repo, end, &mut filter, || paths_of(repo, end))?;
    let requests = dag.requests();
    let input: String = requests.iter().map(|request| dag.line(request)).collect();
    let (lines, state) = repo.stream(&PATCHES, input.into_bytes(), |out| {
        let mut reader = PatchReader::new(out);
        play(&dag, &requests, &filter, |at| {
            progress(at, requests.len());
            let patch = reader.next()?;
            patch.ok_or_else(|| ChurnError::unreadable("diff-tree", "it ended before the last commit"))
        })
    })?;
    Ok(dag.history(&lines, &state))
}

/// Plays all requests in order; `next(n)` returns the n-th patch. Returns the state of the last commit.
fn play(
    dag: &Dag,
    requests: &[Request],
    filter: &PathFilter,
    mut next: impl FnMut(usize) -> Result<Patch, ChurnError>,
) -> Result<(Lines, State), ChurnError> {
    let mut lines = Lines::default();
    let mut states: HashMap<u32, (State, u32)> = HashMap::new();
    let mut last = State::new();
    let mut at = 0;
    while let Some(request) = requests.get(at) {
        let commit = request.commit;
        let mut sides = Vec::new();
        while let Some(request) = requests.get(at).filter(|request| request.commit == commit) {
            let patch = next(at)?;
            if dag.id(commit).is_none_or(|id| id.as_str() != patch.id) {
                return Err(ChurnError::unreadable("diff-tree", "the commits come in another order"));
            }
            let before = request.parent.map(|parent| take(&mut states, parent)).unwrap_or_default();
            sides.push((before, patch));
            at += 1;
        }
        let step = dag.step(commit);
        let state = if dag.is_merge(commit) {
            let sides: Vec<_> = sides.iter().map(|(state, patch)| (state, patch)).collect();
            lines.merge(step, &sides)
        } else {
            let (before, patch) = sides.pop().unwrap_or_default();
            lines.play(step, &patch, before, filter, |of| dag.is_ancestor(of, commit))
        };
        match dag.children(commit) {
            0 => last = state,
            children => drop(states.insert(commit, (state, children))),
        }
    }
    Ok((lines, last))
}

/// Returns a commit's state; it is given away to the last child that asks.
fn take(states: &mut HashMap<u32, (State, u32)>, commit: u32) -> State {
    match states.get_mut(&commit) {
        Some((state, children)) if *children > 1 => {
            *children -= 1;
            state.clone()
        }
        Some(_) => states.remove(&commit).map(|(state, _)| state).unwrap_or_default(),
        None => State::new(),
    }
}

/// A patch that is asked for: a commit against one parent.
#[derive(Debug, Clone, Copy)]
struct Request {
    commit: u32,
    /// The parent whose state is played on; `None` for one without followed lines.
    parent: Option<u32>,
    /// The parent that is compared with; `None` for a first commit.
    against: Option<u32>,
}

/// The commits of a history by number, parents first.
#[derive(Debug)]
struct Dag {
    commits: Vec<Commit>,
    numbers: HashMap<CommitId, u32>,
    labels: Vec<Option<Label>>,
    /// Whether a commit is followed or lies after one that is.
    needed: Vec<bool>,
    children: Vec<u32>,
}

impl Dag {
    fn new(commits: Vec<Commit>, ranges: &[WindowRange]) -> Self {
        let numbers: HashMap<CommitId, u32> =
            (0..).zip(&commits).map(|(n, commit)| (commit.id.clone(), n)).collect();
        let label = |commit: &Commit| commit.message.label.clone().filter(|_| commit.parents.len() < 2);
        let labels = commits.iter().map(label).collect();
        let mut dag = Self { commits, numbers, labels, needed: Vec::new(), children: Vec::new() };
        dag.label_ranges(ranges);
        for at in 0..dag.commits.len() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let is_needed = dag.label(at).is_some() || dag.parents(at).any(|parent| dag.is_needed(parent));
            dag.needed.push(is_needed);
            dag.children.push(0);
            if is_needed {
                for parent in dag.parents(at).collect::<Vec<_>>() {
                    if let Some(children) = dag.children.get_mut(parent as usize) {
                        *children += 1;
                    }
                }
            }
        }
        dag
    }

    /// Labels the commits of windows that no message names; of two ranges the first one has a commit.
    fn label_ranges(&mut self, ranges: &[WindowRange]) {
        let named: HashSet<String> = self.labels.iter().flatten().map(|label| label.window.clone()).collect();
        for range in ranges.iter().filter(|range| !named.contains(&range.window)) {
            let (Some(start), Some(end)) = (self.numbers.get(&range.start), self.numbers.get(&range.end))
            else {
                continue;
            };
            let before = self.history_of(*start);
            for number in self.history_of(*end).difference(&before) {
                let Some(commit) = self.commits.get(*number as usize) else { continue };
                let is_plain = commit.parents.len() < 2 && !commit.message.is_prototype;
                if let Some(slot @ None) = self.labels.get_mut(*number as usize).filter(|_| is_plain) {
                    *slot = Some(Label::by_range(range.window.clone()));
                }
            }
        }
    }

    /// Returns a commit and all before it.
    fn history_of(&self, commit: u32) -> HashSet<u32> {
        let mut seen = HashSet::from([commit]);
        let mut open = vec![commit];
        while let Some(commit) = open.pop() {
            open.extend(self.parents(commit).filter(|parent| seen.insert(*parent)));
        }
        seen
    }

    fn is_ancestor(&self, of: u32, commit: u32) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![commit];
        while let Some(at) = open.pop() {
            if at == of {
                return true;
            }
            // Parents have smaller numbers, so nothing below `of` can lead to it.
            open.extend(self.parents(at).filter(|parent| *parent >= of && seen.insert(*parent)));
        }
        false
    }

    fn requests(&self) -> Vec<Request> {
        let mut requests = Vec::new();
        for commit in (0..).take(self.commits.len()).filter(|commit| self.is_needed(*commit)) {
            let parents: Vec<u32> = self.parents(commit).collect();
            if self.is_merge(commit) {
                let sides = parents.into_iter().filter(|parent| self.is_needed(*parent));
                requests.extend(sides.map(|parent| Request {
                    commit,
                    parent: Some(parent),
                    against: Some(parent),
                }));
            } else {
                let against = parents.first().copied();
                requests.push(Request {
                    commit,
                    parent: against.filter(|parent| self.is_needed(*parent)),
                    against,
                });
            }
        }
        requests
    }

    /// Returns the line by which `git diff-tree --stdin` is asked.
    fn line(&self, request: &Request) -> String {
        let name = |number| self.id(number).map(CommitId::as_str).unwrap_or_default();
        match request.against {
            Some(parent) => format!("{} {}\n", name(request.commit), name(parent)),
            None => format!("{}\n", name(request.commit)),
        }
    }

    fn history(&self, lines: &Lines, end: &State) -> History {
        let mut history = History::default();
        for fate in lines.outcome(end) {
            let (Some(commit), Some(label)) =
                (self.commits.get(fate.commit as usize), self.label(fate.commit))
            else {
                continue;
            };
            let changes = fate.ends.into_iter().filter_map(|(end, lines)| {
                Some(Change {
                    by: self.id(end.by)?.clone(),
                    time: end.time,
                    label: self.label(end.by).cloned(),
                    lines,
                })
            });
            history.commits.push(FeatureCommit {
                id: commit.id.clone(),
                time: commit.time,
                label: label.clone(),
                lines: fate.lines,
                changes: changes.collect(),
            });
        }
        let name = |number: u32| self.id(number).cloned();
        let repeats = lines.repeated.iter();
        history.repeats = repeats.filter_map(|(by, of)| Some((name(*by)?, name(*of)?))).collect();
        history.reverts = self.reverts(lines);
        history
    }

    /// Returns the commits that say, or show line by line, that they take a feature commit back.
    fn reverts(&self, lines: &Lines) -> Vec<Revert> {
        let shown: BTreeSet<(u32, u32)> = lines.undone.iter().copied().collect();
        let said: BTreeSet<(u32, u32)> = (0..)
            .zip(&self.commits)
            .filter_map(|(by, commit)| Some((by, *self.numbers.get(commit.message.reverts.as_ref()?)?)))
            .collect();
        let revert = |(by, of): &(u32, u32)| {
            Some(Revert {
                by: self.id(*by)?.clone(),
                time: self.step(*by).time,
                of: self.id(*of)?.clone(),
                label: self.label(*of)?.clone(),
                is_said: said.contains(&(*by, *of)),
                is_exact: shown.contains(&(*by, *of)),
            })
        };
        shown.union(&said).filter_map(revert).collect()
    }

    fn step(&self, commit: u32) -> Step {
        let time = self.commits.get(commit as usize).map_or(0, |commit| commit.time);
        Step { commit, time, is_followed: self.label(commit).is_some() }
    }

    fn parents(&self, commit: u32) -> impl Iterator<Item = u32> + '_ {
        let parents = self.commits.get(commit as usize).map(|commit| commit.parents.as_slice());
        parents.unwrap_or_default().iter().filter_map(|parent| self.numbers.get(parent).copied())
    }

    fn id(&self, commit: u32) -> Option<&CommitId> {
        self.commits.get(commit as usize).map(|commit| &commit.id)
    }

    fn label(&self, commit: u32) -> Option<&Label> {
        self.labels.get(commit as usize)?.as_ref()
    }

    fn is_merge(&self, commit: u32) -> bool {
        self.commits.get(commit as usize).is_some_and(|commit| commit.parents.len() > 1)
    }

    fn is_needed(&self, commit: u32) -> bool {
        self.needed.get(commit as usize).copied().unwrap_or(false)
    }

    fn children(&self, commit: u32) -> u32 {
        self.children.get(commit as usize).copied().unwrap_or(0)
    }
}

/// Asks `.gitattributes` about the files, when the commit has any that speak of generated or vendored files.
pub(crate) fn learn_attributes(
    repo: &Repo,
    commit: &CommitId,
    filter: &mut PathFilter,
    paths: impl FnOnce() -> Result<BTreeSet<Vec<u8>>, ChurnError>,
) -> Result<(), ChurnError> {
    let asked = ["grep", "-q", "-F", "linguist-", commit.as_str(), "--", ":(glob)**/.gitattributes"];
    if !filter.asks_attributes() || repo.output(&asked).is_err() {
        return Ok(());
    }
    let mut input = Vec::new();
    for path in paths()? {
        input.extend(path);
        input.push(0);
    }
    let source = format!("--source={commit}");
    let args = ["check-attr", "-z", "--stdin", &source, "linguist-generated", "linguist-vendored"];
    let said = repo.stream(&args, input, |out| {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(out, &mut bytes)
            .map_err(|cause| ChurnError::unreadable("check-attr", cause.to_string()))?;
        Ok(bytes)
    })?;
    filter.learn(read_attributes(&said));
    Ok(())
}

/// Returns every path that the history of a commit has touched.
fn paths_of(repo: &Repo, end: &CommitId) -> Result<BTreeSet<Vec<u8>>, ChurnError> {
    let args = ["log", "-z", "--format=", "--name-only", "--no-renames", "--end-of-options", end.as_str()];
    let said = repo.output(&args)?;
    Ok(said.split(|b| *b == 0).filter(|path| !path.is_empty()).map(<[u8]>::to_vec).collect())
}
