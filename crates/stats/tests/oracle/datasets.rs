//! Statistics room: one arm against R, statsmodels, scipy and the closed forms.

use serde_json::Value;
use tracker_stats::{
    Fieller, Hc, Interval, IntervalName, Level, Ratio, Resampling, Sample, StatsError, bell_mccaffrey_df,
    dispersion, fieller as fieller_set, interval, jackknife, standard_error,
};

use crate::reference::{Checks, ends, number, numbers, sample};

fn se(sample: &Sample, kind: Hc) -> f64 {
    standard_error(&Ratio::of(sample), kind).expect("defined")
}

fn agree(checks: &mut Checks, what: &str, got: &Interval, want: Option<(f64, f64)>, relative: f64, abs: f64) {
    let Some((lo, hi)) = want else { return };
    checks.near(&format!("{what} lo"), got.lo.unwrap_or(f64::NAN), lo, relative, abs);
    checks.near(&format!("{what} hi"), got.hi.unwrap_or(f64::NAN), hi, relative, abs);
}

pub(crate) fn estimates(case: &Value, checks: &mut Checks) {
    let sample = sample(case);
    let ratio = Ratio::of(&sample);
    let closed = |name: &str| number(case, &format!("/closed/{name}")).expect("a number");
    checks.near("E", ratio.estimate(), closed("E"), 1e-12, 0.0);
    for (got, want) in ratio.leverages().iter().zip(numbers(case, "/closed/leverage").expect("leverages")) {
        checks.near("leverage", *got, want, 1e-12, 0.0);
    }
    let kinds = [("0", Hc::Hc0), ("1", Hc::Hc1), ("2", Hc::Hc2), ("3", Hc::Hc3)];
    for (digit, kind) in kinds {
        let got = se(&sample, kind);
        checks.near("closed", got, closed(&format!("se/hc{digit}")), 1e-9, 1e-12);
        for source in [format!("/R/sandwich/se_HC{digit}"), format!("/python/statsmodels/sm_se_HC{digit}")] {
            if let Some(want) = number(case, &source) {
                checks.near(&source, got, want, 1e-9, 1e-12);
            }
        }
    }
    if let Some(want) = number(case, "/R/svyratio/se") {
        checks.near("svyratio", se(&sample, Hc::Hc1), want, 1e-9, 1e-12);
    }
    if let Some(want) = number(case, "/R/survey_jackknife/hc3/se_hc3") {
        checks.near("JK1", se(&sample, Hc::Hc3), want, 1e-9, 1e-12);
    }
    let jack = jackknife(&ratio).expect("defined");
    checks.near("jackknife", jack.standard_error, closed("jackknife_se_centred"), 1e-9, 1e-12);
    checks.near("bias", jack.bias, closed("jackknife_bias"), 1e-9, 1e-14);
    match number(case, "/python/a_jack") {
        Some(want) => checks.near("a", jack.acceleration.unwrap_or(f64::NAN), want, 1e-9, 1e-12),
        None => checks.holds(jack.acceleration.is_none(), || format!("a: {:?}", jack.acceleration)),
    }
    checks.near("df", bell_mccaffrey_df(&ratio).expect("defined"), closed("df_bm"), 1e-9, 0.0);
}

pub(crate) fn linear(case: &Value, checks: &mut Checks) {
    let sample = sample(case);
    let get = |name| interval(name, &sample, Level::P95).expect("defined");
    agree(checks, "svyratio", &get(IntervalName::Delta), ends(case, "/R/svyratio/ci_t"), 1e-9, 1e-12);
    let hc3 = ends(case, "/python/statsmodels/sm_ci_t_HC3");
    agree(checks, "HC3", &get(IntervalName::Hc3), hc3, 1e-9, 1e-12);
    let t = number(case, "/closed/t_975").expect("t");
    let half = t * number(case, "/closed/jackknife_se_centred").expect("se");
    let e = number(case, "/closed/E").expect("E");
    let jack = get(IntervalName::Jackknife);
    agree(checks, "jackknife", &jack, Some((e - half, e + half)), 1e-9, 1e-12);
    let half = number(case, "/closed/t_975_bm").expect("t") * number(case, "/closed/se/hc2").expect("se");
    agree(checks, "HC2 BM", &get(IntervalName::Hc2Bm), Some((e - half, e + half)), 1e-9, 1e-12);
}

