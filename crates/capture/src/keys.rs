//! Keys at the pace of a person: clients take a burst of them for a paste, in which Enter is only a line end.

use std::collections::VecDeque;
use std::time::Duration;

/// Between two characters.
const STEP: Duration = Duration::from_millis(20);
/// Before Enter, and after Escape, which would else begin a sequence.
const PAUSE: Duration = Duration::from_millis(300);

/// Keys that wait to be pressed.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    due: VecDeque<(Duration, char)>,
}

impl Keys {
    /// Adds the keys of a text, from `now` on.
    pub(crate) fn press(&mut self, text: &str, now: Duration) {
        let mut at = now;
        for key in text.chars() {
            at += if key == '\r' { PAUSE } else { STEP };
            self.due.push_back((at, key));
            if key == '\u{1b}' {
                at += PAUSE;
            }
        }
    }

    /// Tells whether any wait.
    pub(crate) fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    /// Takes the next key when its time has come.
    pub(crate) fn next(&mut self, now: Duration) -> Option<char> {
        let (at, key) = *self.due.front()?;
        (at <= now).then(|| {
            self.due.pop_front();
            key
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_comes_after_a_pause() {
        let mut keys = Keys::default();
        keys.press("\u{1b}hi\r", Duration::ZERO);
        let at = |ms| Duration::from_millis(ms);
        assert_eq!((keys.next(at(19)), keys.next(at(20))), (None, Some('\u{1b}')));
        assert_eq!((keys.next(at(339)), keys.next(at(340))), (None, Some('h')));
        assert_eq!((keys.next(at(360)), keys.next(at(659))), (Some('i'), None));
        assert_eq!((keys.next(at(660)), keys.is_empty()), (Some('\r'), true));
    }
}
