//! Replays a log of work windows under caps: what a strategy would have given against a baseline, if the log can tell.
//!
//! ```
//! use tracker_router::replay::{LoggedArm, LoggedWindow, Outcome, ReplayLog, Settings, replay};
//! use tracker_router::Bar;
//!
//! let arm = |name: &str, reward: f64, points: f64| {
//!     let window = |week| LoggedWindow::new(week, 1.0, reward, vec![points]);
//!     LoggedArm::new(name, (0..8).map(window).collect())
//! };
//! let log = ReplayLog::new(vec![arm("codex", 0.4, 4.0), arm("claude", 0.8, 30.0)], vec![Bar::new("weekly", 90.0, 34)])?;
//! let settings = Settings::default().with_replicates(40).with_rounds(68);
//! match replay(&log, &settings, |_, _| {})? {
//!     Outcome::Replayed(report) => println!("{} {:?}", report.summary(), report.verdict),
//!     Outcome::Refused(refusal) => println!("refused: {refusal}"),
//! }
//! # Ok::<(), tracker_router::RouterError>(())
//! ```

mod drift;
mod log;
mod nested;
mod pools;
mod refusal;
mod report;
mod settings;

pub use log::{LoggedArm, LoggedWindow, ReplayLog, Rework};
pub use nested::replay;
pub use refusal::Refusal;
pub use report::{ArmReport, Estimate, Outcome, PolicyReport, Report, Verdict};
pub use settings::Settings;
