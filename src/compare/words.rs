//! The words in which a comparison is told, in two languages.

use super::{Aspect, Kind, Side, Summary, metadata};
use crate::message::Language;

/// Picks the word of the language.
pub(super) fn pick<'a>(language: Language, english: &'a str, chinese: &'a str) -> &'a str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// What became of a clause.
pub(super) fn kind(kind: Kind, moved: bool, renumbered: bool, language: Language) -> String {
    let word = match kind {
        Kind::Unchanged if moved => pick(language, "moved", "移动"),
        Kind::Unchanged => pick(language, "unchanged", "未变"),
        Kind::Restyled => pick(language, "looks different", "样式变化"),
        Kind::Changed if renumbered => pick(language, "renumbered", "序号变化"),
        Kind::Changed => pick(language, "changed", "修改"),
        Kind::Added => pick(language, "added", "增加"),
        Kind::Deleted => pick(language, "deleted", "删去"),
    };
    if moved && kind != Kind::Unchanged {
        return format!("{}{word}", pick(language, "moved and ", "移动并"));
    }
    word.to_owned()
}

/// What differs in looks, in one phrase.
pub(super) fn aspects(aspects: &[Aspect], language: Language) -> String {
    let words: Vec<&str> = aspects
        .iter()
        .map(|aspect| match aspect {
            Aspect::Role => pick(language, "role", "段落类型"),
            Aspect::Level => pick(language, "heading level", "标题级别"),
            Aspect::Alignment => pick(language, "alignment", "对齐"),
            Aspect::Emphasis => pick(language, "emphasis", "强调"),
            Aspect::Link => pick(language, "link target", "链接地址"),
            Aspect::Span => pick(language, "cell span", "单元格合并"),
        })
        .collect();
    words.join(pick(language, ", ", "、"))
}

/// The name of a statement about the document.
pub(super) fn field(name: &str, language: Language) -> &str {
    metadata::FIELDS
        .iter()
        .find(|field| field.0 == name)
        .map_or(name, |&(_, english, chinese)| pick(language, english, chinese))
}

/// The counts in one line: `1 changed, 0 added, 0 deleted, 0 moved`.
#[must_use]
pub fn summary(summary: &Summary, language: Language) -> String {
    let Summary { changed, added, deleted, moved, renumbered, restyled, unchanged, metadata } = summary;
    let mut line = match language {
        Language::English => format!("{changed} changed, {added} added, {deleted} deleted, {moved} moved"),
        Language::Chinese => {
            format!("修改 {changed} 处，增加 {added} 处，删去 {deleted} 处，移动 {moved} 处")
        }
    };
    for (count, english, chinese) in [
        (*renumbered, "renumbered only", "仅序号变化"),
        (*metadata, "statements about the document", "著录信息变化"),
        (*restyled, "of look only", "仅样式变化"),
        (*unchanged, "unchanged", "未变"),
    ] {
        if count > 0 {
            line += &match language {
                Language::English => format!("; {count} {english}"),
                Language::Chinese => format!("；{chinese} {count} 处"),
            };
        }
    }
    line
}

/// What one of the Documents is called: version, file, capture.
pub(super) fn side(side: &Side, language: Language) -> String {
    let mut parts = Vec::new();
    if let Some(version) = side.version {
        parts.push(match language {
            Language::English => format!("version {version}"),
            Language::Chinese => format!("第 {version} 版"),
        });
    }
    if !side.file.is_empty() {
        parts.push(side.file.clone());
    }
    if let Some(captured) = &side.captured {
        parts.push(match language {
            Language::English => format!("captured {captured}"),
            Language::Chinese => format!("{captured} 采集"),
        });
    }
    if !side.sha256.is_empty() {
        parts.push(format!("SHA-256 {}", side.sha256.get(..12).unwrap_or(&side.sha256)));
    }
    parts.join(pick(language, ", ", "，"))
}

/// A collapsed run of unchanged clauses.
pub(super) fn unchanged(count: usize, language: Language) -> String {
    match language {
        Language::English => format!("…… {count} unchanged"),
        Language::Chinese => format!("…… {count} 段未变"),
    }
}

/// A collapsed run of unchanged rows.
pub(super) fn unchanged_rows(count: usize, language: Language) -> String {
    match language {
        Language::English => format!("…… {count} {} unchanged", if count == 1 { "row" } else { "rows" }),
        Language::Chinese => format!("…… {count} 行未变"),
    }
}
