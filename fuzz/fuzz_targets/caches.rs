//! libFuzzer's entry to `tracker_fuzz::caches`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tracker_fuzz::caches(bytes));
