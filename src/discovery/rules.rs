//! Which links of a list are pages to be filed.

use glob::{MatchOptions, Pattern};
use url::Url;

use super::shape::Shape;
use crate::message::messages;

messages! {
    /// Why a link rule cannot be used.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum RuleMistake {
        /// Not a glob.
        Pattern { pattern: String, why: String } = "rule-pattern",
            "“{pattern}” is no pattern: {why}", "“{pattern}”不是有效的通配符：{why}";
        /// A pattern that could only match a relative address.
        Relative { pattern: String } = "rule-relative",
            "“{pattern}” matches no whole address: begin it with a scheme or *",
            "“{pattern}”不能匹配完整网址，应以协议名或 * 开头";
        /// Not an address.
        Example { example: String } = "rule-example",
            "“{example}” is no absolute http or https address", "“{example}”不是完整的 http 或 https 地址";
        /// An address without anything that could vary.
        Constant { example: String } = "rule-constant",
            "“{example}” holds no number or code: no other address can be like it",
            "“{example}”中没有数字或编码，不会有其他网址与之相似";
        /// Not a host.
        Host { host: String } = "rule-host",
            "“{host}” is no host name (www.example.gov.cn, *.example.gov.cn)",
            "“{host}”不是主机名（如 www.example.gov.cn、*.example.gov.cn）";
    }
}

impl std::error::Error for RuleMistake {}

/// Which links are wanted. The default leaves it to how lists look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkRules {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    examples: Vec<Shape>,
    hosts: Vec<String>,
}

/// What rules say about a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A rule names it.
    Wanted,
    /// It is on a host that is not asked for.
    OtherHost,
    /// A rule excludes it, or there are rules and none names it.
    Excluded,
    /// There are no rules but about hosts and exclusions: how the link stands in the list decides.
    Open,
}

impl LinkRules {
    /// Nothing more than that is wanted which `patterns` match and none of the others excludes.
    ///
    /// A pattern is a glob over the whole address, as for `--url-filter`: `*` covers `/` too, `?` is one character.
    /// `examples` are addresses of pages of the kind that is wanted; whatever has the same shape is wanted too. `hosts` may
    /// be linked to besides the list's own; `*.example.gov.cn` covers the hosts below it.
    ///
    /// # Errors
    /// The first rule that cannot be used: which list, its position in it, and why.
    pub fn new(
        include: &[&str],
        exclude: &[&str],
        examples: &[&str],
        hosts: &[&str],
    ) -> Result<Self, (&'static str, usize, RuleMistake)> {
        Ok(Self {
            include: each("include", include, pattern)?,
            exclude: each("exclude", exclude, pattern)?,
            examples: each("examples", examples, example)?,
            hosts: each("hosts", hosts, allowed_host)?,
        })
    }

    /// What these rules say about `address`, found in the list at `list` (`None`: in a file of addresses, where every
    /// host is asked for).
    #[must_use]
    pub fn choose(&self, address: &Url, list: Option<&Url>) -> Choice {
        let Some(host) = address.host_str() else { return Choice::OtherHost };
        let own = list.is_none_or(|list| list.host_str() == Some(host));
        if !own && !self.allows_host(host) {
            return Choice::OtherHost;
        }
        let matches = |patterns: &[Pattern]| {
            patterns.iter().any(|pattern| pattern.matches_with(address.as_str(), OPTIONS))
        };
        if matches(&self.exclude) {
            return Choice::Excluded;
        }
        if self.include.is_empty() && self.examples.is_empty() {
            return Choice::Open;
        }
        if matches(&self.include) || self.examples.iter().any(|shape| shape.fits(address)) {
            Choice::Wanted
        } else {
            Choice::Excluded
        }
    }

    /// Whether the list at `next` may be read as the continuation of the one at `list`: on the same host, or on one that
    /// may be linked to.
    pub(super) fn follows(&self, next: &Url, list: Option<&Url>) -> bool {
        let Some(host) = next.host_str() else { return false };
        list.and_then(Url::host_str) == Some(host) || self.allows_host(host)
    }

    fn allows_host(&self, host: &str) -> bool {
        let listed = self.hosts.iter().any(|allowed| match allowed.strip_prefix("*.") {
            Some(domain) => host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.')),
            None => allowed == host,
        });
        listed || self.examples.iter().any(|shape| shape.host() == host)
    }
}

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: false,
    require_literal_leading_dot: false,
};

fn each<T>(
    list: &'static str,
    texts: &[&str],
    read: impl Fn(&str) -> Result<T, RuleMistake>,
) -> Result<Vec<T>, (&'static str, usize, RuleMistake)> {
    texts.iter().enumerate().map(|(position, text)| read(text).map_err(|why| (list, position, why))).collect()
}

fn pattern(text: &str) -> Result<Pattern, RuleMistake> {
    if !text.starts_with(['*', '?', '[', 'h']) {
        return Err(RuleMistake::Relative { pattern: text.to_owned() });
    }
    Pattern::new(text)
        .map_err(|error| RuleMistake::Pattern { pattern: text.to_owned(), why: error.msg.to_owned() })
}

