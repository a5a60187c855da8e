//! Records decisions: accepts proposals, decides otherwise, withdraws.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::{AppraiseArgs, Ended, Failure, default_rules, of_store, register, rule_index, rules};
use crate::appraisal::{
    Choice, Decision, Facts, Manner, Person, ReferenceCode, Register, Rules, Surveyed, note, survey,
};
use crate::archive::events::Event;
use crate::archive::store::{ObjectId, Store, Writer};
use crate::cli::{Exit, search, settings, words};
use crate::export;
use crate::message::{Describe, Language};

/// Events recorded at a time: each time is a wait for the medium.
const AT_A_TIME: usize = 500;

/// Decisions told one by one; `--decided` lists them all.
const MOST_TOLD: usize = 20;

/// What all decisions of a run have in common.
struct Desk<'a> {
    args: &'a AppraiseArgs,
    store: &'a Store,
    rules: Option<Rules>,
    register: Register,
    by: Person,
    note: Option<String>,
    time: Timestamp,
    language: Language,
    events: Vec<Event>,
    decided: u64,
    /// What was named and could not be decided.
    left: u64,
}

const PROGRAM: &str = concat!("guidang ", env!("CARGO_PKG_VERSION"));

/// Runs it.
pub(super) fn run(args: &AppraiseArgs, language: Language) -> Result<Exit, Ended> {
    let usage = |error: &dyn Describe| (error.describe(language), Exit::Usage);
    let by = Person::new(args.by.as_deref().unwrap_or_default()).map_err(|error| usage(&error))?;
    let note = args.note.as_deref().map(note).transpose().map_err(|error| usage(&error))?;
    if args.accept && !args.all && args.rule.is_none() && args.objects.is_empty() {
        return Err(usage(&Failure::NoTarget));
    }
    let store = Store::open(&args.store).map_err(|error| of_store(&error, language))?;
    let rules = rules(args, &store, language)?;
    let (now, _) = settings::clock().map_err(|error| usage(&error))?;
    // Numbers are given under the lock: nobody else gives the same ones.
    let mut writer = store
        .writer(Duration::from_secs(args.lock_wait.into()))
        .map_err(|error| of_store(&error, language))?;
    let register = register(&store, language)?;
    let mut desk = Desk {
        args,
        store: &store,
        rules,
        register,
        by,
        note,
        time: now(),
        language,
        events: Vec::new(),
        decided: 0,
        left: 0,
    };
    if args.withdraw {
        desk.withdraw()?;
    } else if args.set {
        desk.set()?;
    } else {
        desk.accept()?;
    }
    desk.record(&mut writer)
}

