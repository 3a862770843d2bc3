//! Reads the rows that logs consist of, as their clients write them, several times faster than any JSON.
//!
//! A row in any other shape (escapes in a value that is needed, a field twice, a number of another kind) is `None`:
//! then the row is read again, as JSON. What nobody asks for is passed over and not checked, to whatever depth, so
//! that a row takes time in proportion to its length and no memory.

use std::borrow::Cow;

/// What is left of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quick<'a>(&'a [u8]);

impl<'a> Quick<'a> {
    /// Reads the fields of a row that is one object: `field` gets each name and takes its value.
    pub(crate) fn row(line: &'a [u8], field: impl FnMut(&'a [u8], &mut Self) -> Option<()>) -> Option<()> {
        let mut rest = Self(line.trim_ascii());
        rest.object(field)?;
        rest.0.is_empty().then_some(())
    }

    /// Reads an object; `field` gets each name and takes its value.
    fn object(&mut self, mut field: impl FnMut(&'a [u8], &mut Self) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        if self.accept(b'}') {
            return Some(());
        }
        loop {
            let name = self.unescaped()?;
            self.expect(b':')?;
            field(name, self)?;
            if !self.accept(b',') {
                return self.expect(b'}');
            }
        }
    }

    /// Reads an object into `slot`, or `null`. A second one is none.
    pub(crate) fn nested<T: Default>(
        &mut self,
        slot: &mut Option<T>,
        mut field: impl FnMut(&mut T, &'a [u8], &mut Self) -> Option<()>,
    ) -> Option<()> {
        if slot.is_some() {
            return None;
        }
        if !self.null() {
            let mut value = T::default();
            self.object(|name, rest| field(&mut value, name, rest))?;
            *slot = Some(value);
        }
        Some(())
    }

    /// Reads a text into `slot`, or `null`.
    pub(crate) fn text(&mut self, slot: &mut Option<Cow<'a, str>>) -> Option<()> {
        self.once(slot, |rest| std::str::from_utf8(rest.unescaped()?).ok().map(Cow::Borrowed))
    }

    /// Reads `true` or `false` into `slot`, or `null`.
    pub(crate) fn flag(&mut self, slot: &mut Option<bool>) -> Option<()> {
        self.once(slot, |rest| match rest.plain() {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        })
    }

    /// Reads a whole number into `slot`, or `null`.
    pub(crate) fn whole<T: TryFrom<u64>>(&mut self, slot: &mut Option<T>) -> Option<()> {
        self.once(slot, |rest| {
            let digits = rest.plain();
            let is_number = !digits.is_empty() && (digits.len() == 1 || !digits.starts_with(b"0"));
            let add = |sum: u64, digit: &u8| {
                let digit = u64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
                sum.checked_mul(10)?.checked_add(digit)
            };
            let number = digits.iter().try_fold(0, add).filter(|_| is_number)?;
            T::try_from(number).ok()
        })
    }

    /// Reads a number into `slot`, or `null`. Few digits are exact; signs and exponents are left to JSON.
    pub(crate) fn number(&mut self, slot: &mut Option<f64>) -> Option<()> {
        self.once(slot, |rest| {
            let text = std::str::from_utf8(rest.plain()).ok()?;
            let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
            let is_number = digits(whole) && digits(part) && (whole.len() == 1 || !whole.starts_with('0'));
            if is_number && text.len() <= 15 { text.parse().ok() } else { None }
        })
    }

    /// Passes over a value.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match *self.0.first()? {
                b'"' => self.pass_text()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.next();
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.next();
                }
                b',' | b':' if depth > 0 => self.next(),
                _ if self.plain().is_empty() => return None,
                _ => {}
            }
            self.blanks();
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn once<T>(&mut self, slot: &mut Option<T>, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<()> {
        if slot.is_some() {
            return None;
        }
        if !self.null() {
            *slot = Some(read(self)?);
        }
        Some(())
    }

    fn null(&mut self) -> bool {
        match self.0.strip_prefix(b"null") {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Takes a text that means what it shows.
    fn unescaped(&mut self) -> Option<&'a [u8]> {
        let text = self.0.strip_prefix(b"\"")?;
        let end = special(text, 0)?;
        self.0 = text.get(end..)?.strip_prefix(b"\"")?;
        text.get(..end)
    }

    /// Passes over a text.
    fn pass_text(&mut self) -> Option<()> {
        let text = self.0.strip_prefix(b"\"")?;
        let mut at = special(text, 0)?;
        while text.get(at) == Some(&b'\\') {
            at = special(text, at + 2)?;
        }
        self.0 = text.get(at + 1..)?;
        Some(())
    }

    /// Takes the letters and digits of a number or a word.
    fn plain(&mut self) -> &'a [u8] {
        let is_plain = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'+');
        let end = self.0.iter().position(|c| !is_plain(c)).unwrap_or(self.0.len());
        let (plain, rest) = self.0.split_at(end);
        self.0 = rest;
        plain
    }

    fn next(&mut self) {
        self.0 = self.0.get(1..).unwrap_or_default();
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\r') = self.0.first() {
            self.next();
        }
    }

    /// Takes a character and the blanks around it.
    fn accept(&mut self, wanted: u8) -> bool {
        self.blanks();
        let is_there = self.0.first() == Some(&wanted);
        if is_there {
            self.next();
            self.blanks();
        }
        is_there
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        self.accept(wanted).then_some(())
    }
}

