//! Turns what the page states into the lines above the rule.

use super::body::Composer;
use crate::colophon::{Row, source, stated};
use crate::furniture::{Furniture, Kind};

/// The line that ends the header: the first of the file that is made of hyphens alone.
pub(super) const RULE: &str = "----------";

impl Composer<'_> {
    /// The header and its rule.
    pub(super) fn header(&mut self) {
        let document = self.document;
        let mut block = String::new();
        let attachments = document
            .attachments
            .iter()
            .filter_map(|attachment| Row::new("附件", &format!("{} {}", attachment.name, attachment.url)));
        for row in stated(&document.metadata).into_iter().chain(attachments).chain(source(document)) {
            block.push_str(&row.label);
            block.push('：');
            block.push_str(&row.value);
            block.push('\n');
        }
        block.push_str(RULE);
        block.push('\n');
        self.sheet.push_block(&block);
        self.written += crate::document::text::significant(&block).count();
        self.furniture.push(Furniture { kind: Kind::MetadataBlock, offset: 0, text: block });
        self.sheet.blank_line();
    }
}
