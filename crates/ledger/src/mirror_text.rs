//! The text of CSV mirrors: records in and out (RFC 4180), safe to open in a spreadsheet.

use tracker_term_text::{escape_csv_cell, unescape_csv_cell};

/// Returns the line ending of the first record, which further ones keep.
pub(crate) fn line_ending(text: &[u8]) -> &'static [u8] {
    match text.split_inclusive(|byte| *byte == b'\n').next() {
        Some(first) if first.ends_with(b"\r\n") => b"\r\n",
        _ => b"\n",
    }
}

/// Returns true when the record ends inside a quoted cell: a record put after it is not seen.
pub(crate) fn is_open(record: &[u8]) -> bool {
    let (probed, _) = records(&[record, b"\n.\n"].concat());
    probed.last().is_none_or(|last| last != &["."])
}

/// Returns the records, unescaped, and where the last one starts.
pub(crate) fn records(text: &[u8]) -> (Vec<Vec<String>>, usize) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let (mut records, mut last_start) = (Vec::new(), 0);
    let mut record = csv::ByteRecord::new();
    // Reading from memory cannot fail, and flexible byte records have no other error.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        last_start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let cell = |bytes: &[u8]| unescape_csv_cell(&String::from_utf8_lossy(bytes)).into_owned();
        records.push(record.iter().map(cell).collect());
    }
    (records, last_start)
}

/// Returns a mirror row as text (RFC 4180), safe to open in a spreadsheet.
pub(crate) fn line(cells: &[String], line_end: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            text.push(b',');
        }
        let safe = if is_plain_number(cell) { cell.as_str().into() } else { escape_csv_cell(cell) };
        if safe.contains(['"', ',', '\n', '\r']) {
            text.push(b'"');
            text.extend_from_slice(safe.replace('"', "\"\"").as_bytes());
            text.push(b'"');
        } else {
            text.extend_from_slice(safe.as_bytes());
        }
    }
    text.extend_from_slice(line_end);
    text
}

/// Numbers stay numbers in a spreadsheet, also negative ones.
fn is_plain_number(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    digits(whole) && digits(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_go_unguarded() {
        for cell in ["5", "-5", "0.25", "-0.25"] {
            assert!(is_plain_number(cell), "{cell}");
        }
        for cell in ["", "-", "--5", "5.", ".5", "1e3", "+5", "-5-3"] {
            assert!(!is_plain_number(cell), "{cell}");
        }
    }
}