impl Desk<'_> {
    /// Every event in the log, or those before the one that failed.
    fn record(&self, writer: &mut Writer<'_>) -> Result<Exit, Ended> {
        for events in self.events.chunks(AT_A_TIME) {
            writer.record_all(events).map_err(|error| of_store(&error, self.language))?;
        }
        search::follow(self.store, self.language);
        for event in self.events.iter().take(MOST_TOLD) {
            words::say(&told(event));
        }
        words::say(&match (self.args.withdraw, self.language) {
            (false, Language::English) => format!("{} decided, {} not", self.decided, self.left),
            (false, Language::Chinese) => format!("已决定 {} 件，未决定 {} 件", self.decided, self.left),
            (true, Language::English) => format!("{} withdrawn, {} not", self.decided, self.left),
            (true, Language::Chinese) => format!("已撤销 {} 件，未撤销 {} 件", self.decided, self.left),
        });
        Ok(match (self.decided, self.left) {
            (_, 0) => Exit::Done,
            (0, _) => Exit::Failed,
            // Whoever asks for all is content with what the rules propose.
            _ if self.args.all || self.args.rule.is_some() => Exit::Done,
            _ => Exit::Partly,
        })
    }

    fn left(&mut self, line: &str) {
        words::error(self.language, line);
        self.left += 1;
    }

    /// The objects that were named. What is not in the store ends the run before anything is decided.
    fn named(&self) -> Result<BTreeSet<ObjectId>, Ended> {
        self.args.objects.iter().map(|typed| self.find(typed)).collect()
    }

    fn find(&self, typed: &str) -> Result<ObjectId, Ended> {
        if let Ok(code) = typed.parse::<ReferenceCode>() {
            for object in self.store.objects().flatten() {
                if self.register.decision(object.id()).is_some_and(|decision| decision.code == code) {
                    return Ok(object.id().clone());
                }
            }
        }
        let found = export::find(self.store, typed);
        found.map(|object| object.id().clone()).map_err(|error| (error.describe(self.language), Exit::Usage))
    }

    fn must_have_rules(&self) -> Result<&Rules, Ended> {
        let path = || default_rules(self.store).display().to_string();
        let missing = || (Failure::NoRules { path: path() }.describe(self.language), Exit::Usage);
        self.rules.as_ref().ok_or_else(missing)
    }

    fn survey(&self, wanted: impl Fn(&ObjectId, bool) -> bool) -> Vec<Surveyed> {
        let language = self.language;
        survey(self.store, &self.register, self.rules.as_ref(), wanted, |error| {
            words::error(language, &error.describe(language));
        })
    }

    fn accept(&mut self) -> Result<(), Ended> {
        self.must_have_rules()?;
        let only = rule_index(self.args, self.rules.as_ref(), self.language)?;
        let named = self.named()?;
        let surveyed = self.survey(|id, decided| !decided && (named.is_empty() || named.contains(id)));
        for id in named.iter().filter(|id| self.register.is_decided(id)).cloned().collect::<Vec<_>>() {
            let line = match self.language {
                Language::English => format!("{id} is decided already; --set decides anew"),
                Language::Chinese => format!("{id} 已有决定；如需重新决定请用 --set"),
            };
            self.left(&line);
        }
        for surveyed in surveyed {
            if only.is_some() && surveyed.rule != only {
                continue;
            }
            let choice = self.rules.as_ref().zip(surveyed.rule).and_then(|(rules, index)| {
                let proposal = rules.proposal(rules.rules.get(index)?)?;
                Some(Choice {
                    series: rules.series(surveyed.date.year(), proposal.rule.retention, proposal.class),
                    class: proposal.class.name.clone(),
                    basis: Some(surveyed.basis),
                    manner: Manner::Accepted,
                    rule: Some(proposal.rule.name.clone()),
                    rules: rules.sha256.clone(),
                    note: self.note.clone(),
                })
            });
            match choice {
                Some(choice) => self.decide(&surveyed.id, surveyed.version, &choice),
                None if named.is_empty() => self.left += 1,
                None => {
                    let line = match self.language {
                        Language::English => format!("{}: no rule proposes anything", surveyed.id),
                        Language::Chinese => format!("{}：没有规则与之匹配", surveyed.id),
                    };
                    self.left(&line);
                }
            }
        }
        Ok(())
    }

    fn set(&mut self) -> Result<(), Ended> {
        self.must_have_rules()?;
        for id in self.named()? {
            let (version, choice) = self.stated(&id)?;
            self.decide(&id, version, &choice);
        }
        Ok(())
    }

    /// What was stated about an object; what was not is as it was decided before, else as it is proposed.
    fn stated(&self, id: &ObjectId) -> Result<(u32, Choice), Ended> {
        let language = self.language;
        let rules = self.must_have_rules()?;
        let unreadable = |error: &dyn Describe| (error.describe(language), Exit::Failed);
        let object = export::find(self.store, id.as_str()).map_err(|error| unreadable(&error))?;
        let facts = Facts::read(&object).map_err(|error| unreadable(&error))?;
        let before = self.register.decision(id);
        let proposal = rules.propose(&facts);
        let usage = |failure: Failure| (failure.describe(language), Exit::Usage);
        let retention = self
            .args
            .retention
            .or_else(|| before.as_ref().map(Decision::retention))
            .or_else(|| proposal.map(|proposal| proposal.rule.retention))
            .or(facts.retention)
            .ok_or_else(|| usage(Failure::NoPeriod { object: id.to_string() }))?;
        let class = match &self.args.class {
            Some(typed) => {
                rules.class(typed).ok_or_else(|| usage(Failure::NoSuchClass { typed: typed.clone() }))?
            }
            None => before
                .as_ref()
                .and_then(|decision| rules.class(&decision.code.series.office))
                .or_else(|| proposal.map(|proposal| proposal.class))
                .ok_or_else(|| usage(Failure::NoClass { object: id.to_string() }))?,
        };
        let kept = before.as_ref().filter(|_| self.args.year.is_none());
        let year = self.args.year.or_else(|| kept.map(|decision| decision.code.series.year));
        let choice = Choice {
            series: rules.series(year.unwrap_or_else(|| facts.year()), retention, class),
            class: class.name.clone(),
            basis: year.is_none().then_some(facts.basis),
            manner: Manner::Set,
            rule: None,
            rules: rules.sha256.clone(),
            note: self.note.clone(),
        };
        Ok((facts.version, choice))
    }

    fn withdraw(&mut self) -> Result<(), Ended> {
        for id in self.named()? {
            let note = self.note.clone();
            match self.register.withdraw(&id, note.as_deref(), &self.by, (self.time, PROGRAM)) {
                Some(event) => {
                    self.events.push(event);
                    self.decided += 1;
                }
                None => {
                    let line = match self.language {
                        Language::English => format!("{id}: there is no decision to withdraw"),
                        Language::Chinese => format!("{id}：没有可撤销的决定"),
                    };
                    self.left(&line);
                }
            }
        }
        Ok(())
    }

    fn decide(&mut self, id: &ObjectId, version: u32, choice: &Choice) {
        match self.register.decide(id, version, choice, &self.by, (self.time, PROGRAM)) {
            Ok(event) => {
                self.events.push(event);
                self.decided += 1;
            }
            Err(fault) => {
                let line = format!("{id}: {}", fault.describe(self.language));
                self.left(&line);
            }
        }
    }
}

/// `J001-WS·2018-Y-ZCWJ-0001  永久  政策文件  https://…`
fn told(event: &Event) -> String {
    let detail = |name: &str| event.detail.get(name).map_or("", String::as_str);
    let object = event.object.as_ref().map_or("", ObjectId::as_str);
    match detail("reference-code") {
        "" => format!("{}  {object}", detail("previous")),
        code => format!("{code}  {}  {}  {object}", detail("retention"), detail("class")),
    }
}
