//! Turns the body of an HTTP message as it was sent into the bytes that it stands for.

use std::io::{self, BufRead, BufReader, Read};

use super::head::Head;
use crate::acquire::coding::{self, damaged};

/// The longest line that announces a chunk, in bytes.
const MAX_CHUNK_LINE: u64 = 1024;

/// The status of a response: 200 in `HTTP/1.1 200 OK`.
pub(super) fn status(head: &Head) -> Option<u16> {
    let mut words = head.first_line.split_ascii_whitespace();
    words.next().filter(|version| version.get(..4).is_some_and(|http| http.eq_ignore_ascii_case("HTTP")))?;
    words.next()?.parse().ok()
}

/// The body, without transfer and content encodings, at most `limit` bytes and one more.
///
/// Many archives keep the fields `Transfer-Encoding` and `Content-Encoding` of a body that they had decoded before
/// they stored it: an encoding that the bytes do not show is passed over.
pub(super) fn decoded(body: impl BufRead, head: &Head, limit: u64) -> io::Result<Vec<u8>> {
    let reader: Box<dyn BufRead + '_> =
        if is_chunked(head) { Box::new(BufReader::new(Chunks::new(body))) } else { Box::new(body) };
    let reader = coding::undo(reader, head)?;
    let mut bytes = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_chunked(head: &Head) -> bool {
    head.all("transfer-encoding").any(|value| value.to_ascii_lowercase().contains("chunked"))
}

/// The body without its transfer coding, its content encodings left; `None` where it has no transfer coding, or a damaged
/// one.
pub(super) fn transferred(body: &[u8], head: &Head) -> Option<Vec<u8>> {
    if !is_chunked(head) {
        return None;
    }
    let mut bytes = Vec::new();
    Chunks::new(body).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Undoes the chunked transfer coding (RFC 9112, 7.1).
struct Chunks<R> {
    inner: R,
    state: State,
}

enum State {
    /// Nothing was read yet.
    Before,
    /// So many bytes of a chunk are left.
    Within(u64),
    /// It was not chunked after all: these bytes were looked at in vain, from this one on.
    Plain(Vec<u8>, usize),
    Ended,
}

impl<R: BufRead> Chunks<R> {
    fn new(inner: R) -> Self {
        Self { inner, state: State::Before }
    }

    /// The length that the next line announces, and the line; no length where it is no such line.
    fn announced(&mut self) -> io::Result<(Option<u64>, Vec<u8>)> {
        let mut line = Vec::new();
        Read::take(&mut self.inner, MAX_CHUNK_LINE).read_until(b'\n', &mut line)?;
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let length = std::str::from_utf8(digits)
            .ok()
            .filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u64::from_str_radix(digits, 16).ok());
        Ok((length.filter(|_| line.ends_with(b"\n")), line))
    }
}

impl<R: BufRead> Read for Chunks<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Before => {
                    let (length, line) = self.announced()?;
                    self.state = match length {
                        Some(0) => State::Ended,
                        Some(length) => State::Within(length),
                        None => State::Plain(line, 0),
                    };
                }
                State::Within(0) => {
                    // The line break behind the chunk.
                    let mut line = Vec::new();
                    Read::take(&mut self.inner, 2).read_until(b'\n', &mut line)?;
                    let (length, line) = self.announced()?;
                    self.state = match length {
                        Some(0) => State::Ended,
                        Some(length) => State::Within(length),
                        // Cut off between two chunks: nothing tells whether more would have come.
                        None if line.is_empty() => State::Ended,
                        None => return Err(damaged("a chunk of no length")),
                    };
                }
                State::Within(left) => {
                    let most = usize::try_from(*left).unwrap_or(usize::MAX).min(out.len());
                    let count = self.inner.read(&mut out[..most])?;
                    if count == 0 && most > 0 {
                        return Err(damaged("a chunk is cut off"));
                    }
                    *left -= count as u64;
                    return Ok(count);
                }
                State::Plain(line, at) if *at < line.len() => {
                    let count = (line.len() - *at).min(out.len());
                    out[..count].copy_from_slice(&line[*at..*at + count]);
                    *at += count;
                    return Ok(count);
                }
                State::Plain(..) => return self.inner.read(out),
                State::Ended => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::{decoded, status};
    use crate::acquire::container::head::Head;

    const PAGE: &[u8] = b"<html>words</html>";

    fn with(fields: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        let head = Head::parse(format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n").as_bytes(), true);
        decoded(body, &head, 1000).map_err(|error| error.to_string())
    }

    fn chunked(body: &[u8]) -> Vec<u8> {
        let (a, b) = body.split_at(5);
        [b"5;ext=1\r\n", a, format!("\r\n{:X}\r\n", b.len()).as_bytes(), b, b"\r\n0\r\n\r\n"].concat()
    }

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn encodings_are_undone_in_order() {
        let page = Ok(PAGE.to_vec());
        assert_eq!(with("Transfer-Encoding: chunked", &chunked(PAGE)), page);
        assert_eq!(with("Content-Encoding: gzip", &gzip(PAGE)), page);
        let both = "Transfer-Encoding: Chunked\r\nContent-Encoding: GZIP";
        assert_eq!(with(both, &chunked(&gzip(PAGE))), page);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(PAGE).expect("memory");
        assert_eq!(with("Content-Encoding: deflate", &zlib.finish().expect("memory")), page);
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
        bare.write_all(PAGE).expect("memory");
        assert_eq!(with("Content-Encoding: deflate", &bare.finish().expect("memory")), page);
        let brotli = [&[139, 8, 128], PAGE, &[3]].concat();
        assert_eq!(with("Content-Encoding: br", &brotli), page);
    }

    #[test]
    fn encodings_that_the_bytes_do_not_show_are_passed_over() {
        for fields in ["Transfer-Encoding: chunked", "Content-Encoding: gzip", "Content-Encoding: br"] {
            assert_eq!(with(fields, PAGE), Ok(PAGE.to_vec()), "{fields}");
        }
    }

    #[test]
    fn damage_and_bombs_are_told() {
        let encoded = chunked(PAGE);
        assert!(with("Transfer-Encoding: chunked", &encoded[..encoded.len() - 12]).is_err());
        assert!(with("Transfer-Encoding: chunked", b"5\r\n<htmlx\r\n").is_err());
        assert!(with("Content-Encoding: gzip", &gzip(PAGE)[..20]).is_err());
        assert!(with("Content-Encoding: zstd", PAGE).is_err());
        assert!(with(&"Content-Encoding: gzip\r\n".repeat(5), PAGE).is_err());
        assert_eq!(
            with("Content-Encoding: gzip", &gzip("x".repeat(100_000).as_bytes())).map(|bytes| bytes.len()),
            Ok(1001)
        );
    }

    #[test]
    fn a_status_line_may_be_malformed() {
        let status = |line: &str| status(&Head::parse(line.as_bytes(), true));
        assert_eq!(status("HTTP/1.1 200 OK"), Some(200));
        assert_eq!(status("http/2 404"), Some(404));
        assert_eq!(status("ICY 200"), None);
        assert_eq!(status("HTTP/1.1"), None);
        assert_eq!(status("HTTP/1.1 99999 x"), None);
    }
}
