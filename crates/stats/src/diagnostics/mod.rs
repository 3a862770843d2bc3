//! Statistics room: what speaks against an interval, and what to do about it.

mod autocorrelation;
mod balance;
mod dispersion;
mod meter;

pub use autocorrelation::{block, block_size, lag1_autocorrelation};
pub use balance::{Balance, balance};
pub use dispersion::dispersion;
pub use meter::{MeterBand, meter_band};
