//! The row formats seen from outside: round trips, the earlier tool's rows, hostile lines, schemas, fixtures.

mod earlier;
mod fixtures;
mod frozen;
mod head;
mod hostile;
mod operations;
mod replay;
mod round_trip;
mod schemas;
mod strategies;
