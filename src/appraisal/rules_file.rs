//! Reads a rule file (TOML), and tells line and column of what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use glob::Pattern;
use serde::Deserialize;
use toml::Spanned;

use super::reference::{is_category, is_code};
use super::rules::{Class, Fonds, Handover, KEYS, Rule, Rules, digest};
use crate::message::{Describe, Language, messages};

/// Larger rule files are refused, in bytes.
pub const LARGEST: u64 = 1 << 20;
/// Most characters in a name or another text.
const LONGEST_TEXT: usize = 200;
/// Most characters in the name of a class: it is a folder's.
const LONGEST_FOLDER: usize = 60;

/// What is wrong with a rule file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub fault: RulesFault,
}

messages! {
    /// What is wrong with a rule file.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum RulesFault {
        /// No TOML, or a key that is missing, unknown or of another type.
        Syntax { why: String } = "rules-syntax", "{why}", "{why}";
        /// A code with other characters, or too long.
        Code { value: String } = "rules-code",
            "“{value}” is no code: 1 to 16 letters and digits", "“{value}”不是代码：应为 1 至 16 位字母或数字";
        /// A text that is empty, too long, or has control characters.
        Text { value: String } = "rules-text",
            "“{value}” is empty, longer than 200 characters, or has control characters",
            "“{value}”为空、超过 200 字或含控制字符";
        /// A class that cannot be a folder.
        Folder { value: String } = "rules-class-name",
            "“{value}” cannot be the name of a folder: up to 60 characters, none of / \\ : * ? \" < > |, no dot or space at the ends",
            "“{value}”不能作为文件夹名：至多 60 字，不含 / \\ : * ? \" < > |，首尾不得为点或空格";
        /// A period that is none of the three.
        Period { value: String } = "rules-retention",
            "“{value}” is none of 永久, 定期30年, 定期10年", "“{value}”不是保管期限，应为 永久、定期30年 或 定期10年";
        /// A rule for a class that is not there.
        UnknownClass { value: String } = "rules-unknown-class",
            "there is no class with the code {value}", "没有代码为 {value} 的类别";
        /// A name or code that is taken.
        Twice { value: String } = "rules-twice", "“{value}” occurs twice", "“{value}”重复";
        /// No glob.
        Glob { pattern: String, why: String } = "rules-pattern",
            "the pattern “{pattern}” is no glob: {why}", "“{pattern}”不是通配符：{why}";
        /// A list without patterns matches nothing.
        NoPattern { key: String } = "rules-no-pattern",
            "{key} has no pattern, so the rule would match nothing", "{key} 没有通配符，规则不会与任何文件匹配";
        /// A rule behind one that matches everything.
        Unreachable { name: String, before: String } = "rules-unreachable",
            "the rule “{name}” is never reached: “{before}” before it has no condition and matches everything",
            "规则“{name}”永远用不到：其前的“{before}”没有条件，与一切文件匹配";
    }
}

impl Describe for RulesError {
    fn code(&self) -> &'static str {
        self.fault.code()
    }

    fn describe(&self, language: Language) -> String {
        let Self { line, column, fault } = self;
        match language {
            Language::English => format!("line {line}, column {column}: {}", fault.describe(language)),
            Language::Chinese => format!("第 {line} 行第 {column} 列：{}", fault.describe(language)),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fonds: FondsTable,
    #[serde(default)]
    class: Vec<ClassTable>,
    #[serde(default)]
    rule: Vec<RuleTable>,
    #[serde(default)]
    handover: HandoverTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FondsTable {
    code: Spanned<String>,
    category: Spanned<String>,
    name: Option<Spanned<String>>,
    creator: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassTable {
    code: Spanned<String>,
    name: Spanned<String>,
}

type Patterns = Option<Spanned<Vec<Spanned<String>>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    name: Spanned<String>,
    class: Spanned<String>,
    retention: Spanned<String>,
    title: Patterns,
    number: Patterns,
    issuer: Patterns,
    source: Patterns,
    genre: Patterns,
    subject: Patterns,
    keywords: Patterns,
    column: Patterns,
    column_type: Patterns,
    breadcrumb: Patterns,
    job: Patterns,
    site_name: Patterns,
    index_number: Patterns,
    url: Patterns,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct HandoverTable {
    archives_name: Option<Spanned<String>>,
    archives_code: Option<Spanned<String>>,
    sender: Option<Spanned<String>>,
    receiver: Option<Spanned<String>>,
    task: Option<Spanned<String>>,
    description: Option<Spanned<String>>,
    medium_number: Option<Spanned<String>>,
    medium_type: Option<Spanned<String>>,
    medium_capacity: Option<Spanned<String>>,
    custodian: Option<Spanned<String>>,
    producer: Option<Spanned<String>>,
    inspector: Option<Spanned<String>>,
}

/// What is wrong, and the bytes that it is about.
type Fault = (Range<usize>, RulesFault);

impl Rules {
    /// Reads a rule file.
    ///
    /// # Errors
    /// What is wrong with it first, with line and column.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        read(text).map_err(|(span, fault)| {
            let before = text.get(..span.start).unwrap_or(text);
            let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
            RulesError { line: before.matches('\n').count() + 1, column: line.chars().count() + 1, fault }
        })
    }
}

