//! How many added lines were changed or deleted within some days, and what that says while days are still to come.

use std::collections::BTreeMap;

use crate::history::FeatureCommit;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// The normal quantile of a 95 % interval.
const Z95: f64 = 1.959_963_984_540_054;

/// The churn of a set of feature commits at several horizons.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Survival {
    /// Feature commits that entered the history up to the time of observation.
    pub commits: usize,
    /// Lines that they added.
    pub lines_added: u64,
    /// One entry a horizon.
    pub horizons: Vec<Horizon>,
}

/// The churn within a number of days.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Horizon {
    /// Days after a line was added.
    pub days: u32,
    /// Lines changed or deleted within them, as far as was seen.
    pub churned: u64,
    /// Churned lines per line added; `None` when no line was added. Too low while [`Horizon::is_final`] is false.
    pub share: Option<f64>,
    /// Whether the days have passed for every commit.
    pub is_final: bool,
    /// The Kaplan-Meier estimate of the share, which allows for lines whose days have not passed; `None` when no commit
    /// is old enough for it.
    pub estimate: Option<f64>,
    /// The 95 % interval of the estimate; `None` where nothing or everything churned.
    pub interval: Option<(f64, f64)>,
}

/// A share of one commit's lines that ended, or was last seen alive, at one age.
#[derive(Debug, Clone, Copy)]
struct Group {
    commit: usize,
    age: i64,
    lines: f64,
    is_end: bool,
}

/// Returns the churn of these commits within 7, 14, 28, ... `days` as it was known at `as_of` (seconds since 1970).
///
/// A line's age counts from its commit's time; "within" includes the last second. Estimate: the product-limit estimator
/// (Kaplan and Meier 1958), lines whose days have not passed being censored at `as_of`. Interval: on the log(-log) scale
/// (Kalbfleisch and Prentice 2002, 1.4), with a variance of the cumulative hazard that takes whole commits as the
/// independent units (Ying and Wei 1994), because lines of one commit live and die together; with a single commit,
/// Greenwood's by lines, which is too narrow.
///
/// ```
/// use tracker_churn::{History, survival};
/// let none = survival(&History::default().commits.iter().collect::<Vec<_>>(), 0, &[7, 14, 28]);
/// assert_eq!((none.lines_added, none.horizons[1].share), (0, None));
/// ```
#[must_use]
pub fn survival(commits: &[&FeatureCommit], as_of: i64, days: &[u32]) -> Survival {
    let seen: Vec<&FeatureCommit> = commits.iter().copied().filter(|commit| commit.time <= as_of).collect();
    let groups = groups(&seen, as_of);
    let lines_added: u64 = seen.iter().map(|commit| u64::from(commit.lines)).sum();
    let horizon = |days: &u32| {
        let limit = i64::from(*days) * DAY;
        let churned =
            groups.iter().filter(|group| group.is_end && group.age <= limit).map(|group| group.lines);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a sum of counts of lines"
        )]
        let churned = churned.sum::<f64>() as u64;
        #[expect(clippy::cast_precision_loss, reason = "counts of lines lie far below 2^53")]
        let share = (lines_added > 0).then(|| churned as f64 / lines_added as f64);
        let with_lines = || seen.iter().filter(|commit| commit.lines > 0);
        let is_old = |commit: &&&FeatureCommit| as_of - commit.time >= limit;
        let curve =
            curve(&groups, limit).filter(|curve| with_lines().any(|c| is_old(&c)) || curve.alive <= 0.0);
        Horizon {
            days: *days,
            churned,
            share,
            is_final: seen.iter().all(|commit| is_old(&commit)),
            estimate: curve.as_ref().map(|curve| 1.0 - curve.alive),
            interval: curve.and_then(|curve| curve.interval(&groups)),
        }
    };
    Survival { commits: seen.len(), lines_added, horizons: days.iter().map(horizon).collect() }
}

