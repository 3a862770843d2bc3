//! Statistics room: how much evidence the present sample can give, and how much more is needed.

mod achieved;
mod noncentral;
mod required;

pub use achieved::{Power, achieved_power};
pub use required::{ArmPlan, required_units};
