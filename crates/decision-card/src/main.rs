//! The `decision-card` binary: its whole work is in the library, so that all of it runs in a test.

use std::process::ExitCode;

fn main() -> ExitCode {
    tracker_cli_support::run(std::env::args_os(), decision_card::run)
}
