//! The feature commits of a history and what became of their lines: what one pass over git finds out.

use crate::commit::CommitId;
use crate::label::Label;

/// What became of the feature commits in the history of one commit. Says nothing of "now": see
/// [`survival`](crate::survival()).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct History {
    /// The feature commits, parents first; repeated ones left out.
    pub commits: Vec<FeatureCommit>,
    /// Reverts of feature commits.
    pub reverts: Vec<Revert>,
    /// Cherry-picks: a commit, and the feature commit whose patch it repeats.
    pub repeats: Vec<(CommitId, CommitId)>,
}

/// A commit whose added lines are followed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeatureCommit {
    /// Its name.
    pub id: CommitId,
    /// When it entered the history, in seconds since 1970.
    pub time: i64,
    /// Where it belongs.
    pub label: Label,
    /// Lines that it added: without moved lines, white-space changes, and files that do not count.
    pub lines: u32,
    /// What changed or deleted lines of it, in order of time.
    pub changes: Vec<Change>,
}

/// A commit that changed or deleted lines of an earlier feature commit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Its name.
    pub by: CommitId,
    /// When it entered the history, in seconds since 1970.
    pub time: i64,
    /// Where it belongs, when it is a feature commit itself.
    pub label: Option<Label>,
    /// Lines of the earlier commit that it changed or deleted.
    pub lines: u32,
}

/// A commit that takes a feature commit back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revert {
    /// The reverting commit.
    pub by: CommitId,
    /// When, in seconds since 1970.
    pub time: i64,
    /// The feature commit.
    pub of: CommitId,
    /// The feature commit's place.
    pub label: Label,
    /// Its message says so (`This reverts commit`).
    pub is_said: bool,
    /// Its patch is the exact inverse.
    pub is_exact: bool,
}

/// A feature commit that changed lines of another feature soon after they were added: repair work, to be charged to
/// the window that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repair<'h> {
    /// The repairing commit.
    pub by: &'h CommitId,
    /// When, in seconds since 1970.
    pub time: i64,
    /// Where the repair was done.
    pub label: &'h Label,
    /// The repaired commit.
    pub of: &'h CommitId,
    /// The feature and window that caused it.
    pub caused_by: &'h Label,
    /// Lines changed or deleted.
    pub lines: u32,
}

impl History {
    /// Returns the feature commits of a window.
    pub fn of_window<'h>(&'h self, window: &str) -> impl Iterator<Item = &'h FeatureCommit> {
        self.commits.iter().filter(move |commit| commit.label.window == window)
    }

    /// Returns the repairs within `days` after the lines were added and not after `as_of` (seconds since 1970), in the
    /// order of the repaired commits. Later work on the same feature in the same window is no repair.
    pub fn repairs(&self, days: u32, as_of: i64) -> impl Iterator<Item = Repair<'_>> {
        let limit = i64::from(days) * 86_400;
        self.commits.iter().flat_map(move |of| {
            of.changes.iter().filter_map(move |change| {
                let label = change.label.as_ref()?;
                let is_other = (&label.feature, &label.window) != (&of.label.feature, &of.label.window);
                let is_soon = change.time.saturating_sub(of.time) <= limit && change.time <= as_of;
                (is_other && is_soon).then_some(Repair {
                    by: &change.by,
                    time: change.time,
                    label,
                    of: &of.id,
                    caused_by: &of.label,
                    lines: change.lines,
                })
            })
        })
    }
}
