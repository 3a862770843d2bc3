//! What changed between two commits.

use crate::commit::CommitId;
use crate::error::ChurnError;
use crate::git::Repo;
use crate::numstat;
use crate::paths::PathFilter;
use crate::survey::learn_attributes;

/// The changes between two commits, files that do not count left out.
///
/// ```
/// use tracker_churn::RangeChurn;
/// let mut churn = RangeChurn::default();
/// (churn.insertions, churn.deletions) = (40, 12);
/// assert_eq!((churn.net(), churn.gross()), (28, 52));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RangeChurn {
    /// Commits in the range.
    pub commits: u64,
    /// Changed files, binary ones among them; a renamed file is one.
    pub files: u64,
    /// Binary files among them, which have no lines.
    pub binary: u64,
    /// Changed files that do not count: generated, vendored, or not asked for.
    pub left_out: u64,
    /// Lines added.
    pub insertions: u64,
    /// Lines deleted.
    pub deletions: u64,
}

impl RangeChurn {
    /// Returns insertions minus deletions: how much the code grew. A total rewrite is 0.
    #[must_use]
    pub fn net(&self) -> i64 {
        i64::try_from(self.insertions).unwrap_or(i64::MAX) - i64::try_from(self.deletions).unwrap_or(i64::MAX)
    }

    /// Returns insertions plus deletions: how much was written and torn down.
    #[must_use]
    pub fn gross(&self) -> u64 {
        self.insertions.saturating_add(self.deletions)
    }
}

/// Returns what changed from `start` to `end`: the sums of `git diff --numstat -M start end`.
///
/// # Errors
/// [`ChurnError::EmptyRange`] when no commit lies between them; [`ChurnError::Git`].
pub fn range_churn(
    repo: &Repo,
    start: &CommitId,
    end: &CommitId,
    filter: &PathFilter,
) -> Result<RangeChurn, ChurnError> {
    let commits = count_commits(repo, start, end)?;
    if commits == 0 {
        return Err(ChurnError::EmptyRange { start: start.short().into(), end: end.short().into() });
    }
    let args = [
        "diff",
        "--numstat",
        "-z",
        "-M",
        "--diff-algorithm=myers",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--end-of-options",
        start.as_str(),
        end.as_str(),
        "--",
    ];
    let files = numstat::parse(&repo.output(&args)?)?;
    let mut filter = filter.clone();
    learn_attributes(repo, end, &mut filter, || Ok(files.iter().map(|file| file.path.clone()).collect()))?;
    let mut churn = RangeChurn { commits, ..RangeChurn::default() };
    for file in &files {
        if !filter.counts(&file.path) {
            churn.left_out += 1;
            continue;
        }
        churn.files += 1;
        match file.lines {
            Some((added, deleted)) => {
                churn.insertions = churn.insertions.saturating_add(added);
                churn.deletions = churn.deletions.saturating_add(deleted);
            }
            None => churn.binary += 1,
        }
    }
    Ok(churn)
}

fn count_commits(repo: &Repo, start: &CommitId, end: &CommitId) -> Result<u64, ChurnError> {
    let range = format!("{start}..{end}");
    let said = repo.output(&["rev-list", "--count", "--end-of-options", &range])?;
    let text = String::from_utf8_lossy(&said);
    text.trim_end().parse().map_err(|_| ChurnError::unreadable("rev-list", text.into_owned()))
}