fn read(text: &str) -> Result<Rules, Fault> {
    let file: File = toml::from_str(text).map_err(|error| {
        let why = error.message().lines().collect::<Vec<_>>().join(" ");
        (error.span().unwrap_or_default(), RulesFault::Syntax { why })
    })?;
    let fonds = Fonds {
        code: valid(file.fonds.code, is_code, |value| RulesFault::Code { value })?,
        category: valid(file.fonds.category, is_category, |value| RulesFault::Code { value })?,
        name: stated(file.fonds.name)?,
        creator: stated(file.fonds.creator)?,
    };
    let classes = classes(file.class)?;
    let rules = rules(file.rule, &classes)?;
    Ok(Rules { fonds, classes, rules, handover: handover(file.handover)?, sha256: digest(text) })
}

fn classes(tables: Vec<ClassTable>) -> Result<Vec<Class>, Fault> {
    let mut taken = BTreeSet::new();
    let mut classes = Vec::new();
    for table in tables {
        let (code_span, name_span) = (table.code.span(), table.name.span());
        let code = valid(table.code, is_code, |value| RulesFault::Code { value })?;
        let name = valid(table.name, is_folder, |value| RulesFault::Folder { value })?;
        for (value, span) in [(&code, code_span), (&name, name_span)] {
            if !taken.insert(value.clone()) {
                return Err((span, RulesFault::Twice { value: value.clone() }));
            }
        }
        classes.push(Class { code, name });
    }
    Ok(classes)
}

fn rules(tables: Vec<RuleTable>, classes: &[Class]) -> Result<Vec<Rule>, Fault> {
    let mut rules: Vec<Rule> = Vec::new();
    for table in tables {
        let (name_span, class_span, retention_span) =
            (table.name.span(), table.class.span(), table.retention.span());
        let patterns = [
            &table.title,
            &table.number,
            &table.issuer,
            &table.source,
            &table.genre,
            &table.subject,
            &table.keywords,
            &table.column,
            &table.column_type,
            &table.breadcrumb,
            &table.job,
            &table.site_name,
            &table.index_number,
            &table.url,
        ];
        let conditions = KEYS.into_iter().zip(patterns).filter_map(|(key, patterns)| {
            let patterns = patterns.as_ref()?;
            Some(compiled(key, patterns).map(|compiled| (key, compiled)))
        });
        let conditions = conditions.collect::<Result<BTreeMap<_, _>, Fault>>()?;
        let name = valid(table.name, is_text, |value| RulesFault::Text { value })?;
        if rules.iter().any(|rule| rule.name == name) {
            return Err((name_span, RulesFault::Twice { value: name }));
        }
        if let Some(all) = rules.last().filter(|rule| rule.conditions.is_empty()) {
            return Err((name_span, RulesFault::Unreachable { name, before: all.name.clone() }));
        }
        let typed = table.class.into_inner();
        let class = classes.iter().position(|class| class.code == typed);
        let class = class.ok_or_else(|| (class_span, RulesFault::UnknownClass { value: shown(&typed) }))?;
        let period = table.retention.into_inner();
        let retention = period.parse();
        let retention =
            retention.map_err(|_| (retention_span, RulesFault::Period { value: shown(&period) }))?;
        rules.push(Rule { name, class, retention, conditions });
    }
    Ok(rules)
}

fn compiled(key: &str, patterns: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<Pattern>, Fault> {
    if patterns.get_ref().is_empty() {
        return Err((patterns.span(), RulesFault::NoPattern { key: key.to_owned() }));
    }
    let compile = |pattern: &Spanned<String>| {
        Pattern::new(pattern.get_ref()).map_err(|error| {
            let pattern_text = shown(pattern.get_ref());
            (pattern.span(), RulesFault::Glob { pattern: pattern_text, why: error.msg.to_owned() })
        })
    };
    patterns.get_ref().iter().map(compile).collect()
}

fn handover(table: HandoverTable) -> Result<Handover, Fault> {
    Ok(Handover {
        archives_name: stated(table.archives_name)?,
        archives_code: stated(table.archives_code)?,
        sender: stated(table.sender)?,
        receiver: stated(table.receiver)?,
        task: stated(table.task)?,
        description: stated(table.description)?,
        medium_number: stated(table.medium_number)?,
        medium_type: stated(table.medium_type)?,
        medium_capacity: stated(table.medium_capacity)?,
        custodian: stated(table.custodian)?,
        producer: stated(table.producer)?,
        inspector: stated(table.inspector)?,
    })
}

fn stated(value: Option<Spanned<String>>) -> Result<Option<String>, Fault> {
    value.map(|value| valid(value, is_text, |value| RulesFault::Text { value })).transpose()
}

fn valid(
    value: Spanned<String>,
    is_valid: impl Fn(&str) -> bool,
    fault: impl Fn(String) -> RulesFault,
) -> Result<String, Fault> {
    if is_valid(value.get_ref()) {
        Ok(value.into_inner())
    } else {
        Err((value.span(), fault(shown(value.get_ref()))))
    }
}

/// A wrong value in an error of one line.
fn shown(value: &str) -> String {
    const MOST: usize = 40;
    let short: String = value.chars().take(MOST).collect();
    let short = short.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'");
    if value.chars().count() > MOST { short + "…" } else { short }
}

/// Whether `text` says something in one line.
pub(super) fn is_text(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= LONGEST_TEXT
        && !text
            .chars()
            .any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}'))
}

/// Whether `text` may be the name of a folder on every system.
pub(super) fn is_folder(text: &str) -> bool {
    is_text(text)
        && text.chars().count() <= LONGEST_FOLDER
        && !text.chars().any(|c| r#"/\:*?"<>|"#.contains(c))
        && !text.starts_with(['.', ' '])
        && !text.ends_with(['.', ' '])
}
