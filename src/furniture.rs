//! What a writer adds to the Document's own text, so that verification can take away exactly that.

/// What a piece of furniture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page number.
    PageNumber,
    /// A header row repeated on a further page.
    RepeatedHeader,
    /// A mark generated for a list item.
    ListMark,
    /// A hyphen at a line break inside a word.
    Hyphen,
    /// The note that stands for a missing picture, or a label such as `[图片：…]`.
    PictureNote,
    /// `^` before a raised number where plain text cannot raise it: 10^8.
    PowerMark,
    /// Borders and rules drawn with characters.
    Rule,
    /// The metadata block of the text file.
    MetadataBlock,
    /// A link's number and the list of link targets.
    LinkTarget,
    /// The 目录 before the document.
    Contents,
    /// The 著录信息 page.
    Colophon,
    /// Not an addition: the text of a table cell that is cut over two pages goes on elsewhere. Empty.
    Continued,
    /// Not an addition: text of the Document that belongs where the [`Kind::Continued`] of the same rank stands.
    /// Other furniture may stand inside it.
    Continuation,
}

/// A piece of text that a writer added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Furniture {
    /// What it is.
    pub kind: Kind,
    /// Where it begins: the number of significant characters (white space not counted) before it in the whole
    /// output's text, furniture included.
    pub offset: usize,
    /// Its characters. White space does not count.
    pub text: String,
}

/// A written output before it gets its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub bytes: Vec<u8>,
    /// What the writer added, in ascending order of offset.
    pub furniture: Vec<Furniture>,
}

/// `text` without `furniture`, both counted in significant characters.
///
/// # Errors
/// The first piece that does not stand where it was said to stand.
pub fn subtract(text: &[char], furniture: &[Furniture]) -> Result<Vec<char>, Furniture> {
    let mut rest = Vec::with_capacity(text.len());
    let mut from = 0;
    for piece in furniture {
        let characters: Vec<char> = crate::document::text::significant(&piece.text).collect();
        let (start, end) = (piece.offset, piece.offset + characters.len());
        if start < from || text.get(start..end) != Some(&characters[..]) {
            return Err(piece.clone());
        }
        rest.extend_from_slice(&text[from..start]);
        from = end;
    }
    rest.extend_from_slice(&text[from..]);
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::{Furniture, Kind, subtract};

    fn piece(offset: usize, text: &str) -> Furniture {
        Furniture { kind: Kind::PageNumber, offset, text: text.to_owned() }
    }

    #[test]
    fn takes_away_exactly_what_was_added() {
        let text: Vec<char> = "甲乙—1—丙—2—".chars().collect();
        let rest = subtract(&text, &[piece(2, "— 1 —"), piece(6, "— 2 —")]).expect("both stand there");
        assert_eq!(rest.iter().collect::<String>(), "甲乙丙");
    }

    #[test]
    fn names_the_piece_that_is_not_there() {
        let text: Vec<char> = "甲乙丙".chars().collect();
        assert_eq!(subtract(&text, &[piece(1, "丁")]), Err(piece(1, "丁")));
        assert_eq!(subtract(&text, &[piece(3, "丁")]), Err(piece(3, "丁")));
    }
}
