//! Goes through the store once and holds every object against the register and the rules.

use jiff::civil::Date;

use super::facts::FactsError;
use super::{Basis, Facts, Register, Rules};
use crate::archive::store::{ObjectId, Store};

/// An object, as short as it can be said: a store has many.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Surveyed {
    /// The date that its 年度 is taken from.
    pub date: Date,
    /// Its identifier.
    pub id: ObjectId,
    /// Its newest version.
    pub version: u32,
    /// Which date it is.
    pub basis: Basis,
    /// Index in [`Rules::rules`] of the rule that proposes something; None if none does.
    pub rule: Option<usize>,
    /// Whether there is a decision.
    pub decided: bool,
}

/// Objects that `wanted` says yes to (given whether there is a decision), by date and then by identifier: in this order
/// documents get their 件号. Objects that cannot be read are told of and left out.
pub fn survey(
    store: &Store,
    register: &Register,
    rules: Option<&Rules>,
    wanted: impl Fn(&ObjectId, bool) -> bool,
    mut told: impl FnMut(FactsError),
) -> Vec<Surveyed> {
    let mut found = Vec::new();
    for object in store.objects() {
        let object = match object {
            Ok(object) => object,
            Err(error) => {
                told(FactsError::Store(error));
                continue;
            }
        };
        let decided = register.is_decided(object.id());
        if !wanted(object.id(), decided) {
            continue;
        }
        match Facts::read(&object) {
            Ok(facts) => found.push(surveyed(&facts, decided, rules)),
            Err(error) => told(error),
        }
    }
    found.sort();
    found
}

fn surveyed(facts: &Facts, decided: bool, rules: Option<&Rules>) -> Surveyed {
    let rule = rules.and_then(|rules| rules.rules.iter().position(|rule| rule.matches(facts)));
    Surveyed {
        date: facts.date,
        id: facts.id.clone(),
        version: facts.version,
        basis: facts.basis,
        rule,
        decided,
    }
}
