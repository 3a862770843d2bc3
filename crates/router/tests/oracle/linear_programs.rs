//! Linear programs against HiGHS. A mix need not be unique, so its value and that it is feasible are compared; duals
//! are where they are unique, and otherwise prove the same value.

use serde::Deserialize;
use tracker_router::optimal_mix;

#[derive(Deserialize)]
struct File {
    lps: Vec<Program>,
}

#[derive(Deserialize)]
struct Program {
    #[serde(rename = "T")]
    rounds: f64,
    r: Vec<f64>,
    c: Vec<Vec<f64>>,
    #[serde(rename = "B")]
    budgets: Vec<f64>,
    opt_lp: f64,
    pi: Vec<f64>,
    dual_time: f64,
    dual_resources: Vec<f64>,
}

#[test]
fn values_and_duals_are_those_of_highs() {
    let mut programs = 0;
    for (name, file) in super::oracles::<File>("oracle_lp") {
        for (at, lp) in file.lps.into_iter().enumerate() {
            programs += 1;
            let place = format!("{name} {at}");
            let rates: Vec<f64> = lp.budgets.iter().map(|budget| budget / lp.rounds).collect();
            let mix = optimal_mix(&lp.r, &lp.c, &rates).expect("a valid program");
            assert!(super::close(mix.value * lp.rounds, lp.opt_lp), "{place}: {} {}", mix.value, lp.opt_lp);
            assert!(
                mix.shares.iter().all(|share| *share >= 0.0) && mix.shares.iter().sum::<f64>() <= 1.0 + 1e-9
            );
            for (bar, rate) in rates.iter().enumerate() {
                let used: f64 = mix.shares.iter().zip(&lp.c).map(|(share, costs)| share * costs[bar]).sum();
                assert!(used <= rate + 1e-9, "{place}: bar {bar} uses {used} of {rate}");
            }
            let dual = mix.time_price
                + mix.bar_prices.iter().zip(&rates).map(|(price, rate)| price * rate).sum::<f64>();
            assert!(super::close(dual, mix.value), "{place}: the prices prove {dual}");
            if is_unique(&lp) {
                assert!(super::close(mix.time_price, lp.dual_time), "{place}: {mix:?} {}", lp.dual_time);
                for (ours, theirs) in mix.bar_prices.iter().zip(&lp.dual_resources) {
                    assert!(super::close(*ours, *theirs), "{place}: {mix:?} {:?}", lp.dual_resources);
                }
            }
        }
    }
    assert!(programs >= 30);
}

/// Tells whether the optimum is a corner where exactly as many things are positive as there are rows: then the duals
/// are unique.
fn is_unique(lp: &Program) -> bool {
    let used = |bar: usize| lp.pi.iter().zip(&lp.c).map(|(share, costs)| share * costs[bar]).sum::<f64>();
    let slack = |bar: usize| lp.budgets[bar] / lp.rounds - used(bar) > 1e-9;
    let loose = (0..lp.budgets.len()).filter(|bar| slack(*bar)).count();
    let idle = usize::from(1.0 - lp.pi.iter().sum::<f64>() > 1e-9);
    let played = lp.pi.iter().filter(|share| **share > 1e-9).count();
    played + loose + idle == lp.budgets.len() + 1
}
