//! Statistics room: several arms, corrected for the number of comparisons.

use super::two_arms::{LogArm, LogRatio, log_ratio};
use crate::error::{StatsError, require};
use crate::level::Level;
use crate::random::Random;
use crate::ratio::Ratio;
use crate::sample::Sample;

/// Every arm against the one with the largest E.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ArmsComparison {
    /// Place of the leader.
    pub leader: usize,
    /// The other arms in the order given.
    pub others: Vec<VersusLeader>,
}

/// One arm against the leader.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct VersusLeader {
    /// Place of the arm.
    pub arm: usize,
    /// Leader (a) over this arm (b), at the level asked for, without correction.
    pub comparison: LogRatio,
    /// Two-sided p-value corrected by Holm over all comparisons with the leader.
    pub holm_p: f64,
}

/// Compares every arm with the leader on the log scale, p-values corrected by Holm.
///
/// # Errors
/// [`StatsError::TooFewUnits`] for fewer than two arms; those of [`log_ratio`] for any pair.
///
/// ```
/// use tracker_stats::{Level, Sample, compare_with_leader};
/// let arm = |y: [f64; 3]| Sample::new(&[10.0; 3], &y);
/// let (a, b, c) = (arm([1.0, 2.0, 1.0])?, arm([6.0, 5.0, 7.0])?, arm([5.0, 7.0, 4.0])?);
/// let result = compare_with_leader(&[&a, &b, &c], Level::P95)?;
/// assert_eq!(result.leader, 1);
/// assert!(result.others[0].holm_p >= result.others[0].comparison.p_value);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn compare_with_leader(arms: &[&Sample], level: Level) -> Result<ArmsComparison, StatsError> {
    let leader = arms
        .iter()
        .enumerate()
        .map(|(place, arm)| (place, *arm, Ratio::of(arm).estimate()))
        .reduce(|best, next| if next.2 > best.2 { next } else { best });
    let Some((leader, first, _)) = leader.filter(|_| arms.len() > 1) else {
        return Err(StatsError::TooFewUnits { needed: 2, got: arms.len() });
    };
    let mut others = Vec::with_capacity(arms.len() - 1);
    for (arm, sample) in arms.iter().enumerate().filter(|(arm, _)| *arm != leader) {
        let comparison = log_ratio(first, sample, level)?;
        others.push(VersusLeader { arm, comparison, holm_p: comparison.p_value });
    }
    let raw: Vec<f64> = others.iter().map(|o| o.holm_p).collect();
    for (other, p) in others.iter_mut().zip(holm(&raw)?) {
        other.holm_p = p;
    }
    Ok(ArmsComparison { leader, others })
}

/// Returns p-values corrected by the step-down method of Holm (1979), in the order given.
///
/// # Errors
/// [`StatsError::Parameter`] for a p-value outside 0..=1.
///
/// ```
/// use tracker_stats::holm;
/// assert_eq!(holm(&[0.01, 0.04, 0.03])?, [0.03, 0.06, 0.06]);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, StatsError> {
    for &p in p_values {
        require((0.0..=1.0).contains(&p), "p-value", p, "0..=1")?;
    }
    let mut order: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut largest = 0.0_f64;
    let mut corrected: Vec<(usize, f64)> = Vec::with_capacity(order.len());
    for (rank, (place, p)) in order.iter().enumerate() {
        largest = largest.max((p * (order.len() - rank) as f64).min(1.0));
        corrected.push((*place, largest));
    }
    corrected.sort_by_key(|(place, _)| *place);
    Ok(corrected.into_iter().map(|(_, p)| p).collect())
}

/// Returns for every arm the share of draws in which it is the best, drawing ln E from a t law
/// with the arm's HC3 standard error and n - 1 degrees of freedom; the shares sum to 1.
///
/// # Errors
/// [`StatsError::Empty`] without arms; [`StatsError::NoFeatures`] and those of HC3 for any arm;
/// [`StatsError::Parameter`] for no draw.
///
/// ```
/// use tracker_stats::{Sample, probability_best};
/// let poor = Sample::new(&[10.0; 4], &[1.0, 0.0, 1.0, 1.0])?;
/// let good = Sample::new(&[10.0; 4], &[6.0, 5.0, 7.0, 6.0])?;
/// let shares = probability_best(&[&poor, &good], 1000, 7)?;
/// assert!(shares[1] > 0.9 && (shares[0] + shares[1] - 1.0).abs() < 1e-12);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn probability_best(arms: &[&Sample], draws: u32, seed: u64) -> Result<Vec<f64>, StatsError> {
    require(draws > 0, "draws", 0.0, "at least 1")?;
    if arms.is_empty() {
        return Err(StatsError::Empty);
    }
    let arms = arms.iter().map(|arm| LogArm::of(arm)).collect::<Result<Vec<_>, _>>()?;
    let mut wins = vec![0_u32; arms.len()];
    let mut random = Random::new(seed);
    for _ in 0..draws {
        let drawn = arms.iter().map(|a| a.log_estimate + a.variance.sqrt() * random.student_t(a.df));
        let best = drawn.enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best });
        if let Some(count) = best.and_then(|(place, _)| wins.get_mut(place)) {
            *count += 1;
        }
    }
    Ok(wins.into_iter().map(|count| f64::from(count) / f64::from(draws)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holm_never_falls_below_the_raw_value_or_above_one() {
        assert_eq!(holm(&[0.5, 0.9, 0.2]), Ok(vec![1.0, 1.0, 0.2 * 3.0]));
        assert_eq!(holm(&[]), Ok(vec![]));
        assert!(holm(&[f64::NAN]).is_err());
    }

    #[test]
    fn equal_arms_share_the_lead() {
        let arm = Sample::new(&[10.0; 6], &[2.0, 3.0, 4.0, 3.0, 2.0, 4.0]).expect("valid");
        for share in probability_best(&[&arm, &arm, &arm], 20_000, 5).expect("defined") {
            assert!((share - 1.0 / 3.0).abs() < 0.015, "{share}");
        }
    }

    #[test]
    fn the_lead_of_two_arms_is_as_probable_as_their_comparison_is_certain() {
        let better = Sample::new(&[10.0; 9], &[4.0, 3.0, 4.0, 5.0, 3.0, 4.0, 3.0, 4.0, 5.0]).expect("valid");
        let worse = Sample::new(&[10.0; 9], &[3.0, 4.0, 2.0, 5.0, 3.0, 4.0, 4.0, 3.0, 5.0]).expect("valid");
        let certainty = log_ratio(&better, &worse, Level::P95).expect("defined").certainty;
        let shares = probability_best(&[&better, &worse], 20_000, 3).expect("defined");
        assert!((0.6..0.9).contains(&certainty), "{certainty}");
        assert!((shares[0] - certainty).abs() < 0.02, "{} for {certainty}", shares[0]);
    }

    #[test]
    fn one_arm_has_no_one_to_beat() {
        let arm = Sample::new(&[10.0; 3], &[2.0, 3.0, 4.0]).expect("valid");
        assert!(compare_with_leader(&[&arm], Level::P95).is_err());
        assert!(compare_with_leader(&[], Level::P95).is_err());
        assert!(probability_best(&[], 10, 1).is_err() && probability_best(&[&arm], 0, 1).is_err());
    }
}
