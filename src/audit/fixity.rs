//! Turns a file of the store into its digests, a piece at a time.

use std::fs::File;
use std::io::{self, Read};

use sha2::{Digest, Sha256, Sha512};
use sm3::Sm3;

use super::pace::Pace;

/// Bytes read at a time.
pub(super) const PIECE: usize = 1 << 20;
/// Bytes hashed at a time by each function in turn: they stay in the processor's cache.
const BLOCK: usize = 32 << 10;

/// Digests in lower-case hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) bytes: u64,
    pub(super) sha512: String,
    /// SHA-256 and SM3, if asked for.
    pub(super) others: Option<(String, String)>,
}

/// The digests of what `file` holds; None if stopped. `buffer` is reused from file to file.
///
/// # Errors
/// If the system does not let us read on.
pub(super) fn digests(
    mut file: File,
    all: bool,
    buffer: &mut Vec<u8>,
    pace: &Pace<'_>,
) -> io::Result<Option<Found>> {
    buffer.resize(PIECE, 0);
    let (mut sha512, mut sha256, mut sm3) = (Sha512::new(), Sha256::new(), Sm3::new());
    let mut bytes = 0;
    loop {
        let read = match file.read(buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        for block in buffer[..read].chunks(BLOCK) {
            sha512.update(block);
            if all {
                sha256.update(block);
                sm3.update(block);
            }
        }
        bytes += read as u64;
        if !pace.read(read as u64) {
            return Ok(None);
        }
    }
    let others = all.then(|| (hexadecimal(&sha256.finalize()), hexadecimal(&sm3.finalize())));
    Ok(Some(Found { bytes, sha512: hexadecimal(&sha512.finalize()), others }))
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::atomic::AtomicBool;

    use super::*;

    #[test]
    fn pieces_do_not_show() {
        let bytes: Vec<u8> = (0..PIECE * 2 + 7).map(|at| u8::try_from(at % 251).unwrap_or(0)).collect();
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(&bytes).expect("written");
        let stop = AtomicBool::new(false);
        let pace = Pace::new(None, || std::time::Duration::ZERO, &stop);
        let found = digests(file.reopen().expect("open"), true, &mut Vec::new(), &pace).expect("read");
        let expected = crate::archive::package::Digests::of(&bytes);
        assert_eq!(
            found,
            Some(Found {
                bytes: expected.bytes,
                sha512: expected.sha512,
                others: Some((expected.sha256, expected.sm3))
            })
        );
    }
}
