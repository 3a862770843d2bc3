//! libFuzzer's entry to `tracker_fuzz::provider`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracker_fuzz::provider(bytes));
