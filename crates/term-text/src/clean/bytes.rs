//! Bytes to text: byte order marks, UTF-16, and UTF-8 with faults.

use super::Repairs;
use std::borrow::Cow;

/// Decodes `bytes`; what is no text becomes U+FFFD and is noted in `repairs`.
pub(super) fn decode<'a>(bytes: &'a [u8], repairs: &mut Repairs) -> Cow<'a, str> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(decode_utf16(rest, u16::from_le_bytes, repairs)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(decode_utf16(rest, u16::from_be_bytes, repairs)),
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            repairs.bom = true;
            decode_utf8(rest, repairs)
        }
        _ => decode_utf8(bytes, repairs),
    }
}

fn decode_utf8<'a>(bytes: &'a [u8], repairs: &mut Repairs) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(bytes);
    repairs.invalid_utf8 |= matches!(text, Cow::Owned(_));
    text
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, repairs: &mut Repairs) -> String {
    repairs.bom = true;
    repairs.utf16 = true;
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut invalid = !odd.is_empty();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|decoded| {
            decoded.unwrap_or_else(|_| {
                invalid = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    repairs.invalid_utf8 |= invalid;
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, Repairs) {
        let mut repairs = Repairs::default();
        let text = decode(bytes, &mut repairs).into_owned();
        (text, repairs)
    }

    #[test]
    fn utf8_is_borrowed_and_needs_no_repair() {
        assert_eq!(decoded("82% ░".as_bytes()), ("82% ░".to_owned(), Repairs::default()));
    }

    #[test]
    fn utf16_is_read_in_both_byte_orders() {
        let little: Vec<u8> = "\u{feff}5h ░ 😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}5h ░ 😀".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big] {
            let (text, repairs) = decoded(&bytes);
            assert_eq!(text, "5h ░ 😀");
            assert!(repairs.utf16 && repairs.bom && !repairs.invalid_utf8);
        }
    }

    #[test]
    fn faults_become_replacement_characters() {
        assert_eq!(decoded(b"a\xffb").0, "a\u{fffd}b");
        let (text, repairs) = decoded(b"\xff\xfe\x00\xd8a\x00!");
        assert_eq!(text, "\u{fffd}a", "a lone surrogate is replaced, an odd last byte is dropped");
        assert!(repairs.invalid_utf8);
    }
}
