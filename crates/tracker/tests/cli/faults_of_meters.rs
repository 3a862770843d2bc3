//! The faults of the earlier tool, each turned round: time that a capture takes.

use std::time::{Duration, Instant};

use super::world::World;

/// Returns the shortest of three runs: what the machine does besides only adds.
fn time(world: &World, line: &str, pane: &str) -> Duration {
    let run = || {
        let started = Instant::now();
        let _ = world.pipe(line, pane).success();
        started.elapsed()
    };
    (0..3).map(|_| run()).min().expect("three runs")
}

/// Returns a pane below so many lines of a session's scrollback that it has about `bytes` bytes.
pub(super) fn long(pane: &str, bytes: usize) -> String {
    let line = "\u{2502} \u{2588}\u{2588}\u{2591} 5h of work, 12% of the tests (resets nothing) are green \u{2502}\n";
    line.repeat(bytes.saturating_sub(pane.len()) / line.len()) + pane
}

#[test]
fn pane_of_a_hundred_times_the_length_takes_no_hundred_times_as_long() {
    let world = World::new();
    let short = world.codex(3, 10);
    let long = long(&short, 100 * short.len());
    assert!(long.len() > 150_000, "{}", long.len());
    let (of_short, of_long) = (time(&world, "parse codex", &short), time(&world, "parse codex", &long));
    // Linear work, in a debug build too: far below the 100 of the lengths, let alone the 10,000 of a square.
    assert!(of_long < of_short * 80, "{of_short:?} and {of_long:?}");
}
