//! What the windows of an arm can show, and how many would show more.

use tracker_stats::{ArmPlan, Power, Sample, required_units};

use crate::arms::Arm;
use crate::estimate::LEAST_UNITS;

/// Two-sided error probability of the tests.
const ALPHA: f64 = 0.05;

/// A difference whose power is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Effect {
    /// In features per unit of capacity.
    Absolute(f64),
    /// A share of the arm's own E.
    Relative(f64),
}

impl Effect {
    /// Returns the effect in features per unit for an arm with this E.
    fn of(self, efficiency: f64) -> f64 {
        match self {
            Self::Absolute(effect) => effect,
            Self::Relative(share) => share * efficiency,
        }
    }

    /// Returns the effect in words: `30%` or `0.10`.
    pub(crate) fn label(self) -> String {
        match self {
            Self::Absolute(effect) => format!("{effect:.2}"),
            Self::Relative(share) => format!("{}%", tracker_cli_support::number(100.0 * share)),
        }
    }
}

impl std::str::FromStr for Effect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (digits, share) = text.strip_suffix('%').map_or((text, false), |digits| (digits, true));
        let value: f64 =
            digits.trim().parse().map_err(|_| "give a number such as 0.10, or 30%".to_owned())?;
        if !(value.is_finite() && value > 0.0 && value <= 1e6) {
            return Err("give an effect above 0, such as 0.10 or 30%".to_owned());
        }
        Ok(if share { Self::Relative(value / 100.0) } else { Self::Absolute(value) })
    }
}

/// The power of one arm.
#[derive(Debug)]
pub(crate) struct ArmPower {
    pub(crate) name: String,
    pub(crate) n: usize,
    pub(crate) efficiency: Option<f64>,
    /// The effect in features per unit.
    pub(crate) effect: Option<f64>,
    /// Power at the present n; `None` below three units or without spread, as for the rest.
    pub(crate) achieved: Option<f64>,
    /// The smallest effect that reaches the power asked for.
    pub(crate) detectable: Option<f64>,
    /// Windows that this arm and one that differs by the effect need each.
    pub(crate) required: Option<u64>,
}

impl ArmPower {
    /// Returns the windows still missing.
    pub(crate) fn more(&self) -> Option<u64> {
        Some(self.required?.saturating_sub(self.n as u64))
    }
}

/// Returns the power of an arm.
pub(crate) fn power(arm: &Arm, effect: Effect, power: f64) -> ArmPower {
    let sample = arm.sample(false).filter(|_| arm.units.len() >= LEAST_UNITS);
    let efficiency = sample.as_ref().map(|sample| sample.total_weight() / sample.total_capacity());
    let absolute = efficiency.map(|efficiency| effect.of(efficiency)).filter(|effect| *effect > 0.0);
    let law = sample.as_ref().and_then(|sample| Power::of(sample).ok());
    ArmPower {
        name: arm.name.clone(),
        n: arm.units.len(),
        efficiency,
        effect: absolute,
        achieved: law.zip(absolute).and_then(|(law, effect)| law.at(effect, ALPHA).ok()),
        detectable: law.and_then(|law| law.minimum_detectable_effect(power, ALPHA).ok()),
        required: sample.zip(absolute).and_then(|(sample, effect)| required(&sample, effect, power)),
    }
}

/// The larger of the numbers for an arm that is better by the effect and for one that is worse by it: on the
/// log scale they differ. Where E would fall to nothing only the better one is meant.
fn required(sample: &Sample, effect: f64, power: f64) -> Option<u64> {
    let plan = ArmPlan::from_sample(sample).ok()?;
    let other = |effect: f64| required_units(plan, plan.shifted(effect).ok()?, ALPHA, power).ok();
    other(effect).max(other(-effect))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arms::tests::arm;

    #[test]
    fn effects_are_numbers_or_shares() {
        assert_eq!("30%".parse(), Ok(Effect::Relative(0.3)));
        assert_eq!("0.10".parse(), Ok(Effect::Absolute(0.1)));
        for bad in ["", "%", "-1", "0", "nan", "inf", "1e9", "a third"] {
            assert!(bad.parse::<Effect>().is_err(), "{bad}");
        }
        assert_eq!(
            (Effect::Relative(0.3).label(), Effect::Absolute(0.1).label()),
            ("30%".into(), "0.10".into())
        );
    }

    #[test]
    fn more_windows_are_needed_for_a_smaller_effect() {
        let arm = arm("a", &[(10.0, 3.0), (9.0, 2.0), (11.0, 5.0), (10.0, 2.0), (8.0, 4.0)]);
        let at = |share| power(&arm, Effect::Relative(share), 0.8);
        assert!(at(0.2).required > at(0.4).required && at(0.2).achieved < at(0.4).achieved);
        assert_eq!(at(0.3).more().map(|more| more + 5), at(0.3).required);
        let e = at(0.3).efficiency.expect("known");
        assert_eq!(power(&arm, Effect::Absolute(0.3 * e), 0.8).required, at(0.3).required);
    }

    #[test]
    fn two_windows_or_no_features_have_no_power() {
        let few = power(&arm("a", &[(10.0, 3.0); 2]), Effect::Absolute(0.1), 0.8);
        assert_eq!((few.achieved, few.required, few.n), (None, None, 2));
        let none = power(&arm("a", &[(10.0, 0.0); 4]), Effect::Relative(0.3), 0.8);
        assert_eq!((none.achieved, none.required, none.more()), (None, None, None));
    }
}
