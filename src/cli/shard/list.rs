//! Opens the list that a shard is a part of.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::ShardUsage;
use crate::stream::storage::Location;

/// The longest line that is looked at to tell what a list is of, in bytes.
const FIRST_LINE: u64 = 64 << 10;

/// Files of web archives, by the ends of their names.
const WEB_ARCHIVES: [&str; 4] = [".warc", ".warc.gz", ".wacz", ".warc.zst"];

/// A list of records, addresses or paths, which may be compressed with gzip.
pub(super) struct List {
    file: File,
    gzip: bool,
}

impl List {
    /// Opens the list `path`; `-` is standard input, which is kept in a temporary file: a list is read twice.
    pub(super) fn open(path: &Path) -> Result<Self, ShardUsage> {
        let shown = path.display().to_string();
        let wrong = |why: String| ShardUsage::Manifest { path: shown.clone(), why };
        let mut file = if shown == "-" {
            spooled().map_err(|error| wrong(error.to_string()))?
        } else {
            let path = local(path)?;
            // Asked before opening: opening a named pipe would wait for a writer.
            let metadata = path.metadata().map_err(|error| wrong(error.to_string()))?;
            if !metadata.is_file() {
                return Err(ShardUsage::NotAFile { path: shown });
            }
            File::open(path).map_err(|error| wrong(error.to_string()))?
        };
        let mut magic = Vec::new();
        file.by_ref().take(4).read_to_end(&mut magic).map_err(|error| wrong(error.to_string()))?;
        if magic == b"PAR1" {
            return Err(ShardUsage::Parquet { path: shown });
        }
        let mut list = Self { file, gzip: magic.starts_with(b"\x1F\x8B") };
        let first = list.first_line().map_err(|error| wrong(error.to_string()))?;
        let lower = first.to_ascii_lowercase();
        if !first.starts_with('{') && WEB_ARCHIVES.iter().any(|end| lower.ends_with(end)) {
            return Err(ShardUsage::WebArchives { path: shown, first });
        }
        Ok(list)
    }

    /// Its bytes as they are stored.
    pub(super) fn bytes(&mut self) -> io::Result<&mut File> {
        self.file.rewind()?;
        Ok(&mut self.file)
    }

    /// Its text, from the beginning.
    pub(super) fn text(&mut self) -> io::Result<Box<dyn BufRead + Send>> {
        self.file.rewind()?;
        let reader = BufReader::with_capacity(64 << 10, self.file.try_clone()?);
        Ok(if self.gzip { Box::new(BufReader::new(MultiGzDecoder::new(reader))) } else { Box::new(reader) })
    }

    /// The first line that is not empty.
    fn first_line(&mut self) -> io::Result<String> {
        let mut text = self.text()?.take(FIRST_LINE);
        let mut line = Vec::new();
        while text.read_until(b'\n', &mut line)? > 0 && line.trim_ascii().is_empty() {
            line.clear();
        }
        Ok(String::from_utf8_lossy(&line).trim_start_matches('\u{FEFF}').trim().to_owned())
    }
}

fn local(path: &Path) -> Result<PathBuf, ShardUsage> {
    let Some(text) = path.to_str().filter(|text| text.contains("://")) else { return Ok(path.to_path_buf()) };
    match Location::parse(text) {
        Ok(Location::Folder(path)) => Ok(path),
        _ => Err(ShardUsage::Elsewhere { path: text.to_owned() }),
    }
}

fn spooled() -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    file.rewind()?;
    Ok(file)
}
