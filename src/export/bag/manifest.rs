//! Turns digests and paths into the lines of manifests, and back (RFC 8493, 2.1.3).

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::export::ExportError;
use crate::export::copy::{Copied, Digesting};
use crate::export::received::CheckError;

/// The longest line that is read, in bytes: a digest and a path.
const LONGEST_LINE: u64 = 8 << 10;
/// The longest path, in bytes.
const LONGEST_PATH: usize = 4 << 10;

/// A message digest algorithm that manifests are read and written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Sha256,
    Sha512,
}

impl Algorithm {
    pub(super) const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    /// As it stands in the name of a manifest.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// Digits of a digest.
    pub(super) fn digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }

    pub(super) fn of(self, copied: &Copied) -> &str {
        match self {
            Self::Sha256 => &copied.sha256,
            Self::Sha512 => &copied.sha512,
        }
    }
}

/// One manifest for each algorithm, written line by line.
pub(super) struct Manifests(Vec<(Algorithm, PathBuf, String, Digesting<BufWriter<File>>)>);

impl Manifests {
    /// `manifest-sha256.txt` and `manifest-sha512.txt`, or what else `prefix` says, in `folder`.
    pub(super) fn create(folder: &Path, prefix: &str) -> Result<Self, ExportError> {
        let made = Algorithm::ALL.map(|algorithm| {
            let name = format!("{prefix}-{}.txt", algorithm.name());
            let path = folder.join(&name);
            let file = File::create_new(&path).map_err(|error| ExportError::writing(&path, &error))?;
            Ok((algorithm, path, name, Digesting::new(BufWriter::new(file))))
        });
        Ok(Self(made.into_iter().collect::<Result<_, ExportError>>()?))
    }

    pub(super) fn line(&mut self, path: &str, copied: &Copied) -> Result<(), ExportError> {
        for (algorithm, file, _, out) in &mut self.0 {
            writeln!(out, "{}  {}", algorithm.of(copied), encoded(path))
                .map_err(|error| ExportError::writing(file, &error))?;
        }
        Ok(())
    }

    /// Their names, and what they are.
    pub(super) fn finish(self) -> Result<Vec<(String, Copied)>, ExportError> {
        let finish = |(_, path, name, out): (_, PathBuf, _, Digesting<BufWriter<File>>)| {
            let (mut file, copied) = out.finish();
            file.flush().map_err(|error| ExportError::writing(&path, &error))?;
            Ok((name, copied))
        };
        self.0.into_iter().map(finish).collect()
    }
}

/// RFC 8493, 2.1.3: of a path, LF, CR and `%` are percent-encoded.
fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D")
}

/// A manifest that is read line by line, in bounded memory.
pub(super) struct Lines {
    name: String,
    digits: usize,
    number: u64,
    reader: BufReader<File>,
}

impl Lines {
    pub(super) fn open(folder: &Path, name: &str, algorithm: Algorithm) -> Result<Self, CheckError> {
        let path = folder.join(name);
        let file = File::open(&path).map_err(|error| unreadable(&path, &error))?;
        Ok(Self {
            name: name.to_owned(),
            digits: algorithm.digits(),
            number: 0,
            reader: BufReader::new(file),
        })
    }

    /// The next digest, in lower case, and path, which leads to a place below where it starts.
    pub(super) fn next(&mut self) -> Result<Option<(String, String)>, CheckError> {
        let mut line = Vec::new();
        let mut limited = self.reader.by_ref().take(LONGEST_LINE);
        limited
            .read_until(b'\n', &mut line)
            .map_err(|error| CheckError::Unreadable { path: self.name.clone(), why: error.to_string() })?;
        self.number += 1;
        if line.is_empty() {
            return Ok(None);
        }
        let malformed = || CheckError::Malformed {
            path: self.name.clone(),
            why: format!("line {} is no digest and path", self.number),
        };
        if !line.ends_with(b"\n") && line.len() as u64 >= LONGEST_LINE {
            return Err(malformed());
        }
        let line = std::str::from_utf8(&line).map_err(|_| malformed())?.trim_end_matches(['\n', '\r']);
        let (digest, path) = line.split_once([' ', '\t']).ok_or_else(malformed)?;
        if digest.len() != self.digits || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(malformed());
        }
        // md5sum and its kin write an asterisk before the name of a file read as binary.
        let path = path.trim_start_matches([' ', '\t']);
        let path = decoded(path.strip_prefix('*').unwrap_or(path));
        if !stays_within(&path) {
            return Err(CheckError::Path { path: path.escape_debug().to_string(), list: self.name.clone() });
        }
        Ok(Some((digest.to_ascii_lowercase(), path)))
    }
}

fn decoded(path: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(path.len()), path);
    while let Some(at) = rest.find('%') {
        out += &rest[..at];
        let (character, length) = match rest.get(at..at + 3) {
            Some("%25") => ('%', 3),
            Some("%0A" | "%0a") => ('\n', 3),
            Some("%0D" | "%0d") => ('\r', 3),
            // Anything else is as it is written: older tools encode line ends only.
            _ => ('%', 1),
        };
        out.push(character);
        rest = &rest[at + length..];
    }
    out + rest
}

/// Whether a path leads to a place below where it starts, on every system.
fn stays_within(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= LONGEST_PATH
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.ends_with(':'))
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> CheckError {
    CheckError::Unreadable { path: path.display().to_string(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::{decoded, encoded, stays_within};

    #[test]
    fn paths_come_back() {
        for path in ["data/a b.txt", "data/100%.txt", "data/%0A", "data/a\nb\r%25"] {
            assert_eq!(decoded(&encoded(path)), path);
        }
        assert_eq!(decoded("data/50%"), "data/50%");
        assert_eq!(decoded("data/%E5%BD%92"), "data/%E5%BD%92");
    }

    #[test]
    fn no_path_leads_out() {
        assert!(stays_within("data/..a/图.png"));
        for path in
            ["", "/etc/passwd", "../a", "data/../../a", "data//a", "data/./a", "c:/a", "data\\a", "a\0"]
        {
            assert!(!stays_within(path), "{path:?}");
        }
        assert!(!stays_within(&"a/".repeat(4000)));
    }
}
