//! Replays of logs with a known answer: verdicts, refusals, determinism, and logs made to hurt.

use proptest::prelude::*;
use tracker_router::replay::{
    LoggedArm, LoggedWindow, Outcome, Refusal, ReplayLog, Report, Rework, Settings, Verdict, replay,
};
use tracker_router::{Bar, PolicyName, Random};

/// An arm whose windows are green with `chance` and use about `points`.
fn arm(name: &str, windows: u32, chance: f64, points: f64, seed: u64) -> LoggedArm {
    let mut random = Random::new(seed);
    let mut window = |at: u32| {
        let green = if random.uniform() < chance { 1.0 } else { 0.0 };
        let used = (points * (0.5 + random.uniform())).round();
        LoggedWindow::new(at / 10, green, green * (0.5 + 0.5 * random.uniform()), vec![used])
    };
    LoggedArm::new(name, (0..windows).map(&mut window).collect())
}

/// Cheap and good, dear and better, under a bar that pays for half of the dear one.
fn tight(windows: u32) -> ReplayLog {
    let arms = vec![
        arm("claude tdd", windows, 0.53, 4.0, 1),
        arm("claude spec", windows, 1.0, 24.0, 2),
        arm("claude chat", windows, 0.45, 12.0, 3),
        arm("claude plan", windows, 0.30, 6.0, 4),
    ];
    ReplayLog::new(arms, vec![Bar::new("claude weekly", 408.0, 34)]).expect("a valid log")
}

fn quick() -> Settings {
    Settings::default().with_replicates(80).with_seeds(4).with_rounds(204)
}

fn report(log: &ReplayLog, settings: &Settings) -> Report {
    match replay(log, settings, |_, _| {}).expect("valid settings") {
        Outcome::Replayed(report) => *report,
        Outcome::Refused(refusal) => panic!("refused: {refusal}"),
    }
}

fn refusal(log: &ReplayLog, settings: &Settings) -> Refusal {
    match replay(log, settings, |_, _| {}).expect("valid settings") {
        Outcome::Replayed(report) => panic!("replayed: {}", report.summary()),
        Outcome::Refused(refusal) => refusal,
    }
}

