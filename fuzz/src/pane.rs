//! The pane cleaner, the pseudonyms, and what stands before every sink.

use tracker_term_text::{
    Pseudonymizer, clean, escape_csv_cell, escape_terminal, escape_terminal_line, unescape_csv_cell,
};

/// Cleaning and pseudonyms change nothing more when they are done twice, and no sink gets a control character.
pub fn pane(bytes: &[u8]) {
    let text = clean(bytes).text;
    assert_eq!(strange(&text, false), None, "clean text holds a control character: {text:?}");
    assert_eq!(clean(text.as_bytes()).text, text, "cleaning twice");
    let pseudonymizer = Pseudonymizer::new([7; 32]);
    let (safe, _) = pseudonymizer.pseudonymize(&text);
    let (again, found) = pseudonymizer.pseudonymize(&safe);
    assert_eq!((again, found.len()), (safe, 0), "pseudonyms twice");

    let raw = String::from_utf8_lossy(bytes);
    assert_eq!(strange(&escape_terminal(&raw), true), None, "escaped text holds a control character");
    let line = escape_terminal_line(&raw);
    assert!(!line.contains('\n') && strange(&line, true).is_none(), "an escaped line is one line");
    let cell = escape_csv_cell(&raw);
    assert_eq!(unescape_csv_cell(&cell), raw, "a cell reads back");
    let is_formula = |line: &str| line.trim_start().starts_with(['=', '+', '-', '@']);
    assert!(!cell.split('\n').any(is_formula), "a formula: {cell:?}");
}

/// Returns a character that moves the cursor or turns the direction of text.
fn strange(text: &str, tab_is_fine: bool) -> Option<char> {
    let is_direction = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().find(|c| (c.is_control() && *c != '\n' && !(tab_is_fine && *c == '\t')) || is_direction(*c))
}
