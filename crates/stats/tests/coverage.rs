//! Statistics room: the coverage self-test; intervals and gates do what they claim, in numbers.
//!
//! Fixed seeds, about 2 000 simulated arms a cell: the Monte-Carlo standard error is near half a
//! percentage point. Expected shares come from an independent simulation of 10 000 arms.

use tracker_stats::simulate::study::{Cell, Method};
use tracker_stats::simulate::{Coverage, Design, Law, coverage, coverage_of, retired_share};
use tracker_stats::{Interval, IntervalName, Level, Ratio, Sample, StatsError, interval};

const REPLICATES: u32 = 2_000;
const SEED: u64 = 20_251_019;
const NB2: Law = Law::NegativeBinomial2 { k: 2.0 };

fn cell(name: IntervalName, law: Law, efficiency: f64, units: usize) -> Coverage {
    let design = Design::standard(law, efficiency, units).expect("valid");
    coverage(name, &design, Level::P95, REPLICATES, SEED)
}

/// The cells whose coverage is not what is promised, with slack for so few arms.
fn broken_cells(method: Method<'_>) -> Vec<String> {
    let arms = 300;
    // Three and a half Monte-Carlo standard errors at 95 %: one false alarm in some thousand cells.
    let slack = 3.5 * (0.95_f64 * 0.05 / f64::from(arms)).sqrt();
    let mut broken = Vec::new();
    for cell in Cell::main() {
        let share = cell.run(&[method], arms, SEED).expect("valid")[0].share();
        if !cell.accepts(share, slack) {
            broken.push(format!("{} E={} n={}: {share:.3}", cell.law_name(), cell.efficiency, cell.units));
        }
    }
    broken
}

/// The short form of `cargo xtask coverage`: every cell of the study with fewer arms.
#[test]
fn the_policy_holds_its_level_in_every_cell() {
    let broken = broken_cells(&|sample| interval(IntervalName::Policy, sample, Level::P95));
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The study must be able to tell: the earlier tool's standard error lacks its root of n and fails
/// in every cell.
#[test]
fn a_standard_error_short_by_root_n_fails_the_study() {
    assert_eq!(broken_cells(&short_by_root_n).len(), 77);
}

fn short_by_root_n(sample: &Sample) -> Result<Interval, StatsError> {
    let ratio = Ratio::of(sample);
    let squares: f64 = ratio.residuals().iter().map(|e| e * e).sum();
    let short = (squares / (sample.len() as f64 - 1.0)).sqrt() / sample.total_capacity();
    let mut ci = interval(IntervalName::Delta, sample, Level::P95)?;
    ci.lo = Some(ci.estimate - 1.96 * short);
    ci.hi = Some(ci.estimate + 1.96 * short);
    Ok(ci)
}

/// Whatever runs first, and on which thread, a cell gives the same counts.
#[test]
fn a_cell_does_not_depend_on_what_ran_before() {
    let policy: Method<'_> = &|sample| interval(IntervalName::Policy, sample, Level::P95);
    let cells = Cell::main();
    let alone = cells[40].run(&[policy], 50, SEED).expect("valid");
    let beside = std::thread::scope(|scope| {
        let other = scope.spawn(|| cells[41].run(&[policy], 50, SEED));
        let same = scope.spawn(|| cells[40].run(&[&short_by_root_n, policy], 50, SEED));
        assert!(other.join().expect("ran").expect("valid") != alone);
        same.join().expect("ran").expect("valid")
    });
    assert_eq!(beside[1], alone[0]);
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

/// The same formula in one cell: it covers half of what it claims.
#[test]
fn a_standard_error_short_by_root_n_covers_half() {
    let design = Design::standard(Law::Poisson, 0.3, 8).expect("valid");
    let result = coverage_of(short_by_root_n, &design, REPLICATES, SEED);
    assert!((0.43..0.52).contains(&result.share()), "{}", result.share());
}

#[test]
fn at_three_units_the_honest_interval_is_about_twice_the_linear_one() {
    let width = |name| cell(name, Law::Poisson, 0.3, 3).median_relative_width().expect("bounded");
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
