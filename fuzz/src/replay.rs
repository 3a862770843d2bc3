//! A log of windows with any numbers, replayed.

use tracker_router::replay::{LoggedArm, LoggedWindow, Outcome, ReplayLog, Rework, Settings, replay as run};
use tracker_router::{Bar, PolicyName};

/// Eleven bytes a window: what the numbers are.
const BYTES: usize = 11;
const BASELINES: [PolicyName; 3] = [PolicyName::Greedy, PolicyName::UcbBwk, PolicyName::Oracle];

/// A replay of any log is told or refused: it ends, twice alike, and no number of it is outside of its domain.
///
/// # Panics
/// Something of that does not hold.
pub fn replay(bytes: &[u8]) {
    let Some((head, rest)) = bytes.split_first_chunk::<4>() else { return };
    let bars = (0..1 + usize::from(head[0] % 3))
        .map(|at| {
            Bar::new(
                format!("bar {at}"),
                number(head[1].wrapping_add(at as u8), head[2]),
                usize::from(head[3] % 40),
            )
        })
        .collect::<Vec<_>>();
    let mut arms: Vec<Vec<LoggedWindow>> = vec![Vec::new(); 1 + usize::from(head[0] / 64)];
    let count = arms.len();
    for window in rest.chunks_exact(BYTES).take(200) {
        let points = (0..bars.len()).map(|bar| number(window[4 + bar], window[3])).collect();
        let mut row = LoggedWindow::new(
            u32::from(window[0] % 12),
            number(window[1], window[2]),
            number(window[2], window[1]),
            points,
        );
        if window[7] & 1 == 1 {
            row = row.with_rework(Rework::new(u32::from(window[8]), number(window[9], 0) / 128.0));
        }
        if window[7] & 2 == 2 {
            row = row.with_propensity(Some(f64::from(window[10]) / 200.0));
        }
        arms[usize::from(window[0]) % count].push(row);
    }
    let arms = arms.into_iter().enumerate().map(|(at, windows)| LoggedArm::new(format!("arm {at}"), windows));
    let Ok(log) = ReplayLog::new(arms.collect(), bars) else { return };
    let settings = Settings::default()
        .with_baseline(BASELINES[usize::from(head[3]) % BASELINES.len()])
        .with_rounds(1 + usize::from(head[1] % 40))
        .with_replicates(20)
        .with_seeds(2)
        .with_seed(u64::from(head[2]));
    let first = run(&log, &settings, |_, _| {});
    assert_eq!(first, run(&log, &settings, |_, _| {}), "the same seed, another report");
    if let Ok(Outcome::Replayed(report)) = first {
        assert!(
            !report.summary().contains("NaN") && !report.summary().contains("inf"),
            "{}",
            report.summary()
        );
    }
}

/// Returns a number that is mostly small and sometimes a bound of its kind.
fn number(value: u8, kind: u8) -> f64 {
    match kind {
        250 => f64::NAN,
        251 => f64::INFINITY,
        252 => -f64::from(value),
        253 => f64::MAX,
        254 => f64::MIN_POSITIVE,
        255 => 0.0,
        _ => f64::from(value) / 8.0,
    }
}
