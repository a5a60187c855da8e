//! Turns lines into the same lines in order, in bounded memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Lines, Seek, Write};

/// Bytes of lines that are held in memory.
const HELD: usize = 32 << 20;

/// Takes lines without line feeds, in any order.
#[derive(Default)]
pub(super) struct Sorter {
    lines: Vec<String>,
    held: usize,
    /// Temporary files, each in order, without names.
    runs: Vec<File>,
}

impl Sorter {
    pub(super) fn push(&mut self, line: String) -> io::Result<()> {
        self.held += line.len() + size_of::<String>();
        self.lines.push(line);
        if self.held < HELD { Ok(()) } else { self.spill() }
    }

    fn spill(&mut self) -> io::Result<()> {
        self.lines.sort_unstable();
        let mut out = BufWriter::new(tempfile::tempfile()?);
        for line in self.lines.drain(..) {
            writeln!(out, "{line}")?;
        }
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        self.held = 0;
        Ok(())
    }

    /// The lines in the order of their bytes.
    pub(super) fn sorted(mut self) -> io::Result<impl Iterator<Item = io::Result<String>>> {
        self.lines.sort_unstable();
        let mut merge = Merge {
            held: self.lines.into_iter(),
            runs: self.runs.into_iter().map(|file| BufReader::new(file).lines()).collect(),
            next: BinaryHeap::new(),
        };
        for from in 0..=merge.runs.len() {
            merge.refill(from)?;
        }
        Ok(merge)
    }
}

/// The next line of each run is in the heap; the run behind the last is the one in memory.
struct Merge {
    held: std::vec::IntoIter<String>,
    runs: Vec<Lines<BufReader<File>>>,
    next: BinaryHeap<Reverse<(String, usize)>>,
}

impl Merge {
    fn refill(&mut self, from: usize) -> io::Result<()> {
        let line = match self.runs.get_mut(from) {
            Some(run) => run.next().transpose()?,
            None => self.held.next(),
        };
        self.next.extend(line.map(|line| Reverse((line, from))));
        Ok(())
    }
}

impl Iterator for Merge {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<io::Result<String>> {
        let Reverse((line, from)) = self.next.pop()?;
        Some(self.refill(from).map(|()| line))
    }
}

#[cfg(test)]
mod tests {
    use super::Sorter;

    #[test]
    fn lines_come_in_order_whether_they_were_spilled_or_not() {
        let mut expected: Vec<String> =
            (0..1000_u32).map(|n| format!("{:08x}", n.wrapping_mul(0x9E37_79B9))).collect();
        let mut sorter = Sorter::default();
        for (index, line) in expected.iter().enumerate() {
            sorter.push(line.clone()).expect("a temporary file");
            if index % 300 == 299 {
                sorter.spill().expect("a temporary file");
            }
        }
        assert_eq!(sorter.runs.len(), 3);
        let sorted: Vec<String> = sorter.sorted().expect("files").map(|line| line.expect("a line")).collect();
        expected.sort();
        assert_eq!(sorted, expected);
    }
}
