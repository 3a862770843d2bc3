//! Router room: what another fixed policy would have given, estimated from choices whose chances were recorded.
//!
//! Weighted by w = target chance / recorded chance: IPS (Horvitz and Thompson 1952), its self-normalized form SNIPS
//! (Swaminathan and Joachims 2015), the direct method and doubly robust estimates with shrunk arm means (Dudik,
//! Langford and Li 2011), and rejection (Li, Chu, Langford and Wang, arXiv 1003.5956). None of them can judge a policy
//! under budgets: leaving rows out leaves their cost out.

use tracker_stats::Random;

use crate::RouterError;

/// Fewer effective choices than these say nothing.
pub const LEAST_ESS: f64 = 30.0;
/// An arm that makes up at least a tenth of the target needs as many choices as this.
pub const LEAST_PER_ARM: f64 = 10.0;
/// The share of the target from which an arm needs choices of its own.
const MAJOR_SHARE: f64 = 0.1;
/// Rows by which an arm's mean is drawn to the mean of all.
const SHRINKAGE: f64 = 100.0;

/// Recorded choices that share their context, arm and reward. One choice is a cell of its own ([`Choices::one`]);
/// choices may be added up, because every estimate needs only these sums.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Choices {
    /// The situation, from 0: a position, a week; 0 when there is only one.
    pub context: usize,
    /// The arm that was chosen.
    pub arm: usize,
    /// What it gave.
    pub reward: f64,
    /// How many choices.
    pub count: f64,
    /// Sum of 1 / propensity.
    pub inverse_sum: f64,
    /// Sum of 1 / propensity^2.
    pub inverse_sq_sum: f64,
    /// The greatest 1 / propensity.
    pub inverse_max: f64,
}

impl Choices {
    /// Returns one choice that had a chance of `propensity`, in (0, 1].
    ///
    /// # Errors
    /// [`RouterError::Range`] for another propensity or a reward that is not finite.
    pub fn one(context: usize, arm: usize, reward: f64, propensity: f64) -> Result<Self, RouterError> {
        if !(propensity > 0.0 && propensity <= 1.0) {
            return Err(RouterError::Range { what: "a propensity", range: "above 0 and at most 1" });
        }
        let inverse = 1.0 / propensity;
        Self::many(context, arm, reward, [1.0, inverse, inverse * inverse, inverse])
    }

    /// Returns choices added up: their number, the sums of 1 / propensity and of its square, and the greatest one.
    ///
    /// # Errors
    /// [`RouterError::Range`] for sums that no propensities have.
    pub fn many(context: usize, arm: usize, reward: f64, sums: [f64; 4]) -> Result<Self, RouterError> {
        let [count, inverse_sum, inverse_sq_sum, inverse_max] = sums;
        let valid = sums.iter().chain([&reward]).all(|x| x.is_finite())
            && count >= 1.0
            && inverse_max >= 1.0
            && inverse_sum >= count
            && inverse_sq_sum >= count;
        if !valid {
            return Err(RouterError::Range {
                what: "sums of propensities",
                range: "those of chances in (0, 1]",
            });
        }
        Ok(Self { context, arm, reward, count, inverse_sum, inverse_sq_sum, inverse_max })
    }
}

/// The estimates of one target policy.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OffPolicy {
    /// Inverse propensity score: unbiased, widely spread.
    pub ips: f64,
    /// Standard error of `ips`.
    pub ips_se: f64,
    /// Self-normalized: a little biased, steadier.
    pub snips: f64,
    /// Standard error of `snips`.
    pub snips_se: f64,
    /// Direct method: the target's mean of shrunk arm means.
    pub direct: f64,
    /// Doubly robust.
    pub doubly_robust: f64,
    /// Self-normalized doubly robust.
    pub doubly_robust_sn: f64,
    /// Effective number of choices, (sum w)^2 / sum w^2.
    pub ess: f64,
    /// The greatest weight.
    pub max_weight: f64,
    /// Number of choices.
    pub count: f64,
    /// Arms that make up at least a tenth of the target, with their number of choices when it is below
    /// [`LEAST_PER_ARM`].
    pub thin_arms: Vec<(usize, f64)>,
}

impl OffPolicy {
    /// Returns the same estimates of rewards in another unit.
    pub(crate) fn scaled(mut self, factor: f64) -> Self {
        let values = [&mut self.ips, &mut self.ips_se, &mut self.snips, &mut self.snips_se, &mut self.direct];
        let robust = [&mut self.doubly_robust, &mut self.doubly_robust_sn];
        values.into_iter().chain(robust).for_each(|value| *value *= factor);
        self
    }

    /// Returns why the numbers must not be used, if they must not.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        if self.ess < LEAST_ESS {
            return Some(format!("the effective number of choices is {:.1}, below {LEAST_ESS}", self.ess));
        }
        let (arm, count) = self.thin_arms.first()?;
        Some(format!("arm {arm} of the target was chosen {count} times, below {LEAST_PER_ARM}"))
    }
}

