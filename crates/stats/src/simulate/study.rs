//! Statistics room: the coverage study, its cells, and what an interval must do in them.

use super::coverage::Coverage;
use super::design::Design;
use super::law::Law;
use crate::error::StatsError;
use crate::interval::Interval;
use crate::level::Level;
use crate::random::Random;
use crate::sample::Sample;

/// Numbers of units of the study.
pub const UNITS: [usize; 7] = [3, 4, 6, 8, 12, 20, 30];
/// Least coverage of the 95 % interval in every cell.
pub const LEAST: f64 = 0.925;
/// Most coverage where [`PLENTY`] features are expected: more would be needlessly wide.
pub const MOST: f64 = 0.975;
/// Expected features from which [`MOST`] is asked for.
pub const PLENTY: f64 = 10.0;
/// Mean capacity of a standard window, 8 exp(0.6^2/2) points.
const MEAN_CAPACITY: f64 = 9.577_738_9;

/// An interval method under study.
pub type Method<'a> = &'a (dyn Fn(&Sample) -> Result<Interval, StatsError> + Sync);

/// One cell: a law of features, a true E, a number of units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The law.
    pub law: Law,
    /// The true E.
    pub efficiency: f64,
    /// Units of the arm.
    pub units: usize,
}

impl Cell {
    /// The 77 main cells: Poisson, NB2 (k = 2) and NB1 (factor 3) at E = 0.05, 0.3 and 1, Poisson
    /// with quality 0.5..1 at E = 0.3 and 1, each with 3 to 30 units.
    ///
    /// ```
    /// use tracker_stats::simulate::study::{Cell, PLENTY};
    /// let plenty = Cell::main().iter().filter(|cell| cell.expected_features() >= PLENTY).count();
    /// assert_eq!((Cell::main().len(), plenty), (77, 56));
    /// ```
    pub fn main() -> Vec<Self> {
        let quality = Law::QualityWeighted { lowest: 0.5 };
        let laws = [
            (Law::Poisson, &[0.05, 0.3, 1.0][..]),
            (Law::NegativeBinomial2 { k: 2.0 }, &[0.05, 0.3, 1.0]),
            (Law::NegativeBinomial1 { factor: 3.0 }, &[0.05, 0.3, 1.0]),
            (quality, &[0.3, 1.0]),
        ];
        let rows = laws.into_iter().flat_map(|(law, es)| es.iter().map(move |efficiency| (law, *efficiency)));
        rows.flat_map(|(law, efficiency)| UNITS.map(|units| Self { law, efficiency, units })).collect()
    }

    /// Number of features that the arm is expected to have, whatever their quality.
    pub fn expected_features(&self) -> f64 {
        let weight = self.efficiency * MEAN_CAPACITY * self.units as f64;
        match self.law {
            Law::QualityWeighted { lowest } => 2.0 * weight / (1.0 + lowest),
            _ => weight,
        }
    }

    /// Name of the law as the tables print it.
    pub fn law_name(&self) -> &'static str {
        match self.law {
            Law::Poisson => "Poisson",
            Law::NegativeBinomial2 { .. } => "NB2",
            Law::NegativeBinomial1 { .. } => "NB1",
            Law::QualityWeighted { .. } => "quality-weighted",
        }
    }

    /// Simulates the cell once and asks every method about the same arms.
    ///
    /// The seed of the cell follows from `seed` and the cell alone, so that cells may run in any
    /// order and on any number of threads.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for a cell out of domain.
    pub fn run(
        &self,
        methods: &[Method<'_>],
        replicates: u32,
        seed: u64,
    ) -> Result<Vec<Coverage>, StatsError> {
        let design = Design::standard(self.law, self.efficiency, self.units)?;
        let mut random = Random::new(seed ^ self.place());
        let mut counts = vec![Coverage::none(); methods.len()];
        for _ in 0..replicates {
            let sample = design.draw(&mut random);
            for (method, count) in methods.iter().zip(&mut counts) {
                count.take(sample.as_ref().ok().and_then(|sample| method(sample).ok()), self.efficiency);
            }
        }
        Ok(counts)
    }

    /// Tells whether coverage in this cell is what is promised, but for `slack` on either side.
    ///
    /// ```
    /// use tracker_stats::simulate::{Law, study::Cell};
    /// let rich = Cell { law: Law::Poisson, efficiency: 1.0, units: 30 };
    /// let poor = Cell { law: Law::Poisson, efficiency: 0.05, units: 3 };
    /// assert!(rich.accepts(0.95, 0.0) && !rich.accepts(0.99, 0.0) && poor.accepts(0.99, 0.0));
    /// assert!(!poor.accepts(0.92, 0.0) && poor.accepts(0.92, 0.01));
    /// ```
    pub fn accepts(&self, share: f64, slack: f64) -> bool {
        let most = if self.expected_features() >= PLENTY { MOST } else { 1.0 };
        share >= LEAST - slack && share <= most + slack
    }

    /// A number that no other cell has.
    fn place(&self) -> u64 {
        let law = self
            .law_name()
            .bytes()
            .fold(0_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        law ^ self.efficiency.to_bits().rotate_left(17)
            ^ (self.units as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Returns the share of pairs of arms that the log ratio tells apart at `level`: its power, or for
/// equal arms its error of the first kind.
///
/// # Errors
/// [`StatsError`] of drawing an arm without any capacity.
///
/// ```
/// use tracker_stats::simulate::{Design, Law, study::power_of_log_ratio};
/// use tracker_stats::Level;
/// let (a, b) = (Design::standard(Law::Poisson, 0.3, 30)?, Design::standard(Law::Poisson, 0.6, 30)?);
/// assert!(power_of_log_ratio(&a, &b, Level::P95, 100, 1)? > 0.95);
/// assert!(power_of_log_ratio(&a, &a, Level::P95, 100, 1)? < 0.15);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn power_of_log_ratio(
    a: &Design,
    b: &Design,
    level: Level,
    replicates: u32,
    seed: u64,
) -> Result<f64, StatsError> {
    let mut random = Random::new(seed);
    let mut found = 0_u32;
    for _ in 0..replicates {
        let (a, b) = (a.draw(&mut random)?, b.draw(&mut random)?);
        let p = crate::compare::log_ratio(&a, &b, level).map(|result| result.p_value);
        found += u32::from(p.is_ok_and(|p| p < level.alpha()));
    }
    Ok(f64::from(found) / f64::from(replicates.max(1)))
}
