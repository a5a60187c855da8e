//! Reads manifests, and takes from them what is to be filed.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::{IngestError, Tally};
use crate::stream::storage::Location;
use crate::stream::{Answer, Answers, key_of};

/// So many pages are in hand at a time.
const CHUNK: usize = 4096;

/// So many lines that are no answers are told one by one of a manifest.
const LINES_TOLD: u64 = 100;

/// A manifest that is read.
pub(super) struct Manifest {
    path: String,
    answers: Answers<Box<dyn BufRead>>,
    /// Answers of a page that was in hand when they came: what became of it decides about them.
    twins: VecDeque<(String, Answer)>,
    /// How many lines were no answers.
    malformed: u64,
    /// Lines that were no answers before the first that was one: as long as there is none, it may be no manifest at all.
    held: Option<Vec<IngestError>>,
}

/// What is to be filed next, each with what it is stored under.
pub(super) struct Chunk {
    pub(super) pages: Vec<(String, Answer)>,
    /// Lines that are no answers.
    pub(super) malformed: Vec<IngestError>,
    /// There is no more: the manifest has ended, or cannot be read further.
    pub(super) last: bool,
}

impl Manifest {
    /// Opens the manifest `path`, which may be compressed with gzip; `-` is standard input.
    pub(super) fn open(path: &Path) -> Result<Self, IngestError> {
        let shown = path.display().to_string();
        let unreadable = |why: String| IngestError::Manifest { path: shown.clone(), why };
        let mut reader: Box<dyn BufRead> = if shown == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let path = local(path)?;
            if holds_tables(&path) {
                return Err(IngestError::Parquet { path: shown });
            }
            Box::new(BufReader::new(File::open(&path).map_err(|error| unreadable(error.to_string()))?))
        };
        let mut magic = Vec::new();
        reader.by_ref().take(4).read_to_end(&mut magic).map_err(|error| unreadable(error.to_string()))?;
        if magic == b"PAR1" {
            return Err(IngestError::Parquet { path: shown });
        }
        let gzip = magic.starts_with(b"\x1F\x8B");
        let whole = io::Cursor::new(magic).chain(reader);
        let reader: Box<dyn BufRead> =
            if gzip { Box::new(BufReader::new(MultiGzDecoder::new(whole))) } else { Box::new(whole) };
        Ok(Self {
            path: shown,
            answers: Answers::new(reader),
            twins: VecDeque::new(),
            malformed: 0,
            held: Some(Vec::new()),
        })
    }

    /// The next pages that are not among `filed`.
    pub(super) fn chunk(&mut self, filed: &BTreeSet<String>, tally: &mut Tally) -> Chunk {
        let mut chunk = Chunk { pages: Vec::new(), malformed: Vec::new(), last: false };
        let mut in_hand = BTreeSet::new();
        let mut twins = std::mem::take(&mut self.twins);
        while chunk.pages.len() < CHUNK && self.twins.len() < CHUNK {
            let (key, answer) = match twins.pop_front() {
                Some(twin) => twin,
                None => match self.next(&mut chunk, tally) {
                    Some(next) => next,
                    None => break,
                },
            };
            if filed.contains(&key) {
                tally.known += 1;
            } else if key.is_empty() || in_hand.insert(key.clone()) {
                chunk.pages.push((key, answer));
            } else {
                self.twins.push_back((key, answer));
            }
        }
        self.twins.append(&mut twins);
        chunk.last &= self.twins.is_empty();
        chunk
    }

    /// The next answer that tells of outputs; `None` where there is none in this chunk.
    fn next(&mut self, chunk: &mut Chunk, tally: &mut Tally) -> Option<(String, Answer)> {
        while chunk.malformed.len() < CHUNK {
            let next = self.answers.next_answer();
            if let Ok(Some(Ok(_))) = next {
                chunk.malformed.extend(self.held.take().into_iter().flatten());
            }
            match next {
                Ok(Some(Ok(answer))) if answer.error.is_some() => tally.not_converted += 1,
                // Without a record there is no key; what is missing is told when it is looked for.
                Ok(Some(Ok(answer))) => return Some((key_of(&answer).unwrap_or_default(), answer)),
                Ok(Some(Err(why))) => {
                    tally.malformed += 1;
                    self.malformed += 1;
                    if self.malformed <= LINES_TOLD {
                        let (path, line) = (self.path.clone(), self.answers.line());
                        let error = IngestError::Line { path, line, why };
                        self.held.as_mut().unwrap_or(&mut chunk.malformed).push(error);
                    }
                }
                Ok(None) => {
                    chunk.malformed.extend(self.no_manifest());
                    chunk.last = true;
                    return None;
                }
                Err(error) => {
                    let (path, why) = (self.path.clone(), error.to_string());
                    tally.malformed += 1;
                    chunk.malformed.extend(self.no_manifest());
                    chunk.malformed.push(IngestError::Manifest { path, why });
                    chunk.last = true;
                    return None;
                }
            }
        }
        None
    }

    /// That no line at all was an answer, if so it is: one such line is told by itself.
    fn no_manifest(&mut self) -> Vec<IngestError> {
        let mut held = self.held.take().unwrap_or_default();
        if held.len() < 2 {
            return held;
        }
        match held.swap_remove(0) {
            IngestError::Line { path, why, .. } => {
                vec![IngestError::NoManifest { path, lines: self.malformed, why }]
            }
            _ => held,
        }
    }
}

/// The path on this machine.
fn local(path: &Path) -> Result<PathBuf, IngestError> {
    let Some(text) = path.to_str().filter(|text| text.contains("://")) else { return Ok(path.to_path_buf()) };
    match Location::parse(text) {
        Ok(Location::Folder(path)) => Ok(path),
        _ => Err(IngestError::Elsewhere { path: text.to_owned() }),
    }
}

/// Whether `path` is the folder of a manifest that Spark wrote.
fn holds_tables(path: &Path) -> bool {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .take(10_000)
        .any(|entry| Path::new(&entry.file_name()).extension().is_some_and(|end| end == "parquet"))
}
