//! libFuzzer's entry to `tracker_fuzz::pane`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracker_fuzz::pane(bytes));
