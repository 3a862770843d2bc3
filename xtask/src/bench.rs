//! `bench`: ratios of two measurements made side by side in one run, so that the verdict holds on any machine.

mod bca;
mod big_ledger;
mod main_loop;
mod telemetry;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use tracker_term_text::clean;

use crate::{
    Failure,
    demo::{self, Home},
};

/// How often each side is measured; the least time counts, as only noise can add to it.
const ROUNDS: usize = 9;

/// A ratio that must not grow.
struct Ratio {
    /// What is compared, for the reader.
    name: &'static str,
    /// The work whose time stands above the line.
    above: fn(),
    /// The work whose time stands below the line.
    below: fn(),
    /// The most that above / below may be.
    most: f64,
}

const RATIOS: &[Ratio] = &[Ratio {
    name: "cleaning a pane twice as long (linear: 2)",
    above: || clean_garbage(2 << 20),
    below: || clean_garbage(1 << 20),
    most: 2.6,
}];

/// Measures every ratio, prints it and fails when one is too large.
pub(crate) fn run() -> Result<(), Failure> {
    let mut failed = Vec::new();
    let small = RATIOS.iter().map(|ratio| (ratio.name, measure(ratio), ratio.most));
    let mut all: Vec<(&str, f64, f64)> = small.collect();
    demo::build()?;
    let home = Home::new()?;
    let commands = [main_loop::run(&home)?, telemetry::run(&home)?].into_iter().flatten();
    all.extend(commands.map(|found| (found.name, found.ratio, found.most)));
    for (name, measured, most) in all {
        let verdict = if measured <= most { "ok" } else { "TOO LARGE" };
        println!("{name:<55} {measured:>6.2}  at most {most:>5.2}  {verdict}");
        if measured > most {
            failed.push(name);
        }
    }
    let scipy = bca::run();
    if failed.is_empty() { scipy } else { Err(format!("too large: {}", failed.join("; "))) }
}

/// Returns least time above / least time below; the sides take turns, so that a busy moment hits both.
fn measure(ratio: &Ratio) -> f64 {
    let mut least = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (side, work) in [ratio.above, ratio.below].into_iter().enumerate() {
            let started = Instant::now();
            work();
            least[side] = least[side].min(started.elapsed());
        }
    }
    least[0].as_secs_f64() / least[1].as_secs_f64().max(f64::EPSILON)
}

/// Cleans `length` bytes of coloured rows.
fn clean_garbage(length: usize) {
    let row = b"\x1b[32m5h limit:\x1b[0m [####----] 82% left (resets 20:06)\r\n";
    let bytes: Vec<u8> = row.iter().copied().cycle().take(length).collect();
    black_box(clean(&bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratio_of_more_work_to_less_is_above_one() {
        let ratio = Ratio {
            name: "x",
            above: || clean_garbage(1 << 14),
            below: || clean_garbage(1 << 10),
            most: 99.0,
        };
        assert!(measure(&ratio) > 1.0);
    }
}
