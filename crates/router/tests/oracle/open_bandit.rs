//! Off-policy estimates on the small Open Bandit Dataset against obp 0.4.1.

use std::collections::BTreeMap;

use serde::Deserialize;
use tracker_router::off_policy::{Choices, OffPolicy, estimate};

/// Sufficient statistics of the logs.
#[derive(Deserialize)]
struct Cells {
    bts_target: BTreeMap<String, Vec<Vec<f64>>>,
    logs: BTreeMap<String, Vec<Cell>>,
}

/// Position, item, click, rows, sum 1/p, sum 1/p^2, max 1/p.
type Cell = (usize, usize, f64, f64, f64, f64, f64);

#[derive(Deserialize)]
struct File {
    cases: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
struct Case {
    obp: Estimates,
    ess: f64,
    max_w: f64,
    ipw_se: f64,
    snipw_se: f64,
    n: f64,
}

#[derive(Deserialize)]
struct Estimates {
    ipw: f64,
    snipw: f64,
    dm: f64,
    dr: f64,
    sndr: f64,
}

impl Cells {
    /// Evaluates a case such as `random->bts/all`: the log of one policy, the other one as the target.
    fn evaluate(&self, case: &str) -> OffPolicy {
        let (from, to) = case.split_once("->").expect("two policies");
        let (to, campaign) = to.split_once('/').expect("a campaign");
        let cell = |of: &Cell| {
            Choices::many(of.0, of.1, of.2, [of.3, of.4, of.5, of.6]).expect("sums of propensities")
        };
        let log: Vec<Choices> = self.logs[&format!("{from}/{campaign}")].iter().map(cell).collect();
        let counts = &self.bts_target[campaign];
        let chance = |count: &f64| if to == "bts" { count / 100_000.0 } else { 1.0 / counts[0].len() as f64 };
        let target: Vec<Vec<f64>> = counts.iter().map(|row| row.iter().map(chance).collect()).collect();
        estimate(&log, &target).expect("a valid target")
    }
}

#[test]
fn estimates_are_those_of_obp_and_an_empty_overlap_is_refused() {
    let cells = super::oracles::<Cells>("open_bandit_cells").remove(0).1;
    let mut cases = 0;
    for (_, file) in super::oracles::<File>("oracle_obp") {
        for (name, case) in file.cases {
            cases += 1;
            let found = cells.evaluate(&name);
            let pairs = [
                (found.ips, case.obp.ipw),
                (found.snips, case.obp.snipw),
                (found.direct, case.obp.dm),
                (found.doubly_robust, case.obp.dr),
                (found.doubly_robust_sn, case.obp.sndr),
                (found.ips_se, case.ipw_se),
                (found.snips_se, case.snipw_se),
                (found.ess, case.ess),
                (found.max_weight, case.max_w),
                (found.count, case.n),
            ];
            for (ours, theirs) in pairs {
                // Relative to 1e-9, as the oracle's manifest asks: these numbers are small.
                assert!((ours - theirs).abs() <= 1e-9 * theirs.abs(), "{name}: {ours} {theirs}");
            }
            assert_eq!(found.refusal().is_some(), case.ess < 30.0, "{name}: {:?}", found.refusal());
        }
    }
    assert!(cases >= 4);
    let refused = cells.evaluate("bts->random/women").refusal().expect("its effective size is 2.1");
    assert_eq!(refused, "the effective number of choices is 2.1, below 30");
}
