//! Turns `<meta>` tags into values, those of 国办发〔2017〕47号 only where their SiteDomain fits the page's host.

use crate::extract::page;
use url::Url;

use super::labels::is_void;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::extract::page::{Page, attribute};

/// The tags that 47号文 prescribes, as it spells them.
const PRESCRIBED: [&str; 15] = [
    "SiteName",
    "SiteDomain",
    "SiteIDCode",
    "ColumnName",
    "ColumnDescription",
    "ColumnKeywords",
    "ColumnType",
    "ArticleTitle",
    "PubDate",
    "ContentSource",
    "Keywords",
    "Author",
    "Description",
    "Image",
    "Url",
];

/// The named `<meta>` tags of a page.
#[derive(Debug, Default)]
pub(in crate::extract) struct Tags<'a> {
    /// Name as the page spells it, and content.
    tags: Vec<(&'a str, &'a str)>,
    /// Whether the tags of 47号文 are believed.
    trusted: bool,
}

impl<'a> Tags<'a> {
    /// Reads the tags of `page`, which came from `url`; with `ignore` the page counts as having none of 47号文.
    pub(in crate::extract) fn new(
        page: &Page<'a>,
        url: Option<&Url>,
        ignore: bool,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let tags: Vec<(&str, &str)> = page
            .items
            .iter()
            .filter_map(page::Item::element)
            .filter(|element| element.name() == "meta")
            .filter_map(|element| {
                let name = attribute(element, "name").or_else(|| attribute(element, "property"))?;
                Some((name.trim(), attribute(element, "content")?.trim()))
            })
            .collect();
        let mut tags = Self { tags, trusted: true };
        if ignore {
            tags.trusted = false;
        } else if let (Some(domain), Some(host)) =
            (tags.get("SiteDomain").map(|(_, value)| value), url.and_then(Url::host_str))
            && !fits(domain, host)
        {
            diagnostics
                .push(Diagnostic::MetadataUntrusted { domain: domain.to_owned(), host: host.to_owned() });
            tags.trusted = false;
        }
        tags
    }

    /// The first tag of this name that says something: its name as spelled, and its content. Names are compared
    /// without regard to case.
    pub(in crate::extract) fn get(&self, name: &str) -> Option<(&'a str, &'a str)> {
        if !self.trusted && PRESCRIBED.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return None;
        }
        self.tags.iter().find(|(known, value)| known.eq_ignore_ascii_case(name) && !is_void(value)).copied()
    }
}

/// Whether the declared `domain` is the host or a domain above or below it, `www` and port aside.
fn fits(domain: &str, host: &str) -> bool {
    let bare = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        let name = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest).to_owned();
        let name = name.split(['/', ':']).next().unwrap_or_default().to_owned();
        name.strip_prefix("www.").map_or(name.clone(), str::to_owned)
    };
    let host = bare(host);
    let below = |name: &str, above: &str| {
        name.strip_suffix(above).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    // `gov.cn` itself is the site of the State Council, not the domain above all others.
    // A site may declare several domains.
    domain.split([',', '，', ';', '；', ' ', '|', '、']).map(bare).filter(|domain| !domain.is_empty()).any(
        |domain| {
            domain == host
                || below(&host, &domain) && domain != "gov.cn"
                || below(&domain, &host) && host != "gov.cn"
        },
    )
}

/// A tag's text without the markup and entities that some systems leave in it.
pub(in crate::extract) fn clean(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        if first == '<'
            && let Some(end) = rest.find('>')
            && is_markup(&rest[1..end])
        {
            rest = &rest[end + 1..];
            continue;
        }
        if first == '&'
            && let Some((character, length)) = entity(rest)
        {
            out.push_str(character);
            rest = &rest[length..];
            continue;
        }
        if !first.is_control() {
            out.push(first);
        } else if first.is_whitespace() {
            out.push(' ');
        }
        rest = &rest[first.len_utf8()..];
    }
    let words: Vec<&str> = out
        .split([' ', '\u{A0}'])
        .map(|word| word.trim_matches(['\u{FEFF}', '\u{200B}']))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").trim_matches('\u{3000}').to_owned()
}

fn is_markup(inside: &str) -> bool {
    let name: String =
        inside.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    matches!(
        name.to_ascii_lowercase().as_str(),
        "br" | "p" | "b" | "i" | "span" | "font" | "strong" | "em" | "u" | "sup" | "sub" | "div"
    )
}

fn entity(text: &str) -> Option<(&'static str, usize)> {
    const ENTITIES: [(&str, &str); 11] = [
        ("&nbsp;", " "),
        ("&quot;", "\""),
        ("&amp;", "&"),
        ("&ldquo;", "“"),
        ("&rdquo;", "”"),
        ("&lsquo;", "‘"),
        ("&rsquo;", "’"),
        ("&mdash;", "—"),
        ("&middot;", "·"),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ];
    ENTITIES.iter().find(|(name, _)| text.starts_with(name)).map(|(name, value)| (*value, name.len()))
}

#[cfg(test)]
mod tests {
    use super::{clean, fits};

    #[test]
    fn a_domain_fits_its_own_hosts() {
        assert!(fits("www.gd.gov.cn", "hrss.gd.gov.cn"));
        assert!(fits("hrss.gd.gov.cn", "www.gd.gov.cn"));
        assert!(fits("http://www.example.gov.cn/", "example.gov.cn"));
        assert!(fits("www.gov.cn", "www.gov.cn"));
        assert!(fits("old.example.gov.cn,www.example.gov.cn", "example.gov.cn"));
        assert!(!fits("gxq.cq.gov.cn", "shop.example.com"));
        assert!(!fits("www.gov.cn", "hrss.gd.gov.cn"));
    }

    #[test]
    fn markup_in_a_tag_is_no_text() {
        assert_eq!(clean("对接活动举行<br>发布清单 "), "对接活动举行发布清单");
        assert_eq!(clean("&ldquo;十四五&rdquo;规划"), "“十四五”规划");
        assert_eq!(clean("《实施<劳动合同法>办法》"), "《实施<劳动合同法>办法》");
    }
}
