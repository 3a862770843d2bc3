//! Statistics room: what must hold for every sample, not only for the chosen ones.

use proptest::prelude::*;
use tracker_stats::{
    EProcess, Fieller, GammaPosterior, Interval, IntervalName, Level, NormalMixture, Power, Ratio, Sample,
    Sides, achieved_power, bell_mccaffrey_df, block, block_size, blocked_log_ratio, compare_with_leader,
    difference, dispersion, interval, jackknife, lag1_autocorrelation, log_ratio, meter_band, poisson_ratio,
    probability_best, probability_greater, quasi_poisson, ratio_fieller, reallocate, retire,
};

/// Ordinary units: whole points up to 60, whole features up to 20. At most 9 units keep the
/// enumeration of the bootstrap short.
fn ordinary() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((0_u8..60, 0_u8..20), 1..10)
        .prop_filter("some capacity", |units| units.iter().any(|u| u.0 > 0))
        .prop_map(|units| units.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect())
}

/// Values from the whole domain of a sample, zeros among them.
fn extreme() -> impl Strategy<Value = f64> {
    prop_oneof![
        1 => Just(0.0),
        1 => Just(1e-9),
        1 => Just(1e12),
        4 => (-9.0_f64..12.0).prop_map(|power| 10.0_f64.powf(power).clamp(1e-9, 1e12)),
        4 => 0.0_f64..50.0,
    ]
    .prop_map(|v| if v < 1e-9 { 0.0 } else { v })
}

fn wild() -> impl Strategy<Value = Sample> {
    prop::collection::vec((extreme(), extreme()), 1..8)
        .prop_filter_map("some capacity", |units| make(&units).ok())
}

fn make(units: &[(f64, f64)]) -> Result<Sample, tracker_stats::StatsError> {
    let (x, y): (Vec<f64>, Vec<f64>) = units.iter().copied().unzip();
    Sample::new(&x, &y)
}

fn sample(units: &[(f64, f64)]) -> Sample {
    make(units).expect("valid")
}

fn near(a: Option<f64>, b: Option<f64>, relative: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= relative * a.abs().max(b.abs()).max(1e-12),
        (a, b) => a == b,
    }
}