pub(crate) fn log(case: &Value, checks: &mut Checks) {
    let sample = sample(case);
    let at = |level| interval(IntervalName::LogHc3, &sample, level);
    if sample.total_weight() == 0.0 {
        checks.holds(at(Level::P95) == Err(StatsError::NoFeatures), || "log of no feature".to_owned());
        checks.holds(dispersion(&sample) == Err(StatsError::NoFeatures), || "phi of none".to_owned());
        return;
    }
    let got = at(Level::P95).expect("defined");
    let t = number(case, "/closed/t_975").expect("t");
    let e = number(case, "/closed/E").expect("E");
    let s = number(case, "/closed/se/hc3").expect("se") / e;
    let closed = (e * (-t * s).exp(), e * (t * s).exp());
    agree(checks, "closed log-HC3", &got, Some(closed), 1e-9, 0.0);
    // The reference iterates a regression: its error in s is multiplied by t in the exponent.
    let slack = 1e-6_f64.max(1e-7 * t * s);
    agree(checks, "glm 95", &got, ends(case, "/R/glm_log_offset_hc3/ci95_log_hc3_t"), slack, 0.0);
    let narrow = at(Level::P75).expect("defined");
    agree(checks, "glm 75", &narrow, ends(case, "/R/glm_log_offset_hc3/ci75_log_hc3_t"), slack, 0.0);
    if let Some(want) = number(case, "/R/glm_log_offset_hc3/se_log_HC3") {
        checks.near("glm se", got.standard_error.unwrap_or(f64::NAN) / e, want, 1e-6, 1e-10);
    }
    if let Some(want) = number(case, "/R/glm_log_offset_hc3/phi_pearson") {
        checks.near("phi as R", crate::glm::iterated(&[&sample]).dispersion, want, 1e-6, 1e-12);
        // The lag of R's weights is all that lies between its column and the converged value.
        checks.near("phi", dispersion(&sample).expect("defined"), want, 1e-2, 1e-12);
    }
}

pub(crate) fn fieller(case: &Value, checks: &mut Checks) {
    let sample = sample(case);
    for (name, level) in [("fieller95", Level::P95), ("fieller90", Level::P90)] {
        let unbounded = case.pointer(&format!("/R/{name}/NSD")).and_then(Value::as_bool).expect("NSD");
        let got = fieller_set(&sample, level).expect("defined");
        let is_bounded = matches!(got, Fieller::Bounded { .. });
        checks.holds(is_bounded != unbounded, || format!("{name}: {got:?}"));
        let named = interval(IntervalName::Fieller, &sample, level).expect("defined");
        if unbounded {
            checks.holds((named.lo, named.hi) == (None, None), || format!("{name}: {named:?}"));
        } else {
            agree(checks, name, &named, ends(case, &format!("/R/{name}/ci")), 1e-8, 1e-12);
        }
    }
    // Where the case is spelled out in words, it must be that one.
    let words = case.get("desc").and_then(Value::as_str).unwrap_or_default();
    let got = fieller_set(&sample, Level::P95).expect("defined");
    if words.contains("Fieller whole line") {
        checks.holds(got == Fieller::WholeLine, || format!("{got:?}"));
    } else if words.contains("Fieller exclusive") {
        checks.holds(matches!(got, Fieller::Exclusive { .. }), || format!("{got:?}"));
    }
}

