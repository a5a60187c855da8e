//! Finds the encoding that a page declares in its first bytes: an XML declaration or a `<meta>` tag.

use encoding_rs::{Encoding as Charset, GB18030, GBK, REPLACEMENT, UTF_8, X_USER_DEFINED};

/// A declaration counts within so many bytes. Comments and scripts in front of it take it past the 1,024 bytes of
/// the standard, which holds so little for the sake of a browser's first paint.
const WITHIN: usize = 64 * 1024;

/// A declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declaration {
    /// The label as written.
    pub(super) label: String,
    /// Where its tag begins.
    pub(super) offset: usize,
}

/// The charset that a label names, with GB2312 and GBK read as GB18030.
///
/// Beside the labels of the Encoding Standard a few that Windows and Java software writes. `None` for an
/// unknown label, and for those that the standard knows but refuses to decode (such as HZ-GB-2312).
pub(super) fn charset(label: &str) -> Option<&'static Charset> {
    let label = label.trim();
    let charset = match label.to_ascii_lowercase().as_str() {
        "cp936" | "ms936" | "windows-936" | "gb-2312" | "gb13000" | "euc-cn" | "gb18030-2005" => GB18030,
        "cp950" | "ms950" | "windows-950" => encoding_rs::BIG5,
        "utf_8" | "utf8mb4" => UTF_8,
        _ => Charset::for_label(label.as_bytes())?,
    };
    if charset == REPLACEMENT {
        return None;
    }
    // HTML, 13.2.3.2: x-user-defined in a page means windows-1252.
    let charset = if charset == X_USER_DEFINED { encoding_rs::WINDOWS_1252 } else { charset };
    Some(if charset == GBK { GB18030 } else { charset })
}

/// The first declaration with a known label; failing that, the first with any label.
///
/// Comments, the contents of `<script>`, `<style>` and the like, and `<script charset>` (which speaks of another
/// file) do not count. All markup characters are
/// below 0x40, where no supported multi-byte encoding has trail bytes, so bytes can be read as ASCII.
pub(super) fn find(bytes: &[u8]) -> Option<Declaration> {
    let bytes = &bytes[..bytes.len().min(WITHIN)];
    let mut unknown = None;
    let mut at = 0;
    if let Some(label) = xml_declaration(bytes) {
        let found = Declaration { label, offset: 0 };
        if charset(&found.label).is_some() {
            return Some(found);
        }
        unknown = Some(found);
    }
    while let Some(open) = find_byte(bytes, at, b'<') {
        let rest = &bytes[open + 1..];
        if rest.starts_with(b"!--") {
            // `<!-->` is a whole comment, hence the search begins at its own dashes.
            at = find_slice(bytes, open + 2, b"-->").map_or(bytes.len(), |end| end + 3);
        } else if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            let name_length = rest.iter().take_while(|byte| !is_tag_delimiter(**byte)).count();
            let name = rest[..name_length].to_ascii_lowercase();
            let mut attributes = Attributes { bytes, at: open + 1 + name_length };
            if name == b"meta" {
                if let Some(label) = meta_label(&mut attributes) {
                    let found = Declaration { label, offset: open };
                    if charset(&found.label).is_some() {
                        return Some(found);
                    }
                    unknown.get_or_insert(found);
                }
            } else {
                attributes.by_ref().for_each(drop);
            }
            at = attributes.at;
            if matches!(
                name.as_slice(),
                b"script" | b"style" | b"title" | b"textarea" | b"xmp" | b"iframe" | b"noembed" | b"noframes"
            ) {
                at = end_of_raw_text(bytes, at, &name);
            }
        } else {
            at = open + 1;
        }
    }
    unknown
}

/// The label of `<?xml version="1.0" encoding="…"?>` at the very beginning.
fn xml_declaration(bytes: &[u8]) -> Option<String> {
    let start = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let rest = bytes.get(start..)?.strip_prefix(b"<?xml")?;
    let inside = &rest[..rest.iter().position(|byte| *byte == b'>')?];
    let found = Attributes { bytes: inside, at: 0 }.find(|(name, _)| name == b"encoding");
    found.map(|(_, value)| lossless(&value))
}

/// The label in the attributes of a `<meta>` (HTML, 13.2.3.2 and 2.4.5).
fn meta_label(attributes: &mut Attributes) -> Option<String> {
    let (mut charset, mut content, mut pragma) = (None, None, None);
    for (name, value) in attributes {
        match name.as_slice() {
            b"charset" if charset.is_none() => charset = Some(lossless(value.trim_ascii())),
            b"content" if content.is_none() => content = Some(value.to_ascii_lowercase()),
            b"http-equiv" if pragma.is_none() => pragma = Some(value.eq_ignore_ascii_case(b"content-type")),
            _ => {}
        }
    }
    if charset.as_ref().is_some_and(|label| !label.is_empty()) {
        return charset;
    }
    let content = content?;
    // A hand-written page may lack http-equiv or hold something else there; the media type tells as well.
    if pragma != Some(true) && !content.trim_ascii_start().starts_with(b"text/html") {
        return None;
    }
    let after = find_slice(&content, 0, b"charset")? + b"charset".len();
    let value = content[after..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (value, ends): (&[u8], fn(&u8) -> bool) = match value.first()? {
        b'"' => (&value[1..], |byte| *byte == b'"'),
        b'\'' => (&value[1..], |byte| *byte == b'\''),
        _ => (value, |byte| byte.is_ascii_whitespace() || *byte == b';' || *byte == b','),
    };
    let label = &value[..value.iter().position(ends).unwrap_or(value.len())];
    (!label.is_empty()).then(|| lossless(label))
}

fn lossless(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).filter(|c| !c.is_control()).take(64).collect()
}

