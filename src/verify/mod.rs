//! Reads each output back with code that shares nothing with its writer, and compares its text with the Document.

pub mod docx;
pub mod html;
pub mod markdown;
pub mod pdf;
pub mod text;

use crate::document::text::significant;
use crate::furniture::{Furniture, subtract};
use crate::message::messages;

messages! {
    /// Why an output does not say what the Document says. Such an output never gets its name.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum VerifyError {
        /// The independent reader cannot read it.
        Unreadable { format: &'static str, why: String } = "output-unreadable",
            "the {format} file cannot be read back: {why}", "{format} 文件无法回读：{why}";
        /// Something the writer says it added is not there.
        FurnitureAstray { format: &'static str, text: String, offset: usize } = "furniture-astray",
            "the {format} file lacks “{text}” at character {offset}", "{format} 文件第 {offset} 字处缺“{text}”";
        /// The text differs; the excerpts begin at the first difference.
        TextDiffers { format: &'static str, offset: usize, expected: String, found: String } = "text-differs",
            "the {format} file differs from the document at character {offset}: “{expected}” became “{found}”",
            "{format} 文件第 {offset} 字处与文档不符：“{expected}”变为“{found}”";
    }
}

impl std::error::Error for VerifyError {}

/// Compares `found` without its furniture with `expected`, character for character, white space aside.
///
/// # Errors
/// The first difference.
pub fn compare(
    format: &'static str,
    expected: &str,
    found: &str,
    furniture: &[Furniture],
) -> Result<(), VerifyError> {
    let found: Vec<char> = significant(found).collect();
    let rest = subtract(&found, furniture).map_err(|piece| VerifyError::FurnitureAstray {
        format,
        text: piece.text,
        offset: piece.offset,
    })?;
    let expected: Vec<char> = significant(expected).collect();
    if rest == expected {
        return Ok(());
    }
    let offset = rest.iter().zip(&expected).take_while(|(a, b)| a == b).count();
    let excerpt = |text: &[char]| text[offset..].iter().take(20).collect::<String>();
    Err(VerifyError::TextDiffers { format, offset, expected: excerpt(&expected), found: excerpt(&rest) })
}
