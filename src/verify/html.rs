//! Reads an HTML file back as a browser does and compares its text.

use scraper::{Html, Node};

use super::{VerifyError, compare};
use crate::furniture::Written;

const FORMAT: &str = "HTML";

/// Compares the text of the page's body with `expected`, the text of the Document.
///
/// # Errors
/// If the file is not UTF-8, lacks a piece of furniture, or says anything else than `expected`.
pub fn verify(expected: &str, written: &Written) -> Result<(), VerifyError> {
    let page = std::str::from_utf8(&written.bytes)
        .map_err(|error| VerifyError::Unreadable { format: FORMAT, why: error.to_string() })?;
    compare(FORMAT, expected, &text(&Html::parse_document(page)), &written.furniture)
}

/// The text of a tree, that of its head aside.
pub(super) fn text(tree: &Html) -> String {
    let mut text = String::new();
    for node in tree.tree.root().descendants() {
        if let Node::Text(piece) = node.value()
            && !node
                .ancestors()
                .any(|ancestor| ancestor.value().as_element().is_some_and(|it| it.name() == "head"))
        {
            text.push_str(piece);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::verify;
    use crate::colophon::Row;
    use crate::document::text::text;
    use crate::verify::VerifyError;
    use crate::write::html::{HtmlOptions, html};
    use crate::write::samples;

    #[test]
    fn document_and_page_say_the_same_whatever_is_in_them() {
        let options = HtmlOptions { colophon: Row::new("归档工具", "guidang").map(|row| vec![row]) };
        for document in samples::all() {
            let written = html(&document, &options);
            assert_eq!(verify(&text(&document), &written), Ok(()));
            assert_eq!(written, html(&document, &options), "the same bytes");
        }
    }

    #[test]
    fn a_changed_character_is_found() {
        let document = samples::notice();
        let written = html(&document, &HtmlOptions::default());
        let expected = text(&document).replace("责任到人", "责任到位");
        assert!(matches!(verify(&expected, &written), Err(VerifyError::TextDiffers { .. })));
    }
}
