//! Statistics room: two arms against each other, and several against the leader.

mod arms;
mod two_arms;

pub use arms::{ArmsComparison, VersusLeader, compare_with_leader, holm, probability_best};
pub use two_arms::{Difference, LogRatio, difference, log_ratio};
