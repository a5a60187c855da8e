//! The state of appraisal: what the event log says about every object, and which 件号 is the next of each series.
//!
//! A 件号 is given once. An object that leaves its series, because the decision is withdrawn or changed, leaves a number that
//! no other object gets; the object itself gets it again when it comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::decision::{self, Ruling};
use super::{Choice, Decision, DecisionFault, Manner, Person, ReferenceCode, Series};
use crate::archive::events::{Entry, Event, EventKind};
use crate::archive::store::digest::short_key;
use crate::archive::store::{ObjectId, Store, StoreError};
use crate::message::messages;

messages! {
    /// Why the register cannot be made from the log.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum RegisterError {
        /// The log cannot be read, or is damaged: on such a log nothing is decided.
        Log { fault: StoreError } = "appraisal-log", "{fault}", "{fault}";
        /// An entry contradicts those before it.
        Entry { entry: u64, fault: DecisionFault } = "appraisal-entry",
            "entry {entry} of the event log is no appraisal: {fault}", "事件日志第 {entry} 条不是有效的鉴定记录：{fault}";
    }
}

impl std::error::Error for RegisterError {}

/// The beginning of the digest of an identifier. The register holds some 150 bytes for each object decided on, no text
/// twice.
type Key = [u8; 16];

/// What the log says. Made from it, and kept in step with what is decided.
#[derive(Clone, Debug, Default)]
pub struct Register {
    standing: BTreeMap<Key, Standing>,
    /// Numbers that objects had before: they are not given to others.
    former: BTreeMap<Key, Vec<(Arc<Series>, u32)>>,
    /// The highest 件号 of each series.
    last: BTreeMap<Arc<Series>, u32>,
    texts: BTreeSet<Arc<str>>,
}

#[derive(Clone, Debug)]
struct Standing {
    series: Arc<Series>,
    item: u32,
    version: u32,
    manner: Manner,
    class: Arc<str>,
    by: Arc<str>,
    rule: Option<Arc<str>>,
    note: Option<Arc<str>>,
    time: Timestamp,
    entry: u64,
}

impl Register {
    /// The register of `store`.
    ///
    /// # Errors
    /// If the log cannot be read, is damaged, or contradicts itself.
    pub fn read(store: &Store) -> Result<Self, RegisterError> {
        let log = |fault: StoreError| RegisterError::Log { fault };
        let mut register = Self::default();
        for entry in store.events().map_err(log)? {
            register.follow(&entry.map_err(|error| log(error.into()))?)?;
        }
        Ok(register)
    }

