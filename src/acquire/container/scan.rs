//! Turns a WARC file, compressed or not, into the outlines of its records and the places of its damage.
//!
//! Memory does not grow with the file or its records. After damage, reading goes on at the next thing that looks like
//! a record: `WARC/1.` at the beginning of a line, or a gzip member with one in it.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::record::{Outline, RecordFault, is_damage, outline, record_head};
use super::stretch::{Stretch, StretchReader};

/// The first bytes of a gzip member with deflate data (RFC 1952, 2.3).
const GZIP: &[u8] = b"\x1F\x8B\x08";

/// A member that goes on so far beyond the end of its record holds something else.
const LEFT_OVER: u64 = 1 << 20;

/// After so many times the length of the file, reading again what damaged members covered is given up.
const REREAD: u64 = 4;

/// Is told of what is found, in the order of the file.
pub(super) trait Visit {
    /// A sound record at `offset`.
    fn record(&mut self, offset: u64, outline: Outline);
    /// Damage at `offset`.
    fn fault(&mut self, offset: u64, fault: RecordFault);
}

/// How a file was found to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Records one after the other.
    Plain,
    /// Each record a gzip member.
    Members,
    /// Several records in one gzip member: none but the first can be found by its offset. The scan ended there.
    SeveralInMember,
}

/// Goes through the whole of `stretch`.
pub(super) fn scan(stretch: &Stretch, visit: &mut dyn Visit) -> io::Result<Shape> {
    let mut reader = stretch.open(0)?;
    if reader.fill_buf()?.starts_with(b"WARC/") {
        plain(&mut reader, visit)?;
        return Ok(Shape::Plain);
    }
    // The first member may be the damaged one: whichever comes first decides.
    let gzip = if reader.find(GZIP)? { reader.position() } else { u64::MAX };
    reader.seek_to(0)?;
    if gzip > 0 && reader.find(b"WARC/1.")? && reader.position() < gzip {
        reader.seek_to(0)?;
        plain(&mut reader, visit)?;
        return Ok(Shape::Plain);
    }
    reader.seek_to(0)?;
    members(&mut reader, visit)
}

fn plain(reader: &mut StretchReader, visit: &mut dyn Visit) -> io::Result<()> {
    loop {
        line_breaks(reader)?;
        let at = reader.position();
        if at >= reader.length() {
            return Ok(());
        }
        if let Err((fault, go_on)) = plain_record(reader, at, visit)? {
            visit.fault(at, fault);
            reader.seek_to(go_on.min(reader.length()))?;
            next_record(reader)?;
        }
    }
}

/// What is wrong with a record, and the offset from which the next one is looked for.
type Damage = (RecordFault, u64);

fn plain_record(
    reader: &mut StretchReader,
    at: u64,
    visit: &mut dyn Visit,
) -> io::Result<Result<(), Damage>> {
    let record = match record_head(reader)? {
        Ok(record) => record,
        // What was read of a head without end is passed over, or many such heads would be read again and again.
        Err(fault @ RecordFault::HeadTooLarge) => return Ok(Err((fault, reader.position()))),
        Err(fault) => return Ok(Err((fault, at + 1))),
    };
    let block = reader.position();
    let Some(end) = block.checked_add(record.length).filter(|end| *end <= reader.length()) else {
        return Ok(Err((RecordFault::CutOff, block)));
    };
    let length = record.length;
    let outlined = outline(record, &mut Read::take(&mut *reader, length))?;
    reader.seek_to(end)?;
    line_breaks(reader)?;
    if !is_end(reader)? && !begins(reader, b"WARC/")? {
        return Ok(Err((RecordFault::WrongLength, block)));
    }
    match outlined {
        Ok(outline) => {
            visit.record(at, outline);
            Ok(Ok(()))
        }
        Err(fault) => Ok(Err((fault, end))),
    }
}

fn next_record(reader: &mut StretchReader) -> io::Result<()> {
    while reader.find(b"\nWARC/1.")? {
        // A page may say so too; a record's first line says no more.
        let line = reader.position() + 1;
        reader.seek_to(line)?;
        let mut first = Vec::new();
        Read::take(&mut *reader, 12).read_until(b'\n', &mut first)?;
        if first.ends_with(b"\n") {
            return reader.seek_to(line);
        }
        reader.seek_to(line)?;
    }
    Ok(())
}

fn line_breaks(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let count = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let more = count > 0 && count == buffer.len();
        reader.consume(count);
        if !more {
            return Ok(());
        }
    }
}

