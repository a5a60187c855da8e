//! Takes every n-th line of a list, for one of n processes that share it.

use std::io::{self, BufRead, Read};

use serde_json::json;
use sha2::{Digest, Sha256};

/// Lines `index`, `index + count`, … (from 0) of a list of records, addresses or paths, as records. Empty lines are no
/// lines. So each line is in one shard, whatever the machine, and neighbours, which are often of one kind, in several.
pub struct Shard<R> {
    list: R,
    index: u64,
    count: u64,
    /// Number of the next line of the list.
    next: u64,
    /// What is being handed out, and how much of it has been.
    line: Vec<u8>,
    given: usize,
}

impl<R: BufRead> Shard<R> {
    /// Part `index` (from 0) of `count` of `list`.
    pub fn new(list: R, index: u64, count: u64) -> Self {
        Self { list, index, count: count.max(1), next: 0, line: Vec::new(), given: 0 }
    }

    /// Goes to the next line of this shard. Lines of others are not kept, however long they are.
    fn advance(&mut self) -> io::Result<bool> {
        loop {
            self.line.clear();
            self.given = 0;
            if self.list.fill_buf()?.is_empty() {
                return Ok(false);
            }
            let mine = self.next % self.count == self.index;
            let empty = if mine {
                self.list.read_until(b'\n', &mut self.line)?;
                self.line.trim_ascii().is_empty()
            } else {
                skip_line(&mut self.list)?
            };
            if empty {
                continue;
            }
            self.next += 1;
            if mine {
                self.line = as_record(&self.line);
                return Ok(true);
            }
        }
    }
}

/// Passes over a line, and says whether it was empty.
fn skip_line(list: &mut impl BufRead) -> io::Result<bool> {
    let mut empty = true;
    loop {
        let buffer = list.fill_buf()?;
        if buffer.is_empty() {
            return Ok(empty);
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        empty &= buffer[..end.unwrap_or(buffer.len())].trim_ascii().is_empty();
        let used = end.map_or(buffer.len(), |end| end + 1);
        list.consume(used);
        if end.is_some() {
            return Ok(empty);
        }
    }
}

/// A record as it stands; an address or a path as the record of what lies there.
fn as_record(line: &[u8]) -> Vec<u8> {
    let line = line.trim_ascii();
    let mut record = if line.starts_with(b"{") {
        line.to_vec()
    } else {
        match std::str::from_utf8(line) {
            Ok(uri) => json!({ "v": 1, "id": uri, "uri": uri }).to_string().into_bytes(),
            // Answered as what it is: no record.
            Err(_) => line.to_vec(),
        }
    };
    record.push(b'\n');
    record
}

impl<R: BufRead> Read for Shard<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.line.len() && !self.advance()? {
            return Ok(0);
        }
        let left = &self.line[self.given..];
        let count = left.len().min(out.len());
        out[..count].copy_from_slice(&left[..count]);
        self.given += count;
        Ok(count)
    }
}

/// The name of the answers of part `index` of `count` in the store: `shards/89abcdef01234567/00003-of-00100.jsonl`. It
/// depends on the list and on what outputs depend on: the answers to another list are never taken for these. It is there
/// when all lines of the shard were answered, and only then.
///
/// # Errors
/// If `list` cannot be read.
pub fn answers_key(list: &mut impl Read, terms: &str, index: u64, count: u64) -> io::Result<String> {
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
    Ok(format!("shards/{digest}/{index:05}-of-{count:05}.jsonl"))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Shard, answers_key};

    fn lines(list: &str, index: u64, count: u64) -> Vec<String> {
        let mut text = String::new();
        Shard::new(list.as_bytes(), index, count).read_to_string(&mut text).expect("memory");
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_line_is_in_one_shard() {
        let list = "\na\n{\"id\":1}\n \r\n/x/b c.html\r\ns3://k/d\nlast";
        let mut all: Vec<String> = (0..3).flat_map(|index| lines(list, index, 3)).collect();
        let mut whole = lines(list, 0, 1);
        assert_eq!(whole.len(), 5);
        assert_eq!(whole[1], "{\"id\":1}");
        assert_eq!(whole[2], r#"{"id":"/x/b c.html","uri":"/x/b c.html","v":1}"#);
        assert_eq!(lines(list, 1, 3), [whole[1].clone(), whole[4].clone()]);
        all.sort();
        whole.sort();
        assert_eq!(all, whole);
        assert_eq!(lines("", 0, 2), Vec::<String>::new());
    }

    #[test]
    fn answers_are_named_by_list_and_terms() {
        let key = |list: &str, terms: &str| answers_key(&mut list.as_bytes(), terms, 3, 100).expect("memory");
        let one = key("a\nb", "terms");
        assert!(one.starts_with("shards/") && one.ends_with("/00003-of-00100.jsonl"), "{one}");
        assert_eq!(one, key("a\nb", "terms"));
        assert_ne!(one, key("a\nc", "terms"));
        assert_ne!(one, key("a\nb", "others"));
    }
}
