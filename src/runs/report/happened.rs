//! The part of the report about what the last run brought: changes, new pages, pages that can be had again.

use super::{Found, escape, heading, link, more};
use crate::message::Language;
use crate::runs::ledger::{Notice, NoticeKind};

/// Pages to which the same happened. What cannot be had is told elsewhere, and so is what befell the job as a whole.
pub(super) fn list(kind: NoticeKind, found: &Found, language: Language) -> String {
    let name = match kind {
        NoticeKind::JobFailure | NoticeKind::JobRecovery | NoticeKind::Failure | NoticeKind::Gone => {
            return String::new();
        }
        NoticeKind::Recovery => ("No longer failing", "恢复正常"),
        NoticeKind::Change => ("Changes found", "发现的变化"),
        NoticeKind::Created => ("New", "新归档"),
    };
    let Some(mut out) = heading(language, name, found.all) else { return String::new() };
    out.push_str("<ul class=\"pages\">\n");
    for page in &found.pages {
        let Notice { url, title, old, new, .. } = &page.notice;
        let name = title.as_deref().filter(|title| !title.is_empty()).unwrap_or(url);
        out += &format!("<li>{}", link(url, name));
        if let (NoticeKind::Change, Some(old), Some(new)) = (kind, old, new) {
            out += &format!(" <span class=\"quiet\">v{old} → v{new}</span>");
        }
        if let Some((counts, diff)) = &page.difference {
            let line = crate::compare::summary_in_words(counts, language);
            out += &format!("<details><summary>{line}</summary><pre>{}</pre></details>", escape(diff));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
    out + &more(found.all, found.pages.len(), language)
}
