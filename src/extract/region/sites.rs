//! Turns the table of site rules into matchers: which container a content management system puts documents in.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::extract::page::{Page, attribute};

/// Rules about content management systems, in order of preference.
#[derive(Clone, Debug)]
pub struct Sites(Arc<Table>);

#[derive(Debug, Default)]
struct Table {
    rules: Vec<Rule>,
    /// How many of them, at the beginning, are the user's.
    own: usize,
    /// Rules and container selectors by the lower-case name (`#id`, `.class`, `tag`, `[attribute`) that the
    /// element must have.
    index: BTreeMap<String, Vec<(usize, usize)>>,
}

#[derive(Debug)]
struct Rule {
    name: String,
    containers: Vec<Selector>,
    noise: Vec<Selector>,
    hosts: Vec<String>,
    loose: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    containers: Vec<String>,
    #[serde(default)]
    noise: Vec<String>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    loose: bool,
}

/// The rules in `sites.toml`.
static BUILT_IN: LazyLock<Sites> = LazyLock::new(|| {
    Sites::parse(include_str!("sites.toml")).unwrap_or_else(|_| Sites(Arc::new(Table::default())))
});

impl Sites {
    /// The rules that come with the program.
    #[must_use]
    pub fn built_in() -> Self {
        BUILT_IN.clone()
    }

    /// Reads rules in the form of `sites.toml`.
    ///
    /// # Errors
    /// What is wrong with `text`: TOML syntax, an unknown key, or a selector that cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::from_sources(&[text])
    }

    /// The user's rules in `text`, followed by the built-in ones.
    ///
    /// # Errors
    /// As [`Sites::parse`].
    pub fn extended(text: &str) -> Result<Self, String> {
        Self::from_sources(&[text, include_str!("sites.toml")])
    }

    fn from_sources(sources: &[&str]) -> Result<Self, String> {
        let mut table = Table::default();
        for (position, text) in sources.iter().enumerate() {
            let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
            for entry in file.rule {
                let parse = |selectors: &[String]| -> Result<Vec<Selector>, String> {
                    selectors
                        .iter()
                        .map(|text| {
                            Selector::parse(text)
                                .ok_or_else(|| format!("rule {}: cannot read selector {text}", entry.name))
                        })
                        .collect()
                };
                let rule = Rule {
                    containers: parse(&entry.containers)?,
                    noise: parse(&entry.noise)?,
                    hosts: entry.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
                    loose: entry.loose,
                    name: entry.name,
                };
                for (position, selector) in rule.containers.iter().enumerate() {
                    table.index.entry(selector.key()).or_default().push((table.rules.len(), position));
                }
                table.rules.push(rule);
            }
            if position == 0 && sources.len() > 1 {
                table.own = table.rules.len();
            }
        }
        Ok(Self(Arc::new(table)))
    }

    /// The elements that rules name as containers, as (rule, item), in page order.
    pub(in crate::extract) fn containers(&self, page: &Page<'_>, host: Option<&str>) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (index, item) in page.items.iter().enumerate() {
            let Some(element) = item.element() else { continue };
            let mut best: Option<usize> = None;
            let mut look_up = |key: &str| {
                for &(rule, position) in self.0.index.get(key).into_iter().flatten() {
                    if best.is_none_or(|best| rule < best)
                        && self.0.rules[rule].applies_to(host)
                        && self.0.rules[rule].containers[position].matches(page, index)
                    {
                        best = Some(rule);
                    }
                }
            };
            for (name, value) in element.attrs() {
                match name {
                    "id" => look_up(&format!("#{}", value.trim().to_ascii_lowercase())),
                    "class" => {
                        for class in value.split_ascii_whitespace() {
                            look_up(&format!(".{}", class.to_ascii_lowercase()));
                        }
                    }
                    _ => look_up(&format!("[{name}")),
                }
            }
            look_up(element.name());
            if let Some(rule) = best
                && !item.hidden
            {
                found.push((rule, index));
            }
        }
        found
    }

    /// The name of a rule.
    pub(in crate::extract) fn name(&self, rule: usize) -> &str {
        &self.0.rules[rule].name
    }

    /// Whether `rule` is the user's: it then comes before all built-in ones.
    pub(in crate::extract) fn is_own(&self, rule: usize) -> bool {
        rule < self.0.own
    }

    /// Whether `rule` counts only where no other matches.
    pub(in crate::extract) fn is_loose(&self, rule: usize) -> bool {
        self.0.rules[rule].loose
    }

    /// Whether `rule` names the element at `index` as noise.
    pub(in crate::extract) fn is_noise(&self, rule: usize, page: &Page<'_>, index: usize) -> bool {
        self.0.rules[rule].noise.iter().any(|selector| selector.matches(page, index))
    }
}

