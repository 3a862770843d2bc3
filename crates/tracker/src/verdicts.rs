//! The gates of one arm against the base, each with what is still missing.

use tracker_stats::{
    EProcess, NormalMixture, Sample, Shortage, Sides, StatsError, Verdict, reallocate, retire,
    retirement_bound,
};

use crate::arms::Arm;

/// Certainty at which work may move.
const CERTAINTY: f64 = 0.75;
/// The e-value that retires an arm among two is 1 / 0.05; among K it grows with the comparisons.
const ALPHA: f64 = 0.05;
/// Variance of the e-process at which it is tightest: that of some 20 pairs of windows.
const TIGHTEST_AT: f64 = 20.0;

/// One gate: whether it fires, what it looks at, what it asks for, and what is missing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gate {
    pub(crate) fires: bool,
    /// Certainty, t, or e-value; `None` with too few data to ask.
    pub(crate) statistic: Option<f64>,
    pub(crate) bound: f64,
    /// In words; empty when it fires.
    pub(crate) missing: String,
}

/// The gates of an arm against the base.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdicts {
    /// Move work from the arm to the base: reversible, and no evidence.
    pub(crate) reallocate: Gate,
    /// Retire the arm, by the confidence sequence that is valid at every look.
    pub(crate) retire: Gate,
    /// Retire the arm, by the conservative e-process.
    pub(crate) e_process: Gate,
}

/// Asks all gates; `arms` is the number of arms compared.
pub(crate) fn verdicts(arm: (&Arm, &Sample), base: (&Arm, &Sample), arms: usize) -> Verdicts {
    let comparisons = u32::try_from(arms.saturating_sub(1)).unwrap_or(u32::MAX).max(1);
    Verdicts {
        reallocate: of_reallocation(arm.1, base.1),
        retire: of_retirement(arm.1, base.1, comparisons),
        e_process: of_e_process(arm.0, base.0, ALPHA / f64::from(comparisons)),
    }
}

fn of_reallocation(from: &Sample, to: &Sample) -> Gate {
    let (verdict, certainty) = match reallocate(from, to) {
        Ok(answer) => (answer.verdict, answer.certainty),
        Err(why) => return undefined(CERTAINTY, &why),
    };
    let missing = || format!("certainty {:.2} of {CERTAINTY}", certainty.unwrap_or(0.5));
    Gate {
        fires: verdict == Verdict::Fires,
        statistic: certainty,
        bound: CERTAINTY,
        missing: missing_of(verdict, missing),
    }
}

fn of_retirement(arm: &Sample, base: &Sample, comparisons: u32) -> Gate {
    let (verdict, statistic, bound) = match retire(arm, base, comparisons.saturating_add(1)) {
        Ok(answer) => (answer.verdict, answer.statistic, answer.bound),
        Err(why) => {
            let units = arm.len().min(base.len());
            let bound = retirement_bound(units, ALPHA / f64::from(comparisons)).unwrap_or_default();
            return undefined(bound, &why);
        }
    };
    let missing = || {
        let t = statistic.unwrap_or(0.0);
        let n = arm.len().min(base.len()) as f64;
        // t grows like the root of n while the difference stays.
        match (n * (bound / t).powi(2) - n).ceil() {
            more if t > 0.0 && more <= 9_999.0 => {
                format!(
                    "t {t:.2} of {bound:.2}, about {more:.0} more windows of each if the difference stays"
                )
            }
            _ => format!("t {t:.2} of {bound:.2}"),
        }
    };
    Gate { fires: verdict == Verdict::Fires, statistic, bound, missing: missing_of(verdict, missing) }
}

/// Pairs the windows of both arms in order of time; what one has more than the other waits.
fn of_e_process(arm: &Arm, base: &Arm, alpha: f64) -> Gate {
    let bound = 1.0 / alpha;
    let log_value = || -> Result<f64, StatsError> {
        let mut process = EProcess::new(NormalMixture::tightest_at(TIGHTEST_AT, alpha, Sides::One)?);
        for (a, b) in arm.units.iter().zip(&base.units) {
            process.push((a.capacity, a.features), (b.capacity, b.features))?;
        }
        process.log_value()
    };
    match log_value() {
        Ok(log) => {
            // Beyond this the number says no more.
            let e = log.exp().min(1e6);
            let fires = e >= bound;
            let missing = if fires { String::new() } else { format!("e {e:.2} of {bound:.0}") };
            Gate { fires, statistic: Some(e), bound, missing }
        }
        Err(why) => undefined(bound, &why),
    }
}

fn undefined(bound: f64, why: &StatsError) -> Gate {
    Gate { fires: false, statistic: None, bound, missing: why.to_string() }
}

fn missing_of(verdict: Verdict, holds: impl FnOnce() -> String) -> String {
    match verdict {
        Verdict::Fires => String::new(),
        Verdict::NotEnough(Shortage::Units { needed, got }) => {
            format!("{} more windows of the arm with {got} ({needed} needed)", needed - got)
        }
        Verdict::NotEnough(Shortage::Features { needed, got }) => {
            format!("{:.0} more features of the arm with {got:.1} ({needed} needed)", (needed - got).ceil())
        }
        _ => holds(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arms::tests::arm;

    fn asked(a: &[(f64, f64)], b: &[(f64, f64)]) -> Verdicts {
        let (a, b) = (arm("a", a), arm("b", b));
        let sample = |arm: &Arm| arm.sample(false).expect("capacity");
        verdicts((&a, &sample(&a)), (&b, &sample(&b)), 2)
    }

    #[test]
    fn a_clear_difference_fires_all_gates() {
        let low: Vec<_> = (0..30).map(|i| (10.0, f64::from(1 + i % 2))).collect();
        let high: Vec<_> = (0..30).map(|i| (10.0, f64::from(7 + i % 3))).collect();
        let found = asked(&low, &high);
        for gate in [found.reallocate, found.retire, found.e_process] {
            assert!(gate.fires && gate.missing.is_empty(), "{gate:?}");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let few = asked(&[(10.0, 2.0), (10.0, 1.0), (10.0, 4.0)], &[(10.0, 4.0), (10.0, 2.0), (10.0, 6.0)]);
        assert_eq!(few.reallocate.missing, "2 more windows of the arm with 3 (5 needed)");
        assert_eq!(few.retire.missing, "5 more windows of the arm with 3 (8 needed)");
        assert!(few.e_process.missing.starts_with("e ") && few.e_process.missing.ends_with(" of 20"));
        let close: Vec<_> = (0..12).map(|i| (10.0, f64::from(2 + i % 4))).collect();
        let better: Vec<_> = (0..12).map(|i| (10.0, f64::from(3 + i % 4))).collect();
        let missing = asked(&close, &better).retire.missing;
        assert!(missing.contains("more windows of each if the difference stays"), "{missing}");
        let poor = asked(&[(10.0, 1.0); 5], &[(10.0, 4.0); 5]).reallocate.missing;
        assert_eq!(poor, "1 more features of the arm with 5.0 (6 needed)");
    }
}