fn groups(commits: &[&FeatureCommit], as_of: i64) -> Vec<Group> {
    let mut groups = Vec::new();
    for (number, commit) in commits.iter().enumerate() {
        let mut alive = f64::from(commit.lines);
        for change in commit.changes.iter().filter(|change| change.time <= as_of) {
            let lines = f64::from(change.lines);
            // A clock that went backwards makes no negative age.
            groups.push(Group {
                commit: number,
                age: (change.time - commit.time).max(0),
                lines,
                is_end: true,
            });
            alive -= lines;
        }
        if alive > 0.0 {
            groups.push(Group { commit: number, age: as_of - commit.time, lines: alive, is_end: false });
        }
    }
    groups
}

/// The Kaplan-Meier curve up to a horizon.
#[derive(Debug)]
struct Curve {
    /// The share that is alive at the horizon.
    alive: f64,
    /// Ages at which lines ended: age, lines at risk, lines that ended.
    steps: Vec<(i64, f64, f64)>,
}

fn curve(groups: &[Group], limit: i64) -> Option<Curve> {
    let mut at_risk: f64 = groups.iter().map(|group| group.lines).sum();
    if at_risk <= 0.0 {
        return None;
    }
    let mut ages: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for group in groups {
        let (ended, censored) = ages.entry(group.age).or_default();
        *(if group.is_end { ended } else { censored }) += group.lines;
    }
    let (mut alive, mut steps) = (1.0, Vec::new());
    for (age, (ended, censored)) in ages.range(..=limit) {
        if *ended > 0.0 {
            alive *= (at_risk - ended) / at_risk;
            steps.push((*age, at_risk, *ended));
        }
        at_risk -= ended + censored;
    }
    Some(Curve { alive, steps })
}

impl Curve {
    /// Returns the 95 % interval of the churned share.
    fn interval(&self, groups: &[Group]) -> Option<(f64, f64)> {
        if self.alive <= 0.0 || self.alive >= 1.0 {
            return None;
        }
        let log = self.alive.ln();
        let half = Z95 * self.variance(groups).sqrt() / log.abs();
        let bound = |half: f64| 1.0 - (log * half.exp()).exp();
        Some((bound(-half), bound(half))).filter(|(low, high)| low.is_finite() && high.is_finite())
    }

    /// Returns the variance of the cumulative hazard at the horizon: commits are the units, as the lines of one live and
    /// die together, but few commits that agree by chance are never surer than as many independent lines.
    fn variance(&self, groups: &[Group]) -> f64 {
        self.by_lines().max(self.by_commits(groups))
    }

    /// Greenwood's variance, with lines as the units.
    fn by_lines(&self) -> f64 {
        self.steps.iter().map(|(_, risk, ended)| ended / (risk * (risk - ended)).max(1.0)).sum()
    }

