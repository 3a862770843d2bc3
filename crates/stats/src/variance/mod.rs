//! Statistics room: standard errors of the ratio of sums and their degrees of freedom.

mod bell_mccaffrey;
mod hc;
mod jackknife;

pub use bell_mccaffrey::bell_mccaffrey_df;
pub(crate) use hc::leave_one_out_shifts;
pub use hc::{Hc, standard_error};
pub use jackknife::{Jackknife, jackknife};
