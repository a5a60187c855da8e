//! What is handed over, in the order of the directory: by 档号, then what nobody has decided on, by date.

use jiff::civil::Date;

use super::super::{ExportError, Order};
use crate::appraisal::{Facts, FactsError, ReferenceCode, Register};
use crate::archive::store::ObjectId;

/// Objects named in a refusal.
const MOST_TOLD: usize = 5;

/// A 件 to be handed over, as short as it can be said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Planned {
    /// Undecided ones come last.
    undecided: bool,
    pub(super) code: Option<ReferenceCode>,
    /// The date of an undecided one, by which it has its place.
    date: Date,
    pub(super) id: ObjectId,
}

/// Everything that `order` asks for.
///
/// # Errors
/// If nothing is asked for, an object cannot be read, or nobody has decided on it and that is not allowed.
pub(super) fn plan(
    order: &Order<'_>,
    register: &Register,
    undecided_too: bool,
) -> Result<Vec<Planned>, ExportError> {
    let mut planned = Vec::new();
    let (mut undecided, mut named) = (0usize, Vec::new());
    for object in order.objects() {
        let object = object?;
        let id = object.id().clone();
        let code = register.decision(&id).map(|decision| decision.code);
        if code.is_none() && !undecided_too {
            undecided += 1;
            if named.len() < MOST_TOLD {
                named.push(id.to_string());
            }
            continue;
        }
        let date = match &code {
            Some(_) => Date::default(),
            None => facts(&object)?.date,
        };
        planned.push(Planned { undecided: code.is_none(), code, date, id });
    }
    if undecided > 0 {
        let more = if undecided > named.len() { " …" } else { "" };
        return Err(ExportError::Undecided { count: undecided, objects: named.join(", ") + more });
    }
    if planned.is_empty() {
        return Err(ExportError::Nothing);
    }
    planned.sort();
    Ok(planned)
}

/// What the newest version of `object` says about itself.
///
/// # Errors
/// If its metadata cannot be read.
pub(super) fn facts(object: &crate::archive::store::Object) -> Result<Facts, ExportError> {
    Facts::read(object).map_err(|error| match error {
        FactsError::Store(fault) => ExportError::Store { fault },
        FactsError::Package(fault) => ExportError::Unfit {
            object: object.id().to_string(),
            version: object.head().into(),
            why: fault.to_string(),
        },
    })
}
