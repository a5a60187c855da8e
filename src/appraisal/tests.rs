use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;

use super::{Register, RegisterError};
use crate::appraisal::{Basis, Choice, Facts, Manner, Person, Retention, Rules};
use crate::archive::events::{Entry, Event, GENESIS};
use crate::archive::store::ObjectId;

const RULES: &str = r#"
[fonds]
code = "J001"
category = "WS"

[[class]]
code = "ZCWJ"
name = "政策文件"

[[class]]
code = "GZDT"
name = "工作动态"

[[rule]]
name = "规范性文件"
class = "ZCWJ"
retention = "永久"
title = ["*办法", "*规定"]
url = ["https://www.yunshan.gov.cn/*"]

[[rule]]
name = "其余"
class = "GZDT"
retention = "定期10年"
"#;

fn rules() -> Rules {
    Rules::parse(RULES).expect("rules")
}

fn id(page: &str) -> ObjectId {
    ObjectId::parse(&format!("https://www.yunshan.gov.cn/{page}")).expect("an identifier")
}

fn facts(page: &str, title: &str) -> Facts {
    Facts {
        id: id(page),
        version: 1,
        elements: vec![("title".to_owned(), title.to_owned())],
        date: date(2018, 1, 31),
        basis: Basis::Written,
        retention: None,
    }
}

fn choice(class: &str, retention: Retention) -> Choice {
    let rules = rules();
    let class = rules.class(class).expect("a class");
    Choice {
        series: rules.series(2018, retention, class),
        class: class.name.clone(),
        basis: Some(Basis::Written),
        manner: Manner::Set,
        rule: None,
        rules: rules.sha256.clone(),
        note: None,
    }
}

/// A register and the log that it wrote.
#[derive(Default)]
struct Desk {
    register: Register,
    events: Vec<Event>,
}

const NOW: (Timestamp, &str) = (Timestamp::UNIX_EPOCH, "guidang 0.1.0");

impl Desk {
    fn decide(&mut self, page: &str, class: &str, retention: Retention) -> String {
        let by = Person::new("王某").expect("a name");
        let event =
            self.register.decide(&id(page), 1, &choice(class, retention), &by, NOW).expect("a decision");
        self.events.push(event);
        self.code(page).expect("a code")
    }

    fn withdraw(&mut self, page: &str) {
        let by = Person::new("李某").expect("a name");
        self.events.extend(self.register.withdraw(&id(page), Some("误定"), &by, NOW));
    }

    fn code(&self, page: &str) -> Option<String> {
        self.register.decision(&id(page)).map(|decision| decision.code.to_string())
    }

    /// The register that the log gives.
    fn read_again(&self) -> Result<Register, RegisterError> {
        let mut register = Register::default();
        let (mut sequence, mut digest) = (0, GENESIS.to_owned());
        for event in &self.events {
            let entry = Entry::after(sequence, &digest, event.clone());
            register.follow(&Entry::parse(&entry.line(), 0).expect("an entry"))?;
            (sequence, digest) = (entry.sequence, entry.digest);
        }
        Ok(register)
    }
}

#[test]
fn the_first_rule_that_matches_proposes() {
    let rules = rules();
    let named = |facts: &Facts| rules.propose(facts).map(|proposal| proposal.rule.name.clone());
    assert_eq!(named(&facts("a", "工资支付办法")).as_deref(), Some("规范性文件"));
    assert_eq!(named(&facts("a", "关于工资支付办法的解读")).as_deref(), Some("其余"));
    // Every element that a rule asks for must match.
    let elsewhere =
        Facts { id: ObjectId::parse("https://a.cn/").expect("an id"), ..facts("a", "工资支付办法") };
    assert_eq!(named(&elsewhere).as_deref(), Some("其余"));
    // A list matches by any of its values.
    let listed = RULES.replace("title = [\"*办法\", \"*规定\"]", "keywords = [\"工资\"]");
    let listed = Rules::parse(&listed).expect("rules");
    let mut with_keywords = facts("a", "甲");
    with_keywords.elements.push(("keywords".to_owned(), "劳动".to_owned()));
    with_keywords.elements.push(("keywords".to_owned(), "工资".to_owned()));
    assert_eq!(
        listed.propose(&with_keywords).map(|proposal| proposal.rule.retention),
        Some(Retention::Permanent)
    );
}

#[test]
fn item_numbers_run_without_gaps_in_each_series() {
    let mut desk = Desk::default();
    assert_eq!(desk.decide("a", "ZCWJ", Retention::Permanent), "J001-WS·2018-Y-ZCWJ-0001");
    assert_eq!(desk.decide("b", "ZCWJ", Retention::Permanent), "J001-WS·2018-Y-ZCWJ-0002");
    assert_eq!(desk.decide("c", "ZCWJ", Retention::TenYears), "J001-WS·2018-D10-ZCWJ-0001");
    assert_eq!(desk.decide("d", "GZDT", Retention::Permanent), "J001-WS·2018-Y-GZDT-0001");
    // Deciding the same again keeps the number.
    assert_eq!(desk.decide("a", "ZCWJ", Retention::Permanent), "J001-WS·2018-Y-ZCWJ-0001");
}

