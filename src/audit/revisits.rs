//! Reads the captures that gave nothing new: each record whole, as it was written, and told of in the event log.

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::ledger::Noted;
use super::report::Subject;
use super::{Check, Fault, Tally};
use crate::archive::store::layout::REVISITS;
use crate::archive::store::reading::{self, Kind};
use crate::archive::store::{Store, StoreError};
use crate::document::sha256;

/// A record of ours has a head of at most 64 KiB twice; more is none of ours.
const LONGEST: u64 = 4 << 20;

/// Looks at every record. `noted` are the digests that the log has of them.
pub(super) fn audit(store: &Store, mut noted: Noted, tally: &mut Tally) {
    let root = store.root();
    let names = match reading::look(root, REVISITS) {
        Ok(Kind::Folder) => reading::names(root, REVISITS).unwrap_or_default(),
        _ => Vec::new(),
    };
    for name in names.iter().filter(|name| is_month(name)) {
        let file = format!("{REVISITS}/{name}");
        let subject = Subject { file: Some(&file), ..Subject::default() };
        match read(store, &file, &mut noted, tally) {
            Ok(None) => {}
            Ok(Some(fault)) => tally.fault(Check::EventCoverage, subject, &fault),
            Err(error) => {
                tally.fault(Check::EventCoverage, subject, &Fault::Unreadable { why: error.to_string() });
            }
        }
    }
    for file in noted.left() {
        let file = format!("{REVISITS}/{file}");
        let subject = Subject { file: Some(&file), ..Subject::default() };
        tally.fault(Check::EventCoverage, subject, &Fault::RecordMissing);
    }
}

/// `2026-11.warc.gz`.
pub(super) fn is_month(name: &str) -> bool {
    let month = name.strip_suffix(".warc.gz").unwrap_or_default();
    month.len() >= 7 && month.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Reads a file record by record; the first that is damaged ends it. A record that the log does not tell of was written
/// by someone who was interrupted then.
fn read(
    store: &Store,
    file: &str,
    noted: &mut Noted,
    tally: &mut Tally,
) -> Result<Option<Fault>, StoreError> {
    let Some((opened, _)) = reading::open(store.root(), file)? else { return Ok(None) };
    let mut input = BufReader::new(opened);
    loop {
        match input.fill_buf() {
            Ok([]) => return Ok(None),
            Ok(_) => {}
            Err(error) => return Ok(Some(Fault::Unreadable { why: error.to_string() })),
        }
        tally.looked(Check::EventCoverage);
        let mut bytes = Vec::new();
        let mut member = GzDecoder::new(Listener { input: &mut input, heard: &mut bytes });
        let mut plain = Vec::new();
        if let Err(error) = Read::by_ref(&mut member).take(LONGEST).read_to_end(&mut plain) {
            return Ok(Some(Fault::NotOpened { why: error.to_string() }));
        }
        drop(member);
        if !noted.take(&sha256(&bytes)) {
            let subject = Subject { file: Some(file), ..Subject::default() };
            tally.remark(Check::EventCoverage, subject, &Fault::Unfinished);
        }
    }
}

/// Keeps what is consumed: the bytes of a member are known when its reader is through.
struct Listener<'a, R> {
    input: &'a mut R,
    heard: &'a mut Vec<u8>,
}

impl<R: BufRead> Read for Listener<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.input.read(out)?;
        self.heard.extend_from_slice(&out[..count]);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Listener<'_, R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(bytes) = self.input.fill_buf() {
            self.heard.extend_from_slice(&bytes[..amount.min(bytes.len())]);
        }
        self.input.consume(amount);
    }
}
