//! Turns link targets as written into absolute URLs.

use url::Url;

use crate::extract::whitespace::is_forbidden;

/// Schemes that a document may link to.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "ftp"];

/// The absolute URL of a link, if it is one that a document may keep.
pub(in crate::extract) fn target(written: &str, base: Option<&Url>) -> Option<String> {
    let written = written.trim();
    if written.is_empty() || written.starts_with('#') {
        return None;
    }
    let url = absolute(written, base)?;
    SCHEMES.contains(&url.scheme()).then(|| url.into())
}

/// The absolute URL of a picture or file; as written where the page's address is not known.
pub(in crate::extract) fn source(written: &str, base: Option<&Url>) -> String {
    // Sources are printed where the picture is missing: they hold nothing that a text may not hold.
    let clean: String = written.trim().chars().filter(|c| !is_forbidden(*c)).collect();
    if clean.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return clean;
    }
    absolute(&clean, base).map_or(clean, Into::into)
}

fn absolute(written: &str, base: Option<&Url>) -> Option<Url> {
    match base {
        Some(base) => base.join(written).ok(),
        None => Url::parse(written).ok(),
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{source, target};

    #[test]
    fn only_followable_targets_are_links() {
        let base = Url::parse("http://example.gov.cn/a/b.html").expect("a URL");
        assert_eq!(target("../c.html", Some(&base)).as_deref(), Some("http://example.gov.cn/c.html"));
        assert_eq!(target("javascript:window.print()", Some(&base)), None);
        assert_eq!(target("#top", Some(&base)), None);
        assert_eq!(target("c.html", None), None);
        assert_eq!(target("mailto:a@example.gov.cn", None).as_deref(), Some("mailto:a@example.gov.cn"));
    }

    #[test]
    fn sources_stay_as_written_without_a_base() {
        assert_eq!(source("./W02.docx", None), "./W02.docx");
        assert_eq!(source("DATA:image/png;base64,AA==", None), "DATA:image/png;base64,AA==");
        assert_eq!(source("data:image/p\u{4}ng;base64,A\nA==", None), "data:image/png;base64,AA==");
    }
}
