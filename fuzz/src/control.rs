//! A fault on purpose: a fuzzer that does not find it looks at nothing.

/// Panics for texts that begin with four certain bytes. Blind guessing meets them once in 4 billion; a fuzzer that
/// sees which branches are taken meets them in a second.
///
/// ```
/// tracker_fuzz::control(b"any other bytes");
/// assert!(std::panic::catch_unwind(|| tracker_fuzz::control(b"F5%!")).is_err());
/// ```
pub fn control(bytes: &[u8]) {
    let mut depth = 0;
    for (byte, wanted) in bytes.iter().zip(b"F5%!") {
        // One branch a byte, so that each step forward is seen.
        if byte == wanted {
            depth += 1;
        } else {
            break;
        }
    }
    assert!(depth < 4, "the planted fault");
}