pub(crate) fn poisson(case: &Value, checks: &mut Checks) {
    let sample = sample(case);
    let get = |name| interval(name, &sample, Level::P95);
    let counts = sample.weight().iter().all(|y| y.fract() == 0.0);
    match get(IntervalName::PoissonExact) {
        Ok(exact) => {
            agree(checks, "poisson.test", &exact, ends(case, "/R/poisson_test/ci"), 1e-6, 1e-12);
            let statsmodels = ends(case, "/python/statsmodels/sm_poisson_exact_c");
            agree(checks, "exact-c", &exact, statsmodels, 1e-6, 1e-12);
        }
        Err(error) => {
            checks.holds(!counts && matches!(error, StatsError::NotACount(_)), || error.to_string());
        }
    }
    let fay_feuer = get(IntervalName::FayFeuer).expect("defined");
    agree(checks, "Fay-Feuer", &fay_feuer, ends(case, "/R/fayfeuer_w1/ci"), 1e-6, 1e-12);
    let gamma = get(IntervalName::Gamma).expect("defined");
    agree(checks, "Jeffreys", &gamma, ends(case, "/python/statsmodels/sm_poisson_jeff"), 1e-6, 1e-12);
}

pub(crate) fn weighted(case: &Value, checks: &mut Checks) {
    let get = |name: &str| number(case, name).expect("a number");
    let sample = Sample::with_weight_squares(&[1.0], &[get("/y")], &[get("/v")]).expect("valid");
    for (name, level) in [("/ci95", Level::P95), ("/ci90", Level::P90)] {
        let got = interval(IntervalName::FayFeuer, &sample, level).expect("defined");
        agree(checks, name, &got, ends(case, name), 1e-6, 1e-12);
    }
}

/// Up to 12 units the exact limit, beyond them the band of 200 seeds widened a little.
pub(crate) fn bca(case: &Value, checks: &mut Checks) {
    let sample = sample(case);
    let got = tracker_stats::bca(&sample, Level::P95, Resampling::default());
    if number(case, "/python/a_jack").is_none() {
        checks.holds(matches!(got, Err(StatsError::Undefined(_))), || format!("{got:?}"));
        return;
    }
    let got = got.expect("defined");
    checks.holds(got.exact == (sample.len() <= 12), || "exact up to 12 units".to_owned());
    if let Some(want) = number(case, "/python/exact_bootstrap/z0_midrank").filter(|_| got.exact) {
        checks.near("z0", got.bias_correction, want, 1e-9, 1e-10);
        let limit = ends(case, "/python/exact_bootstrap/bca_midrank");
        agree(checks, "exact bca", &got.interval, limit, 1e-11, 1e-12);
    }
    if got.exact {
        return;
    }
    for (band, end) in [("bca_lo", got.interval.lo), ("bca_hi", got.interval.hi)] {
        let (from, to) = ends(case, &format!("/python/band_B10000/{band}")).expect("a band");
        let atom = 0.002 * (to - from);
        let end = end.expect("bounded");
        checks.holds((from - atom..=to + atom).contains(&end), || format!("{band}: {end} of {from}..{to}"));
    }
}

/// The standard error without its square root of n must not pass as any of the right ones.
pub(crate) fn without_root_n(case: &Value, checks: &mut Checks) {
    let sample = sample(case);
    let ratio = Ratio::of(&sample);
    let squares: f64 = ratio.residuals().iter().map(|e| e * e).sum();
    let wrong = (squares / (sample.len() as f64 - 1.0)).sqrt() / sample.total_capacity();
    let known = number(case, "/closed/peer_se_wrong").expect("a number");
    checks.near("the formula in question", wrong, known, 1e-9, 1e-12);
    if squares > 0.0 {
        let right = number(case, "/R/svyratio/se").expect("a number");
        let short = right / wrong / (sample.len() as f64).sqrt();
        checks.near("short by root n", short, 1.0, 1e-9, 0.0);
        checks.holds((wrong / right - 1.0).abs() > 1e-9, || "the wrong formula passes".to_owned());
    }
}