/// Every end and every number an interval carries is finite or explicitly absent.
fn named(ci: &Interval) -> bool {
    [Some(ci.estimate), ci.lo, ci.hi, ci.df, ci.standard_error].into_iter().flatten().all(f64::is_finite)
        && ci.lo.zip(ci.hi).is_none_or(|(lo, hi)| lo <= hi)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Points turned into prompts (capacity times c) divide every end by c.
    #[test]
    fn the_unit_of_capacity_does_not_matter(units in ordinary(), power in -3_i32..8) {
        let factor = 2.0_f64.powi(power);
        let scaled: Vec<_> = units.iter().map(|(x, y)| (x * factor, *y)).collect();
        for name in IntervalName::ALL {
            let (one, other) =
                (interval(name, &sample(&units), Level::P95), interval(name, &sample(&scaled), Level::P95));
            match (one, other) {
                (Ok(one), Ok(other)) => {
                    prop_assert!(near(one.lo, other.lo.map(|v| v * factor), 1e-9), "{name} {one:?} {other:?}");
                    prop_assert!(near(one.hi, other.hi.map(|v| v * factor), 1e-9), "{name} {one:?} {other:?}");
                    prop_assert_eq!(one.flags, other.flags);
                }
                (one, other) => prop_assert!(one.is_err() && other.is_err(), "{name} {one:?} {other:?}"),
            }
        }
    }

    /// The order of the units matters to no interval (only to the autocorrelation).
    #[test]
    fn the_order_of_units_does_not_matter(units in ordinary(), by in 0_usize..9) {
        let mut turned = units.clone();
        turned.rotate_left(by % units.len());
        turned.reverse();
        for name in IntervalName::ALL {
            let (one, other) =
                (interval(name, &sample(&units), Level::P95), interval(name, &sample(&turned), Level::P95));
            match (one, other) {
                (Ok(one), Ok(other)) => {
                    // A root of Fieller's equation near infinity magnifies rounding.
                    let slack = if name == IntervalName::Fieller { 1e-5 } else { 1e-9 };
                    prop_assert!(near(one.lo, other.lo, slack), "{name} {one:?} {other:?}");
                    prop_assert!(near(one.hi, other.hi, slack), "{name} {one:?} {other:?}");
                }
                (one, other) => prop_assert!(one.is_err() && other.is_err(), "{name} {one:?} {other:?}"),
            }
        }
    }

    /// A higher level never gives a narrower interval.
    #[test]
    fn intervals_grow_with_the_level(units in ordinary(), low in 0.3_f64..0.99, more in 0.0_f64..0.009) {
        let sample = sample(&units);
        let (low, high) = (Level::new(low).expect("valid"), Level::new(low + more).expect("valid"));
        for name in IntervalName::ALL {
            if let (Ok(inner), Ok(outer)) = (interval(name, &sample, low), interval(name, &sample, high)) {
                let inside = |inner: Option<f64>, outer: Option<f64>, sign: f64| match (inner, outer) {
                    (_, None) => true,
                    (None, Some(_)) => false,
                    (Some(i), Some(o)) => sign * (o - i) >= -1e-9 * i.abs(),
                };
                prop_assert!(inside(inner.lo, outer.lo, -1.0), "{name} {inner:?} {outer:?}");
                prop_assert!(inside(inner.hi, outer.hi, 1.0), "{name} {inner:?} {outer:?}");
            }
        }
    }

    /// A window without features never raises E, and lowers it when it used capacity.
    #[test]
    fn a_unit_without_features_never_raises_e(units in ordinary(), x in 0_u8..60) {
        let mut more = units.clone();
        more.push((f64::from(x), 0.0));
        let (before, after) = (Ratio::of(&sample(&units)).estimate(), Ratio::of(&sample(&more)).estimate());
        prop_assert!(after <= before);
        prop_assert!((x > 0 && before > 0.0) == (after < before));
    }

    /// No interval leaks a NaN or an infinity, from any corner of the domain.
    #[test]
    fn intervals_are_finite_or_named(sample in wild(), level in 0.01_f64..0.999999) {
        for name in IntervalName::ALL {
            for level in [Level::P95, Level::new(level).expect("valid")] {
                if let Ok(ci) = interval(name, &sample, level) {
                    prop_assert!(named(&ci), "{name} {ci:?}");
                }
            }
        }
        let policy = interval(IntervalName::Policy, &sample, Level::P95);
        prop_assert!(policy.is_ok(), "the default always answers: {policy:?}");
    }

    /// Nor does any other statistic of one sample.
    #[test]
    fn statistics_of_one_sample_are_finite(sample in wild(), runs in 1_u32..40, size in 1_usize..9) {
        let ratio = Ratio::of(&sample);
        let jack = jackknife(&ratio).ok();
        let power = Power::of(&sample);
        for value in [
            dispersion(&sample).ok(),
            lag1_autocorrelation(&sample).ok(),
            bell_mccaffrey_df(&ratio).ok(),
            jack.map(|j| j.standard_error),
            jack.map(|j| j.bias),
            jack.and_then(|j| j.acceleration),
            meter_band(&sample, runs).ok().and_then(|band| band.hi),
            power.as_ref().ok().and_then(|p| p.minimum_detectable_effect(0.8, 0.05).ok()),
        ].into_iter().flatten() {
            prop_assert!(value.is_finite(), "{value}");
        }
        if let Ok(power) = achieved_power(&sample, 0.1) {
            prop_assert!((0.0..=1.0).contains(&power), "{power}");
        }
        if let Ok(blocked) = block(&sample, size) {
            prop_assert!(near(Some(blocked.total_weight()), Some(sample.total_weight()), 1e-12));
        }
        prop_assert!(block_size(&sample).is_none(), "too few units to block");
    }

    /// Nor does any comparison or gate.
    #[test]
    fn comparisons_are_finite(a in wild(), b in wild()) {
        if let Ok(result) = log_ratio(&a, &b, Level::P95) {
            prop_assert!((0.0..=1.0).contains(&result.certainty), "{result:?}");
            prop_assert!((0.0..=1.0).contains(&result.p_value), "{result:?}");
            prop_assert!(result.ratio_lo.is_finite() && result.t.is_finite() && result.df >= 0.99, "{result:?}");
        }
        if let Ok(result) = blocked_log_ratio(&a, &b, Level::P95) {
            prop_assert!((0.0..=1.0).contains(&result.certainty), "{result:?}");
            prop_assert!(result.standard_error.is_finite() && result.ratio_lo.is_finite(), "{result:?}");
        }
        if let Ok(result) = poisson_ratio(&a, &b, Level::P95) {
            prop_assert!((0.0..=1.0).contains(&result.p_value), "{result:?}");
            prop_assert!(result.lo.is_finite() && result.hi.is_none_or(f64::is_finite), "{result:?}");
        }
        if let Ok(result) = quasi_poisson(&a, &b) {
            prop_assert!(result.f.is_finite() && (0.0..=1.0).contains(&result.p_value), "{result:?}");
        }
        if let Ok(Fieller::Bounded { lo, hi }) = ratio_fieller(&a, &b, Level::P95) {
            prop_assert!(lo <= hi && lo.is_finite() && hi.is_finite(), "{lo} {hi}");
        }
        if let Ok(result) = difference(&a, &b, Level::P95) {
            prop_assert!(result.lo <= result.hi && result.t.is_finite(), "{result:?}");
            prop_assert!((0.0..=1.0).contains(&result.p_value), "{result:?}");
        }
        if let Ok(p) = probability_greater(GammaPosterior::of(&a), GammaPosterior::of(&b)) {
            prop_assert!((0.0..=1.0).contains(&p), "{p}");
        }
        if let Ok(shares) = probability_best(&[&a, &b], 50, 1) {
            prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
        if let Ok(result) = compare_with_leader(&[&a, &b], Level::P95) {
            prop_assert!(result.others.iter().all(|o| (0.0..=1.0).contains(&o.holm_p)));
        }
        if let Ok(Some(certainty)) = reallocate(&a, &b).map(|r| r.certainty) {
            prop_assert!((0.0..=1.0).contains(&certainty));
        }
        if let Ok(result) = retire(&a, &b, 3) {
            prop_assert!(result.bound.is_finite() && result.statistic.is_none_or(f64::is_finite));
        }
    }

    /// Neither arm of a blocked comparison is the favoured one.
    #[test]
    fn swapping_blocked_arms_mirrors_the_result(a in ordinary(), b in ordinary()) {
        let blocks = a.len().min(b.len());
        let of = |units: &[(f64, f64)]| make(units.get(..blocks).unwrap_or(units)).ok();
        if let (Some(a), Some(b)) = (of(&a), of(&b)) {
            match (blocked_log_ratio(&a, &b, Level::P95), blocked_log_ratio(&b, &a, Level::P95)) {
                (Ok(ab), Ok(ba)) => prop_assert!((ab.certainty + ba.certainty - 1.0).abs() < 1e-9),
                (ab, ba) => prop_assert!(ab.is_err() && ba.is_err(), "{ab:?} {ba:?}"),
            }
        }
    }

    /// Any numbers at all are either a sample or a typed error.
    #[test]
    fn no_input_panics(x in prop::collection::vec(any::<f64>(), 0..5), y in prop::collection::vec(any::<f64>(), 0..5)) {
        if let Ok(sample) = Sample::new(&x, &y) {
            prop_assert!(sample.capacity().iter().chain(sample.weight()).all(|v| v.is_finite() && *v >= 0.0));
        }
        prop_assert!(Sample::with_weight_squares(&x, &y, &y).is_err() || x.len() == y.len());
        if let [a, b, ..] = x.as_slice() {
            prop_assert!(Level::new(*a).is_err() || (0.0..1.0).contains(a));
            if let Ok(mixture) = NormalMixture::tightest_at(*a, 0.05, Sides::One) {
                prop_assert!(mixture.log_value(*b, 1.0).is_ok_and(f64::is_finite) || !b.is_finite() || b.abs() > 1e100);
                let mut process = EProcess::new(mixture);
                let pushed = process.push((*a, *b), (*b, *a)).is_ok();
                prop_assert!(process.log_value().is_ok() || pushed);
            }
        }
    }
}