fn is_tag_delimiter(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/' || byte == b'>'
}

fn find_byte(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    Some(from + bytes.get(from..)?.iter().position(|byte| *byte == wanted)?)
}

fn find_slice(bytes: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    Some(from + bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted)?)
}

/// Where the end tag of raw text such as a script begins.
fn end_of_raw_text(bytes: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(open) = find_slice(bytes, at, b"</") {
        let rest = &bytes[open + 2..];
        let named = rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if named && rest.get(name.len()).is_none_or(|byte| is_tag_delimiter(*byte)) {
            return open;
        }
        at = open + 2;
    }
    bytes.len()
}

/// The attributes of a tag, names in lower case; afterwards `at` is behind the tag.
struct Attributes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Attributes<'_> {
    type Item = (Vec<u8>, Vec<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip(|byte| byte.is_ascii_whitespace() || byte == b'/' || byte == b'?');
        if self.peek()? == b'>' {
            self.at += 1;
            return None;
        }
        let name = self.take(|byte| byte != b'=' && !is_tag_delimiter(byte)).to_ascii_lowercase();
        self.skip(|byte| byte.is_ascii_whitespace());
        if self.peek() != Some(b'=') {
            return Some((name, Vec::new()));
        }
        self.at += 1;
        self.skip(|byte| byte.is_ascii_whitespace());
        let value = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                self.at += 1;
                let value = self.take(|byte| byte != quote).to_vec();
                self.at = self.bytes.len().min(self.at + 1);
                value
            }
            _ => self.take(|byte| !byte.is_ascii_whitespace() && byte != b'>').to_vec(),
        };
        Some((name, value))
    }
}

impl Attributes<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> &[u8] {
        let rest = &self.bytes[self.at..];
        let taken = &rest[..rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    fn skip(&mut self, unwanted: impl Fn(u8) -> bool) {
        self.take(unwanted);
    }
}

#[cfg(test)]
mod tests {
    use super::{charset, find};

    fn label(html: &str) -> Option<String> {
        find(html.as_bytes()).map(|declaration| declaration.label)
    }

    #[test]
    fn reads_every_way_to_write_it() {
        for html in [
            "<meta charset=gb2312>",
            "<META CHARSET = 'gb2312' />",
            "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">",
            "<meta content='text/html;charset=\"gb2312\"' http-equiv=Content-Type>",
            "<meta content=\"text/html; charset = gb2312;\">",
            "<?xml version=\"1.0\" encoding=\"gb2312\"?><html>",
            "<!--><meta charset=gb2312>-->",
            "<title><meta charset=utf-8></title><meta charset=gb2312>",
        ] {
            assert_eq!(label(html).as_deref(), Some("gb2312"), "{html}");
        }
    }

    #[test]
    fn does_not_read_comments_scripts_and_other_metas() {
        for html in [
            "<!-- <meta charset=gb2312> -->",
            "<script>document.write('<meta charset=gb2312>')</script>",
            "<style><meta charset=gb2312></STYLE >",
            "<script src=a.js charset=gb2312></script>",
            "<meta name=description content='charset=gb2312'>",
            "<div title='<meta charset=gb2312>'>",
            "<meta charset=\"\">",
        ] {
            assert_eq!(label(html), None, "{html}");
        }
    }

    #[test]
    fn looks_beyond_the_first_1024_bytes_and_beyond_unknown_labels() {
        let html = format!("<!--{}--><meta charset=nonsense><meta charset=gbk>", "x".repeat(2_690));
        let found = find(html.as_bytes()).expect("it is there");
        assert_eq!((found.label.as_str(), found.offset), ("gbk", 2_697 + 23));
        assert_eq!(label("<meta charset=nonsense>").as_deref(), Some("nonsense"));
    }

    #[test]
    fn reads_gb2312_and_gbk_as_gb18030() {
        for label in ["gb2312", "GBK", " gb_2312-80 ", "cp936", "x-gbk", "GB18030"] {
            assert_eq!(charset(label).map(encoding_rs::Encoding::name), Some("gb18030"), "{label}");
        }
        assert_eq!(charset("hz-gb-2312"), None);
        assert_eq!(charset("zh-cn"), None);
    }
}
