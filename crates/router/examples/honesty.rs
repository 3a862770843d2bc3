//! Runs the whole honesty study, or its planted fault: `cargo run --release --example honesty [-- seeds-only]`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use tracker_router::{RouterError, honesty::Study};

fn main() -> Result<(), RouterError> {
    let study = Study::full(2);
    let planted = std::env::args().any(|arg| arg == "seeds-only");
    let study = if planted { study.with_seeds_only() } else { study };
    study.run()?.iter().for_each(|row| println!("{row}"));
    Ok(())
}