fn is_end(reader: &mut impl BufRead) -> io::Result<bool> {
    Ok(reader.fill_buf()?.is_empty())
}

/// Whether `pattern` comes next; the reader stays where it is.
fn begins(reader: &mut StretchReader, pattern: &[u8]) -> io::Result<bool> {
    let here = reader.position();
    let mut ahead = Vec::new();
    Read::take(&mut *reader, pattern.len() as u64).read_to_end(&mut ahead)?;
    reader.seek_to(here)?;
    // At the end of the file the pattern may be cut off.
    Ok(!ahead.is_empty() && pattern.starts_with(&ahead))
}

/// What a gzip member holds.
enum Member {
    /// Nothing.
    Empty,
    Record(Box<Outline>),
    Several,
    /// A sound record would be in it, but for this. The reader stands behind the member.
    Fault(RecordFault),
    /// No record begins in it.
    Foreign,
}

fn members(reader: &mut StretchReader, visit: &mut dyn Visit) -> io::Result<Shape> {
    let mut searching = false;
    let mut reread = 0_u64;
    loop {
        let at = reader.position();
        let found = reader.find(GZIP)?;
        let start = reader.position();
        if !searching && start > at {
            visit.fault(at, RecordFault::NotGzip);
        }
        if !found {
            return Ok(Shape::Members);
        }
        let mut began = false;
        match member(reader, &mut began) {
            Ok(Member::Empty) => {}
            Ok(Member::Several) => return Ok(Shape::SeveralInMember),
            Ok(Member::Record(outline)) => {
                visit.record(start, *outline);
                searching = false;
            }
            Ok(Member::Fault(fault)) => {
                visit.fault(start, fault);
                searching = false;
            }
            Ok(Member::Foreign) => {
                if !searching {
                    visit.fault(start, RecordFault::NotARecord);
                }
                searching = true;
                reader.seek_to(start + 1)?;
            }
            Err(error) if is_damage(&error) => {
                if began || !searching {
                    let cut_off = error.kind() == io::ErrorKind::UnexpectedEof;
                    let why = error.to_string();
                    visit.fault(start, if cut_off { RecordFault::CutOff } else { RecordFault::Gzip { why } });
                }
                searching = true;
                reread += reader.position() - start;
                if reread <= reader.length().saturating_mul(REREAD) {
                    reader.seek_to(start + 1)?;
                }
            }
            Err(error) => return Err(error),
        }
    }
}

/// Reads the member at which `reader` stands to its end; `began` is set once it shows to be a record.
fn member(reader: &mut StretchReader, began: &mut bool) -> io::Result<Member> {
    let mut member = BufReader::with_capacity(16 << 10, GzDecoder::new(&mut *reader));
    line_breaks(&mut member)?;
    let start = member.fill_buf()?;
    if start.is_empty() {
        return Ok(Member::Empty);
    }
    if !is_beginning(start) {
        return Ok(Member::Foreign);
    }
    *began = true;
    let record = match record_head(&mut member)? {
        Ok(record) => record,
        Err(fault) => {
            left_over(&mut member)?;
            return Ok(Member::Fault(fault));
        }
    };
    let mut block = Read::take(&mut member, record.length);
    let outlined = outline(record, &mut block)?;
    io::copy(&mut block, &mut io::sink())?;
    let missing = block.limit();
    if missing > 0 {
        return Ok(Member::Fault(RecordFault::WrongLength));
    }
    line_breaks(&mut member)?;
    let rest = member.fill_buf()?;
    let outcome = match outlined {
        _ if is_beginning(rest) => return Ok(Member::Several),
        _ if !rest.is_empty() => Member::Fault(RecordFault::WrongLength),
        Ok(outline) => Member::Record(Box::new(outline)),
        Err(fault) => Member::Fault(fault),
    };
    left_over(&mut member)?;
    Ok(outcome)
}

/// Whether a record begins in a buffer, so far as it reaches.
fn is_beginning(buffer: &[u8]) -> bool {
    !buffer.is_empty() && buffer.iter().zip(b"WARC/").all(|(byte, expected)| byte == expected)
}

/// Goes to the end of a member whose record has ended.
fn left_over(member: &mut impl BufRead) -> io::Result<()> {
    if io::copy(&mut member.take(LEFT_OVER), &mut io::sink())? == LEFT_OVER {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the member goes on behind its record"));
    }
    Ok(())
}
