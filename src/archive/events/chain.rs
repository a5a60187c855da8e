//! Reads the event log and checks that no entry was altered, removed or put in.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::entry::{Entry, GENESIS};
use crate::archive::store::layout::LOG;
use crate::archive::store::{StoreError, reading};
use crate::message::messages;

/// Longer lines are refused: no entry comes near.
const LONGEST_LINE: u64 = 1 << 20;
/// Below this the log is read from one end to the other instead of searched.
const SHORT: u64 = 1 << 16;

messages! {
    /// What is wrong with the event log.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ChainError {
        /// A line is no entry.
        Malformed { line: u64, why: String } = "entry-malformed",
            "line {line} is no entry: {why}", "第 {line} 行不是日志条目：{why}";
        /// An entry's digest is not that of its words.
        Altered { sequence: u64 } = "entry-altered",
            "entry {sequence} has been altered", "第 {sequence} 条已被改动";
        /// An entry does not name the digest of the entry before.
        Broken { sequence: u64 } = "chain-broken",
            "entry {sequence} does not follow from the entry before", "第 {sequence} 条与前一条不衔接";
        /// Entries are missing or out of order.
        Gap { expected: u64, found: u64 } = "chain-gap",
            "entry {found} stands where entry {expected} should", "应为第 {expected} 条，实为第 {found} 条";
        /// The system does not let us read on.
        Unreadable { why: String } = "log-unreadable",
            "cannot be read: {why}", "无法读取：{why}";
    }
}

impl std::error::Error for ChainError {}

/// The end of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last entry's number.
    pub sequence: u64,
    /// The last entry's digest, which all entries before go into.
    pub digest: String,
}

/// Entries in order, each checked against the one before. After an entry that does not fit, the next is checked
/// against what that one says it is: one altered entry gives one or two errors, not all that follow.
#[derive(Debug)]
pub struct Events {
    /// None when the log does not exist, or after it could not be read.
    reader: Option<BufReader<File>>,
    /// Lines read so far, in all of the log as far as is known.
    line: u64,
    /// Entries up to this one are checked but not given out.
    after: u64,
    /// Number and digest of the entry before, where they are known.
    before: Option<(u64, String)>,
}

impl Events {
    fn check(&mut self, entry: &Entry) -> Result<(), ChainError> {
        let before = self.before.replace((entry.sequence, entry.digest.clone()));
        let Some((sequence, digest)) = before else { return Ok(()) };
        let expected = sequence.saturating_add(1);
        if entry.sequence != expected {
            return Err(ChainError::Gap { expected, found: entry.sequence });
        }
        if entry.previous != digest {
            return Err(ChainError::Broken { sequence: expected });
        }
        Ok(())
    }
}

