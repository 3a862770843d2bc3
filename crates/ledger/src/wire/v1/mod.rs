//! Version 1 of the rows, one module a kind.

mod flat;
pub mod reading;
mod reading_earlier;
pub mod snapshot;
mod snapshot_head;

/// Keys that only the ledger's own rows have: such a row is not data.
pub(crate) const LEDGER_KEYS: [&str; 1] = ["adopt"];
