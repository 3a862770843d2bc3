//! The hash table of an index on disk: 64-bit keys to byte offsets, open addressing, looked up by reads of one page.

use std::io;

use sha2::{Digest, Sha256};

use crate::storage::{StorageFile, read_full_at, write_all_at};

/// Name and version of the layout; another one is rebuilt.
const MAGIC: [u8; 8] = *b"TRKIDX\0\x01";
const HEADER_BYTES: usize = 128;
const SLOT_BYTES: usize = 16;
/// Slots read at once while probing.
const PAGE_SLOTS: u64 = 64;
const FIRST_CAPACITY: u64 = 1024;

/// One entry: a key, and where the row with it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    pub(crate) key: u64,
    pub(crate) offset: u64,
}

impl Entry {
    /// Mixes both halves, so that the sum over a table tells whether a page of it is missing or old.
    fn mixed(self) -> u64 {
        (self.key ^ self.offset.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn to_bytes(self) -> [u8; SLOT_BYTES] {
        let mut bytes = [0; SLOT_BYTES];
        let (key, offset) = bytes.split_at_mut(8);
        key.copy_from_slice(&self.key.to_le_bytes());
        // 0 is an empty slot.
        offset.copy_from_slice(&(self.offset + 1).to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; SLOT_BYTES]) -> Option<Self> {
        let (key, offset) = bytes.split_first_chunk::<8>()?;
        let offset = u64::from_le_bytes(*offset.first_chunk::<8>()?).checked_sub(1)?;
        Some(Self { key: u64::from_le_bytes(*key), offset })
    }
}

/// Returns the key of some bytes: the first 8 bytes of their SHA-256, little endian.
pub(crate) fn key_of(bytes: &[u8]) -> u64 {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
}

/// What the table says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Header {
    /// Version of the caller's keys.
    pub(crate) keys_version: u64,
    /// How far into the ledger the table goes, in bytes.
    pub(crate) covered: u64,
    /// SHA-256 of the last row before `covered`.
    pub(crate) last_row: [u8; 32],
    /// The run of the machine in which the table was written, where that is known.
    pub(crate) boot: Option<[u8; 16]>,
    /// Slots, a power of two.
    pub(crate) capacity: u64,
    /// Entries.
    pub(crate) count: u64,
    /// All entries, mixed and put together by exclusive or.
    pub(crate) sum: u64,
}

impl Header {
    fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let numbers = [self.keys_version, self.covered, self.capacity, self.count, self.sum];
        let fields = [
            MAGIC.as_slice(),
            numbers.map(u64::to_le_bytes).as_flattened(),
            self.last_row.as_slice(),
            self.boot.unwrap_or_default().as_slice(),
        ]
        .concat();
        let check = key_of(&fields).to_le_bytes();
        let mut bytes = [0; HEADER_BYTES];
        for (byte, value) in bytes.iter_mut().zip(fields.iter().chain(&check)) {
            *byte = *value;
        }
        bytes
    }

    fn from_bytes(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let (magic, rest) = bytes.split_first_chunk::<8>()?;
        let (numbers, rest) = rest.split_first_chunk::<40>()?;
        let (last_row, rest) = rest.split_first_chunk::<32>()?;
        let boot = *rest.first_chunk::<16>()?;
        let number = |at: usize| numbers.as_chunks::<8>().0.get(at).map(|bytes| u64::from_le_bytes(*bytes));
        let header = Self {
            keys_version: number(0)?,
            covered: number(1)?,
            capacity: number(2)?,
            count: number(3)?,
            sum: number(4)?,
            last_row: *last_row,
            boot: Some(boot).filter(|boot| boot != &[0; 16]),
        };
        // A torn header gives other bytes; so does an unknown layout.
        let is_whole = *magic == MAGIC && header.to_bytes() == *bytes;
        (is_whole && header.capacity.is_power_of_two() && header.count <= header.capacity).then_some(header)
    }
}

/// An open table.
#[derive(Debug)]
pub(crate) struct Table {
    file: Box<dyn StorageFile>,
    pub(crate) header: Header,
}

impl Table {
    /// Opens the table in `file`, or returns `None` when it is none, is torn, or lost pages in a power cut.
    pub(crate) fn open(file: Box<dyn StorageFile>, boot: Option<[u8; 16]>) -> io::Result<Option<Self>> {
        let mut bytes = [0; HEADER_BYTES];
        let filled = read_full_at(&*file, &mut bytes, 0)?;
        let Some(header) = Header::from_bytes(&bytes).filter(|_| filled == HEADER_BYTES) else {
            return Ok(None);
        };
        let table = Self { file, header };
        // Pages are never synced. Those of this run of the machine are there; those of another are checked.
        if (boot.is_some() && boot == header.boot) || table.holds_all()? { Ok(Some(table)) } else { Ok(None) }
    }