/// Estimates what a target would have given on average; `target[context][arm]` is its chance of each arm.
///
/// ```
/// use tracker_router::off_policy::{Choices, estimate};
/// // Two arms were chosen by a fair coin, one gave 1 and the other 0.
/// let log: Result<Vec<_>, _> = (0..80).map(|i| Choices::one(0, i % 2, (i % 2) as f64, 0.5)).collect();
/// let always_second = estimate(&log?, &[vec![0.0, 1.0]])?;
/// assert_eq!((always_second.ips, always_second.ess), (1.0, 40.0));
/// assert_eq!(always_second.refusal(), None);
/// # Ok::<(), tracker_router::RouterError>(())
/// ```
///
/// # Errors
/// [`RouterError`] for no choices, for a target that is no table of chances, or a choice outside of it.
pub fn estimate(log: &[Choices], target: &[Vec<f64>]) -> Result<OffPolicy, RouterError> {
    check(log, target)?;
    let arms = target.first().map_or(0, Vec::len);
    let count: f64 = log.iter().map(|cell| cell.count).sum();
    let model = arm_means(log, target.len(), arms);
    let predicted: Vec<f64> = model
        .iter()
        .zip(target)
        .map(|(means, chances)| means.iter().zip(chances).map(|(mean, chance)| mean * chance).sum())
        .collect();
    let mut sums = Sums::default();
    for cell in log {
        sums.add(cell, target[cell.context][cell.arm], model[cell.context][cell.arm]);
    }
    let direct = log.iter().map(|cell| cell.count * predicted[cell.context]).sum::<f64>() / count;
    let ips = sums.reward / count;
    let over_weight = |sum: f64| if sums.weight > 0.0 { sum / sums.weight } else { 0.0 };
    let snips = over_weight(sums.reward);
    let spread = log.iter().map(|cell| {
        let chance = target[cell.context][cell.arm];
        chance * chance * cell.inverse_sq_sum * (cell.reward - snips).powi(2)
    });
    let unbiased = (count / (count - 1.0).max(1.0)).sqrt();
    Ok(OffPolicy {
        ips,
        ips_se: ((sums.reward_sq / count - ips * ips).max(0.0) / count).sqrt() * unbiased,
        snips,
        snips_se: over_weight(spread.sum::<f64>().sqrt()) * unbiased,
        direct,
        doubly_robust: direct + sums.residual / count,
        doubly_robust_sn: direct + over_weight(sums.residual),
        ess: if sums.weight_sq > 0.0 { sums.weight * sums.weight / sums.weight_sq } else { 0.0 },
        max_weight: sums.max_weight,
        count,
        thin_arms: thin_arms(log, target, count),
    })
}

#[derive(Debug, Default)]
struct Sums {
    weight: f64,
    weight_sq: f64,
    reward: f64,
    reward_sq: f64,
    residual: f64,
    max_weight: f64,
}

impl Sums {
    fn add(&mut self, cell: &Choices, chance: f64, model: f64) {
        let (weight, weight_sq) = (chance * cell.inverse_sum, chance * chance * cell.inverse_sq_sum);
        self.weight += weight;
        self.weight_sq += weight_sq;
        self.reward += weight * cell.reward;
        self.reward_sq += weight_sq * cell.reward * cell.reward;
        self.residual += weight * (cell.reward - model);
        self.max_weight = self.max_weight.max(chance * cell.inverse_max);
    }
}

/// Means by context and arm, drawn to the mean of all by 100 rows.
fn arm_means(log: &[Choices], contexts: usize, arms: usize) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![(0.0, 0.0); arms]; contexts];
    let (mut total, mut count) = (0.0, 0.0);
    for cell in log {
        let of = &mut sums[cell.context][cell.arm];
        *of = (of.0 + cell.count * cell.reward, of.1 + cell.count);
        total += cell.count * cell.reward;
        count += cell.count;
    }
    let mean = total / count;
    let shrunk = |(sum, n): (f64, f64)| (sum + SHRINKAGE * mean) / (n + SHRINKAGE);
    sums.into_iter().map(|row| row.into_iter().map(shrunk).collect()).collect()
}

fn thin_arms(log: &[Choices], target: &[Vec<f64>], count: f64) -> Vec<(usize, f64)> {
    let arms = target.first().map_or(0, Vec::len);
    let mut shares = vec![0.0; arms];
    let mut chosen = vec![0.0; arms];
    for cell in log {
        for (share, chance) in shares.iter_mut().zip(&target[cell.context]) {
            *share += chance * cell.count / count;
        }
        chosen[cell.arm] += cell.count;
    }
    let thin = |arm: &usize| shares[*arm] >= MAJOR_SHARE && chosen[*arm] < LEAST_PER_ARM;
    (0..arms).filter(thin).map(|arm| (arm, chosen[arm])).collect()
}

