//! Views: domain values to text or JSON. They compute nothing.

pub mod audit;
pub mod preview;
