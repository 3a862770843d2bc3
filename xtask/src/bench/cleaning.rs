//! Cleaning a long pane: the time must grow like its length.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use tracker_term_text::clean;

use super::{Found, ratio};
use crate::{Failure, demo::Home};

/// How often each side is measured; the least time counts, as only noise can add to it.
const ROUNDS: usize = 9;

/// Measures a pane against one half as long.
pub(super) fn run(_: &Home) -> Result<Vec<Found>, Failure> {
    let measured = measure(2 << 20, 1 << 20);
    Ok(vec![Found::at_most("cleaning a pane twice as long (linear: 2)", measured, 2.6)])
}

/// Returns least time of the long pane / least time of the short; the sides take turns, so that a busy moment hits both.
fn measure(long: usize, short: usize) -> f64 {
    let mut least = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (side, length) in [long, short].into_iter().enumerate() {
            let started = Instant::now();
            clean_garbage(length);
            least[side] = least[side].min(started.elapsed());
        }
    }
    ratio(least[0], least[1])
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
        assert!(measure(1 << 14, 1 << 10) > 1.0);
    }
}
