//! The ledger under power cuts: every state that an interrupted run may leave, then random histories.

mod cuts;
mod histories;
mod shared_sync;