impl Rule {
    fn applies_to(&self, host: Option<&str>) -> bool {
        self.hosts.is_empty()
            || host.is_some_and(|host| {
                self.hosts.iter().any(|suffix| {
                    host.strip_suffix(suffix.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.') || suffix.starts_with('.'))
                })
            })
    }
}

/// A compound selector with ancestors; the last compound is the element itself.
#[derive(Debug)]
struct Selector(Vec<Compound>);

#[derive(Debug, Default)]
struct Compound {
    tag: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
    attributes: Vec<(String, Option<String>)>,
}

impl Selector {
    fn parse(text: &str) -> Option<Self> {
        let compounds: Option<Vec<Compound>> = text.split_whitespace().map(Compound::parse).collect();
        compounds.filter(|compounds| !compounds.is_empty()).map(Self)
    }

    /// The name that an element must have to match at all.
    fn key(&self) -> String {
        let Some(last) = self.0.last() else { return String::new() };
        if let Some(id) = &last.id {
            format!("#{id}")
        } else if let Some(class) = last.classes.first() {
            format!(".{class}")
        } else if let Some((name, _)) = last.attributes.first() {
            format!("[{name}")
        } else {
            last.tag.clone().unwrap_or_default()
        }
    }

    fn matches(&self, page: &Page<'_>, index: usize) -> bool {
        let Some((last, ancestors)) = self.0.split_last() else { return false };
        if !last.matches(page, index) {
            return false;
        }
        let mut above = page.ancestors(index);
        ancestors.iter().rev().all(|compound| above.any(|ancestor| compound.matches(page, ancestor)))
    }
}

impl Compound {
    fn parse(text: &str) -> Option<Self> {
        let mut compound = Self::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if first == '[' {
                let (inside, after) = rest[1..].split_once(']')?;
                let (name, value) = match inside.split_once('=') {
                    Some((name, value)) => (name, Some(value.trim_matches(['"', '\'']).to_owned())),
                    None => (inside, None),
                };
                compound.attributes.push((name.to_ascii_lowercase(), value));
                rest = after;
                continue;
            }
            let sigil = matches!(first, '#' | '.');
            let body = if sigil { &rest[1..] } else { rest };
            let end = body.find(['#', '.', '[']).unwrap_or(body.len());
            let name = body[..end].to_ascii_lowercase();
            if name.is_empty() {
                return None;
            }
            match first {
                '#' => compound.id = Some(name),
                '.' => compound.classes.push(name),
                _ => compound.tag = Some(name),
            }
            rest = &body[end..];
        }
        (!text.is_empty()).then_some(compound)
    }

    fn matches(&self, page: &Page<'_>, index: usize) -> bool {
        let Some(element) = page.element(index) else { return false };
        self.tag.as_ref().is_none_or(|tag| element.name().eq_ignore_ascii_case(tag))
            && self.id.as_ref().is_none_or(|id| {
                attribute(element, "id").is_some_and(|value| value.trim().eq_ignore_ascii_case(id))
            })
            && self.classes.iter().all(|class| {
                attribute(element, "class").is_some_and(|value| {
                    value.split_ascii_whitespace().any(|name| name.eq_ignore_ascii_case(class))
                })
            })
            && self.attributes.iter().all(|(name, wanted)| {
                attribute(element, name)
                    .is_some_and(|value| wanted.as_ref().is_none_or(|wanted| value == wanted))
            })
    }
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::{BUILT_IN, Page, Sites};

    fn matched(sites: &Sites, html: &str, host: Option<&str>) -> Vec<String> {
        let html = Html::parse_document(html);
        let page = Page::new(&html);
        sites.containers(&page, host).iter().map(|&(rule, _)| sites.name(rule).to_owned()).collect()
    }

    #[test]
    fn the_built_in_table_is_sound() {
        assert!(Sites::parse(include_str!("sites.toml")).is_ok());
        assert!(!BUILT_IN.0.rules.is_empty());
    }

    #[test]
    fn classes_ids_attributes_and_ancestors_match() {
        let sites =
            Sites::parse("[[rule]]\nname='a'\ncontainers=['.box div#Zoom.text[frag=w]']").expect("sound");
        assert_eq!(matched(&sites, "<p class='x box'><div><b>", None), Vec::<String>::new());
        let page =
            "<div class='x box'><section><div id=zoom class='big text' frag=w>正文</div></section></div>";
        assert_eq!(matched(&sites, page, None), ["a"]);
    }

    #[test]
    fn hosts_limit_a_rule() {
        let sites =
            Sites::parse("[[rule]]\nname='a'\nhosts=['example.gov.cn']\ncontainers=['p']").expect("sound");
        assert_eq!(matched(&sites, "<p>文", Some("www.example.gov.cn")), ["a"]);
        assert_eq!(matched(&sites, "<p>文", Some("myexample.gov.cn")), Vec::<String>::new());
        assert_eq!(matched(&sites, "<p>文", None), Vec::<String>::new());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert!(
            Sites::parse("[[rule]]\nname='a'\ncontainers=['..']").expect_err("no name").contains("rule a")
        );
        assert!(Sites::parse("[[rule]]\nname='a'\ncolour=1\ncontainers=[]").is_err());
    }
}
