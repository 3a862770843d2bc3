//! Reads a ledger forwards in blocks of whole lines, with bounded memory.

use std::io;

use crate::row::MAX_ROW_BYTES;
use crate::storage::{StorageFile, read_full_at};

/// How much is read at once: small enough to stay in the processor's cache, where it is searched.
const BLOCK_BYTES: usize = 256 * 1024;

/// A buffer that is filled again and again; `bytes()` are whole lines.
#[derive(Debug, Default)]
pub(crate) struct Block {
    buffer: Vec<u8>,
    whole: usize,
    filled: usize,
    /// Offset of the first byte in the file.
    pub(crate) offset: u64,
    /// Number of the first line, counted from 1.
    pub(crate) first_line: u64,
    /// The bytes are the fragment after the last newline of the file.
    pub(crate) is_fragment: bool,
    /// A line too long to be a row was left out before or instead of these bytes: its offset, line and length.
    pub(crate) too_long: Option<(u64, u64, u64)>,
}

impl Block {
    /// Returns the whole lines, each with its newline (or the final fragment, without one).
    pub(crate) fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.whole).unwrap_or_default()
    }

    /// Returns where the lines end in the file, with one that was left out.
    pub(crate) fn end(&self) -> u64 {
        self.too_long.map_or(self.offset, |(start, _, length)| start + length) + self.whole as u64
    }
}

/// Where a forward read stands.
#[derive(Debug)]
pub(crate) struct Blocks {
    file: Box<dyn StorageFile>,
    position: u64,
    end: u64,
    /// What was read after the last newline of the previous block.
    carry: Vec<u8>,
    line: u64,
}

impl Blocks {
    /// Reads `file` from `start`, which is the start of a line, to its present end.
    pub(crate) fn new(file: Box<dyn StorageFile>, start: u64) -> io::Result<Self> {
        let end = file.size()?;
        Ok(Self { file, position: start, end, carry: Vec::new(), line: 1 })
    }

    /// Returns the length of the file when the read began.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// Returns the file.
    pub(crate) fn file(&self) -> &dyn StorageFile {
        &*self.file
    }

    /// Reads only to `end`, where a line ends.
    pub(crate) fn stop_at(&mut self, end: u64) {
        self.end = self.end.min(end);
    }

    /// Returns true for a file that starts like UTF-16.
    pub(crate) fn is_utf16(&self) -> io::Result<bool> {
        is_utf16(&*self.file)
    }

    /// Fills `block` with the next lines, and returns false at the end of the file.
    pub(crate) fn next(&mut self, block: &mut Block) -> io::Result<bool> {
        (block.too_long, block.is_fragment) = (None, false);
        self.fill(block)?;
        if block.filled == 0 {
            return Ok(false);
        }
        let held = block.buffer.get(..block.filled).unwrap_or_default();
        match memchr::memrchr(b'\n', held) {
            Some(newline) => block.whole = newline + 1,
            None if self.position < self.end => return self.skip_long_line(block),
            None => (block.whole, block.is_fragment) = (block.filled, true),
        }
        self.carry.clear();
        self.carry.extend_from_slice(block.buffer.get(block.whole..block.filled).unwrap_or_default());
        block.first_line = self.line;
        self.line += memchr::memchr_iter(b'\n', block.bytes()).count() as u64;
        Ok(true)
    }

    /// Reads on until the block holds a newline, the file ends, or no row is that long.
    fn fill(&mut self, block: &mut Block) -> io::Result<()> {
        block.offset = self.position - self.carry.len() as u64;
        block.filled = self.carry.len();
        grow(&mut block.buffer, block.filled);
        if let Some(front) = block.buffer.get_mut(..block.filled) {
            front.copy_from_slice(&self.carry);
        }
        while self.position < self.end && block.filled <= MAX_ROW_BYTES {
            let want =
                usize::try_from(self.end - self.position).map_or(BLOCK_BYTES, |left| left.min(BLOCK_BYTES));
            grow(&mut block.buffer, block.filled + want);
            let Some(free) = block.buffer.get_mut(block.filled..block.filled + want) else { break };
            let read = read_full_at(&*self.file, free, self.position)?;
            let has_newline = free.get(..read).is_some_and(|fresh| memchr::memchr(b'\n', fresh).is_some());
            self.position += read as u64;
            block.filled += read;
            if read < want {
                // A writer cut a torn tail meanwhile.
                self.end = self.position;
            }
            if has_newline {
                break;
            }
        }
        Ok(())
    }

    /// Leaves out the line that fills the block and goes on; the block tells of it and holds no lines.
    fn skip_long_line(&mut self, block: &mut Block) -> io::Result<bool> {
        let (start, line) = (block.offset, self.line);
        self.carry.clear();
        while self.position < self.end {
            let read = read_full_at(&*self.file, &mut block.buffer, self.position)?;
            let held = block.buffer.get(..read).unwrap_or_default();
            if let Some(newline) = memchr::memchr(b'\n', held) {
                self.position += newline as u64 + 1;
                self.line += 1;
                break;
            }
            self.position += read as u64;
            if read == 0 {
                self.end = self.position;
            }
        }
        (block.whole, block.filled) = (0, 0);
        block.too_long = Some((start, line, self.position - start));
        Ok(true)
    }
}

/// Returns true for a file that starts like UTF-16: by its mark, or by an ASCII character of two bytes.
pub(crate) fn is_utf16(file: &dyn StorageFile) -> io::Result<bool> {
    let mut start = [0; 4];
    read_full_at(file, &mut start, 0)?;
    // Zeros all over are no text: a power cut may leave them in place of bytes that were never synced.
    Ok(match start {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [b'{', 0, second, 0] | [0, b'{', 0, second] => second != 0,
        _ => false,
    })
}

fn grow(buffer: &mut Vec<u8>, len: usize) {
    if buffer.len() < len {
        buffer.resize(len, 0);
    }
}
