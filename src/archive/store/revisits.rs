//! The captures that gave nothing new: one WARC file for each month, to which records are appended.
//!
//! Each record is a gzip member of its own, durable before it is told of in the event log. A member that a crash cut off
//! is cut away by the next writer: what it would have said is said again by the run that is repeated.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use flate2::bufread::GzDecoder;

use super::StoreError;
use super::disk::Disk;
use super::layout::REVISITS;
use super::reading::{self, Kind};

/// No member is longer, in bytes: a head has at most 64 KiB.
const LONGEST: u64 = 256 << 10;

/// Appends `member` to the file `name`, unless it is the last there already.
pub(super) fn append(disk: &mut Disk, root: &Path, name: &str, member: &[u8]) -> Result<(), StoreError> {
    let path = format!("{REVISITS}/{name}");
    disk.folders(root, REVISITS)?;
    let kept = sound_length(root, &path)?;
    if let Some(from) = kept.checked_sub(member.len() as u64)
        && tail(root, &path, from)?.get(..member.len()) == Some(member)
    {
        return Ok(());
    }
    disk.append(&root.join(path), kept, member)?;
    disk.barrier()
}

/// Cuts away what a crash left behind the last whole member of the newest file.
pub(super) fn settle(disk: &mut Disk, root: &Path) -> Result<(), StoreError> {
    if reading::look(root, REVISITS)? == Kind::Missing {
        return Ok(());
    }
    let Some(name) = reading::names(root, REVISITS)?.pop() else { return Ok(()) };
    let path = format!("{REVISITS}/{name}");
    let kept = sound_length(root, &path)?;
    match reading::look(root, &path)? {
        Kind::File(length) if length != kept => disk.append(&root.join(path), kept, b""),
        _ => Ok(()),
    }
}

/// The length of the file up to the end of its last whole member; 0 if there is none.
fn sound_length(root: &Path, path: &str) -> Result<u64, StoreError> {
    let Kind::File(length) = reading::look(root, path)? else { return Ok(0) };
    let from = length.saturating_sub(LONGEST * 2);
    let tail = tail(root, path, from)?;
    match last_whole(&tail) {
        Some(end) => Ok(from + end as u64),
        None if from == 0 => Ok(0),
        None => Err(StoreError::Read {
            path: root.join(path).display().to_string(),
            why: "no whole WARC record at its end".to_owned(),
        }),
    }
}

/// Where the last whole gzip member in `bytes` ends. The magic number may stand within compressed data too; only where
/// a member begins does what follows unpack to a sound checksum.
pub(crate) fn last_whole(bytes: &[u8]) -> Option<usize> {
    let starts =
        (0..bytes.len().saturating_sub(2)).rev().filter(|at| bytes[*at..].starts_with(&[0x1F, 0x8B, 8]));
    starts.into_iter().find_map(|start| {
        let mut decoder = GzDecoder::new(&bytes[start..]);
        let mut sink = Vec::new();
        Read::by_ref(&mut decoder).take(LONGEST * 64).read_to_end(&mut sink).ok()?;
        // Read to the end of the member, or of the limit: no record of ours is that long.
        ((sink.len() as u64) < LONGEST * 64).then(|| bytes.len() - decoder.into_inner().len())
    })
}

fn tail(root: &Path, path: &str, from: u64) -> Result<Vec<u8>, StoreError> {
    let Some((mut file, _)) = reading::open(root, path)? else { return Ok(Vec::new()) };
    let read = |file: &mut File| {
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(LONGEST * 2).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read(&mut file).map_err(|error| StoreError::reading(&root.join(path), &error))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::time::Duration;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::last_whole;
    use crate::archive::store::Store;

    fn member(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn the_last_whole_member_is_found_wherever_the_file_was_cut() {
        let (one, two) = (member("one"), member(&"two, and two again".repeat(9)));
        let both = [one.clone(), two].concat();
        assert_eq!(last_whole(&both), Some(both.len()));
        for cut in one.len()..both.len() {
            assert_eq!(last_whole(&both[..cut]), Some(one.len()), "{cut}");
        }
        for cut in 0..one.len() {
            assert_eq!(last_whole(&one[..cut]), None);
        }
    }

    #[test]
    fn a_record_that_was_cut_off_is_cut_away_and_written_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::create_or_open(folder.path()).expect("a store");
        let path = folder.path().join("revisits/2026-11.warc.gz");
        let (first, second) = (member("first"), member("second"));
        let keep = |record: &[u8]| {
            let mut writer = store.writer(Duration::ZERO).expect("the writer");
            writer.keep_revisit("2026-11.warc.gz", record).expect("kept");
        };
        keep(&first);
        keep(&first);
        keep(&second);
        let whole = [first.clone(), second.clone()].concat();
        assert_eq!(fs::read(&path).expect("the file"), whole);
        for cut in [0, 5, first.len(), first.len() + 1, whole.len() - 1] {
            fs::write(&path, &whole[..cut]).expect("a crash");
            keep(&first);
            keep(&second);
            assert_eq!(fs::read(&path).expect("the file"), whole, "{cut}");
        }
        fs::write(&path, &whole[..whole.len() - 1]).expect("a crash");
        drop(store.writer(Duration::ZERO).expect("the writer"));
        assert_eq!(fs::read(&path).expect("the file"), whole[..whole.len() - second.len()]);
    }
}
