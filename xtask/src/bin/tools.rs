//! Every tool of the workspace in one binary, the tool's name first: for the tests that run what documents show.
//!
//! The tests of one package know only that package's own binaries, and pages show commands of all of them.
#![expect(clippy::print_stderr, reason = "it talks to whoever works on the repository")]

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    match args.first().and_then(|name| name.to_str()) {
        Some("tracker") => tracker_cli_support::run(args, tracker::run),
        Some("decision-card") => tracker_cli_support::run(args, decision_card::run),
        Some("proxy-cost-compare") => tracker_cli_support::run(args, proxy_cost_compare::run),
        Some("router-replay") => tracker_cli_support::run(args, router_replay::run),
        _ => {
            eprintln!("give the name of a tool first");
            ExitCode::from(2)
        }
    }
}
