//! Tapes of potential outcomes with the actions, totals and last prices of an independent implementation.

use serde::Deserialize;
use tracker_router::{Action, Bar, Caps, Episode, PolicyName, Random, Simulator, Tape};

#[derive(Deserialize)]
struct File {
    tapes: Vec<Recorded>,
}

#[derive(Deserialize)]
struct Recorded {
    world: String,
    seed: u64,
    #[serde(rename = "T")]
    rounds: usize,
    period: usize,
    budget: Vec<f64>,
    reward: Vec<Vec<f64>>,
    cost: Vec<Vec<Vec<f64>>>,
    delay: Vec<Vec<u32>>,
    debit_fraction: Vec<Vec<f64>>,
    dual_pacing: Pacing,
    greedy_total: f64,
}

#[derive(Deserialize)]
struct Pacing {
    total: f64,
    actions: Vec<i64>,
    lambda_last: Vec<f64>,
}

impl Recorded {
    fn tape(&self) -> Tape {
        let mut tape = Tape::new(self.rounds, self.reward[0].len(), self.budget.len());
        for round in 0..self.rounds {
            for arm in 0..tape.arms() {
                tape.set(round, arm, self.reward[round][arm], &self.cost[round][arm]);
                tape.set_debit(round, arm, self.delay[round][arm], self.debit_fraction[round][arm]);
            }
        }
        tape
    }

    fn run(&self, name: PolicyName) -> (Episode, Vec<i64>) {
        let bar = |(at, budget): (usize, &f64)| Bar::new(format!("bar {at}"), *budget, self.period);
        let caps = Caps::new(self.budget.iter().enumerate().map(bar).collect()).expect("valid caps");
        let tape = self.tape();
        tape.check(&caps).expect("a valid tape");
        let mut policy = name.build(tape.arms(), &caps, None).expect("a policy");
        let mut actions = Vec::new();
        let mut simulator = Simulator::new(caps);
        let episode = simulator.run(&mut *policy, &tape, &mut Random::new(0), |step| {
            actions.push(match step.action {
                Action::Played(arm) => i64::try_from(arm).expect("a small number"),
                Action::Saved => -1,
                _ => -2,
            });
        });
        (episode.expect("the tape fits"), actions)
    }
}

#[test]
fn pacing_and_greedy_are_those_of_the_reference_on_every_tape() {
    let mut tapes = 0;
    for (name, file) in super::oracles::<File>("router_tapes") {
        for recorded in file.tapes {
            tapes += 1;
            let place = format!("{name} {} {}", recorded.world, recorded.seed);
            let (pacing, actions) = recorded.run(PolicyName::Bwk);
            assert_eq!(actions, recorded.dual_pacing.actions, "{place}");
            assert!(super::close(pacing.total, recorded.dual_pacing.total), "{place}: {}", pacing.total);
            assert_eq!(pacing.prices.len(), recorded.dual_pacing.lambda_last.len());
            for (ours, theirs) in pacing.prices.iter().zip(&recorded.dual_pacing.lambda_last) {
                assert!(super::close(*ours, *theirs), "{place}: {ours} {theirs}");
            }
            let (greedy, _) = recorded.run(PolicyName::Greedy);
            assert!(super::close(greedy.total, recorded.greedy_total), "{place}: {}", greedy.total);
            assert_eq!(pacing.violations + greedy.violations, 0, "{place}");
        }
    }
    assert!(tapes >= 12);
}