fn example(text: &str) -> Result<Shape, RuleMistake> {
    let shape = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .and_then(|url| Shape::of(&url));
    match shape {
        None => Err(RuleMistake::Example { example: text.to_owned() }),
        Some(shape) if !shape.is_general() => Err(RuleMistake::Constant { example: text.to_owned() }),
        Some(shape) => Ok(shape),
    }
}

fn allowed_host(text: &str) -> Result<String, RuleMistake> {
    let (star, name) = text.strip_prefix("*.").map_or(("", text), |name| ("*.", name));
    let host = host_name(name).ok_or_else(|| RuleMistake::Host { host: text.to_owned() })?;
    Ok(format!("{star}{host}"))
}

/// The name of a host as addresses give it: in lower case, in Punycode. `None` if `text` is more or less than a name.
pub(crate) fn host_name(text: &str) -> Option<String> {
    if text.contains(['/', '\\', '?', '#', '@', ':', '*']) || text.contains(char::is_whitespace) {
        return None;
    }
    Url::parse(&format!("http://{text}/")).ok()?.host_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Choice, LinkRules, RuleMistake};

    const LIST: &str = "https://www.yunshan.gov.cn/zwgk/index.html";

    fn choose(rules: &LinkRules, address: &str) -> Choice {
        let url = |text: &str| Url::parse(text).expect(text);
        rules.choose(&url(address), Some(&url(LIST)))
    }

    #[test]
    fn patterns_include_and_exclude() {
        let rules = LinkRules::new(&["*/zwgk/*.html"], &["*/zwgk/old/*"], &[], &[]).expect("rules");
        assert_eq!(choose(&rules, "https://www.yunshan.gov.cn/zwgk/a/b/1.html"), Choice::Wanted);
        assert_eq!(choose(&rules, "https://www.yunshan.gov.cn/zwgk/old/1.html"), Choice::Excluded);
        assert_eq!(choose(&rules, "https://www.yunshan.gov.cn/xwdt/1.html"), Choice::Excluded);
        assert_eq!(choose(&rules, "https://www.other.gov.cn/zwgk/1.html"), Choice::OtherHost);
    }

    #[test]
    fn without_rules_the_list_decides_and_the_host_must_be_its_own() {
        let rules = LinkRules::default();
        assert_eq!(choose(&rules, "http://www.yunshan.gov.cn/any"), Choice::Open);
        assert_eq!(choose(&rules, "http://yunshan.gov.cn/any"), Choice::OtherHost);
        let file = rules.choose(&Url::parse("http://any.gov.cn/1").expect("an address"), None);
        assert_eq!(file, Choice::Open, "in a file of addresses every host is asked for");
    }

    #[test]
    fn hosts_are_opened_by_name_by_domain_or_by_example() {
        let example = "https://zfxxgk.yunshan.gov.cn/art/2024/1/5/art_1_2.html";
        let rules = LinkRules::new(&[], &[], &[], &["data.yunshan.gov.cn", "*.Lin.gov.cn"]).expect("rules");
        assert_eq!(choose(&rules, "http://data.yunshan.gov.cn/1"), Choice::Open);
        assert_eq!(choose(&rules, "http://a.b.lin.gov.cn/1"), Choice::Open);
        for other in ["http://lin.gov.cn/1", "http://evil-lin.gov.cn/1", "http://lin.gov.cn.evil.example/1"] {
            assert_eq!(choose(&rules, other), Choice::OtherHost, "{other}");
        }
        let rules = LinkRules::new(&[], &[], &[example], &[]).expect("rules");
        assert_eq!(choose(&rules, "https://zfxxgk.yunshan.gov.cn/art/2020/9/9/art_7_8.html"), Choice::Wanted);
        assert_eq!(choose(&rules, "https://zfxxgk.yunshan.gov.cn/col/col7/index.html"), Choice::Excluded);
    }

    #[test]
    fn rules_that_cannot_work_are_refused_with_their_place() {
        let place = |include: &[&str], examples: &[&str], hosts: &[&str]| {
            let (list, position, why) = LinkRules::new(include, &[], examples, hosts).expect_err("a mistake");
            (list, position, crate::message::Describe::code(&why))
        };
        assert_eq!(place(&["*", "*/[a"], &[], &[]), ("include", 1, "rule-pattern"));
        assert_eq!(place(&["/zwgk/*"], &[], &[]), ("include", 0, "rule-relative"));
        assert_eq!(place(&[], &["zwgk/1.html"], &[]), ("examples", 0, "rule-example"));
        assert_eq!(place(&[], &["https://www.yunshan.gov.cn/zwgk/"], &[]), ("examples", 0, "rule-constant"));
        for host in ["", "http://a.gov.cn", "a.gov.cn/b", "a.gov.cn:80", "*", "*.*.cn", "a b"] {
            assert_eq!(place(&[], &[], &[host]), ("hosts", 0, "rule-host"), "{host}");
        }
        let _: RuleMistake = LinkRules::new(&[], &[""], &[], &[]).expect_err("empty").2;
    }
}
