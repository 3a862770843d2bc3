//! Statistics room: two arms against R and statsmodels.

use serde_json::Value;
use tracker_stats::{
    Fieller, GammaPosterior, Hc, Level, Ratio, Sample, StatsError, difference, log_ratio, poisson_ratio,
    probability_greater, quasi_poisson, ratio_fieller, standard_error,
};

use crate::glm;
use crate::reference::{Checks, ends, number, sample};

pub(crate) fn check(pair: &Value, file: &Value, checks: &mut Checks) {
    let arm = |side: &str| {
        let id = pair.get(side).expect("an arm");
        let all = file.get("datasets").and_then(Value::as_array).expect("datasets");
        sample(all.iter().find(|d| d.get("id") == Some(id)).expect("a known dataset"))
    };
    let (a, b) = (arm("a"), arm("b"));
    log_scale(pair, &a, &b, checks);
    linear_scale(pair, &a, &b, checks);
    dispersion_of_both(pair, &a, &b, checks);
    poisson(pair, &a, &b, checks);
    fieller(pair, &a, &b, checks);
    if let Some(want) = number(pair, "/python/P_A_gt_B_jeffreys") {
        let got = probability_greater(GammaPosterior::of(&a), GammaPosterior::of(&b)).expect("finite");
        checks.near("P(A>B)", got, want, 1e-6, 1e-12);
    }
}

fn log_scale(pair: &Value, a: &Sample, b: &Sample, checks: &mut Checks) {
    let got = log_ratio(a, b, Level::P95);
    let Some(want) = number(pair, "/R/glm_logratio/log_ratio") else {
        checks.holds(got == Err(StatsError::NoFeatures), || format!("no reference, yet {got:?}"));
        return;
    };
    let got = got.expect("defined");
    let at = |name: &str| number(pair, &format!("/R/glm_logratio/{name}")).expect("a number");
    checks.near("log ratio", got.log_ratio, want, 1e-6, 0.0);
    checks.near("log se", got.standard_error, at("se_HC3"), 1e-6, 0.0);
    checks.near("welch df", got.df, at("welch_df"), 1e-6, 0.0);
    checks.near("t", got.t, at("t"), 1e-6, 0.0);
    checks.near("certainty", got.certainty, at("certainty_A_gt_B"), 1e-6, 1e-12);
    let (lo, hi) = ends(pair, "/R/glm_logratio/ratio_ci95").expect("an interval");
    checks.near("ratio lo", got.ratio_lo, lo, 1e-6, 0.0);
    checks.near("ratio hi", got.ratio_hi.expect("bounded"), hi, 1e-6, 0.0);
}

fn linear_scale(pair: &Value, a: &Sample, b: &Sample, checks: &mut Checks) {
    let se = |s: &Sample, kind| standard_error(&Ratio::of(s), kind).expect("defined");
    let both = |kind| se(a, kind).hypot(se(b, kind));
    let want = |name: &str| number(pair, name).expect("a number");
    checks.near("survey se", both(Hc::Hc1), want("/R/diff_svy/se"), 1e-9, 1e-12);
    checks.near("wls HC3 se", both(Hc::Hc3), want("/python/sm_wls_HC3/se"), 1e-9, 1e-12);
    let got = difference(a, b, Level::P95).expect("defined");
    checks.near("difference", got.difference, want("/python/sm_wls_HC2/diff"), 1e-9, 1e-14);
    checks.near("wls HC2 se", got.standard_error, want("/python/sm_wls_HC2/se"), 1e-9, 1e-12);
    checks.near("wls HC2 t", got.t, want("/python/sm_wls_HC2/t"), 1e-9, 1e-12);
}

/// `phi` of statsmodels is the converged one. R takes the weights of the last iteration but one, so
/// its columns are held to what such an iteration makes of the crate's formula. An arm without
/// features has no log; its regression did not converge, and only the F test is compared.
fn dispersion_of_both(pair: &Value, a: &Sample, b: &Sample, checks: &mut Checks) {
    let got = quasi_poisson(a, b).expect("defined");
    let r = glm::iterated(&[a, b]);
    let want = |name: &str| number(pair, &format!("/R/quasipoisson/{name}"));
    let f = want("F").expect("F");
    checks.near("F as R", got.f * got.dispersion / r.dispersion, f, 1e-6, 0.0);
    checks.near("F", got.f, f, 1e-2, 0.0);
    checks.near("p of F", got.p_value, want("p_F").expect("p"), 0.05, 1e-9);
    if a.total_weight() * b.total_weight() == 0.0 {
        return;
    }
    let se = (got.dispersion * (1.0 / a.total_weight() + 1.0 / b.total_weight())).sqrt();
    for (what, got) in [("phi", got.dispersion), ("se", se)] {
        let want = number(pair, &format!("/python/sm_quasipoisson/{what}")).expect("a number");
        checks.near(what, got, want, 1e-6, 0.0);
    }
    checks.near("phi as R", r.dispersion, want("phi").expect("phi"), 1e-6, 0.0);
    checks.near("se as R", r.standard_error, want("se").expect("se"), 1e-6, 0.0);
}

fn poisson(pair: &Value, a: &Sample, b: &Sample, checks: &mut Checks) {
    let Some((lo, hi)) = ends(pair, "/R/poisson_test_ratio/ci") else { return };
    let got = match poisson_ratio(a, b, Level::P95) {
        Ok(got) => got,
        Err(error) => return checks.holds(matches!(error, StatsError::NotACount(_)), || error.to_string()),
    };
    let want = |name: &str| number(pair, name).expect("a number");
    checks.near(
        "rate ratio",
        got.ratio.expect("b has features"),
        want("/R/poisson_test_ratio/ratio"),
        1e-6,
        0.0,
    );
    checks.near("rate ratio lo", got.lo, lo, 1e-6, 1e-12);
    checks.near("rate ratio hi", got.hi.expect("bounded"), hi, 1e-6, 0.0);
    checks.near("two-sided p", got.p_value, want("/R/poisson_test_ratio/p"), 1e-6, 1e-12);
    checks.near("p greater", got.p_greater, want("/R/poisson_test_greater/p"), 1e-6, 1e-12);
}

fn fieller(pair: &Value, a: &Sample, b: &Sample, checks: &mut Checks) {
    let got = ratio_fieller(a, b, Level::P95).expect("defined");
    let unbounded = pair.pointer("/R/ratio_of_ratios_fieller/NSD").and_then(Value::as_bool).expect("NSD");
    match got {
        Fieller::Bounded { lo, hi } if !unbounded => {
            let want = ends(pair, "/R/ratio_of_ratios_fieller/ci").expect("an interval");
            checks.near("ratio fieller lo", lo, want.0, 1e-8, 1e-12);
            checks.near("ratio fieller hi", hi, want.1, 1e-8, 1e-12);
        }
        got => checks.holds(unbounded, || format!("{got:?}")),
    }
}
