//! Turns the lines before an empty line into header fields: of WARC records, HTTP messages and MIME parts alike.

use std::io::{self, BufRead, Read};

/// The largest head, in bytes. Real ones have a few hundred; one that is larger is an attack or no head at all.
pub(in crate::acquire) const MAX_HEAD: usize = 64 << 10;

/// Header fields in their order. Lines that are no fields are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::acquire) struct Head {
    /// The first line, if it was asked for.
    pub(in crate::acquire) first_line: String,
    fields: Vec<(String, String)>,
}

impl Head {
    /// The fields of `bytes`; with `first_line`, the first line is kept apart. A line that begins with white space
    /// goes on with the field before it.
    pub(in crate::acquire) fn parse(bytes: &[u8], first_line: bool) -> Self {
        let mut head = Self::default();
        let mut lines = bytes.split(|byte| *byte == b'\n');
        if first_line {
            head.first_line = text(lines.next().unwrap_or_default());
        }
        for line in lines {
            if matches!(line.first(), Some(b' ' | b'\t')) {
                if let Some((_, value)) = head.fields.last_mut() {
                    value.push(' ');
                    value.push_str(&text(line));
                }
                continue;
            }
            if let Some(colon) = line.iter().position(|byte| *byte == b':') {
                let name = text(&line[..colon]).to_ascii_lowercase();
                head.fields.push((name, text(&line[colon + 1..])));
            }
        }
        head
    }

    /// The value of the first field `name` (in lower case).
    pub(in crate::acquire) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The value of the last field `name`: what counts for a browser where a server sends several content types.
    pub(in crate::acquire) fn last(&self, name: &str) -> Option<&str> {
        self.fields.iter().rfind(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The values of all fields `name`.
    pub(in crate::acquire) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.trim_ascii()).into_owned()
}

/// Why there is no head.
#[derive(Debug)]
pub(in crate::acquire) enum HeadFault {
    /// The input ends before the empty line.
    CutOff,
    /// More than [`MAX_HEAD`] bytes.
    TooLarge,
    /// The input fails.
    Io(io::Error),
}

/// Reads up to and including the empty line, byte for byte.
pub(in crate::acquire) fn read_head(reader: &mut impl BufRead) -> Result<Vec<u8>, HeadFault> {
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        let limit = (MAX_HEAD - before) as u64 + 1;
        let count = Read::take(&mut *reader, limit).read_until(b'\n', &mut bytes).map_err(HeadFault::Io)?;
        if bytes.len() > MAX_HEAD {
            return Err(HeadFault::TooLarge);
        }
        if count == 0 || bytes.last() != Some(&b'\n') {
            return Err(HeadFault::CutOff);
        }
        if bytes[before..].trim_ascii().is_empty() {
            return Ok(bytes);
        }
    }
}

/// A media type in lower case without its parameters: `text/html`.
pub(in crate::acquire) fn media_type(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The value of parameter `name` (in lower case) of a field such as `multipart/related; boundary="a;b"`.
pub(in crate::acquire) fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        // A parameter without a value may stand before it.
        let key = key.rsplit(';').next().unwrap_or_default().trim();
        let after = after.trim_start();
        let (found, next) = if let Some(quoted) = after.strip_prefix('"') {
            quoted.split_once('"').unwrap_or((quoted, ""))
        } else {
            let end = after.find(';').unwrap_or(after.len());
            (after[..end].trim(), &after[end..])
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(found.to_owned()).filter(|found| !found.is_empty());
        }
        rest = next.trim_start().trim_start_matches(';');
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, HeadFault, MAX_HEAD, media_type, parameter, read_head};

    #[test]
    fn a_head_ends_with_its_empty_line_and_is_bounded() {
        let mut input = b"A: b\r\nC: d\r\n\r\nrest".as_slice();
        assert_eq!(read_head(&mut input).ok().as_deref(), Some(b"A: b\r\nC: d\r\n\r\n".as_slice()));
        assert_eq!(input, b"rest");
        assert!(matches!(read_head(&mut b"A: b\r\n".as_slice()), Err(HeadFault::CutOff)));
        let bomb = "A: b\r\n".repeat(MAX_HEAD);
        assert!(matches!(read_head(&mut bomb.as_bytes()), Err(HeadFault::TooLarge)));
        let long = vec![b'a'; 10 * MAX_HEAD];
        assert!(matches!(read_head(&mut long.as_slice()), Err(HeadFault::TooLarge)));
    }

    #[test]
    fn fields_are_found_whatever_their_case_and_folding() {
        let head =
            Head::parse(b"HTTP/1.1 200 OK\r\nX:1\r\nno field\r\nx: 2\r\n\tand 3\r\n\xFF: \xFF\r\n\r\n", true);
        assert_eq!(head.first_line, "HTTP/1.1 200 OK");
        assert_eq!((head.get("x"), head.last("x")), (Some("1"), Some("2 and 3")));
        assert_eq!(head.get("y"), None);
    }

    #[test]
    fn parameters_may_be_quoted() {
        let value = "Multipart/Related; type=\"text/html\"; flag; boundary=\"a;b=c\"";
        assert_eq!(media_type(value), "multipart/related");
        assert_eq!(parameter(value, "boundary").as_deref(), Some("a;b=c"));
        assert_eq!(parameter("text/html;charset=gbk", "charset").as_deref(), Some("gbk"));
        assert_eq!(parameter("text/html; charset=", "charset"), None);
        assert_eq!(parameter("text/html", "charset"), None);
    }
}