#[test]
fn a_price_on_a_tight_bar_is_better_and_the_bound_holds() {
    let found = report(&tight(40), &quick());
    assert_eq!(found.verdict, Verdict::Better, "{}", found.summary());
    assert!(found.summary().ends_with("(better)") && found.summary().starts_with('+'));
    assert_eq!((found.strategy.violations, found.baseline.violations), (0, 0));
    assert!(found.strategy.share.mean < 1.02 && found.strategy.features.mean < 1.02 * found.bound);
    assert!(found.difference.lo <= found.difference.mean && found.difference.mean <= found.difference.hi);
    assert_eq!(found.strategy.prices.len(), found.checkpoints.len());
    assert!(found.strategy.prices.iter().any(|prices| prices[0] > 0.0) && found.baseline.prices.is_empty());
    assert_eq!(found.more_windows, None);
    let end = found.strategy.curve.last().expect("a checkpoint");
    assert!((end.mean - found.strategy.features.mean).abs() < 1e-9);
    assert!((found.strategy.arm_shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
}

#[test]
fn turned_round_it_is_worse_and_the_oracle_is_no_worse_than_greedy() {
    let swapped = quick().with_strategy(PolicyName::Greedy).with_baseline(PolicyName::Bwk);
    let found = report(&tight(40), &swapped);
    assert_eq!(found.verdict, Verdict::Worse, "{}", found.summary());
    let oracle = report(&tight(40), &quick().with_strategy(PolicyName::Oracle));
    assert!(oracle.difference.mean > 0.0 && oracle.strategy.share.mean > 0.95);
}

#[test]
fn equal_arms_are_not_enough_evidence_and_say_what_would_be() {
    let same = |seed| arm(["a", "b"][seed as usize % 2], 20, 0.6, 8.0, seed);
    let log = ReplayLog::new(vec![same(10), same(11)], vec![Bar::new("weekly", 90.0, 34)]).expect("valid");
    let found = report(&log, &quick());
    assert_eq!(found.verdict, Verdict::NotEnoughEvidence, "{}", found.summary());
    assert!(found.difference.lo <= 0.0 && found.difference.hi >= 0.0);
    assert!(found.more_windows.is_none_or(|more| more >= 1));
}

#[test]
fn threads_change_nothing_and_seeds_do() {
    let log = tight(30);
    let of = |threads, seed| report(&log, &quick().with_threads(threads).with_seed(seed));
    assert_eq!(of(1, 5), of(3, 5));
    assert_ne!(of(1, 5).difference, of(1, 6).difference);
}

#[test]
fn every_refusal_names_its_reason() {
    let bars = || vec![Bar::new("weekly", 90.0, 34)];
    let log = |arms| ReplayLog::new(arms, bars()).expect("valid");
    let (good, few) = (arm("codex", 20, 1.0, 8.0, 1), arm("claude", 4, 1.0, 8.0, 2));
    let words = |log: &ReplayLog| {
        let refusal = refusal(log, &quick());
        (refusal.word(), refusal.to_string())
    };
    let (word, text) = words(&log(vec![good.clone(), few]));
    assert_eq!(
        (word, text.as_str()),
        ("few-windows", "arm claude has 4 windows, a replay needs 5 of each arm")
    );
    let (word, text) = words(&log(vec![good.clone(), arm("claude", 20, 0.0, 8.0, 2)]));
    assert_eq!(
        (word, text.as_str()),
        ("few-features", "arm claude has 0 features, a replay needs 6 of each arm")
    );
    let (word, text) = words(&log(vec![good.clone(), LoggedArm::new("glm", vec![])]));
    assert_eq!(word, "unplayed-only");
    assert!(text.contains("played: codex; known besides: glm"), "{text}");
    let mut drifting = arm("claude", 40, 1.0, 8.0, 3);
    for (at, window) in drifting.windows.iter_mut().enumerate() {
        window.reward = if at < 20 { 1.0 } else { 0.1 };
    }
    let (word, text) = words(&log(vec![good.clone(), drifting]));
    assert!(word == "drift" && text.contains("arm claude drifted"), "{text}");
    let long = quick().with_rounds(1_000_000_000);
    assert_eq!(refusal(&log(vec![good.clone(), arm("claude", 20, 0.9, 8.0, 4)]), &long).word(), "too-large");
    assert_eq!(words(&log(vec![])).0, "unplayed-only");
}

#[test]
fn recorded_chances_that_cover_the_strategy_thinly_are_refused() {
    let with = |mut arm: LoggedArm, chance| {
        arm.windows.iter_mut().for_each(|window| window.propensity = Some(chance));
        arm
    };
    let log = |n, chances: [f64; 2]| {
        let arms = vec![
            with(arm("codex", n, 1.0, 8.0, 1), chances[0]),
            with(arm("claude", n, 0.9, 8.0, 2), chances[1]),
        ];
        ReplayLog::new(arms, vec![Bar::new("weekly", 90.0, 34)]).expect("valid")
    };
    let found = report(&log(40, [0.5, 0.5]), &quick()).off_policy.expect("every window has a chance");
    assert!(found.ess >= 30.0 && found.snips > 0.3, "{found:?}");
    let refused = refusal(&log(14, [0.5, 0.5]), &quick());
    assert_eq!(refused.word(), "few-effective", "{refused}");
}

#[test]
fn drift_with_windows_in_every_week_is_replayed_by_weeks() {
    let weekly = |name: &str, rewards: [f64; 4], seed| {
        let mut random = Random::new(seed);
        let mut window = |at: u32| {
            let reward = rewards[at as usize / 10] * (0.8 + 0.2 * random.uniform());
            LoggedWindow::new(at / 10, 1.0, reward, vec![8.0])
        };
        LoggedArm::new(name, (0..40).map(&mut window).collect())
    };
    let arms = vec![weekly("codex", [1.0, 0.9, 0.2, 0.1], 1), weekly("claude", [0.1, 0.2, 0.9, 1.0], 2)];
    let log = ReplayLog::new(arms, vec![Bar::new("weekly", 290.0, 34)]).expect("valid");
    let found = report(&log, &quick().with_rounds(136));
    assert!(found.by_weeks);
    assert_eq!(found.verdict, Verdict::Better, "who forgets follows the drift: {}", found.summary());
}

#[test]
fn rework_lands_later_and_counts_against_its_arm() {
    let steady = arm("codex", 20, 0.75, 8.0, 1);
    let sloppy = |share: f64| {
        let mut arm = arm("claude", 20, 0.95, 8.0, 2);
        arm.windows.iter_mut().for_each(|window| window.rework = Some(Rework::new(8, share)));
        arm
    };
    let share = |share| {
        let log = ReplayLog::new(vec![steady.clone(), sloppy(share)], vec![Bar::new("weekly", 200.0, 34)]);
        report(&log.expect("valid"), &quick()).strategy.arm_shares[1]
    };
    assert!(share(0.0) > 0.5 && share(0.9) < 0.3, "{} {}", share(0.0), share(0.9));
}

#[test]
fn bombs_end_in_an_answer_or_a_refusal() {
    // A thousand arms.
    let arms = (0..1000).map(|at| arm(&format!("arm {at}"), 8, 0.95, 8.0, at)).collect();
    let log = ReplayLog::new(arms, vec![Bar::new("weekly", 90.0, 34)]).expect("valid");
    let small = Settings::default().with_replicates(20).with_seeds(2).with_rounds(34);
    match replay(&log, &small, |_, _| {}).expect("valid settings") {
        Outcome::Replayed(report) => assert_eq!(report.arms.len(), 1000),
        Outcome::Refused(refusal) => assert!(!refusal.to_string().is_empty()),
    }
    // Nothing costs anything, or everything costs more than the bar holds.
    for points in [0.0, 1e9] {
        let with = |name: &str, seed| {
            let mut arm = arm(name, 8, 1.0, 8.0, seed);
            arm.windows.iter_mut().for_each(|window| window.points = vec![points]);
            arm
        };
        let log = ReplayLog::new(vec![with("a", 1), with("b", 2)], vec![Bar::new("weekly", 90.0, 34)])
            .expect("valid");
        let found = report(&log, &quick());
        assert!(found.difference.mean.is_finite() && found.strategy.violations == 0, "{points}");
    }
    // Settings that mean nothing, numbers that are none.
    let log = tight(8);
    for wrong in [quick().with_rounds(0), quick().with_replicates(3), quick().with_baseline(PolicyName::Bwk)]
    {
        assert!(replay(&log, &wrong, |_, _| {}).is_err());
    }
    let window = |points| LoggedArm::new("a", vec![LoggedWindow::new(0, 1.0, 1.0, vec![points])]);
    for points in [f64::NAN, f64::INFINITY, -1.0] {
        assert!(ReplayLog::new(vec![window(points)], vec![Bar::new("weekly", 90.0, 34)]).is_err());
    }
    assert!(ReplayLog::new(vec![window(1.0)], vec![]).is_err());
}

/// Found by fuzzing: the spread of such numbers is infinite, and a drift of NaN was told.
#[test]
fn numbers_whose_squares_are_infinite_are_refused() {
    let bars = || vec![Bar::new("weekly", 90.0, 34)];
    let window = |reward, points| LoggedArm::new("a", vec![LoggedWindow::new(0, 1.0, reward, vec![points])]);
    assert!(ReplayLog::new(vec![window(1e12, 1e12)], bars()).is_ok());
    for (reward, points) in [(f64::MAX, 1.0), (1.0, f64::MAX), (1e200, 1.0), (1.1e12, 1.0)] {
        let error = ReplayLog::new(vec![window(reward, points)], bars()).unwrap_err();
        assert!(error.to_string().contains("0 to 1e12"), "{error}");
    }
}

/// Reward, points and week of a window.
type Drawn = (f64, f64, u32);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_log_has_an_answer_within_the_caps(
        arms in prop::collection::vec(
            (prop::collection::vec((0.0..3.0, 0.0..60.0, 0_u32..4), 1..14), 0.0..1.0), 0..4),
        budget in 1.0..200.0,
        period in 1_usize..40,
        rounds in 1_usize..90,
    ) {
        let arm = |(at, (windows, share)): (usize, (Vec<Drawn>, f64))| {
            let window = |(reward, points, week): Drawn| {
                LoggedWindow::new(week, reward.ceil(), reward, vec![points, points / 2.0])
                    .with_rework(Rework::new(week + 1, share))
            };
            LoggedArm::new(format!("arm {at}"), windows.into_iter().map(window).collect())
        };
        let bars = vec![Bar::new("5h", 100.0, 1), Bar::new("weekly", budget, period)];
        let log = ReplayLog::new(arms.into_iter().enumerate().map(arm).collect(), bars).expect("valid");
        let settings = Settings::default().with_replicates(20).with_seeds(2).with_rounds(rounds);
        if let Outcome::Replayed(report) = replay(&log, &settings, |_, _| {}).expect("valid settings") {
            prop_assert_eq!(report.strategy.violations + report.baseline.violations, 0);
            prop_assert!(report.difference.lo <= report.difference.hi && report.bound.is_finite());
            prop_assert!(report.strategy.windows_played <= rounds as f64 + 1e-9);
        }
    }
}
