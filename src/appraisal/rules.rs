//! Rules that propose 类别 and 保管期限 by what a page says about itself.

use std::collections::BTreeMap;

use glob::{MatchOptions, Pattern};

use super::{Facts, Retention, Series};
use crate::document::sha256;

/// The elements that a rule may ask for: their keys in a rule file are those of `metadata.json`, `job` and `url`.
pub(super) const KEYS: [&str; 14] = [
    "title",
    "number",
    "issuer",
    "source",
    "genre",
    "subject",
    "keywords",
    "column",
    "column_type",
    "breadcrumb",
    "job",
    "site_name",
    "index_number",
    "url",
];

/// The rules of one 全宗.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The 全宗.
    pub fonds: Fonds,
    /// The classes, in the order of the file.
    pub classes: Vec<Class>,
    /// The rules, in the order of the file: the first that matches decides what is proposed.
    pub rules: Vec<Rule>,
    /// What a hand-over says about itself.
    pub handover: Handover,
    /// Lower-case hexadecimal SHA-256 of the file, so that the log can tell which rules they were.
    pub sha256: String,
}

/// The 全宗 that documents belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fonds {
    /// 全宗号.
    pub code: String,
    /// 全宗名称, if stated.
    pub name: Option<String>,
    /// 立档单位名称, if stated.
    pub creator: Option<String>,
    /// 档案门类代码.
    pub category: String,
}

/// A class of documents (机构或问题).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// 机构（问题）代码, a part of the 档号.
    pub code: String,
    /// Its name, which is a folder of the hand-over.
    pub name: String,
}

/// What a hand-over says about its medium and the parties (电子档案移交与接收办法, 附件2 and 附件3). What is not stated is left
/// blank, to be filled in by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handover {
    /// 档案馆名称.
    pub archives_name: Option<String>,
    /// 档案馆代码.
    pub archives_code: Option<String>,
    /// 移交单位.
    pub sender: Option<String>,
    /// 接收单位.
    pub receiver: Option<String>,
    /// 交接工作名称.
    pub task: Option<String>,
    /// 内容描述.
    pub description: Option<String>,
    /// 载体编号.
    pub medium_number: Option<String>,
    /// 载体类型、规格.
    pub medium_type: Option<String>,
    /// 载体容量.
    pub medium_capacity: Option<String>,
    /// 载体保管单位.
    pub custodian: Option<String>,
    /// 载体制作单位.
    pub producer: Option<String>,
    /// 载体检查单位.
    pub inspector: Option<String>,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, which is the reason that is recorded.
    pub name: String,
    /// Index of its class in [`Rules::classes`].
    pub class: usize,
    /// The period it proposes.
    pub retention: Retention,
    /// For each element asked for, patterns any of which suffices. All elements must match; none asked for: all documents.
    pub(super) conditions: BTreeMap<&'static str, Vec<Pattern>>,
}

/// What rules make of a document. Nothing is decided by it.
#[derive(Clone, Copy, Debug)]
pub struct Proposal<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Its class.
    pub class: &'a Class,
}

impl Rules {
    /// What the first rule that matches proposes; None if none does.
    #[must_use]
    pub fn propose(&self, facts: &Facts) -> Option<Proposal<'_>> {
        let rule = self.rules.iter().find(|rule| rule.matches(facts))?;
        self.proposal(rule)
    }

    /// The proposal of a rule of this file.
    #[must_use]
    pub fn proposal<'a>(&'a self, rule: &'a Rule) -> Option<Proposal<'a>> {
        Some(Proposal { rule, class: self.classes.get(rule.class)? })
    }

    /// The class with this code or name.
    #[must_use]
    pub fn class(&self, typed: &str) -> Option<&Class> {
        let by_code = self.classes.iter().find(|class| class.code == typed);
        by_code.or_else(|| self.classes.iter().find(|class| class.name == typed))
    }

    /// The series of a document of this 全宗.
    #[must_use]
    pub fn series(&self, year: i16, retention: Retention, class: &Class) -> Series {
        let Fonds { code, category, .. } = &self.fonds;
        Series {
            fonds: code.clone(),
            category: category.clone(),
            year,
            retention,
            office: class.code.clone(),
        }
    }
}

impl Rule {
    /// Whether it is about such a document.
    #[must_use]
    pub fn matches(&self, facts: &Facts) -> bool {
        const OPTIONS: MatchOptions = MatchOptions {
            case_sensitive: true,
            require_literal_separator: false,
            require_literal_leading_dot: false,
        };
        self.conditions.iter().all(|(key, patterns)| {
            let fits = |value: &str| patterns.iter().any(|pattern| pattern.matches_with(value, OPTIONS));
            facts.values(key).any(fits)
        })
    }
}

/// The digest that the log records of a rule file.
pub(super) fn digest(text: &str) -> String {
    sha256(text.as_bytes())
}