#[test]
fn a_number_that_was_left_goes_to_nobody_else_and_back_to_its_own() {
    let mut desk = Desk::default();
    for page in ["a", "b", "c"] {
        desk.decide(page, "ZCWJ", Retention::Permanent);
    }
    desk.withdraw("b");
    assert_eq!(desk.code("b"), None);
    assert_eq!(desk.decide("d", "ZCWJ", Retention::Permanent), "J001-WS·2018-Y-ZCWJ-0004");
    desk.decide("a", "ZCWJ", Retention::TenYears);
    let series = desk.register.series();
    let permanent = choice("ZCWJ", Retention::Permanent).series;
    assert_eq!(series.get(&permanent), Some(&(4, vec![1, 2])));
    assert_eq!(desk.decide("b", "ZCWJ", Retention::Permanent), "J001-WS·2018-Y-ZCWJ-0002");
    assert_eq!(desk.decide("a", "ZCWJ", Retention::Permanent), "J001-WS·2018-Y-ZCWJ-0001");
    assert_eq!(desk.register.series().get(&permanent), Some(&(4, Vec::new())));
}

#[test]
fn the_log_alone_gives_the_register_again() {
    let mut desk = Desk::default();
    for page in ["a", "b", "c"] {
        desk.decide(page, "ZCWJ", Retention::ThirtyYears);
    }
    desk.withdraw("b");
    desk.decide("a", "GZDT", Retention::TenYears);
    let again = desk.read_again().expect("a register");
    assert_eq!(again.len(), 2);
    for page in ["a", "b", "c"] {
        let code = again.decision(&id(page)).map(|decision| decision.code.to_string());
        assert_eq!(code, desk.code(page), "{page}");
    }
    assert_eq!(again.series(), desk.register.series());
    let decision = again.decision(&id("a")).expect("a decision");
    assert_eq!((decision.by.as_str(), decision.entry, decision.class.as_str()), ("王某", 5, "工作动态"));
    let told = &desk.events[4].detail;
    assert_eq!(told.get("previous").map(String::as_str), Some("J001-WS·2018-D30-ZCWJ-0001"));
    assert_eq!(desk.events[4].agent, "guidang 0.1.0 (王某)");
}

#[test]
fn a_log_that_contradicts_itself_is_no_register() {
    let broken = |change: &dyn Fn(&mut BTreeMap<String, String>)| {
        let mut desk = Desk::default();
        desk.decide("a", "ZCWJ", Retention::Permanent);
        desk.decide("b", "ZCWJ", Retention::Permanent);
        change(&mut desk.events[1].detail);
        desk.read_again().err().map(|error| error.to_string()).unwrap_or_default()
    };
    let set = |name: &'static str, value: &'static str| {
        move |detail: &mut BTreeMap<String, String>| {
            detail.insert(name.to_owned(), value.to_owned());
        }
    };
    let taken = broken(&set("reference-code", "J001-WS·2018-Y-ZCWJ-0001"));
    assert!(taken.contains("entry 2") && taken.contains("not the next"), "{taken}");
    assert!(broken(&set("reference-code", "J001-WS·2018-Y-ZCWJ-0009")).contains("not the next"));
    assert!(broken(&set("reference-code", "J001")).contains("reference-code is “J001”"));
    assert!(broken(&set("class", "../..")).contains("class is “../..”"));
    assert!(broken(&set("by", " ")).contains("by is"));
    assert!(broken(&|detail| drop(detail.remove("class"))).contains("lacks “class”"));
    assert_eq!(broken(&|_| ()), "");
}

#[test]
fn nobody_decides_nothing() {
    for name in ["", "  ", "\u{3000}", "王\n某", "\u{1b}[2J", &"王".repeat(201)] {
        assert!(Person::new(name).is_err(), "{name:?}");
    }
    assert_eq!(Person::new(" 王某 ").expect("a name").name(), "王某");
}

#[test]
fn what_is_wrong_with_a_rule_file_is_told_with_its_place() {
    let wrong = |from: &str, to: &str| {
        let text = RULES.replacen(from, to, 1);
        assert_ne!(text, RULES, "{from}");
        let error = Rules::parse(&text).expect_err(to);
        let line = crate::message::Describe::describe(&error, crate::message::Language::English);
        assert!(!line.contains('\n'), "{line}");
        line
    };
    for (from, to, told) in [
        ("code = \"J001\"", "code = \"J-1\"", "line 3, column 8: “J-1” is no code"),
        ("code = \"J001\"", "code = 1", "line 3, column 8: invalid type"),
        ("code = \"J001\"", "kode = \"J001\"", "unknown field `kode`"),
        ("category = \"WS\"", "category = \"W/S\"", "line 4, column 12"),
        ("\"永久\"", "\"长期\"", "line 17, column 13: “长期” is none of"),
        ("name = \"政策文件\"", "name = \"../政策\"", "cannot be the name of a folder"),
        ("name = \"政策文件\"", "name = \"CON. \"", "cannot be the name of a folder"),
        ("name = \"工作动态\"", "name = \"政策文件\"", "line 12, column 8: “政策文件” occurs twice"),
        ("class = \"ZCWJ\"", "class = \"X\"", "line 16, column 9: there is no class"),
        ("\"*规定\"", "\"[规定\"", "line 18, column 17: the pattern “[规定” is no glob"),
        ("[\"*办法\", \"*规定\"]", "[]", "line 18, column 9: title has no pattern"),
        ("[\"*办法\", \"*规定\"]", "\"*办法\"", "line 18"),
        ("name = \"其余\"", "name = \"a\\u0007b\"", "control characters"),
        ("[[rule]]", "[[rule]", "line 14"),
        (
            "\n[[rule]]",
            "\n[[rule]]\nname = \"全部\"\nclass = \"ZCWJ\"\nretention = \"永久\"\n[[rule]]",
            "never reached",
        ),
    ] {
        let line = wrong(from, to);
        assert!(line.contains(told), "{to}: {line}");
    }
    assert!(Rules::parse("").is_err());
    assert!(Rules::parse(include_str!("../../input/appraisal.toml")).is_ok());
}
