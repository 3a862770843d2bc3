//! Runs a command-line tool in a closed world and shows all that it said, for snapshot tests.
//!
//! ```no_run
//! use tracker_test_support::TestEnv;
//!
//! // In a test of a binary crate: TestEnv::new(env!("CARGO_BIN_EXE_tracker")).
//! let env = TestEnv::new("target/debug/tracker");
//! env.set_now("2025-10-19T06:00:00Z");
//! env.write("pane.txt", "5h limit: 3% used");
//! let output = env.tracker(&["parse", "codex", "--file", "pane.txt"]);
//! assert_eq!(output.code(), Some(0), "{output}"); // Or: insta::assert_snapshot!(output, @"...").
//! ```
//!
//! # Concepts
//! - A [`TestEnv`] is a directory of its own with a home, a temporary directory and a clock; nothing of the machine
//!   reaches the tool but `PATH`. `$TEST_ENV` stands for the directory in all that is shown.
//! - An [`Output`] displays standard output, standard error and the exit status, so that a snapshot of it shows a
//!   wrong exit code as a difference.
//! - A [`FaultStorage`] is a disk whose n-th operation goes wrong; a [`CrashStorage`] shows what a power cut leaves.
//! - [`blocks`], [`commands`] and [`shows`] run what a document shows.
//! - [`fixtures`] walks the repository's captures; [`orphans`] finds source files that nothing compiles.
//!
//! # Limits
//! - For tests only: whatever goes wrong in the set-up ends the test by a panic.
//! - A tool that leaves a child behind with its output open is reported as hung.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![expect(
    clippy::disallowed_methods,
    reason = "a test's world is made of files, and the tool under test is a process"
)]

mod console;
mod crash_storage;
mod cuts;
mod env;
mod fault_storage;
mod fixture;
mod orphan;
mod output;
mod process;
mod promise;
mod usage;

pub use console::{blocks, commands, shows};
pub use crash_storage::{CrashStorage, Fate};
pub use cuts::{Cuts, cuts};
pub use env::TestEnv;
pub use fault_storage::{Fault, FaultStorage};
pub use fixture::{fixture, fixtures, fixtures_dir};
pub use orphan::orphans;
pub use output::Output;
pub use process::{Invocation, Running};
pub use promise::{check_promise, store_numbered, stored_numbers};
pub use usage::Usage;
