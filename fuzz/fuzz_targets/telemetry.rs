//! libFuzzer's entry to `tracker_fuzz::telemetry`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracker_fuzz::telemetry(bytes));
