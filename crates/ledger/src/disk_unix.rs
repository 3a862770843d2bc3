//! What a disk does on Unix: modes, positioned reads, durable folders.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::OnceLock;

use crate::storage::retry;

pub(crate) fn private(options: &mut OpenOptions) {
    options.mode(0o600);
}
/// `O_APPEND`: a program that appends without our lock never has its bytes overwritten.
pub(crate) fn for_append(options: &mut OpenOptions) {
    options.mode(0o600).append(true);
}
pub(crate) fn private_dir(builder: &mut DirBuilder) {
    builder.mode(0o700);
}
pub(crate) fn links(found: &Metadata) -> u64 {
    found.nlink()
}
pub(crate) fn owner(found: &Metadata) -> u32 {
    found.uid()
}
/// The user that this process runs as, where the system shows it as a file.
pub(crate) fn current_user() -> Option<u32> {
    static USER: OnceLock<Option<u32>> = OnceLock::new();
    *USER.get_or_init(|| Some(fs::metadata("/proc/self").ok()?.uid()))
}
pub(crate) fn same(a: &Metadata, b: &Metadata) -> bool {
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}
/// World-writable without the sticky bit: anybody could put another file in this one's place.
pub(crate) fn is_open_to_all(path: &Path) -> bool {
    path.parent()
        .and_then(|parent| fs::metadata(parent).ok())
        .is_some_and(|parent| parent.mode() & 0o1002 == 0o0002)
}
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(buffer, offset)
}
pub(crate) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.write_at(bytes, offset)
}
pub(crate) fn append(file: &mut File, bytes: &[u8]) -> io::Result<usize> {
    file.write(bytes)
}
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    retry(|| File::open(dir))?.sync_all()
}
/// Linux names each boot; elsewhere nothing is said, and caches are checked instead.
pub(crate) fn boot_id() -> Option<[u8; 16]> {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    Some(u128::from_str_radix(&digits, 16).ok()?.to_le_bytes())
}
/// Linux shows each process as a folder; elsewhere nothing is said.
pub(crate) fn is_gone(process: u32) -> bool {
    Path::new("/proc/self").exists() && !Path::new("/proc").join(process.to_string()).exists()
}
