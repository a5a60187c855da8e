//! Keeps the answers to one part of a list in the store, and tells what became of a part that was finished.
//!
//! Answers are stored in pieces of a fixed number of lines, so that memory does not grow with the part and the pieces of two
//! attempts fit together. The last piece of a part is stored last, under a name of its own: it says that all are there. Lines
//! that are tried again are answered in a further round, which changes nothing of those before.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use super::mark::{Mark, mark};
use crate::document::sha256;
use crate::stream::error::StreamError;
use crate::stream::storage::{Object, ReadError, StorageError, Store};

/// So many answers are held in memory and stored together.
const PIECE: usize = 1000;

/// A piece may have so many bytes when it is read again.
const LARGEST: u64 = 1 << 30;

/// One part of a list, by what its answers are called in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// `shards/89abcdef01234567/00003-of-00100`.
    name: String,
}

/// What became of a part that was finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Of each line, in order.
    marks: Vec<Mark>,
    /// How often it was gone over, at least once.
    rounds: u32,
}

impl Part {
    /// Part `index` of `count` of the list that `list` gives. Its name depends on the list and on `terms`, which is to say
    /// all that decides what the answers are: those to another list, or under other terms, are never taken for these.
    ///
    /// # Errors
    /// If `list` cannot be read.
    pub fn of(list: &mut impl Read, terms: &str, index: u64, count: u64) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 64 << 10];
        loop {
            match list.read(&mut buffer) {
                Ok(0) => break,
                Ok(got) => hash.update(&buffer[..got]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        hash.update(terms.as_bytes());
        let digest: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { name: format!("shards/{digest}/{index:05}-of-{count:05}") })
    }

    /// The name of the last piece of round `round` (from 0), which is there when all the others are.
    #[must_use]
    pub fn key(&self, round: u32) -> String {
        format!("{}.jsonl", self.round(round))
    }

    fn piece(&self, round: u32, piece: u32) -> String {
        format!("{}.{piece:05}.jsonl", self.round(round))
    }

    fn round(&self, round: u32) -> String {
        // In the order of their names, later rounds come later.
        if round == 0 { self.name.clone() } else { format!("{}.retry-{round}", self.name) }
    }

    /// What became of the part; `None` if it was not finished.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn standing(&self, store: &Store) -> Result<Option<Standing>, StreamError> {
        let Some(marks) = self.marks(store, 0)? else { return Ok(None) };
        let mut standing = Standing { marks, rounds: 1 };
        while let Some(marks) = self.marks(store, standing.rounds)? {
            let tried = standing.marks.iter_mut().filter(|mark| **mark == Mark::MayPass);
            for (mark, new) in tried.zip(marks) {
                *mark = new;
            }
            standing.rounds += 1;
        }
        Ok(Some(standing))
    }

    /// What the answers of a round say; `None` if it was not finished.
    fn marks(&self, store: &Store, round: u32) -> Result<Option<Vec<Mark>>, StreamError> {
        let Some(last) = piece(store, &self.key(round))? else { return Ok(None) };
        let mut marks = Vec::new();
        for number in 1.. {
            let Some(bytes) = piece(store, &self.piece(round, number))? else { break };
            marks.extend(lines(&bytes).map(mark));
        }
        marks.extend(lines(&last).map(mark));
        Ok(Some(marks))
    }
}

fn piece(store: &Store, key: &str) -> Result<Option<Vec<u8>>, StreamError> {
    match store.get(key, LARGEST) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(ReadError::Missing) => Ok(None),
        Err(ReadError::Refused { why }) => {
            Err(StorageError::Read { key: key.to_owned(), why: why.to_string() }.into())
        }
        Err(ReadError::NoObject | ReadError::Beyond) => {
            let why = "something else than answers is there".to_owned();
            Err(StorageError::Read { key: key.to_owned(), why }.into())
        }
        Err(ReadError::Storage(why)) => Err(why.into()),
        Err(ReadError::TooLarge) => {
            let why = format!("it has more than {LARGEST} bytes");
            Err(StorageError::Read { key: key.to_owned(), why }.into())
        }
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

impl Standing {
    /// How many lines were answered: of a part that is whole, as many as it has.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.marks.len()
    }

    /// How many lines have an error.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.marks.iter().filter(|mark| **mark != Mark::Converted).count()
    }

    /// How many lines have an error that may have passed: a page that could not be had, or that cost its worker.
    #[must_use]
    pub fn may_pass(&self) -> usize {
        self.marks.iter().filter(|mark| **mark == Mark::MayPass).count()
    }

    /// Which lines those are, for [`Shard::only`](super::Shard::only).
    #[must_use]
    pub fn to_try_again(&self) -> Vec<bool> {
        self.marks.iter().map(|mark| *mark == Mark::MayPass).collect()
    }

    /// The number of the next round.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }
}

