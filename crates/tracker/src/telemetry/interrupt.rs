//! Ctrl-C, SIGTERM and SIGHUP as a question that a loop asks.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// Tells whether this process was asked to end, and from the first call on keeps such a request from killing it.
pub(crate) fn interrupted() -> bool {
    LISTENING.call_once(|| {
        // Where no handler can be set, a request kills as it always did; what is stored stays stored.
        let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
    });
    INTERRUPTED.load(Ordering::Relaxed)
}
