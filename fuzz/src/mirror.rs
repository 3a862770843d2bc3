//! A CSV mirror of any bytes, completed by the next append.

use std::sync::Arc;

use tracker_ledger::{Ledger, LedgerFile, Mirror};
use tracker_test_support::FaultStorage;

const FILE: LedgerFile = LedgerFile::CHURN;
const CSV: &str = "Ledgers/Churn_Ledger.csv";
const HEADER: &str = "window,net,notes";
const ROWS: [&str; 3] = [
    r#"{"window":"W0-01","net":"-5.25","notes":"a, \"b\"\nc"}"#,
    r#"{"window":"W0-02","net":"3","notes":"=1+1"}"#,
    r#"{"window":"W0-02","net":"3","notes":"=1+1"}"#,
];

fn cells(row: &[u8]) -> Option<Vec<String>> {
    let row: serde_json::Value = serde_json::from_slice(row).ok()?;
    let text = |field: &str| row.get(field).and_then(|cell| cell.as_str()).unwrap_or_default().to_owned();
    row.get("window")?;
    Some(vec![text("window"), text("net"), text("notes")])
}

/// What stands in a mirror stays but for a torn row of ours; what it lacks is appended, once; a file that is no mirror
/// is left alone. The first byte says whether the header comes first, so that both kinds are met.
///
/// # Panics
/// Something of that does not hold.
pub fn mirror(bytes: &[u8]) {
    let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
    let old = if first % 4 == 0 { bytes.to_vec() } else { [HEADER.as_bytes(), b"\n", rest].concat() };
    let disk = FaultStorage::new();
    disk.set(CSV, old.clone());
    let ledger = Ledger::with_storage("data", Arc::new(disk.clone()));
    let mirror = Mirror::new(CSV, HEADER, &cells);
    let mut write = ledger.begin(&[FILE]).expect("an empty ledger can be written");
    for row in ROWS {
        write.append(&FILE, row).expect("a row can be appended");
    }
    let report = write.mirror(&FILE, &mirror).expect("memory can be written");
    let now = disk.bytes(CSV);
    assert!(
        (0..=old.len()).any(|kept| now.starts_with(&old[..kept]) && is_torn_row(&old[kept..])),
        "a part of the mirror went that is no torn row of ours"
    );
    assert!(write.mirror(&FILE, &mirror).expect("memory can be written").missing == 0 || now == old);
    assert_eq!(disk.bytes(CSV), now, "a second call changes nothing");
    write.commit().expect("memory can be synced");
    let checked = ledger.check_mirror(&FILE, &mirror).expect("memory can be read");
    assert!(checked.missing == 0 || now == old, "{checked:?} after {report:?}");
}

fn is_torn_row(bytes: &[u8]) -> bool {
    bytes.is_empty() || ROWS.iter().any(|row| expected(row).starts_with(bytes))
}

/// Returns a mirror row as the csv crate writes it; ours has the same cells made safe.
fn expected(row: &str) -> Vec<u8> {
    let cells = cells(row.as_bytes()).unwrap_or_default();
    let safe = cells.iter().enumerate().map(|(at, cell)| match at {
        1 => cell.clone(),
        _ => tracker_term_text::escape_csv_cell(cell).into_owned(),
    });
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(safe).expect("memory can be written");
    writer.into_inner().expect("memory can be written")
}
