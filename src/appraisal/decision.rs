//! Who decided what about an object, and how it stands in the event log.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::rules_file::{is_folder, is_text};
use super::{Basis, ReferenceCode, Retention};
use crate::archive::events::{Event, EventKind, Outcome};
use crate::archive::store::ObjectId;
use crate::message::messages;

/// A person or office that decides: 1 to 200 characters, not all white space, none a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person(String);

messages! {
    /// Why a decision cannot be recorded as it is stated.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum PersonFault {
        /// A decision by nobody.
        Name = "decided-by",
            "who decides must be a name of 1 to 200 characters, without control characters",
            "决定人应为 1 至 200 字的名称，不含控制字符";
        /// A note that is not a line.
        Note = "decision-note",
            "a note must have 1 to 200 characters, none of them a control character", "说明应为 1 至 200 字，不含控制字符";
    }
}

impl std::error::Error for PersonFault {}

impl Person {
    /// The person with this name.
    ///
    /// # Errors
    /// If it is no name.
    pub fn new(name: &str) -> Result<Self, PersonFault> {
        let name = name.trim();
        if is_text(name) { Ok(Self(name.to_owned())) } else { Err(PersonFault::Name) }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// A note as it may be recorded.
///
/// # Errors
/// If it is empty, longer than 200 characters or has control characters.
pub fn note(text: &str) -> Result<String, PersonFault> {
    let text = text.trim();
    if is_text(text) { Ok(text.to_owned()) } else { Err(PersonFault::Note) }
}

/// How a decision came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// What a rule proposed was accepted.
    Accepted,
    /// A person stated it.
    Set,
}

impl Manner {
    /// The name in the log: `accepted`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Set => "set",
        }
    }
}

/// In the log in place of a [`Manner`]: there is no decision any more.
const WITHDRAWN: &str = "withdrawn";

/// What a person wants to be recorded, before there is a 件号.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The series, in which the object gets the next 件号.
    pub series: super::Series,
    /// 类别.
    pub class: String,
    /// Which date the 年度 is taken from; None if it was stated.
    pub basis: Option<Basis>,
    /// How it came about.
    pub manner: Manner,
    /// The rule that proposed it.
    pub rule: Option<String>,
    /// SHA-256 of the rule file.
    pub rules: String,
    /// Why, in the words of the person.
    pub note: Option<String>,
}

/// A decision that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The object.
    pub object: ObjectId,
    /// The version that was looked at.
    pub version: u32,
    /// 档号, which holds 年度 and 保管期限.
    pub code: ReferenceCode,
    /// 类别.
    pub class: String,
    /// How it came about.
    pub manner: Manner,
    /// Who decided.
    pub by: String,
    /// When.
    pub time: Timestamp,
    /// The rule that proposed it.
    pub rule: Option<String>,
    /// Why, in the words of the person.
    pub note: Option<String>,
    /// Number of its entry in the event log.
    pub entry: u64,
}

impl Decision {
    /// 保管期限.
    #[must_use]
    pub fn retention(&self) -> Retention {
        self.code.series.retention
    }
}

messages! {
    /// Why an entry of the log is no decision.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum DecisionFault {
        /// A detail is missing.
        Lacks { name: &'static str } = "decision-lacks", "it lacks “{name}”", "缺少“{name}”";
        /// A detail is not what it should be.
        Wrong { name: &'static str, value: String } = "decision-wrong", "its {name} is “{value}”", "{name} 为“{value}”";
        /// A 件号 that another object has, or that leaves a gap.
        Item { code: String } = "decision-item",
            "{code} is not the next of its series", "{code} 不是该序列的下一件号";
    }
}

/// What an appraisal event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ruling {
    /// A decision.
    Made(Decision),
    /// The decision about this object is withdrawn.
    Withdrawn(ObjectId),
}

/// The event of a decision.
pub(super) fn made(
    object: &ObjectId,
    version: u32,
    choice: &Choice,
    code: &ReferenceCode,
    previous: Option<&ReferenceCode>,
    by: &Person,
    (time, program): (Timestamp, &str),
) -> Event {
    let mut event = event(object, version, by, time, program);
    let mut add = |name: &str, value: String| {
        event.detail.insert(name.to_owned(), value);
    };
    add("decision", choice.manner.name().to_owned());
    add("reference-code", code.to_string());
    add("retention", code.series.retention.name().to_owned());
    add("class", choice.class.clone());
    add("rules", choice.rules.clone());
    add("year-from", choice.basis.map_or("stated", Basis::name).to_owned());
    let optional = [
        ("rule", choice.rule.clone()),
        ("note", choice.note.clone()),
        ("previous", previous.map(ToString::to_string)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            add(name, value);
        }
    }
    event
}

/// The event of a withdrawal.
pub(super) fn withdrawn(
    object: &ObjectId,
    version: u32,
    code: &ReferenceCode,
    note: Option<&str>,
    by: &Person,
    (time, program): (Timestamp, &str),
) -> Event {
    let mut event = event(object, version, by, time, program);
    event.detail.insert("decision".to_owned(), WITHDRAWN.to_owned());
    event.detail.insert("previous".to_owned(), code.to_string());
    if let Some(note) = note {
        event.detail.insert("note".to_owned(), note.to_owned());
    }
    event
}

fn event(object: &ObjectId, version: u32, by: &Person, time: Timestamp, program: &str) -> Event {
    Event {
        time,
        agent: format!("{program} ({})", by.name()),
        kind: EventKind::Appraisal,
        object: Some(object.clone()),
        version: Some(version),
        outcome: Outcome::Success,
        detail: BTreeMap::from([("by".to_owned(), by.name().to_owned())]),
    }
}

/// Reads an appraisal event, entry number `entry` of the log.
pub(super) fn read(event: &Event, entry: u64) -> Result<Ruling, DecisionFault> {
    let lacks = |name| move || DecisionFault::Lacks { name };
    let object = event.object.clone().ok_or_else(lacks("object"))?;
    let detail = |name: &'static str| event.detail.get(name).ok_or_else(lacks(name));
    let wrong = |name, value: &str| DecisionFault::Wrong { name, value: value.chars().take(80).collect() };
    let manner = match detail("decision")?.as_str() {
        WITHDRAWN => return Ok(Ruling::Withdrawn(object)),
        "accepted" => Manner::Accepted,
        "set" => Manner::Set,
        other => return Err(wrong("decision", other)),
    };
    let typed = detail("reference-code")?;
    let code: ReferenceCode = typed.parse().map_err(|_| wrong("reference-code", typed))?;
    let class = detail("class")?;
    if !is_folder(class) {
        return Err(wrong("class", class));
    }
    let by = detail("by")?;
    if Person::new(by).is_err() {
        return Err(wrong("by", by));
    }
    Ok(Ruling::Made(Decision {
        object,
        version: event.version.ok_or_else(lacks("version"))?,
        code,
        class: class.clone(),
        manner,
        by: by.clone(),
        time: event.time,
        rule: event.detail.get("rule").cloned(),
        note: event.detail.get("note").cloned(),
        entry,
    }))
}
