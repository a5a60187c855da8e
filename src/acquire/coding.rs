//! Undoes the content codings of HTTP (RFC 9110, 8.4): gzip, deflate, Brotli.

use std::io::{self, BufRead, BufReader};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::container::head::Head;

/// More encodings one upon the other than this are an attack.
const MAX_ENCODINGS: usize = 4;

/// What `reader` gives, without the encodings that `head` names. An encoding that the bytes do not show is passed over.
/// Whoever reads on sets the limit.
///
/// # Errors
/// If an encoding is not known, or there are too many, or the first bytes cannot be read.
pub(super) fn undo<'a>(reader: Box<dyn BufRead + 'a>, head: &Head) -> io::Result<Box<dyn BufRead + 'a>> {
    let names = head.all("content-encoding").flat_map(|value| value.split(','));
    let mut encodings: Vec<String> =
        names.take(MAX_ENCODINGS + 1).map(|name| name.trim().to_ascii_lowercase()).collect();
    encodings.retain(|name| !matches!(name.as_str(), "" | "identity" | "none" | "utf-8"));
    if encodings.len() > MAX_ENCODINGS {
        return Err(damaged("too many content encodings"));
    }
    let mut reader = reader;
    for name in encodings.iter().rev() {
        reader = layer(reader, name)?;
    }
    Ok(reader)
}

fn layer<'a>(mut reader: Box<dyn BufRead + 'a>, name: &str) -> io::Result<Box<dyn BufRead + 'a>> {
    let start = reader.fill_buf()?;
    let first = start.first().copied().unwrap_or_default();
    let second = start.get(1).copied().unwrap_or_default();
    // Text does not begin like this; `<` and white space begin pages.
    let is_text = matches!(first, b'<' | b'\r' | b'\n' | b' ' | b'\t' | 0xEF);
    Ok(match name {
        "gzip" | "x-gzip" if first == 0x1F && second == 0x8B => {
            Box::new(BufReader::new(MultiGzDecoder::new(reader)))
        }
        // RFC 1950, 2.2: the first two bytes, as a number, are a multiple of 31. Some servers send it bare.
        "deflate" if first & 0x0F == 8 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0 => {
            Box::new(BufReader::new(ZlibDecoder::new(reader)))
        }
        "deflate" if !is_text => Box::new(BufReader::new(DeflateDecoder::new(reader))),
        "br" if !is_text => Box::new(BufReader::new(brotli_decompressor::Decompressor::new(reader, 8 << 10))),
        "gzip" | "x-gzip" | "deflate" | "br" => reader,
        other => return Err(damaged(&format!("the content encoding {other} is not known"))),
    })
}

pub(super) fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
