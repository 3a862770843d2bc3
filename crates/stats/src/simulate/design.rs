//! Statistics room: a simulated arm, its windows and its meter.

use super::law::Law;
use crate::error::{StatsError, require};
use crate::random::Random;
use crate::sample::Sample;

/// How capacity is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meter {
    /// Without error.
    Exact,
    /// A bar that shows whole points, read before and after each window.
    WholePoints,
}

/// An arm with a known E: lognormal capacities, a law of features, a meter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Design {
    law: Law,
    efficiency: f64,
    units: usize,
    median_capacity: f64,
    sigma: f64,
    meter: Meter,
}

impl Design {
    /// The standard windows: capacity lognormal with median 8 points and sigma 0.6, read from a
    /// whole-point meter.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for an E outside 1e-6..=1e3, no units, or a law out of domain.
    pub fn standard(law: Law, efficiency: f64, units: usize) -> Result<Self, StatsError> {
        require((1e-6..=1e3).contains(&efficiency), "efficiency", efficiency, "1e-6..=1e3")?;
        require(units > 0, "units", 0.0, "at least 1")?;
        require(law.is_valid(), "law", f64::NAN, "parameters in their domain")?;
        let meter = Meter::WholePoints;
        Ok(Self { law, efficiency, units, median_capacity: 8.0, sigma: 0.6, meter })
    }

    /// The same arm with other windows.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for a median outside 1e-3..=1e3 or a sigma outside 0..=2.
    pub fn with_windows(self, median_capacity: f64, sigma: f64, meter: Meter) -> Result<Self, StatsError> {
        require((1e-3..=1e3).contains(&median_capacity), "median", median_capacity, "1e-3..=1e3")?;
        require((0.0..=2.0).contains(&sigma), "sigma", sigma, "0..=2")?;
        Ok(Self { median_capacity, sigma, meter, ..self })
    }

    /// The true E.
    pub fn efficiency(&self) -> f64 {
        self.efficiency
    }

    /// Draws the units of the arm.
    ///
    /// # Errors
    /// [`StatsError::NoCapacity`] where the meter showed none in any unit.
    pub fn draw(&self, random: &mut Random) -> Result<Sample, StatsError> {
        let (mut x, mut y, mut v) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.units {
            let used = self.median_capacity * (self.sigma * random.normal()).exp();
            let features = self.law.draw(self.efficiency * used, random);
            x.push(self.read(used, random));
            y.push(features.weight);
            v.push(features.weight_sq);
        }
        Sample::with_weight_squares(&x, &y, &v)
    }

    fn read(&self, used: f64, random: &mut Random) -> f64 {
        match self.meter {
            Meter::Exact => used,
            // A bar that starts anywhere between two points.
            Meter::WholePoints => (random.uniform() + used).floor(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_of_many_units_is_the_true_one() {
        let design = Design::standard(Law::Poisson, 0.3, 20_000).expect("valid");
        let sample = design.draw(&mut Random::new(2)).expect("drawn");
        assert!((sample.total_weight() / sample.total_capacity() - 0.3).abs() < 0.005);
        assert!(sample.capacity().iter().all(|x| x.fract() == 0.0));
    }

    #[test]
    fn what_is_out_of_domain_is_refused() {
        assert!(Design::standard(Law::Poisson, 0.0, 3).is_err());
        assert!(Design::standard(Law::Poisson, 0.3, 0).is_err());
        assert!(Design::standard(Law::NegativeBinomial2 { k: 0.0 }, 0.3, 3).is_err());
        let design = Design::standard(Law::Poisson, 0.3, 3).expect("valid");
        assert!(design.with_windows(8.0, f64::NAN, Meter::Exact).is_err());
    }
}
