//! Turns a stream of bytes into lines of bounded length.

use std::io::{self, BufRead};

/// So much of a line that is too long is kept, to find its `id` in it.
const KEPT: usize = 64 << 10;

/// The byte order mark, which some programs write before the first line; where files were joined it stands before any.
pub(super) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A line without its end, and without a byte order mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The whole line.
    Whole(Vec<u8>),
    /// The beginning of a line that is longer than allowed.
    TooLong(Vec<u8>),
}

/// The next line, of at most `limit` bytes; `None` at the end. What stands behind the last line feed is a line too.
pub(super) fn next(reader: &mut impl BufRead, limit: usize) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let (mut seen, mut too_long) = (false, false);
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            break;
        }
        seen = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        if !too_long && line.len() + part.len() > limit {
            too_long = true;
            line.extend_from_slice(part);
            line.truncate(KEPT);
            line.shrink_to_fit();
        } else if !too_long {
            line.extend_from_slice(part);
        }
        let used = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    if !seen {
        return Ok(None);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.starts_with(MARK) {
        line.drain(..MARK.len());
    }
    Ok(Some(if too_long { Line::TooLong(line) } else { Line::Whole(line) }))
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::{Line, next};

    fn lines(input: &[u8], limit: usize, buffer: usize) -> Vec<Line> {
        let mut reader = BufReader::with_capacity(buffer, input);
        let mut lines = Vec::new();
        while let Some(line) = next(&mut reader, limit).expect("memory") {
            lines.push(line);
        }
        lines
    }

    fn whole(text: &str) -> Line {
        Line::Whole(text.as_bytes().to_vec())
    }

    #[test]
    fn each_line_is_one_whatever_ends_it() {
        for buffer in [1, 2, 3, 100] {
            let found = lines(b"a\n\r\nbc\r\n\nd", 10, buffer);
            assert_eq!(found, [whole("a"), whole(""), whole("bc"), whole(""), whole("d")]);
            assert_eq!(lines(b"", 10, buffer), []);
            assert_eq!(lines(b"\n", 10, buffer), [whole("")]);
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_its_beginning_kept() {
        let long = [b"{\"id\":1}".as_slice(), &vec![b'x'; 1 << 20], b"\nnext"].concat();
        let found = lines(&long, 1000, 4096);
        assert_eq!(found.len(), 2);
        let Line::TooLong(start) = &found[0] else { panic!("{found:?}") };
        assert!(start.starts_with(b"{\"id\":1}") && start.len() <= super::KEPT);
        assert_eq!(found[1], whole("next"));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_line() {
        let found = lines("\u{FEFF}{}\n\u{FEFF}{}\r\n{}\u{FEFF}\n\u{FEFF}".as_bytes(), 10, 3);
        assert_eq!(found, [whole("{}"), whole("{}"), whole("{}\u{FEFF}"), whole("")]);
    }

    #[test]
    fn the_limit_is_exact() {
        assert_eq!(lines(b"12345\n123456", 5, 3), [whole("12345"), Line::TooLong(b"123456".to_vec())]);
    }
}