/// Finds the next quotation mark or backslash.
///
/// Names, numbers and what stands between two escapes are short: the first bytes are looked at here, eight at a time
/// (a byte is 0 where borrowing from it sets its highest bit), and only a long text is worth a search.
fn special(text: &[u8], from: usize) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const SIGNS: u64 = ONES << 7;
    const WORDS: usize = 4;
    let rest = text.get(from..)?;
    let (words, _) = rest.as_chunks::<8>();
    for (at, word) in words.iter().take(WORDS).enumerate() {
        let word = u64::from_le_bytes(*word);
        let (quote, escape) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
        let zeros = (quote.wrapping_sub(ONES) & !quote | escape.wrapping_sub(ONES) & !escape) & SIGNS;
        if zeros != 0 {
            return Some(from + at * 8 + zeros.trailing_zeros() as usize / 8);
        }
    }
    let seen = words.len().min(WORDS) * 8;
    memchr::memchr2(b'"', b'\\', rest.get(seen..)?).map(|at| from + seen + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Option<u64> {
        let mut slot = None;
        Quick(text.as_bytes()).whole(&mut slot).and(slot)
    }

    fn number(text: &str) -> Option<f64> {
        let mut slot = None;
        Quick(text.as_bytes()).number(&mut slot).and(slot)
    }

    fn passes(text: &str) -> bool {
        let mut rest = Quick(text.as_bytes());
        rest.skip().is_some() && rest.0.is_empty()
    }

    #[test]
    fn a_row_gives_the_fields_that_are_asked_for() {
        let line = br#" {"a":"x", "n": 7,"o":{"f":true,"l":[{"q":"\"}"},[]]},"z":null} "#;
        let (mut a, mut n, mut f) = (None, None, None);
        let read = Quick::row(line, |name, rest| match name {
            b"a" => rest.text(&mut a),
            b"n" => rest.whole::<u64>(&mut n),
            b"o" => rest.nested(&mut f, |f, name, rest| match name {
                b"f" => rest.flag(f),
                _ => rest.skip(),
            }),
            _ => rest.skip(),
        });
        assert_eq!((read, a.as_deref(), n, f), (Some(()), Some("x"), Some(7), Some(Some(true))));
    }

    #[test]
    fn what_is_torn_or_told_twice_is_left_to_json() {
        for line in
            ["{\"a\":1", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "{\"\\u0061\":1}", "[1]", "", "{\"b\":'x'}"]
        {
            let mut slot = None;
            let read = Quick::row(line.as_bytes(), |name, rest| match name {
                b"a" => rest.whole::<u64>(&mut slot),
                _ => rest.skip(),
            });
            assert_eq!(read, None, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_special_character_is_found_wherever_it_stands(text in "[a!#\\[\\]\u{a2}\u{dc}\"\\\\]{0,80}", from in 0_usize..90) {
            let plain = text.as_bytes().get(from..).and_then(|rest| {
                rest.iter().position(|c| matches!(c, b'"' | b'\\')).map(|at| from + at)
            });
            proptest::prop_assert_eq!(special(text.as_bytes(), from), plain);
        }
    }

    #[test]
    fn numbers_are_those_of_json() {
        assert_eq!((whole("18446744073709551615"), whole("0")), (Some(u64::MAX), Some(0)));
        for odd in ["18446744073709551616", "01", "-1", "1.0", "1e3", "", "x"] {
            assert_eq!(whole(odd), None, "{odd}");
        }
        assert_eq!((number("62.9"), number("100"), number("0.5")), (Some(62.9), Some(100.0), Some(0.5)));
        for odd in ["1.", ".5", "01.5", "-1", "1e3", "12345678901234567", "", "x"] {
            assert_eq!(number(odd), None, "{odd}");
        }
    }

    #[test]
    fn values_are_passed_over_to_any_depth() {
        for value in ["1", "-1.5e+3", "true", "\"a\\\"b\"", "{}", "[ ]", "{\"a\" : [1, {\"b\":null}]}"] {
            assert!(passes(value), "{value}");
        }
        assert!(passes(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))));
        for value in ["", "\"a", "\"a\\", "[1", "]", "[%]", ","] {
            assert!(!passes(value), "{value}");
        }
    }
}
