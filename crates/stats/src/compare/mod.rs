//! Statistics room: two arms against each other, and several against the leader.

mod arms;
mod blocked;
mod poisson_ratio;
mod quasi_poisson;
mod ratio_fieller;
mod two_arms;

pub use arms::{ArmsComparison, VersusLeader, compare_with_leader, holm, probability_best};
pub use blocked::blocked_log_ratio;
pub use poisson_ratio::{PoissonRatio, poisson_ratio};
pub use quasi_poisson::{QuasiPoisson, quasi_poisson};
pub use ratio_fieller::ratio_fieller;
pub use two_arms::{Difference, LogRatio, difference, log_ratio};
