//! What supervisor and worker say to each other: a head in JSON with its length before it, then bytes whose lengths
//! stand in the head.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::answer::{Failure, Remark};

/// The longest head, in bytes: diagnostics quote what they are about.
const LONGEST_HEAD: u64 = 256 << 20;

/// Few parts are longer, in bytes.
const USUAL: u64 = 4 << 20;

/// What a worker says when it can begin.
pub(super) const READY: &[u8] = b"guidang worker 1\n";

/// A page to convert; its HTTP head and its bytes follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) name: String,
    pub(super) url: Option<String>,
    pub(super) charset: Option<String>,
    pub(super) captured: Option<String>,
    /// Length of the HTTP head, if there was one.
    pub(super) http_head: Option<u64>,
    /// Length of the page.
    pub(super) page: u64,
}

/// What became of it; the outputs follow.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Reply {
    pub(super) error: Option<Failure>,
    pub(super) diagnostics: Vec<Remark>,
    /// Format and length of each output.
    pub(super) outputs: Vec<(String, u64)>,
}

/// Writes a head and what follows it.
pub(super) fn write(writer: &mut impl Write, head: &impl Serialize, parts: &[&[u8]]) -> io::Result<()> {
    let head = serde_json::to_vec(head)?;
    writer.write_all(&(head.len() as u64).to_be_bytes())?;
    writer.write_all(&head)?;
    for part in parts {
        writer.write_all(part)?;
    }
    writer.flush()
}

/// Reads a head; `None` at the end.
pub(super) fn read<T: DeserializeOwned>(reader: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 8];
    let mut got = 0;
    while got < length.len() {
        match reader.read(&mut length[got..]) {
            Ok(0) if got == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => got += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = u64::from_be_bytes(length);
    if length > LONGEST_HEAD {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a head that is too long"));
    }
    Ok(Some(serde_json::from_slice(&part(reader, length)?)?))
}

/// Reads `length` bytes that follow a head.
pub(super) fn part(reader: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    // Room for what is usual at once; what is larger grows as it comes, and a false length takes no memory.
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(USUAL)).unwrap_or(0));
    reader.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::{Reply, part, read, write};

    #[test]
    fn what_is_written_is_read() {
        let mut wire = Vec::new();
        let reply = Reply { outputs: vec![("pdf".to_owned(), 3), ("txt".to_owned(), 0)], ..Reply::default() };
        write(&mut wire, &reply, &[b"abc", b""]).expect("memory");
        let mut reader = wire.as_slice();
        let read_back: Reply = read(&mut reader).expect("memory").expect("a head");
        assert_eq!(read_back.outputs, reply.outputs);
        assert_eq!(part(&mut reader, 3).expect("memory"), b"abc");
        assert!(read::<Reply>(&mut reader).expect("memory").is_none());
    }

    #[test]
    fn what_is_cut_off_is_an_error_and_no_end() {
        let mut wire = Vec::new();
        write(&mut wire, &Reply::default(), &[]).expect("memory");
        for end in 1..wire.len() {
            assert!(read::<Reply>(&mut &wire[..end]).is_err(), "{end}");
        }
        assert!(read::<Reply>(&mut [0xFF; 16].as_slice()).is_err());
        assert!(part(&mut b"ab".as_slice(), 3).is_err());
    }
}
