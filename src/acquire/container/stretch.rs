//! Turns a stretch of a file into a reader that knows where it is.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempPath;

/// Size of the read buffer, in bytes.
const BUFFER: usize = 64 << 10;

/// A part of a file that is read as if it were a file of its own.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    path: PathBuf,
    start: u64,
    length: u64,
    /// Keeps a temporary file for as long as it may be read.
    _temporary: Option<Arc<TempPath>>,
}

impl Stretch {
    /// The whole file.
    pub(super) fn whole(path: PathBuf) -> io::Result<Self> {
        let length = path.metadata()?.len();
        Ok(Self { path, start: 0, length, _temporary: None })
    }

    /// `length` bytes of the file from `start` on.
    pub(super) fn part(path: PathBuf, start: u64, length: u64) -> Self {
        Self { path, start, length, _temporary: None }
    }

    /// A temporary file, which is removed with the last stretch of it.
    pub(super) fn temporary(path: TempPath) -> io::Result<Self> {
        let length = path.metadata()?.len();
        Ok(Self { path: path.to_path_buf(), start: 0, length, _temporary: Some(Arc::new(path)) })
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// A reader at `offset`.
    pub(super) fn open(&self, offset: u64) -> io::Result<StretchReader> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.start.saturating_add(offset)))?;
        let inner = BufReader::with_capacity(BUFFER, file);
        Ok(StretchReader { inner, position: offset, length: self.length })
    }
}

/// Reads a [`Stretch`] and never beyond it.
#[derive(Debug)]
pub(super) struct StretchReader {
    inner: BufReader<File>,
    position: u64,
    length: u64,
}

impl StretchReader {
    /// Offset of the next byte within the stretch.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Offset of the end.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Goes to `offset`, which costs nothing if it is in the buffer.
    pub(super) fn seek_to(&mut self, offset: u64) -> io::Result<()> {
        let delta = i128::from(offset) - i128::from(self.position);
        let delta = i64::try_from(delta).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.inner.seek_relative(delta)?;
        self.position = offset;
        Ok(())
    }

    /// Goes to the next place at or after the present one where `pattern` stands; to the end if there is none.
    pub(super) fn find(&mut self, pattern: &[u8]) -> io::Result<bool> {
        loop {
            let buffer = self.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            if buffer.len() < pattern.len() {
                // The end of the buffer may hold the beginning of the pattern.
                let mut ahead = vec![0; pattern.len()];
                let here = self.position;
                let mut got = 0;
                while got < ahead.len() {
                    match self.read(&mut ahead[got..])? {
                        0 => return Ok(false),
                        count => got += count,
                    }
                }
                let found = ahead == pattern;
                self.seek_to(if found { here } else { here + 1 })?;
                if found {
                    return Ok(true);
                }
                continue;
            }
            if let Some(at) = buffer.windows(pattern.len()).position(|window| window == pattern) {
                self.consume(at);
                return Ok(true);
            }
            let passed = buffer.len() - (pattern.len() - 1);
            self.consume(passed);
        }
    }
}

impl Read for StretchReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let buffer = self.fill_buf()?;
        let count = buffer.len().min(out.len());
        out[..count].copy_from_slice(&buffer[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for StretchReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let left = usize::try_from(self.length.saturating_sub(self.position)).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(&[]);
        }
        let buffer = self.inner.fill_buf()?;
        Ok(&buffer[..buffer.len().min(left)])
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.position += count as u64;
    }
}
