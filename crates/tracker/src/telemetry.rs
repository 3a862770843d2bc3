//! Proxy telemetry between its input and the ledger: arriving, stored once, read back.

mod arrival;
mod bad_lines;
mod follow;
mod interrupt;
pub(crate) mod store;
pub mod stored;

pub(crate) use arrival::{Arrival, Arrivals, Next};
pub(crate) use bad_lines::BadLines;
pub(crate) use follow::sha256_hex;
pub(crate) use interrupt::interrupted;
