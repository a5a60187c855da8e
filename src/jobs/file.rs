//! The jobs file as it is typed: names of keys and types of values. What the values mean is `validate`'s business.

use serde::Deserialize;
use toml::Spanned;

use super::error::{ConfigurationError, Mistake};
use super::grammar::{Grammar, Typed};
use super::position::{key_at, line_and_column};

/// A text, and where it is.
pub(super) type Text = Spanned<String>;
/// A number, and where it is.
pub(super) type Number = Spanned<i64>;
/// A list, and where it and each of its elements are.
pub(super) type Texts = Spanned<Vec<Text>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub store: Option<Text>,
    pub time_zone: Option<Text>,
    pub metrics: Option<Text>,
    pub report: Option<Text>,
    pub operator: Option<Text>,
    #[serde(default)]
    pub web: Web,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub notifications: Notifications,
    #[serde(default)]
    pub job: Vec<Spanned<Job>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Job {
    pub name: Text,
    pub enabled: Option<bool>,
    pub sources: Spanned<Vec<Spanned<Source>>>,
    pub schedule: Option<Text>,
    pub every: Option<Text>,
    pub recheck: Option<Text>,
    pub recheck_at_most: Option<Text>,
    pub formats: Option<Texts>,
    pub store: Option<Text>,
    pub operator: Option<Text>,
    pub retention: Option<Text>,
    pub rules: Option<Spanned<Rules>>,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub web: Web,
    #[serde(default)]
    pub notifications: Notifications,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Source {
    pub column: Option<Text>,
    pub feed: Option<Text>,
    pub sitemap: Option<Text>,
    pub urls: Option<Text>,
    pub url: Option<Text>,
    pub folder: Option<Text>,
    pub name: Option<Text>,
    pub list_pages: Option<Number>,
    pub rules: Option<Spanned<Rules>>,
    pub done: Option<Text>,
    pub failed: Option<Text>,
    pub settle: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Rules {
    pub include: Vec<Text>,
    pub exclude: Vec<Text>,
    pub examples: Vec<Text>,
    pub hosts: Vec<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Limits {
    pub pages: Option<Number>,
    pub max_duration: Option<Text>,
    pub list_pages: Option<Number>,
    pub max_bytes: Option<Number>,
    pub max_attachment_bytes: Option<Number>,
    pub max_pixels: Option<Number>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Web {
    pub user_agent: Option<Text>,
    pub contact: Option<Text>,
    pub delay: Option<Text>,
    pub connections_per_host: Option<Number>,
    pub connect_timeout: Option<Text>,
    pub timeout: Option<Text>,
    pub retries: Option<Number>,
    pub max_redirects: Option<Number>,
    pub robots: Option<Text>,
    pub proxy: Option<Text>,
    pub allow_net: Vec<Text>,
    pub ports: Vec<Number>,
    pub legacy_tls: Vec<Text>,
    pub extra_roots: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Notifications {
    pub webhooks: Vec<Text>,
    pub on: Option<Vec<Text>>,
    pub ping: Option<Text>,
    pub allow_net: Vec<Text>,
}

/// Reads the file.
pub(super) fn parse(text: &str) -> Result<File, ConfigurationError> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let (line, column) = line_and_column(text, offset);
        let well_formed = toml::de::DeTable::parse(text).is_ok();
        // A header that is not closed has no key: what follows would be taken for one.
        let line_start =
            text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let header = text.get(line_start..offset).is_some_and(|line| line.trim_start().starts_with('['));
        let key = if header && !well_formed { String::new() } else { key_at(text, offset) };
        let why = mistake(error.message(), well_formed);
        ConfigurationError { line, column, key, why }
    })
}

/// What serde and the reader of TOML say, in our words where they are known.
fn mistake(message: &str, well_formed: bool) -> Mistake {
    let message = message.lines().collect::<Vec<_>>().join(" ");
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    if !well_formed {
        return if message.contains("duplicate key") {
            Mistake::DuplicateKey
        } else {
            Mistake::Syntax { why: Grammar(message) }
        };
    }
    if message.starts_with("unknown field") {
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        return Mistake::UnknownKey { name: quoted(&message), known: known.join(", ") };
    }
    if message.starts_with("missing field") {
        return Mistake::MissingKey { name: quoted(&message) };
    }
    let types = ["invalid type: ", "invalid value: "];
    if let Some((found, expected)) = types
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.rsplit_once(", expected "))
    {
        return Mistake::Type { found: Typed(found.to_owned()), expected: Typed(expected.to_owned()) };
    }
    Mistake::Value { why: message }
}
