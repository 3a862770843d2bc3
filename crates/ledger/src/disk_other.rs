//! What a disk does elsewhere: the folder's own access list keeps others out, and a folder cannot be synced.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

pub(crate) fn private(_options: &mut OpenOptions) {}
/// Write and not append: an append-only handle cannot be cut.
pub(crate) fn for_append(options: &mut OpenOptions) {
    options.write(true);
}
pub(crate) fn private_dir(_builder: &mut DirBuilder) {}
pub(crate) fn links(_found: &Metadata) -> u64 {
    1
}
pub(crate) fn owner(_found: &Metadata) -> u32 {
    0
}
pub(crate) fn current_user() -> Option<u32> {
    None
}
pub(crate) fn same(_a: &Metadata, _b: &Metadata) -> bool {
    true
}
pub(crate) fn is_open_to_all(_path: &Path) -> bool {
    false
}
pub(crate) fn read_at(mut file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    file.seek(SeekFrom::Start(offset))?;
    file.read(buffer)
}
pub(crate) fn write_at(mut file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.seek(SeekFrom::Start(offset))?;
    file.write(bytes)
}
pub(crate) fn append(file: &mut File, bytes: &[u8]) -> io::Result<usize> {
    file.seek(SeekFrom::End(0))?;
    file.write(bytes)
}
pub(crate) fn sync_dir(_dir: &Path) -> io::Result<()> {
    Ok(())
}
pub(crate) fn boot_id() -> Option<[u8; 16]> {
    None
}
/// Nothing is known of other processes.
pub(crate) fn is_gone(_process: u32) -> bool {
    false
}
