//! Statistics room: two arms against R and statsmodels.

use serde_json::Value;
use tracker_stats::{
    GammaPosterior, Hc, Level, Ratio, Sample, StatsError, difference, dispersion, log_ratio,
    probability_greater, standard_error,
};

use crate::datasets::R_PHI_LAG;
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
    quasi_poisson(pair, &a, &b, checks);
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

/// The pooled dispersion of the two-group regression follows from those of the arms. An arm
/// without features has no log; its regression did not converge and is passed over.
fn quasi_poisson(pair: &Value, a: &Sample, b: &Sample, checks: &mut Checks) {
    let (Ok(phi_a), Ok(phi_b)) = (dispersion(a), dispersion(b)) else { return };
    let (df_a, df_b) = (a.len() as f64 - 1.0, b.len() as f64 - 1.0);
    let pooled = (phi_a * df_a + phi_b * df_b) / (df_a + df_b);
    let se = (pooled * (1.0 / a.total_weight() + 1.0 / b.total_weight())).sqrt();
    for (what, got) in [("phi", pooled), ("se", se)] {
        let want = |source: &str| number(pair, &format!("{source}/{what}")).expect("a number");
        checks.near(what, got, want("/python/sm_quasipoisson"), 1e-6, 0.0);
        checks.near(what, got, want("/R/quasipoisson"), R_PHI_LAG, 0.0);
    }
}
