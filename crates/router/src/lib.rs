//! Chooses arms under caps, replays logs of work windows, and says honestly what routing would have given.
//!
//! ```
//! use tracker_router::{PolicyName, Random, Simulator, World};
//!
//! // A cheap good arm and a dear better one under a tight bar: what the shadow price is for.
//! let world = World::draw("W3".parse()?, 7)?;
//! let run = |name: PolicyName| {
//!     let mut policy = name.build(world.tape.arms(), &world.caps, Some(&world.truth))?;
//!     Simulator::new(world.caps.clone()).run(&mut *policy, &world.tape, &mut Random::new(1), |_| {})
//! };
//! let (bwk, greedy) = (run(PolicyName::Bwk)?, run(PolicyName::Greedy)?);
//! assert!(bwk.total > greedy.total && bwk.violations == 0);
//! # Ok::<(), tracker_router::RouterError>(())
//! ```
//!
//! # Concepts
//! - An **arm** is a provider x methodology. A **round** is a time slot in which one window can be worked. A play gives
//!   a reward (features x quality, scaled into \[0, 1\]) and costs points of every **bar** that the arm uses.
//! - Rewards and costs are never one number: a bar's **shadow price** is what joins them ([`Policy::prices`]).
//! - A [`Tape`] holds what every arm would give in every round, so that policies are compared on the same draws.
//! - The **bound** ([`Truth::bound`]) is what no policy can expect to beat: all shares are shares of it.
//! - A [`replay`] resamples each arm's own windows; its interval is a nested bootstrap (the log, then seeds), because
//!   one over seeds alone is no evidence. It may refuse, and mostly says "not enough evidence".
//!
//! # Limits
//! - A replay knows only arms that were played, assumes that windows of an arm are exchangeable unless it draws by
//!   weeks, and knows nothing of how choosing an arm more often would change it.
//! - Pure and seeded: the same seed gives the same bytes on any number of threads. No input, output or clock.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod bench;
mod caps;
mod episode;
mod error;
pub mod honesty;
pub mod off_policy;
mod parallel;
pub mod plot;
mod policy;
pub mod replay;
mod simplex;
mod tally;
mod tape;
mod truth;
mod worlds;

pub use bench::{BenchRow, bench};
pub use caps::{Bar, Caps};
pub use episode::{Action, Episode, Simulator, Step};
pub use error::RouterError;
pub use policy::{Play, Policy, PolicyName, Round};
pub use simplex::{Mix, optimal_mix};
pub use tape::Tape;
pub use tracker_stats::Random;
pub use truth::Truth;
pub use worlds::{World, WorldName};

/// Percentage points of a bar that are one unit of cost: keeps costs near the rewards' size, which the step of the
/// prices is made for.
pub const POINTS_PER_UNIT: f64 = 40.0;
