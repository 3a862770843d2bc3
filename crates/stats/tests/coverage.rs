//! Statistics room: the coverage self-test; intervals and gates do what they claim, in numbers.
//!
//! Fixed seeds, about 2 000 simulated arms a cell: the Monte-Carlo standard error is near half a
//! percentage point. Expected shares come from an independent simulation of 10 000 arms.

use tracker_stats::simulate::{Coverage, Design, Law, coverage, coverage_of, retired_share};
use tracker_stats::{IntervalName, Level, Ratio, interval};

const REPLICATES: u32 = 2_000;
const SEED: u64 = 20_251_019;
const NB2: Law = Law::NegativeBinomial2 { k: 2.0 };
const NB1: Law = Law::NegativeBinomial1 { factor: 3.0 };
const QUALITY: Law = Law::QualityWeighted { lowest: 0.5 };

fn cell(name: IntervalName, law: Law, efficiency: f64, units: usize) -> Coverage {
    let design = Design::standard(law, efficiency, units).expect("valid");
    coverage(name, &design, Level::P95, REPLICATES, SEED)
}

#[test]
fn the_policy_holds_its_level_in_every_cell() {
    for (law, efficiency, units) in [
        (Law::Poisson, 0.3, 3),
        (Law::Poisson, 0.3, 8),
        (Law::Poisson, 0.3, 30),
        (Law::Poisson, 0.05, 4),
        (NB2, 0.3, 8),
        (NB2, 1.0, 12),
        (NB1, 0.05, 8),
        (QUALITY, 0.3, 6),
    ] {
        let share = cell(IntervalName::Policy, law, efficiency, units).share();
        let expected_features = efficiency * 9.6 * units as f64;
        let most = if expected_features >= 10.0 { 0.975 } else { 1.0 };
        assert!((0.925..=most).contains(&share), "{law:?} E={efficiency} n={units}: {share}");
    }
}

#[test]
fn other_intervals_cover_as_an_independent_simulation_says() {
    for (name, law, efficiency, units, expected) in [
        (IntervalName::Hc3, Law::Poisson, 0.3, 8, 0.952),
        (IntervalName::Hc3, NB2, 0.3, 8, 0.914),
        (IntervalName::Delta, Law::Poisson, 0.3, 8, 0.935),
        (IntervalName::Hc2Bm, Law::Poisson, 0.3, 4, 0.956),
        (IntervalName::Fieller, Law::Poisson, 0.3, 6, 0.945),
        (IntervalName::LogHc3, Law::Poisson, 0.05, 3, 0.714),
        (IntervalName::PoissonExact, NB2, 1.0, 8, 0.558),
        (IntervalName::Gamma, Law::Poisson, 0.3, 8, 0.953),
    ] {
        let result = cell(name, law, efficiency, units);
        let off = (result.share() - expected).abs();
        // Three standard errors of this run and of the other one.
        let allowed = 3.0 * result.standard_error().hypot(0.004);
        assert!(off <= allowed, "{name} {law:?} E={efficiency} n={units}: {} for {expected}", result.share());
    }
}

/// The self-test must be able to tell: a standard error without its root of n covers half.
#[test]
fn a_standard_error_short_by_root_n_is_caught() {
    let design = Design::standard(Law::Poisson, 0.3, 8).expect("valid");
    let result = coverage_of(
        |sample| {
            let ratio = Ratio::of(sample);
            let squares: f64 = ratio.residuals().iter().map(|e| e * e).sum();
            let short = (squares / (sample.len() as f64 - 1.0)).sqrt() / sample.total_capacity();
            let mut ci = interval(IntervalName::Delta, sample, Level::P95)?;
            ci.lo = Some(ci.estimate - 1.96 * short);
            ci.hi = Some(ci.estimate + 1.96 * short);
            Ok(ci)
        },
        &design,
        REPLICATES,
        SEED,
    );
    assert!((0.43..0.52).contains(&result.share()), "{}", result.share());
}

#[test]
fn at_three_units_the_honest_interval_is_about_twice_the_linear_one() {
    let width = |name| cell(name, Law::Poisson, 0.3, 3).median_relative_width.expect("bounded");
    let (log, linear) = (width(IntervalName::LogHc3), width(IntervalName::Hc3));
    assert!((1.6..2.4).contains(&(log / linear)), "{log} / {linear}");
}

#[test]
fn equal_arms_are_rarely_retired_under_peeking() {
    for law in [Law::Poisson, NB2] {
        let arm = Design::standard(law, 0.3, 30).expect("valid");
        let (a, b) = retired_share(&arm, &arm, 300, SEED).expect("drawn");
        assert!(a + b <= 0.1, "{law:?}: {a} + {b}");
    }
}

#[test]
fn a_clearly_worse_arm_is_retired_and_the_better_one_is_not() {
    let worse = Design::standard(Law::Poisson, 0.3, 30).expect("valid");
    let better = Design::standard(Law::Poisson, 0.6, 30).expect("valid");
    let (right, wrong) = retired_share(&worse, &better, 300, SEED).expect("drawn");
    assert!(right >= 0.95 && wrong <= 0.01, "{right} {wrong}");
}