    /// Returns the header and the slots of a new table.
    pub(crate) fn build(
        mut header: Header,
        entries: &[Entry],
    ) -> ([u8; HEADER_BYTES], Vec<[u8; SLOT_BYTES]>) {
        // Between a fifth and two fifths full, so that there is room before it is doubled.
        header.capacity = (entries.len() as u64 * 5 / 2).next_power_of_two().max(FIRST_CAPACITY);
        header.count = entries.len() as u64;
        header.sum = entries.iter().fold(0, |sum, entry| sum ^ entry.mixed());
        let mut slots = vec![[0; SLOT_BYTES]; usize::try_from(header.capacity).unwrap_or(usize::MAX)];
        for entry in entries {
            let start = usize::try_from(entry.key & (header.capacity - 1)).unwrap_or_default();
            let (before, after) = slots.split_at_mut(start);
            if let Some(free) = after.iter_mut().chain(before).find(|slot| **slot == [0; SLOT_BYTES]) {
                *free = entry.to_bytes();
            }
        }
        (header.to_bytes(), slots)
    }

    /// Returns true when `more` entries keep the table at most half full.
    pub(crate) fn has_room(&self, more: u64) -> bool {
        (self.header.count + more) * 2 <= self.header.capacity
    }

    /// Puts an entry in; the header on disk does not know of it before [`Self::write_header`].
    pub(crate) fn insert(&mut self, entry: Entry) -> io::Result<()> {
        let mut free = None;
        self.probe(entry.key, |slot, found| match found {
            Some(known) if known == entry => false,
            Some(_) => true,
            None => {
                free = Some(slot);
                false
            }
        })?;
        let Some(slot) = free else { return Ok(()) };
        write_all_at(&mut *self.file, &entry.to_bytes(), slot_offset(slot))?;
        self.header.count += 1;
        self.header.sum ^= entry.mixed();
        Ok(())
    }

    /// Writes the header: from now on the table covers what it says.
    pub(crate) fn write_header(&mut self) -> io::Result<()> {
        write_all_at(&mut *self.file, &self.header.to_bytes(), 0)
    }

    /// Returns the offsets under a key, ascending.
    pub(crate) fn lookup(&self, key: u64) -> io::Result<Vec<u64>> {
        let mut offsets = Vec::new();
        self.probe(key, |_, found| {
            offsets.extend(found.filter(|entry| entry.key == key).map(|entry| entry.offset));
            found.is_some()
        })?;
        offsets.sort_unstable();
        offsets.dedup();
        Ok(offsets)
    }

    /// Returns all entries.
    pub(crate) fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        let mut slot = 0;
        while slot < self.header.capacity {
            let page = self.page(slot)?;
            entries.extend(page.iter().filter_map(Entry::from_bytes));
            slot += page.len() as u64;
        }
        Ok(entries)
    }

    /// A killed writer may have left entries that the header does not know: their rows come again, so they are
    /// put in again without effect. Only in another run of the machine is such a table rebuilt.
    fn holds_all(&self) -> io::Result<bool> {
        let entries = match self.entries() {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            result => result?,
        };
        let sum = entries.iter().fold(0, |sum, entry| sum ^ entry.mixed());
        Ok((entries.len() as u64, sum) == (self.header.count, self.header.sum))
    }

    /// Shows the slots from the key's own on, until `each` returns false or the table was seen once.
    fn probe(&self, key: u64, mut each: impl FnMut(u64, Option<Entry>) -> bool) -> io::Result<()> {
        let mut slot = key & (self.header.capacity - 1);
        let mut seen = 0;
        while seen < self.header.capacity {
            for bytes in &self.page(slot)? {
                if !each(slot, Entry::from_bytes(bytes)) {
                    return Ok(());
                }
                slot = (slot + 1) & (self.header.capacity - 1);
                seen += 1;
            }
        }
        Ok(())
    }

    /// Returns the slots from `slot` to the end of its page.
    fn page(&self, slot: u64) -> io::Result<Vec<[u8; SLOT_BYTES]>> {
        let count = PAGE_SLOTS - slot % PAGE_SLOTS;
        let mut slots = vec![[0; SLOT_BYTES]; usize::try_from(count).unwrap_or_default()];
        let bytes = slots.as_flattened_mut();
        if read_full_at(&*self.file, bytes, slot_offset(slot))? < bytes.len() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        Ok(slots)
    }
}

fn slot_offset(slot: u64) -> u64 {
    HEADER_BYTES as u64 + slot * SLOT_BYTES as u64
}
