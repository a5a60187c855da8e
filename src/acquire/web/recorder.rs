//! Keeps the head of an answer as it came over the connection, byte for byte.
//!
//! ureq hands out parsed fields: the case of names, the order and the reason phrase are gone. An archive keeps what was
//! sent. So the last link of the chain of connectors listens to what is read, behind TLS, until the head is whole.
//! A request is made and read by one thread, hence the notes are the thread's.

use std::cell::RefCell;
use std::fmt;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// More than the largest head that is accepted.
const MOST: usize = 160 << 10;

#[derive(Default)]
struct Notes {
    bytes: Vec<u8>,
    /// A connection through a proxy is a connection within a connection: the outer one is listened to.
    within: bool,
}

thread_local! {
    static NOTES: RefCell<Notes> = RefCell::default();
}

/// What this thread read since its last request: heads, and as much of the body as came with them.
pub(super) fn take() -> Vec<u8> {
    NOTES.with_borrow_mut(|notes| std::mem::take(&mut notes.bytes))
}

/// The link of the chain.
#[derive(Debug)]
pub(super) struct Recorder;

impl<In: Transport> Connector<In> for Recorder {
    type Out = Recorded<In>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(Recorded))
    }
}

/// A connection that is listened to.
pub(super) struct Recorded<In>(In);

impl<In: Transport> Transport for Recorded<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        NOTES.with_borrow_mut(|notes| {
            if !notes.within {
                notes.bytes.clear();
            }
        });
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let before = self.0.buffers().input().len();
        let outermost = NOTES.with_borrow_mut(|notes| !std::mem::replace(&mut notes.within, true));
        let result = self.0.await_input(timeout);
        if outermost {
            NOTES.with_borrow_mut(|notes| {
                notes.within = false;
                // The body follows for as long as it takes; only what came first is of interest.
                let room = MOST.saturating_sub(notes.bytes.len());
                let new = self.0.buffers().input().get(before..).unwrap_or_default();
                notes.bytes.extend_from_slice(&new[..new.len().min(room)]);
            });
        }
        result
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

impl<In> fmt::Debug for Recorded<In> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorded")
    }
}

/// The head of the answer with `status` within `bytes`, with lines that end in CR LF; interim answers (1xx) before it
/// are passed over. None if it is not there.
pub(super) fn head_of(bytes: &[u8], status: u16) -> Option<Vec<u8>> {
    let mut rest = bytes;
    loop {
        let mut head = Vec::new();
        loop {
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            rest = after;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            head.extend_from_slice(line);
            head.extend_from_slice(b"\r\n");
            if line.is_empty() {
                break;
            }
        }
        let code = head.get(9..12).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| code.parse::<u16>().ok()) {
            Some(found) if found == status => return Some(head),
            Some(100..=199) => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::head_of;

    #[test]
    fn the_head_is_kept_as_it_came_and_ends_where_it_ends() {
        let bytes = b"HTTP/1.1 200 Fine\r\nETag:  \"a\"\r\nX: 1\r\n\r\nbody\r\n\r\n";
        assert_eq!(
            head_of(bytes, 200).as_deref(),
            Some(b"HTTP/1.1 200 Fine\r\nETag:  \"a\"\r\nX: 1\r\n\r\n".as_slice())
        );
    }

    #[test]
    fn bare_line_feeds_become_line_ends_and_interim_answers_are_passed_over() {
        let bytes = b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.0 404 No\nA: b\n\nHTTP/1.1 200 no\r\n\r\n";
        assert_eq!(head_of(bytes, 404).as_deref(), Some(b"HTTP/1.0 404 No\r\nA: b\r\n\r\n".as_slice()));
        assert_eq!(head_of(bytes, 200), None);
        assert_eq!(head_of(b"HTTP/1.1 200 OK\r\nA: b\r\n", 200), None);
    }
}
