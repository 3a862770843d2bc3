//! libFuzzer's entry to `tracker_fuzz::row`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracker_fuzz::row(bytes));
