//! Cuts the attributes of a tag beyond a limit out of a page's source: the tokenizer compares each with all others.

use std::borrow::Cow;
use std::ops::Range;

/// What looks like a tag inside a comment or a script may have so many attributes for one that a tag may have.
/// It is cut all the same, in case that the tokenizer takes it for a tag after all (in SVG, for instance).
const DOUBTFUL: usize = 16;

/// `html` with at most `limit` attributes on each tag, and how many were cut out.
pub(super) fn limit(html: &str, limit: usize) -> (Cow<'_, str>, u64) {
    let mut scanner = Scanner { bytes: html.as_bytes(), limit, cuts: Vec::new(), count: 0 };
    scanner.page();
    if scanner.cuts.is_empty() {
        return (Cow::Borrowed(html), 0);
    }
    let mut kept = String::with_capacity(html.len());
    let mut from = 0;
    for cut in &scanner.cuts {
        // Cuts begin and end beside ASCII characters.
        kept.push_str(html.get(from..cut.start).unwrap_or_default());
        from = cut.end;
    }
    kept.push_str(html.get(from..).unwrap_or_default());
    (Cow::Owned(kept), scanner.count)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    limit: usize,
    cuts: Vec<Range<usize>>,
    count: u64,
}

impl Scanner<'_> {
    fn page(&mut self) {
        let mut at = 0;
        // Depth of SVG and MathML, where `<style>` is a tag like any other.
        let mut foreign = 0_usize;
        while let Some(open) = self.find(at, b"<") {
            let rest = &self.bytes[open..];
            if rest.starts_with(b"<!--") {
                at = self.find(open + 2, b"-->").map_or(self.bytes.len(), |end| end + 3);
                self.doubtful(open + 1..at);
            } else if foreign > 0 && rest.starts_with(b"<![CDATA[") {
                at = self.find(open, b"]]>").map_or(self.bytes.len(), |end| end + 3);
                self.doubtful(open + 1..at);
            } else if rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
                let name = self.name(open + 1);
                at = self.tag(open + 1, self.bytes.len(), self.limit);
                match name.as_slice() {
                    b"svg" | b"math" => foreign += 1,
                    b"plaintext" => return,
                    name if foreign == 0 && is_raw(name) => {
                        let end = self.end_of_raw_text(at, name);
                        self.doubtful(at..end);
                        at = end;
                    }
                    _ => {}
                }
            } else if rest.get(1) == Some(&b'/') && rest.get(2).is_some_and(u8::is_ascii_alphabetic) {
                if matches!(self.name(open + 2).as_slice(), b"svg" | b"math") {
                    foreign = foreign.saturating_sub(1);
                }
                at = self.tag(open + 2, self.bytes.len(), self.limit);
            } else if matches!(rest.get(1), Some(b'!' | b'?' | b'/')) {
                at = self.find(open, b">").map_or(self.bytes.len(), |end| end + 1);
            } else {
                at = open + 1;
            }
        }
    }

    /// Goes through what is taken for no markup.
    fn doubtful(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(open) = self.find(at, b"<").filter(|open| *open < range.end) {
            let slash = usize::from(self.bytes.get(open + 1) == Some(&b'/'));
            at = open + 1 + slash;
            if self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
                at = self.tag(at, range.end, self.limit.saturating_mul(DOUBTFUL));
            }
        }
    }

    /// Goes through a tag, from its name on, to its `>` or to `end`; returns where it ends.
    fn tag(&mut self, name: usize, end: usize, limit: usize) -> usize {
        let bytes = &self.bytes[..end];
        let skip = |from: usize, unwanted: &dyn Fn(u8) -> bool| {
            bytes[from..].iter().position(|byte| !unwanted(*byte)).map_or(end, |length| from + length)
        };
        let mut at = skip(name, &|byte| !is_delimiter(byte));
        let mut attributes = 0;
        let mut cut = None;
        loop {
            at = skip(at, &|byte| byte.is_ascii_whitespace() || byte == b'/');
            let Some(byte) = bytes.get(at) else { break };
            if *byte == b'>' {
                break;
            }
            attributes += 1;
            if attributes > limit {
                cut.get_or_insert(at);
                self.count += 1;
            }
            // A name may begin with `=`.
            at = skip(at + 1, &|byte| byte != b'=' && !is_delimiter(byte));
            let value = skip(at, &|byte| byte.is_ascii_whitespace());
            if bytes.get(value) != Some(&b'=') {
                continue;
            }
            at = skip(value + 1, &|byte| byte.is_ascii_whitespace());
            at = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => end.min(skip(at + 1, &|byte| byte != *quote) + 1),
                _ => skip(at, &|byte| !byte.is_ascii_whitespace() && byte != b'>'),
            };
        }
        if let Some(cut) = cut {
            self.cuts.push(cut..at);
        }
        end.min(at + 1)
    }

    fn name(&self, from: usize) -> Vec<u8> {
        // The longest name that matters is shorter.
        self.bytes[from..]
            .iter()
            .take(16)
            .take_while(|byte| !is_delimiter(**byte))
            .map(u8::to_ascii_lowercase)
            .collect()
    }

    fn end_of_raw_text(&self, from: usize, name: &[u8]) -> usize {
        let mut at = from;
        while let Some(open) = self.find(at, b"</") {
            if self.name(open + 2) == name {
                return open;
            }
            at = open + 2;
        }
        self.bytes.len()
    }

    fn find(&self, from: usize, wanted: &[u8]) -> Option<usize> {
        let (first, others) = wanted.split_first()?;
        let mut at = from;
        loop {
            at += self.bytes.get(at..)?.iter().position(|byte| byte == first)?;
            if self.bytes[at + 1..].starts_with(others) {
                return Some(at);
            }
            at += 1;
        }
    }
}

fn is_delimiter(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/' || byte == b'>'
}

fn is_raw(name: &[u8]) -> bool {
    matches!(
        name,
        b"script"
            | b"style"
            | b"title"
            | b"textarea"
            | b"xmp"
            | b"iframe"
            | b"noembed"
            | b"noframes"
            | b"noscript"
    )
}

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn leaves_ordinary_tags_alone() {
        for html in [
            "<p a b=c d='<x>' e=\">\" / f>text a b c d e f g h</p>",
            "<!-- <p a b c d e f g h> --><script>if (a <b c d e f g h)</script>",
            "<p",
            "<p a=",
            "<p a='",
            "<",
            "</",
            "<!--",
        ] {
            assert_eq!(limit(html, 6), (html.into(), 0), "{html}");
        }
    }

    #[test]
    fn cuts_what_is_too_much() {
        assert_eq!(limit("<p a b=1 c='2' d>text</p>", 2), ("<p a b=1 >text</p>".into(), 2));
        assert_eq!(limit("<p a b=1 中='文' d", 2), ("<p a b=1 ".into(), 2));
        assert_eq!(
            limit("<svg><style><p a b c></style></svg>", 2),
            ("<svg><style><p a b ></style></svg>".into(), 1)
        );
        assert_eq!(limit("</p a b c>x", 2), ("</p a b >x".into(), 1));
    }
}
