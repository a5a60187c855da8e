//! Takes every n-th line of a list, for one of n processes that share it.

mod answers;
mod mark;

use std::io::{self, BufRead, Read};

use serde_json::json;

use super::lines::{self, Line, MARK};

pub use answers::{Keeper, Part, Standing};

/// The longest address or path, in bytes. A longer line is handed on as it is, and answered as what it is: no record.
const LONGEST_ADDRESS: usize = 64 << 10;

/// Lines `index`, `index + count`, … (from 0) of a list of records, addresses or paths, as records. Empty lines are no
/// lines. So each line is in one shard, whatever the machine, and neighbours, which are often of one kind, in several.
pub struct Shard<R> {
    list: R,
    index: u64,
    count: u64,
    /// The longest line that is kept, in bytes.
    longest: usize,
    /// Number of the next line of the list.
    next: u64,
    /// Of the lines of this shard, those that are wanted; all, if there is none.
    wanted: Option<std::vec::IntoIter<bool>>,
    /// What is being handed out, and how much of it has been.
    line: Vec<u8>,
    given: usize,
    /// So many spaces and a line feed come behind it: a line that is too long is handed on as one that is too long.
    filling: usize,
}

impl<R: BufRead> Shard<R> {
    /// Part `index` (from 0) of `count` of `list`. Of a line that is longer than `longest` bytes only the beginning is kept;
    /// it is handed out as a line of one byte more than that.
    pub fn new(list: R, index: u64, count: u64, longest: usize) -> Self {
        let (count, next, wanted, given, filling) = (count.max(1), 0, None, 0, 0);
        Self { list, index, count, longest, next, wanted, line: Vec::new(), given, filling }
    }

    /// Only those lines of this shard that are `true` in `wanted`.
    #[must_use]
    pub fn only(self, wanted: Vec<bool>) -> Self {
        Self { wanted: Some(wanted.into_iter()), ..self }
    }

    /// How many lines it has.
    ///
    /// # Errors
    /// If the list cannot be read.
    pub fn count(mut self) -> io::Result<usize> {
        let mut count = 0;
        while self.advance()? {
            count += 1;
        }
        Ok(count)
    }

    /// Goes to the next line of this shard. Lines of others are not kept, however long they are.
    fn advance(&mut self) -> io::Result<bool> {
        loop {
            self.line.clear();
            self.given = 0;
            if self.list.fill_buf()?.is_empty() {
                return Ok(false);
            }
            let line = if self.next % self.count == self.index {
                match lines::next(&mut self.list, self.longest)? {
                    Some(Line::Whole(line)) if line.trim_ascii().is_empty() => continue,
                    line => line,
                }
            } else {
                if !skip_line(&mut self.list)? {
                    self.next += 1;
                }
                continue;
            };
            self.next += 1;
            if !self.wanted.as_mut().is_none_or(|wanted| wanted.next().unwrap_or(false)) {
                continue;
            }
            match line {
                Some(Line::Whole(line)) => self.line = as_record(&line),
                Some(Line::TooLong(start)) => {
                    self.filling = (self.longest + 1).saturating_sub(start.len()) + 1;
                    self.line = start;
                }
                None => return Ok(false),
            }
            return Ok(true);
        }
    }
}

/// Passes over a line, and says whether it was empty. Not the way of [`lines::next`], which would copy it.
fn skip_line(list: &mut impl BufRead) -> io::Result<bool> {
    // What of a byte order mark may still come.
    let (mut empty, mut mark) = (true, MARK);
    loop {
        let buffer = list.fill_buf()?;
        if buffer.is_empty() {
            return Ok(empty && mark_is_over(mark));
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let mut part = &buffer[..end.unwrap_or(buffer.len())];
        while let (Some((first, others)), Some((expected, left))) = (part.split_first(), mark.split_first())
            && first == expected
        {
            (part, mark) = (others, left);
        }
        if !part.is_empty() {
            empty &= mark_is_over(mark) && part.trim_ascii().is_empty();
            mark = &[];
        }
        let used = end.map_or(buffer.len(), |end| end + 1);
        list.consume(used);
        if end.is_some() {
            return Ok(empty && mark_is_over(mark));
        }
    }
}

/// Whether the beginning of a line has no byte order mark, or all of it, where `mark` is what was not met of it.
fn mark_is_over(mark: &[u8]) -> bool {
    mark.is_empty() || mark.len() == MARK.len()
}

/// A record as it stands; an address or a path as the record of what lies there.
fn as_record(line: &[u8]) -> Vec<u8> {
    let line = line.trim_ascii();
    let mut record = if line.starts_with(b"{") || line.len() > LONGEST_ADDRESS {
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
        if self.given == self.line.len() && self.filling > 0 {
            let count = self.filling.min(out.len());
            out[..count].fill(b' ');
            self.filling -= count;
            if self.filling == 0 && count > 0 {
                out[count - 1] = b'\n';
            }
            return Ok(count);
        }
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

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::Shard;

    fn lines(list: &str, index: u64, count: u64) -> Vec<String> {
        let mut text = String::new();
        Shard::new(list.as_bytes(), index, count, 1000).read_to_string(&mut text).expect("memory");
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
    fn a_byte_order_mark_is_no_part_of_an_address_and_makes_no_line() {
        let list = "\u{FEFF}a\n\u{FEFF}\n\u{FEFF}b\n\u{FEFF} \r\nc\n";
        for index in 0..3 {
            let name = ["a", "b", "c"][usize::try_from(index).expect("small")];
            let expected = format!(r#"{{"id":"{name}","uri":"{name}","v":1}}"#);
            assert_eq!(lines(list, index, 3), [expected]);
            for buffer in 1..5 {
                let mut text = String::new();
                let list = BufReader::with_capacity(buffer, list.as_bytes());
                Shard::new(list, index, 3, 1000).read_to_string(&mut text).expect("memory");
                assert_eq!(text.lines().count(), 1, "{text}");
            }
        }
    }

    #[test]
    fn of_a_line_that_is_too_long_only_its_length_is_kept() {
        let list = format!("{{\"id\":1}}\n{{\"id\":2}}{}\n{{\"id\":3}}\n", "x".repeat(5000));
        for buffer in [1, 7, 10_000] {
            let mut text = Vec::new();
            let list = BufReader::with_capacity(buffer, list.as_bytes());
            Shard::new(list, 0, 1, 2000).read_to_end(&mut text).expect("memory");
            let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
            assert_eq!(
                (lines[0], lines[2], lines.len()),
                (b"{\"id\":1}".as_slice(), b"{\"id\":3}".as_slice(), 4)
            );
            assert!(lines[1].starts_with(b"{\"id\":2}") && lines[1].len() > 2000, "{}", lines[1].len());
        }
    }

    #[test]
    fn some_lines_of_a_shard_can_be_taken() {
        let mut text = String::new();
        let list = b"{a}\n{b}\n\n{c}\n{d}\n{e}\n".as_slice();
        let shard = Shard::new(list, 0, 2, 1000).only(vec![false, true, true]);
        { shard }.read_to_string(&mut text).expect("memory");
        assert_eq!(text, "{c}\n{e}\n");
    }
}