impl Iterator for Events {
    type Item = Result<Entry, ChainError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match whole_line(self.reader.as_mut()?) {
                Ok(Some(line)) => line,
                Ok(None) => {
                    self.reader = None;
                    return None;
                }
                Err(error) => {
                    self.reader = None;
                    return Some(Err(ChainError::Unreadable { why: error.to_string() }));
                }
            };
            self.line += 1;
            let parsed = std::str::from_utf8(&line)
                .map_err(|error| ChainError::Malformed { line: self.line, why: error.to_string() })
                .and_then(|line| Entry::parse(line, self.line));
            match parsed {
                Ok(entry) => {
                    if let Err(error) = self.check(&entry) {
                        return Some(Err(error));
                    }
                    if entry.sequence > self.after {
                        return Some(Ok(entry));
                    }
                }
                Err(error) => {
                    // What follows cannot be checked against it; a gap shows at the entry after.
                    self.before = None;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// The next line without its line feed. None at the end, and for a last line without one: it is being written.
fn whole_line(reader: &mut BufReader<File>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    if line.pop_if(|last| *last == b'\n').is_some() {
        return Ok(Some(line));
    }
    if line.len() as u64 >= LONGEST_LINE {
        return Err(io::Error::other(format!("a line of more than {LONGEST_LINE} bytes")));
    }
    Ok(None)
}

/// The entries after number `sequence` (0: all), without reading all before.
///
/// # Errors
/// If the log cannot be opened. A log that does not exist has no entries.
pub(crate) fn read_after(store: &Path, sequence: u64) -> Result<Events, StoreError> {
    let none = Events { reader: None, line: 0, after: sequence, before: None };
    let Some((mut file, length)) = reading::open(store, LOG)? else { return Ok(none) };
    let failed = |error: io::Error| StoreError::reading(&store.join(LOG), &error);
    let start = if sequence == 0 { 0 } else { place_before(&mut file, length, sequence).map_err(failed)? };
    file.seek(SeekFrom::Start(start)).map_err(failed)?;
    // Only from the beginning is it known what the first entry must be.
    let before = (start == 0).then(|| (0, GENESIS.to_owned()));
    Ok(Events { reader: Some(BufReader::new(file)), before, ..none })
}

/// Where a line begins whose entry is number `sequence` or one not far before; 0 if the log is in disorder.
fn place_before(file: &mut File, length: u64, sequence: u64) -> io::Result<u64> {
    let (mut low, mut high) = (0, length);
    while high.saturating_sub(low) > SHORT {
        let middle = low + (high - low) / 2;
        file.seek(SeekFrom::Start(middle))?;
        let mut reader = BufReader::new(&mut *file);
        let mut skipped = Vec::new();
        let skipped = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut skipped)? as u64;
        let mut beginning = Vec::new();
        reader.take(64).read_to_end(&mut beginning)?;
        let start = middle + skipped;
        if start >= high {
            high = middle;
            continue;
        }
        match sequence_of(&beginning) {
            Some(found) if found <= sequence => low = start,
            Some(_) => high = middle,
            None => return Ok(0),
        }
    }
    Ok(low)
}

/// The number in the beginning of a line, `{"sequence":7,`.
fn sequence_of(beginning: &[u8]) -> Option<u64> {
    let rest = beginning.strip_prefix(b"{\"sequence\":")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

/// The last entry, and the length of the log up to its line feed: what follows that is a line being written, or torn.
///
/// # Errors
/// If the log cannot be read, or its last whole line is no entry.
pub(crate) fn read_head(store: &Path) -> Result<(Option<Head>, u64), StoreError> {
    let Some((mut file, length)) = reading::open(store, LOG)? else { return Ok((None, 0)) };
    let failed = |error: io::Error| StoreError::reading(&store.join(LOG), &error);
    // The last whole line and whatever follows it are within two lines' length of the end.
    let start = length.saturating_sub(2 * LONGEST_LINE);
    let mut start = start.max(length.saturating_sub(SHORT));
    loop {
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        let mut tail = Vec::new();
        file.by_ref().take(length - start).read_to_end(&mut tail).map_err(failed)?;
        let Some(end) = tail.iter().rposition(|byte| *byte == b'\n') else {
            if start == 0 {
                return Ok((None, 0));
            }
            start = earlier(start, length)?;
            continue;
        };
        let line = match tail[..end].iter().rposition(|byte| *byte == b'\n') {
            Some(before) => &tail[before + 1..end],
            None if start == 0 => &tail[..end],
            None => {
                start = earlier(start, length)?;
                continue;
            }
        };
        let line = String::from_utf8_lossy(line);
        let entry = Entry::parse(&line, 0)?;
        return Ok((Some(Head { sequence: entry.sequence, digest: entry.digest }), start + end as u64 + 1));
    }
}

/// A start twice as far from the end.
fn earlier(start: u64, length: u64) -> Result<u64, StoreError> {
    let back = (length - start).saturating_mul(2);
    if back > 4 * LONGEST_LINE {
        return Err(
            ChainError::Unreadable { why: format!("a line of more than {LONGEST_LINE} bytes") }.into()
        );
    }
    Ok(length.saturating_sub(back))
}
