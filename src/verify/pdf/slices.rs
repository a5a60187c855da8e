//! Cuts a long PDF into files of some pages each, so that reading it back takes the memory of those pages only.
//!
//! printpdf holds the objects and operators of a whole file at once: 50,000 table rows take gigabytes. A slice has the
//! pages' own objects byte for byte, those they refer to, and a page tree of its own; pictures, font programs and the
//! structure tree hold no text and stay away.

use std::collections::BTreeSet;
use std::io::Write as _;

/// Pages of a slice. Files that have no more are read as they are.
const PAGES: usize = 64;

/// A file whose objects were found by its cross-reference table.
pub(super) struct Sliced<'a> {
    bytes: &'a [u8],
    /// Offset of each object; 0 for none.
    offsets: Vec<usize>,
    root: usize,
    pages: usize,
    kids: Vec<usize>,
}

impl<'a> Sliced<'a> {
    /// `None` for a file of few pages, or one that is not built as our writer builds it.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (offsets, trailer) = cross_references(bytes)?;
        let root = references(after(trailer, b"/Root")?).next()?;
        let mut sliced = Self { bytes, offsets, root, pages: 0, kids: Vec::new() };
        sliced.pages = references(after(sliced.dictionary(root)?, b"/Pages")?).next()?;
        let kids = after(sliced.dictionary(sliced.pages)?, b"/Kids[")?;
        let end = kids.iter().position(|&byte| byte == b']')?;
        sliced.kids = references(&kids[..end]).collect();
        let flat =
            |&kid: &usize| sliced.dictionary(kid).is_some_and(|page| after(page, b"/Contents").is_some());
        (sliced.kids.len() > PAGES && sliced.kids.iter().all(flat)).then_some(sliced)
    }

    /// The slices, in order of the pages.
    pub(super) fn slices(&self) -> impl Iterator<Item = Option<Vec<u8>>> {
        self.kids.chunks(PAGES).map(|pages| self.slice(pages))
    }

    fn slice(&self, pages: &[usize]) -> Option<Vec<u8>> {
        let mut wanted: BTreeSet<usize> = pages.iter().copied().collect();
        let mut open = pages.to_vec();
        while let Some(number) = open.pop() {
            for reference in references(self.dictionary(number)?) {
                if reference != self.pages
                    && reference != self.root
                    && self.holds_text(reference)
                    && wanted.insert(reference)
                {
                    open.push(reference);
                }
            }
        }
        let mut out = b"%PDF-1.7\n%\x80\x80\x80\x80\n".to_vec();
        let mut places = Vec::with_capacity(wanted.len() + 2);
        for &number in &wanted {
            places.push((number, out.len()));
            out.extend_from_slice(self.object(number)?);
        }
        places.push((self.pages, out.len()));
        write!(out, "{} 0 obj\n<</Type/Pages/Count {}/Kids[", self.pages, pages.len()).ok()?;
        for page in pages {
            write!(out, "{page} 0 R ").ok()?;
        }
        out.extend_from_slice(b"]>>\nendobj\n");
        places.push((self.root, out.len()));
        write!(out, "{} 0 obj\n<</Type/Catalog/Pages {} 0 R>>\nendobj\n", self.root, self.pages).ok()?;
        let table = out.len();
        out.extend_from_slice(b"xref\n0 1\n0000000000 65535 f\r\n");
        for (number, offset) in places {
            write!(out, "{number} 1\n{offset:010} 00000 n\r\n").ok()?;
        }
        let size = self.offsets.len();
        write!(out, "trailer\n<</Size {size}/Root {} 0 R>>\nstartxref\n{table}\n%%EOF\n", self.root).ok()?;
        Some(out)
    }

    /// Whether an object has to do with text.
    fn holds_text(&self, number: usize) -> bool {
        self.dictionary(number).is_some_and(|object| {
            [
                &b"/Subtype/Image"[..],
                b"/Type/StructElem",
                b"/Length1",
                b"/Subtype/CIDFontType0C",
                b"/Subtype/OpenType",
            ]
            .into_iter()
            .all(|sign| after(object, sign).is_none())
        })
    }

    /// An object from its number to `endobj`.
    fn object(&self, number: usize) -> Option<&'a [u8]> {
        let rest = self.bytes.get(*self.offsets.get(number)?..)?;
        rest.strip_prefix(format!("{number} 0 obj").as_bytes())?;
        let head = self.dictionary(number)?;
        // Streams are passed by their length: their bytes may hold anything.
        let body = match after(head, b"/Length ") {
            Some(length) if rest.get(head.len()..).is_some_and(|rest| rest.starts_with(b"\nstream\n")) => {
                head.len() + 8 + leading_number(length)?
            }
            _ => head.len(),
        };
        let end = rest.get(body..)?.windows(7).position(|window| window == b"endobj\n")?;
        rest.get(..body + end + 7)
    }

    /// An object up to its stream or its end.
    fn dictionary(&self, number: usize) -> Option<&'a [u8]> {
        let offset = *self.offsets.get(number)?;
        if offset == 0 {
            return None;
        }
        let rest = self.bytes.get(offset..)?;
        let stream = rest.windows(8).position(|window| window == b"\nstream\n" || window == b"\nendobj\n")?;
        rest.get(..stream)
    }
}

/// The offsets in the cross-reference table, and the trailer.
fn cross_references(bytes: &[u8]) -> Option<(Vec<usize>, &[u8])> {
    let tail = bytes.get(bytes.len().saturating_sub(40)..)?;
    let table = leading_number(after(tail, b"startxref\n")?)?;
    let rows = bytes.get(table..)?.strip_prefix(b"xref\n0 ")?;
    let count = leading_number(rows)?;
    let rows = rows.get(rows.iter().position(|&byte| byte == b'\n')? + 1..)?;
    let offsets: Option<Vec<usize>> = rows
        .chunks_exact(20)
        .take(count)
        .map(|row| if row.get(17) == Some(&b'n') { leading_number(row) } else { Some(0) })
        .collect();
    Some((offsets.filter(|offsets| offsets.len() == count)?, rows.get(count * 20..)?))
}

/// What follows the first `key`.
fn after<'a>(bytes: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(key.len()).position(|window| window == key)?;
    bytes.get(at + key.len()..)
}

fn leading_number(bytes: &[u8]) -> Option<usize> {
    let blank = bytes.iter().take_while(|&&byte| byte == b' ').count();
    let digits = bytes[blank..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&bytes[blank..blank + digits]).ok()?.parse().ok()
}

/// The numbers of the objects that `dictionary` refers to, font programs and pictures aside.
fn references(dictionary: &[u8]) -> impl Iterator<Item = usize> {
    dictionary.windows(4).enumerate().filter(|(_, window)| *window == b" 0 R").filter_map(|(end, _)| {
        let digits = dictionary[..end].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&dictionary[end - digits..end]).ok()?.parse().ok()
    })
}