/// Takes the answers of a round line by line, and stores them.
pub struct Keeper<'a> {
    store: &'a Store,
    part: &'a Part,
    round: u32,
    /// Answers that are not stored, and their number.
    held: Vec<u8>,
    lines: usize,
    /// How many pieces are stored.
    pieces: u32,
    trouble: Option<StorageError>,
    /// What was stored before is damaged, and is replaced.
    replacing: bool,
}

impl<'a> Keeper<'a> {
    /// For round `round` (from 0) of `part`.
    #[must_use]
    pub fn new(store: &'a Store, part: &'a Part, round: u32) -> Self {
        Self { store, part, round, held: Vec::new(), lines: 0, pieces: 0, trouble: None, replacing: false }
    }

    /// The name of the last piece.
    #[must_use]
    pub fn key(&self) -> String {
        self.part.key(self.round)
    }

    /// The same, in place of what is stored, of which answers are missing.
    #[must_use]
    pub fn replacing(self) -> Self {
        Self { replacing: true, ..self }
    }

    /// Why an answer could not be stored, if the store was to blame.
    pub fn trouble(&mut self) -> Option<StorageError> {
        self.trouble.take()
    }

    /// All answers were given: stores the last piece.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn finish(mut self) -> Result<(), StorageError> {
        let key = self.part.key(self.round);
        self.put(key)
    }

    /// What another attempt has stored is left: its answers differ in who wrote what only.
    fn put(&mut self, key: String) -> Result<(), StorageError> {
        let bytes = std::mem::take(&mut self.held);
        self.lines = 0;
        let object = Object { key, sha256: sha256(&bytes), bytes };
        if self.replacing { self.store.replace(&object) } else { self.store.put(&[object]).map(drop) }
    }
}

impl Write for Keeper<'_> {
    /// Takes whole lines only, as a stream writes its answers.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(line);
        self.lines += usize::from(line.ends_with(b"\n"));
        if self.lines >= PIECE {
            self.pieces += 1;
            let key = self.part.piece(self.round, self.pieces);
            self.put(key).map_err(|error| {
                let shown = io::Error::other(error.to_string());
                self.trouble = Some(error);
                shown
            })?;
        }
        Ok(line.len())
    }

    /// Nobody waits for the single answer here.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use serde_json::json;

    use super::{Keeper, PIECE, Part, Store};
    use crate::stream::answer::{Answer, Failure};
    use crate::stream::storage::{Location, Settings};

    fn part(list: &str, terms: &str) -> Part {
        Part::of(&mut list.as_bytes(), terms, 3, 100).expect("memory")
    }

    fn answer(number: usize, stage: Option<&str>) -> String {
        let failure = |stage: &str| Failure {
            stage: stage.to_owned(),
            code: "code".to_owned(),
            message: String::new(),
        };
        match stage {
            None => Answer::ok(json!(number), Vec::new(), Vec::new()).line(),
            Some(stage) => Answer::failed(json!(number), failure(stage), Vec::new()).line(),
        }
    }

    fn keep(store: &Store, part: &Part, round: u32, answers: &[String]) {
        let mut keeper = Keeper::new(store, part, round);
        for answer in answers {
            keeper.write_all(answer.as_bytes()).expect("stored");
        }
        keeper.finish().expect("stored");
    }

    #[test]
    fn a_part_is_named_by_list_and_terms() {
        let one = part("a\nb", "terms");
        assert!(
            one.key(0).starts_with("shards/") && one.key(0).ends_with("/00003-of-00100.jsonl"),
            "{one:?}"
        );
        assert_eq!(one, part("a\nb", "terms"));
        assert_ne!(one, part("a\nc", "terms"));
        assert_ne!(one, part("a\nb", "others"));
        assert!(one.piece(0, 1) < one.key(0) && one.key(0) < one.key(1));
    }

    #[test]
    fn what_became_of_each_line_is_known_round_by_round() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = Location::Folder(folder.path().to_path_buf());
        let store = Store::open(&location, &Settings::default()).expect("a store");
        let part = part("list", "terms");
        assert_eq!(part.standing(&store), Ok(None));
        // More than one piece: the last line of the first, and one of the second, may pass.
        let stage = |number: usize| match number {
            5 => Some("extract"),
            _ if number + 1 == PIECE || number == PIECE + 7 => Some("acquire"),
            _ => None,
        };
        let first: Vec<String> = (0..PIECE + 10).map(|number| answer(number, stage(number))).collect();
        keep(&store, &part, 0, &first);
        let standing = part.standing(&store).expect("a store").expect("finished");
        assert_eq!((standing.errors(), standing.may_pass(), standing.rounds()), (3, 2, 1));
        let again = standing.to_try_again();
        assert_eq!(again.len(), PIECE + 10);
        assert!(again[PIECE - 1] && again[PIECE + 7] && !again[5]);
        keep(&store, &part, 1, &[answer(0, Some("worker")), answer(0, None)]);
        let standing = part.standing(&store).expect("a store").expect("finished");
        assert_eq!((standing.errors(), standing.may_pass(), standing.rounds()), (2, 1, 2));
        assert!(standing.to_try_again()[PIECE - 1]);
    }
}
