//! Validation driver.
fn main() {}