    /// The variance between commits; 0 for a single one.
    fn by_commits(&self, groups: &[Group]) -> f64 {
        let mut by_commit: BTreeMap<usize, Vec<&Group>> = BTreeMap::new();
        for group in groups {
            by_commit.entry(group.commit).or_default().push(group);
        }
        let commits = by_commit.len();
        if commits < 2 {
            return 0.0;
        }
        let mut sum = 0.0;
        for own in by_commit.values_mut() {
            own.sort_by_key(|group| group.age);
            let mut at_risk: f64 = own.iter().map(|group| group.lines).sum();
            let (mut left, mut influence) = (own.iter().peekable(), 0.0);
            for (age, risk, ended) in &self.steps {
                while let Some(group) = left.next_if(|group| group.age < *age) {
                    at_risk -= group.lines;
                }
                let here: f64 = own.iter().filter(|g| g.is_end && g.age == *age).map(|g| g.lines).sum();
                influence += here / risk - at_risk * ended / (risk * risk);
            }
            sum += influence * influence;
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of commits")]
        let commits = commits as f64;
        sum * commits / (commits - 1.0)
    }
}

/// Returns the quality that a 14-day churn stands for: 1 - churn, at least 0.5.
///
/// ```
/// use tracker_churn::measured_quality;
/// assert_eq!(measured_quality(0.1), 0.9);
/// assert_eq!(measured_quality(0.8), 0.5);
/// ```
#[must_use]
pub fn measured_quality(churn_14d: f64) -> f64 {
    (1.0 - churn_14d).clamp(0.5, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Change;
    use crate::label::Label;

    fn commit(number: u8, day: i64, lines: u32, ends: &[(i64, u32)]) -> FeatureCommit {
        let id = |n: u8| format!("{n:040x}").parse().expect("an id");
        let change = |(age, lines): &(i64, u32)| Change {
            by: id(200),
            time: (day + age) * DAY,
            label: None,
            lines: *lines,
        };
        FeatureCommit {
            id: id(number),
            time: day * DAY,
            label: Label::by_range("W0-01"),
            lines,
            changes: ends.iter().map(change).collect(),
        }
    }

    #[test]
    fn once_the_days_have_passed_the_estimate_is_the_share() {
        let commits = [commit(1, 0, 100, &[(3, 10), (14, 5), (20, 5)]), commit(2, 1, 50, &[(10, 15)])];
        let all: Vec<_> = commits.iter().collect();
        let done = survival(&all, 40 * DAY, &[7, 14, 28]);
        let shares: Vec<_> = done.horizons.iter().map(|h| (h.churned, h.is_final)).collect();
        assert_eq!(shares, [(10, true), (30, true), (35, true)]);
        for horizon in &done.horizons {
            let (share, estimate) = (horizon.share.expect("lines"), horizon.estimate.expect("old enough"));
            assert!((share - estimate).abs() < 1e-12, "{horizon:?}");
            let (low, high) = horizon.interval.expect("an interval");
            assert!(0.0 < low && low < estimate && estimate < high && high < 1.0, "{horizon:?}");
        }
    }

    #[test]
    fn days_to_come_are_allowed_for() {
        // Of the second commit nothing is known beyond day 5: the first one's fate from there on counts alone.
        let commits = [commit(1, 0, 100, &[(3, 20), (10, 40)]), commit(2, 15, 100, &[])];
        let all: Vec<_> = commits.iter().collect();
        let now = survival(&all, 20 * DAY, &[14, 28]);
        let fortnight = &now.horizons[0];
        assert!(!fortnight.is_final && fortnight.share == Some(0.3));
        assert!((fortnight.estimate.expect("one is old enough") - (1.0 - 0.9 * 0.5)).abs() < 1e-12);
        assert_eq!(now.horizons[1].estimate, None, "no commit is 28 days old");
    }

    #[test]
    fn the_future_is_not_seen() {
        let commits = [commit(1, 0, 10, &[(3, 10)]), commit(2, 9, 10, &[])];
        let all: Vec<_> = commits.iter().collect();
        let early = survival(&all, 2 * DAY, &[7]);
        assert_eq!((early.commits, early.lines_added, early.horizons[0].churned), (1, 10, 0));
    }

    /// Two commits of which the same share churned once had an interval of a few percent around it.
    #[test]
    fn two_commits_that_agree_are_no_surer_than_their_lines() {
        let commits = [commit(1, 0, 17, &[(2, 3)]), commit(2, 0, 14, &[(3, 2)])];
        let all: Vec<_> = commits.iter().collect();
        let (low, high) = survival(&all, 60 * DAY, &[14]).horizons[0].interval.expect("an interval");
        assert!(low < 0.08 && high > 0.33, "{low} {high}");
    }

    #[test]
    fn greenwood_by_hand() {
        // 5 of 50 ended: S = 0.9, the variance of the hazard is 5 / (50 * 45).
        let one = commit(1, 0, 50, &[(3, 5)]);
        let (low, high) = survival(&[&one], 60 * DAY, &[7]).horizons[0].interval.expect("an interval");
        let half = Z95 * (5.0_f64 / 2250.0).sqrt() / 0.9_f64.ln().abs();
        assert!((low - (1.0 - 0.9_f64.powf((-half).exp()))).abs() < 1e-12);
        assert!((high - (1.0 - 0.9_f64.powf(half.exp()))).abs() < 1e-12);
    }
}
