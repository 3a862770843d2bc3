//! Characters that show nothing: they can only mislead the eye or a parser.

/// Whether `c` shows nothing by itself and takes no room: zero-width, direction, variation and tag characters.
///
/// Source: Unicode 16, `Default_Ignorable_Code_Point` and general category Cf, less what belongs to a script
/// (the number signs of Arabic and the like, which are visible).
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'   // zero-width space and joiners, left-to-right and right-to-left mark
        | '\u{202a}'..='\u{202e}'   // direction embeddings and overrides
        | '\u{2060}'..='\u{206f}'   // word joiner, direction isolates
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_and_zero_widths_are_invisible() {
        for c in "\u{200b}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}\u{fe0f}\u{e0041}".chars() {
            assert!(is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn what_a_pane_shows_is_visible() {
        for c in "5%│╭█░▉·•’🟢é\u{a0}\u{301}\u{fffd}使".chars() {
            assert!(!is_invisible(c), "{c:?}");
        }
    }
}
