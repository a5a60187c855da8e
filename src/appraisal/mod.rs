//! Appraisal (鉴定): 保管期限 and 档号 of what is in the store, proposed by rules and decided by people.
//!
//! Data flows one way here too:
//!
//! 1. [`Facts`] are what a page's newest version says about itself, as far as rules may ask for it.
//! 2. [`Rules`] are read from a TOML file and make a [`Proposal`] of the facts. A proposal decides nothing.
//! 3. A person accepts it, or states something else. That is a [`Choice`]; the [`Register`] gives it the next 件号 of its
//!    series and makes the event that records who decided, when, and by which rule.
//! 4. The event log is the only home of decisions: the register is made from it anew, and its chain of digests covers
//!    them.
//!
//! Form and parts of the 档号 follow DA/T 22-2015 and DA/T 13-2022, as far as they are known from published summaries.

mod decision;
mod facts;
mod reference;
mod register;
mod retention;
mod rules;
mod rules_file;
mod survey;

pub use decision::{Choice, Decision, DecisionFault, Manner, Person, PersonFault, note};
pub use facts::{Basis, Facts, FactsError};
pub use reference::{ReferenceCode, Series};
pub use register::{Register, RegisterError};
pub use retention::Retention;
pub use rules::{Class, Fonds, Handover, Proposal, Rule, Rules};
pub use rules_file::{LARGEST, RulesError, RulesFault};
pub use survey::{Surveyed, survey};