    /// Takes in an entry of the log. Entries that are no appraisal change nothing.
    ///
    /// # Errors
    /// If it contradicts those before it.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), RegisterError> {
        if entry.event.kind != EventKind::Appraisal {
            return Ok(());
        }
        self.take_in(&entry.event, entry.sequence)
            .map_err(|fault| RegisterError::Entry { entry: entry.sequence, fault })
    }

    fn take_in(&mut self, event: &Event, entry: u64) -> Result<(), DecisionFault> {
        match decision::read(event, entry)? {
            Ruling::Withdrawn(object) => {
                let key = key(&object);
                if let Some(standing) = self.standing.remove(&key) {
                    self.leave(key, &standing);
                }
                Ok(())
            }
            Ruling::Made(decision) => {
                let key = key(&decision.object);
                if self.item(key, &decision.code.series) != Some(decision.code.item) {
                    return Err(DecisionFault::Item { code: decision.code.to_string() });
                }
                self.enter(key, *decision);
                Ok(())
            }
        }
    }

    fn enter(&mut self, key: Key, decision: Decision) {
        let ReferenceCode { series, item } = decision.code;
        let series = match self.last.get_key_value(&series) {
            Some((known, _)) => Arc::clone(known),
            None => Arc::new(series),
        };
        let last = self.last.entry(Arc::clone(&series)).or_insert(0);
        *last = item.max(*last);
        let standing = Standing {
            series,
            item,
            version: decision.version,
            manner: decision.manner,
            class: self.text(&decision.class),
            by: self.text(&decision.by),
            rule: decision.rule.map(|rule| self.text(&rule)),
            note: decision.note.map(|note| self.text(&note)),
            time: decision.time,
            entry: decision.entry,
        };
        if let Some(numbers) = self.former.get_mut(&key) {
            numbers.retain(|(former, _)| *former != standing.series);
        }
        if let Some(before) = self.standing.insert(key, standing.clone())
            && before.series != standing.series
        {
            self.leave(key, &before);
        }
    }

    fn leave(&mut self, key: Key, before: &Standing) {
        self.former.entry(key).or_default().push((Arc::clone(&before.series), before.item));
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = Arc::from(text);
        self.texts.insert(Arc::clone(&text));
        text
    }

    /// The 件号 that an object gets in `series`: the one it has or had there, else the next. None after `u32::MAX` of them.
    fn item(&self, key: Key, series: &Series) -> Option<u32> {
        let now = self.standing.get(&key).map(|standing| (&standing.series, standing.item));
        let former = self.former.get(&key).into_iter().flatten().map(|(series, item)| (series, *item));
        let own = now.into_iter().chain(former).find(|(known, _)| ***known == *series).map(|(_, item)| item);
        own.or_else(|| self.last.get(series).copied().unwrap_or(0).checked_add(1))
    }

    /// Decides on version `version` of an object: the event to record. The register takes it in at once; if it cannot be
    /// recorded, make the register anew.
    ///
    /// # Errors
    /// If the choice is of a series that there cannot be.
    pub fn decide(
        &mut self,
        object: &ObjectId,
        version: u32,
        choice: &Choice,
        by: &Person,
        when_and_program: (Timestamp, &str),
    ) -> Result<Event, DecisionFault> {
        let impossible = || DecisionFault::Item { code: choice.series.to_string() };
        let item = self.item(key(object), &choice.series).ok_or_else(impossible)?;
        let code = ReferenceCode { series: choice.series.clone(), item };
        let previous =
            self.decision(object).map(|decision| decision.code).filter(|previous| *previous != code);
        let event = decision::made(object, version, choice, &code, previous.as_ref(), by, when_and_program);
        // The number of the entry is known when it is recorded; nothing here depends on it.
        self.take_in(&event, 0)?;
        Ok(event)
    }

    /// Withdraws the decision on an object: the event to record; None if there is none.
    pub fn withdraw(
        &mut self,
        object: &ObjectId,
        note: Option<&str>,
        by: &Person,
        when_and_program: (Timestamp, &str),
    ) -> Option<Event> {
        let decision = self.decision(object)?;
        let event = decision::withdrawn(object, decision.version, &decision.code, note, by, when_and_program);
        self.take_in(&event, 0).ok()?;
        Some(event)
    }

    /// The decision on an object, if there is one that stands.
    #[must_use]
    pub fn decision(&self, object: &ObjectId) -> Option<Decision> {
        let standing = self.standing.get(&key(object))?;
        Some(Decision {
            object: object.clone(),
            version: standing.version,
            code: ReferenceCode { series: (*standing.series).clone(), item: standing.item },
            class: standing.class.to_string(),
            manner: standing.manner,
            by: standing.by.to_string(),
            time: standing.time,
            rule: standing.rule.as_deref().map(str::to_owned),
            note: standing.note.as_deref().map(str::to_owned),
            entry: standing.entry,
        })
    }

    /// Whether there is a decision on an object.
    #[must_use]
    pub fn is_decided(&self, object: &ObjectId) -> bool {
        self.standing.contains_key(&key(object))
    }

    /// How many decisions stand.
    #[must_use]
    pub fn len(&self) -> usize {
        self.standing.len()
    }

    /// Whether no decision stands.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// Every series with its highest 件号 and the numbers of it that no object has (空号), in order.
    #[must_use]
    pub fn series(&self) -> BTreeMap<&Series, (u32, Vec<u32>)> {
        let mut series: BTreeMap<&Series, (u32, Vec<u32>)> =
            self.last.iter().map(|(series, last)| (&**series, (*last, Vec::new()))).collect();
        for (left, item) in self.former.values().flatten() {
            if let Some((_, empty)) = series.get_mut(&**left) {
                empty.push(*item);
            }
        }
        for (_, empty) in series.values_mut() {
            empty.sort_unstable();
        }
        series
    }
}

fn key(object: &ObjectId) -> Key {
    short_key(object.as_str())
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
