//! Statistics room: the dispersion as R's `glm` leaves it.
//!
//! `summary.glm` sums squared working residuals of the last iteration with the weights of the one
//! before, so its dispersion is off the converged one by up to some 1e-4. Doing the same with one
//! mean for each group shows that nothing else lies between R's column and the crate's.

use tracker_stats::Sample;

/// What R's `glm` reports.
pub(crate) struct Iterated {
    pub(crate) dispersion: f64,
    /// Standard error of the contrast of two groups.
    pub(crate) standard_error: f64,
}

/// Iteratively reweighted least squares for y ~ group + offset(log x), quasi-Poisson, as `glm.fit`
/// does it: from mu = y + 0.1 until the deviance moves by less than 1e-8 of itself.
pub(crate) fn iterated(groups: &[&Sample]) -> Iterated {
    let units: Vec<Vec<(f64, f64)>> = groups
        .iter()
        .map(|g| g.capacity().iter().copied().zip(g.weight().iter().copied()).filter(|u| u.0 > 0.0).collect())
        .collect();
    let mut means: Vec<Vec<f64>> = units.iter().map(|g| g.iter().map(|u| u.1 + 0.1).collect()).collect();
    let mut before = deviance(&units, &means);
    loop {
        let weights = means.clone();
        for (group, mu) in units.iter().zip(&mut means) {
            let sum: f64 = mu.iter().sum();
            let working = group.iter().zip(&*mu).map(|((x, y), mu)| mu * (mu.ln() - x.ln() + (y - mu) / mu));
            let log_e = working.sum::<f64>() / sum;
            *mu = group.iter().map(|(x, _)| x * log_e.exp()).collect();
        }
        let now = deviance(&units, &means);
        if (now - before).abs() / (now.abs() + 0.1) < 1e-8 {
            return summary(&units, &means, &weights);
        }
        before = now;
    }
}

fn summary(units: &[Vec<(f64, f64)>], means: &[Vec<f64>], weights: &[Vec<f64>]) -> Iterated {
    let (mut sum, mut count, mut unscaled) = (0.0, 0.0, 0.0);
    for ((group, mu), w) in units.iter().zip(means).zip(weights) {
        sum += group.iter().zip(mu).zip(w).map(|(((_, y), mu), w)| w * ((y - mu) / mu).powi(2)).sum::<f64>();
        count += group.len() as f64;
        unscaled += 1.0 / w.iter().sum::<f64>();
    }
    let dispersion = sum / (count - units.len() as f64);
    Iterated { dispersion, standard_error: (dispersion * unscaled).sqrt() }
}

fn deviance(units: &[Vec<(f64, f64)>], means: &[Vec<f64>]) -> f64 {
    let of = |y: f64, mu: f64| 2.0 * (if y > 0.0 { y * (y / mu).ln() } else { 0.0 } - (y - mu));
    units.iter().flatten().zip(means.iter().flatten()).map(|((_, y), mu)| of(*y, *mu)).sum()
}
