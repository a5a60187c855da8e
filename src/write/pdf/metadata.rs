//! What the PDF says about itself: title, author, keywords, dates, language (document information and XMP).

use krilla::metadata::{DateTime, Metadata, PageLayout, TextDirection};

use super::PdfOptions;
use crate::document::{Block, Document, Moment};

/// Longer strings than this (in characters) are cut: ISO 19005-2 allows 32,767 bytes.
const LONGEST: usize = 4000;

/// The metadata of `document`. Nothing in it comes from a clock or from chance.
pub(super) fn metadata(document: &Document, options: &PdfOptions<'_>) -> Metadata {
    let stated = &document.metadata;
    let mut metadata = Metadata::new()
        .title(title(document))
        .language("zh-CN".to_owned())
        .creator(format!("guidang {}", options.version))
        .producer(format!("guidang {}", options.version))
        .creation_date(date(options.date))
        .text_direction(TextDirection::LeftToRight)
        .page_layout(PageLayout::OneColumn)
        .document_id(identity(document));
    if let Some(author) = stated.issuer.as_ref().or(stated.author.as_ref()) {
        metadata = metadata.authors(vec![cut(&author.value)]);
    }
    if let Some(description) = &stated.description {
        metadata = metadata.description(cut(&description.value));
    }
    if let Some(keywords) = &stated.keywords {
        let mut left = LONGEST;
        let words: Vec<String> = keywords
            .value
            .iter()
            .take_while(|word| {
                let length = word.chars().count() + 2;
                let fits = length <= left;
                left = left.saturating_sub(length);
                fits
            })
            .map(|word| clean(word))
            .collect();
        metadata = metadata.keywords(words);
    }
    metadata
}

/// The title: as stated, else as printed, else the source's name, never empty (ISO 14289-1, 7.1).
pub(super) fn title(document: &Document) -> String {
    let stated = document.metadata.title.as_ref().map(|field| cut(&field.value));
    let printed = || {
        document.body.iter().find_map(|block| match block {
            Block::Title { lines } => Some(cut(&lines.concat())),
            _ => None,
        })
    };
    stated.or_else(printed).filter(|title| !title.trim().is_empty()).unwrap_or_else(|| {
        let file = cut(&document.provenance.file);
        if file.trim().is_empty() { "无题".to_owned() } else { file }
    })
}

/// What identifies the document: its text and where it came from, the same for the same input.
fn identity(document: &Document) -> String {
    format!("{}\n{}", document.provenance.sha256, crate::document::text::text(document))
}

/// China Standard Time, as every [`Moment`].
pub(super) fn date(moment: Moment) -> DateTime {
    let (date, time) = (moment.date, moment.time.unwrap_or_default());
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    DateTime::new(u16::try_from(date.year()).unwrap_or(0))
        .month(small(date.month()))
        .day(small(date.day()))
        .hour(small(time.hour()))
        .minute(small(time.minute()))
        .second(small(time.second()))
        .utc_offset_hour(8)
        .utc_offset_minute(0)
}

fn cut(words: &str) -> String {
    clean(words).chars().take(LONGEST).collect()
}

/// Without characters that XML cannot hold.
fn clean(words: &str) -> String {
    words.chars().filter(|&c| !c.is_control() && !('\u{FFFE}'..='\u{FFFF}').contains(&c)).collect()
}
