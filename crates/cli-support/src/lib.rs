//! Gives the command-line tools their shared manners: exit codes, errors with hints, safe output, input, clock.
//!
//! ```
//! use tracker_cli_support::{CliError, Exit, GlobalArgs, Ui, run_with};
//!
//! /// Greets.
//! #[derive(clap::Parser)]
//! struct Cli {
//!     #[command(flatten)]
//!     global: GlobalArgs,
//!     name: String,
//! }
//! impl AsRef<GlobalArgs> for Cli {
//!     fn as_ref(&self) -> &GlobalArgs {
//!         &self.global
//!     }
//! }
//!
//! // A real `main` is one line: `run(std::env::args_os(), body)`.
//! let body = |cli: Cli, ui: &mut Ui| {
//!     ui.line(format_args!("hello {}", cli.name))?;
//!     Ok::<Exit, CliError>(Exit::Ok)
//! };
//! let quiet_ui = || Ui::new(std::io::sink(), std::io::sink());
//! assert_eq!(run_with(quiet_ui(), ["greet", "world"].map(Into::into), body), Exit::Ok);
//! assert_eq!(run_with(quiet_ui(), ["greet", "--wrong"].map(Into::into), body), Exit::Usage);
//! ```
//!
//! # Concepts
//! - **Data** goes to standard output, **talk** to standard error. Both are escaped: no text of a pane, a note or a
//!   file can move the cursor, set a title or turn the reading direction.
//! - A command returns an [`Exit`] or a [`CliError`]; [`run`] alone turns them into text and an exit code.
//! - Time, zone and terminal are values ([`Clock`], [`zone_name`], [`Ui::new`]), so that a command runs in a test.
//!
//! # Limits
//! - For this workspace's own binaries: clap and clap_complete types are part of its signatures.
//! - A broken pipe ends a tool with success, also when the pipe was not its standard output.
//! - The last bytes of a failing standard output may be lost; the exit code says so, the reader cannot.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod args;
mod clock;
mod color;
mod error;
mod exit;
mod input;
mod number;
mod process;
mod progress;
mod reference;
mod safe;
mod ui;

pub use args::{Format, GlobalArgs};
pub use clock::{Clock, rfc3339, zone_name};
pub use color::Style;
pub use error::CliError;
pub use exit::{EXIT_STATUS, Exit};
pub use input::{INPUT_CAP, InputArgs};
pub use number::{number, percent};
pub use process::{run, run_with};
pub use progress::Progress;
pub use reference::{Shell, completions, man};
pub use ui::Ui;
