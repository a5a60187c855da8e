//! Turns compressed data in which nothing can be found by its offset into a bounded temporary file in which it can.

use std::fs::File;
use std::io::{self, Read, Write};

use flate2::bufread::GzDecoder;
use tempfile::{NamedTempFile, TempPath};

use super::record::{RecordFault, is_damage};
use super::stretch::Stretch;

/// So many bytes may always come out.
const ALWAYS: u64 = 64 << 20;

/// Beyond that, at most so many times what goes in. Text comes to 5 to 20 times; deflate can do 1,032.
const RATIO: u64 = 100;

/// The most bytes that may come out of `compressed` bytes.
pub(super) fn limit(compressed: u64) -> u64 {
    compressed.saturating_mul(RATIO).max(ALWAYS)
}

/// Writes what `reader` gives to a temporary file; `None` if it is more than `limit` bytes.
pub(super) fn spool(reader: impl Read, limit: u64) -> io::Result<Option<TempPath>> {
    let mut file = NamedTempFile::new()?;
    let count = io::copy(&mut reader.take(limit.saturating_add(1)), file.as_file_mut())?;
    Ok((count <= limit).then(|| file.into_temp_path()))
}

/// The same for all gzip members of `stretch`, telling `fault` of damage at an offset. What a damaged member gave
/// before the damage is kept.
pub(super) fn spool_members(
    stretch: &Stretch,
    mut fault: impl FnMut(u64, RecordFault),
) -> io::Result<Option<TempPath>> {
    let limit = limit(stretch.length());
    let mut file = NamedTempFile::new()?;
    let mut reader = stretch.open(0)?;
    let mut left = limit.saturating_add(1);
    while reader.find(b"\x1F\x8B\x08")? {
        let start = reader.position();
        let outcome = copy(GzDecoder::new(&mut reader), file.as_file_mut(), &mut left);
        if left == 0 {
            return Ok(None);
        }
        match outcome {
            Ok(()) => {}
            Err(error) if is_damage(&error) => {
                fault(start, RecordFault::Gzip { why: error.to_string() });
                // The next record begins a line of its own.
                file.write_all(b"\r\n")?;
                // Behind what was read, so that each byte is read once.
                let behind = reader.position().max(start + 1);
                reader.seek_to(behind)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Some(file.into_temp_path()))
}

fn copy(mut from: impl Read, to: &mut File, left: &mut u64) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    while *left > 0 {
        let most = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
        let count = from.read(&mut buffer[..most])?;
        if count == 0 {
            break;
        }
        to.write_all(&buffer[..count])?;
        *left -= count as u64;
    }
    Ok(())
}
