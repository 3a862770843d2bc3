//! The `router-replay` command line: what routing under the caps would have given on the recorded windows.
//!
//! ```
//! use tracker_cli_support::{Exit, Ui, run_with};
//!
//! let ui = Ui::new(std::io::sink(), std::io::sink());
//! let args = ["router-replay", "bench", "--seeds", "2", "--world", "W3"].map(Into::into);
//! assert_eq!(run_with(ui, args, router_replay::run), Exit::Ok);
//! ```
//!
//! # Concepts
//! - Without a verb it replays a data dir ([`replay`]); `bench` plays worlds whose truth is known ([`mod@bench`]).
//!
//! # Limits
//! Reads ledgers and stores nothing: `tracker replay` stores.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod bench;
mod cli;
pub mod replay;
pub mod wire;

pub use cli::{Cli, Verb};

use tracker_cli_support::{CliError, Exit, Ui};

/// Runs one command line.
///
/// # Errors
/// What the verb fails with; the caller prints it and exits with its class.
pub fn run(cli: Cli, ui: &mut Ui) -> Result<Exit, CliError> {
    match &cli.verb {
        Some(Verb::Bench(args)) => bench::run(args, ui),
        None => replay::run(&cli, ui),
    }
}

/// Returns the threads of this machine, at most 8: they change nothing but the time.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |count| count.get().min(8))
}
