//! Plays every policy in every world and shows the table: `cargo run --release --example bench -- 200`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use tracker_router::{PolicyName, RouterError, WorldName, bench};

fn main() -> Result<(), RouterError> {
    let seeds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(50);
    for row in bench(&WorldName::ALL, &PolicyName::ALL, 5000..5000 + seeds, 2)? {
        println!(
            "{:4} {:15} {:.3} +-{:.3}   to greedy {:+.3} +-{:.3}   better {:.2}   violations {}",
            row.world,
            row.policy,
            row.share,
            row.share_half_width,
            row.difference,
            row.difference_half_width,
            row.better,
            row.violations
        );
    }
    Ok(())
}
