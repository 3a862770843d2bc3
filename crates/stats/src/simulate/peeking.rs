//! Statistics room: what the retirement gate does when it is asked after every window.

use super::design::Design;
use crate::error::StatsError;
use crate::gates::{Verdict, retire};
use crate::random::Random;
use crate::sample::Sample;

/// Returns the shares of runs in which the gate, asked after each unit of both arms, retires the
/// first arm and the second (the earlier event counts).
///
/// # Errors
/// [`StatsError`] of drawing an arm without any capacity.
pub fn retired_share(a: &Design, b: &Design, runs: u32, seed: u64) -> Result<(f64, f64), StatsError> {
    let mut random = Random::new(seed);
    let mut retired = (0_u32, 0_u32);
    for _ in 0..runs {
        let (full_a, full_b) = (a.draw(&mut random)?, b.draw(&mut random)?);
        for looked in 1..=full_a.len().min(full_b.len()) {
            let (Ok(now_a), Ok(now_b)) = (first_units(&full_a, looked), first_units(&full_b, looked)) else {
                continue;
            };
            let fires = |arm, leader| retire(arm, leader, 2).is_ok_and(|r| r.verdict == Verdict::Fires);
            if fires(&now_a, &now_b) {
                retired.0 += 1;
                break;
            }
            if fires(&now_b, &now_a) {
                retired.1 += 1;
                break;
            }
        }
    }
    let share = |count: u32| f64::from(count) / f64::from(runs.max(1));
    Ok((share(retired.0), share(retired.1)))
}

/// The sample as it stood after this many units.
fn first_units(sample: &Sample, units: usize) -> Result<Sample, StatsError> {
    let head = |values: &[f64]| values.iter().take(units).copied().collect::<Vec<_>>();
    Sample::from_sums(&head(sample.capacity()), &head(sample.weight()), &head(sample.weight_sq()))
}