fn check(log: &[Choices], target: &[Vec<f64>]) -> Result<(), RouterError> {
    if log.is_empty() {
        return Err(RouterError::Range { what: "the number of choices", range: "at least 1" });
    }
    let arms = target.first().map_or(0, Vec::len);
    let is_chances = |row: &Vec<f64>| {
        row.len() == arms
            && row.iter().all(|chance| (0.0..=1.0).contains(chance))
            && (row.iter().sum::<f64>() - 1.0).abs() < 1e-6
    };
    if !target.iter().all(is_chances) {
        return Err(RouterError::Range {
            what: "the target",
            range: "chances that add up to 1 in every context",
        });
    }
    match log.iter().find(|cell| cell.context >= target.len() || cell.arm >= arms) {
        Some(cell) => {
            Err(RouterError::Size { what: "the target's arms", found: arms, expected: cell.arm + 1 })
        }
        None => Ok(()),
    }
}

/// What rejection kept.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Rejection {
    /// Mean reward of the choices that were kept; `None` when none was.
    pub value: Option<f64>,
    /// How many were kept.
    pub kept: usize,
}

/// Keeps each choice with the chance w / max w, so that what is kept looks as if the target had chosen. Naive matching
/// keeps too much of what was chosen often; this does not.
///
/// # Errors
/// As [`estimate`]; also when choices are added up, because each must be kept or left by itself.
pub fn rejection(
    log: &[Choices],
    target: &[Vec<f64>],
    random: &mut Random,
) -> Result<Rejection, RouterError> {
    check(log, target)?;
    if log.iter().any(|cell| cell.count > 1.0) {
        return Err(RouterError::Range { what: "the count of each cell", range: "1 for rejection" });
    }
    let weight = |cell: &Choices| target[cell.context][cell.arm] * cell.inverse_sum;
    let most = log.iter().map(weight).fold(0.0, f64::max);
    let (mut sum, mut kept) = (0.0, 0_usize);
    for cell in log {
        if random.uniform() * most < weight(cell) {
            sum += cell.reward;
            kept += 1;
        }
    }
    Ok(Rejection { value: (kept > 0).then(|| sum / kept as f64), kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log that chose arm 0 in 80 % of 20,000 rounds; its arms give 0.3 and 0.7.
    fn log() -> Vec<Choices> {
        let mut random = Random::new(4);
        let mut one = || {
            let arm = usize::from(random.uniform() >= 0.8);
            let green = random.uniform() < [0.3, 0.7][arm];
            Choices::one(0, arm, f64::from(u8::from(green)), [0.8, 0.2][arm]).unwrap()
        };
        (0..20_000).map(|_| one()).collect()
    }

    #[test]
    fn all_estimates_find_the_truth_of_another_mix() {
        let target = [vec![0.5, 0.5]];
        let found = estimate(&log(), &target).unwrap();
        for value in [found.ips, found.snips, found.doubly_robust, found.doubly_robust_sn] {
            assert!((value - 0.5).abs() < 0.02, "{found:?}");
        }
        let kept = rejection(&log(), &target, &mut Random::new(1)).unwrap();
        assert!((kept.value.unwrap() - 0.5).abs() < 0.02 && kept.kept > 7_000, "{kept:?}");
    }

    #[test]
    fn adding_choices_up_changes_nothing_and_bad_tables_are_refused() {
        let one = |reward| Choices::one(0, 1, reward, 0.2).unwrap();
        let apart = estimate(&[one(1.0), one(1.0), one(0.0)], &[vec![0.5, 0.5]]).unwrap();
        let both = Choices::many(0, 1, 1.0, [2.0, 10.0, 50.0, 5.0]).unwrap();
        let together = estimate(&[both, one(0.0)], &[vec![0.5, 0.5]]).unwrap();
        assert_eq!(apart, together);
        assert_eq!(apart.thin_arms, [(0, 0.0), (1, 3.0)]);
        assert!(rejection(&[both], &[vec![0.5, 0.5]], &mut Random::new(1)).is_err());
        assert!(estimate(&[], &[vec![1.0]]).is_err());
        assert!(estimate(&[one(1.0)], &[vec![1.0]]).is_err());
        assert!(estimate(&[one(1.0)], &[vec![0.5, 0.6]]).is_err());
        for propensity in [0.0, -0.5, 1.5, f64::NAN] {
            assert!(Choices::one(0, 0, 1.0, propensity).is_err());
        }
    }

    #[test]
    fn target_on_an_arm_that_was_never_chosen_is_refused() {
        let log: Vec<Choices> = (0..50).map(|_| Choices::one(0, 0, 1.0, 1.0).unwrap()).collect();
        let found = estimate(&log, &[vec![0.0, 1.0]]).unwrap();
        assert_eq!((found.ess, found.snips), (0.0, 0.0));
        assert!(found.refusal().unwrap().contains("effective number"));
        let thin = estimate(&log, &[vec![0.8, 0.2]]).unwrap();
        assert_eq!(thin.refusal().unwrap(), "arm 1 of the target was chosen 0 times, below 10");
    }
}
