//! Router room: whether an arm changed over the time of the log. Resampling would erase exactly that.

use super::log::{LoggedArm, LoggedWindow};
use crate::worlds::upper_tail;

/// Below this many windows no drift can be seen.
const LEAST: usize = 12;
/// Chance of a false alarm over all arms and series.
const ALARM: f64 = 0.01;

/// A series that changed with time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drift {
    pub(super) arm: usize,
    pub(super) series: &'static str,
    pub(super) correlation: f64,
}

/// Returns the clearest drift that is visible, by Fisher's z of the correlation with the order of the windows.
pub(super) fn visible(arms: &[LoggedArm]) -> Option<Drift> {
    let tested = arms.iter().filter(|arm| arm.windows.len() >= LEAST).count() * 3;
    let mut clearest: Option<(f64, Drift)> = None;
    for (arm, of) in arms.iter().enumerate().filter(|(_, of)| of.windows.len() >= LEAST) {
        for (series, values) in series(&of.windows) {
            let n = values.len() as f64;
            let correlation = with_time(&values);
            let chance = 2.0 * upper_tail(correlation.abs().min(1.0 - 1e-12).atanh() * (n - 3.0).sqrt());
            let clearer = clearest.is_none_or(|(least, _)| chance < least);
            if chance < ALARM / tested as f64 && clearer {
                clearest = Some((chance, Drift { arm, series, correlation }));
            }
        }
    }
    clearest.map(|(_, drift)| drift)
}

/// Rewards, points, and what of the reward the points do not explain, each on a scale of equal spread.
fn series(windows: &[LoggedWindow]) -> [(&'static str, Vec<f64>); 3] {
    let points: Vec<f64> = windows.iter().map(|window| window.points.iter().sum()).collect();
    let rewards: Vec<f64> = windows.iter().map(LoggedWindow::net_reward).collect();
    let (all_points, all_rewards): (f64, f64) = (points.iter().sum(), rewards.iter().sum());
    let ratio = if all_points > 0.0 { all_rewards / all_points } else { 0.0 };
    let residual = |(reward, points): (&f64, &f64)| (reward - ratio * points) / points.max(1.0).sqrt();
    let unexplained = rewards.iter().zip(&points).map(residual).collect();
    let logs = points.iter().map(|points| points.max(0.5).ln()).collect();
    [("reward", rewards), ("points", logs), ("features per point", unexplained)]
}

/// Returns the correlation of a series with its order; 0 for one that never changes.
fn with_time(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let (middle, mean) = ((n - 1.0) / 2.0, values.iter().sum::<f64>() / n);
    let (mut cross, mut time, mut spread) = (0.0, 0.0, 0.0);
    for (at, value) in values.iter().enumerate() {
        let (t, v) = (at as f64 - middle, value - mean);
        cross += t * v;
        time += t * t;
        spread += v * v;
    }
    if spread > 1e-24 * n { cross / (time * spread).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_stats::Random;

    fn arm(n: u32, reward: impl Fn(u32, &mut Random) -> f64, seed: u64) -> LoggedArm {
        let mut random = Random::new(seed);
        let mut window = |i| {
            let reward = reward(i, &mut random);
            LoggedWindow::new(i / 7, 1.0, reward, vec![4.0 + 8.0 * random.uniform()])
        };
        LoggedArm::new("codex", (0..n).map(&mut window).collect())
    }

    #[test]
    fn steady_arms_rarely_alarm_and_a_change_does() {
        let steady = |seed| arm(40, |_, random| if random.uniform() < 0.5 { 1.0 } else { 0.0 }, seed);
        let alarms = (0..400).filter(|seed| visible(&[steady(*seed), steady(seed + 1000)]).is_some()).count();
        assert!(alarms <= 12, "{alarms} of 400");
        let changed = |i: u32, random: &mut Random| {
            if random.uniform() < if i < 20 { 0.9 } else { 0.2 } { 1.0 } else { 0.0 }
        };
        let seen =
            (0..100).filter(|seed| visible(&[steady(*seed), arm(40, changed, *seed)]).is_some()).count();
        assert!(seen >= 80, "{seen} of 100");
    }

    #[test]
    fn few_or_equal_windows_show_nothing() {
        assert_eq!(visible(&[arm(11, |i, _| f64::from(i), 1)]), None);
        let equal = LoggedArm::new("claude", vec![LoggedWindow::new(0, 1.0, 1.0, vec![8.0]); 30]);
        assert_eq!(visible(&[equal]), None);
        let found = visible(&[arm(30, |i, _| f64::from(i), 1)]).expect("a clear trend");
        assert!(found.series != "points" && found.correlation > 0.9, "{found:?}");
    }
}
