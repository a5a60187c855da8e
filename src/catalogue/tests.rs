//! The catalogue as a whole: what is written is found, by whole states, and nothing typed is an error of SQL.

use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;

use super::{Builder, Catalogue, CatalogueError, DateField, Entry, FILE, Hit, Order, Query};

fn entry(id: &str, version: u32, published: &str, title: &str, text: &str) -> Entry {
    Entry {
        id: id.to_owned(),
        version,
        title: Some(title.to_owned()),
        published: published.parse().ok(),
        captured: "2020-06-01T08:00:00+08:00".parse().ok(),
        text: text.to_owned(),
        ..Entry::default()
    }
}

/// A new catalogue in `folder` with `entries`.
fn build(folder: &Path, entries: Vec<Entry>) -> Catalogue {
    let mut builder = Builder::begin(folder).expect("a new catalogue");
    for entry in entries {
        builder.add(entry).expect("an entry");
    }
    builder.finish(1, "digest").expect("a finished catalogue");
    Catalogue::open(folder).expect("a catalogue")
}

fn query(words: &str) -> Query {
    Query { words: words.to_owned(), limit: 20, ..Query::default() }
}

/// Objects found, after checking that they are counted alike.
fn found(catalogue: &Catalogue, query: &Query) -> Vec<String> {
    let hits: Vec<Hit> = catalogue.search(query).expect("hits");
    assert_eq!(catalogue.count(query).expect("a count"), hits.len() as u64, "{query:?}");
    hits.into_iter()
        .map(|hit| if hit.version == 1 { hit.id } else { format!("{}v{}", hit.id, hit.version) })
        .collect()
}

fn samples() -> Vec<Entry> {
    let mut first = entry(
        "a",
        1,
        "2017-03-01",
        "关于解决农民工欠薪问题的通知",
        "关于解决农民工欠薪问题的通知\n农民工欠薪，企业应当支付工資。见国办发[2018]第03号，ＧＢ/T 9704。𠮷𮧵镇。",
    );
    first.number = Some("粤人社函〔2017〕12号".to_owned());
    first.issuer = Some("广东省人力资源和社会保障厅".to_owned());
    first.site = Some("广东省人民政府".to_owned());
    let mut second = entry("b", 1, "2018-01-31T09:30:00+08:00", "薪应发", "薪应按月发。税务。");
    second.source = Some("本网".to_owned());
    second.written = "2017-12-25".parse().ok();
    let third = entry("c", 1, "2018-01-31T17:00:00+08:00", "企业名单", "企业名单：甲公司、乙公司");
    vec![first, third, second]
}

#[test]
fn words_of_any_length_are_found_within_words_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogue = build(folder.path(), samples());
    for (words, expected) in [
        ("欠薪", vec!["a"]),
        ("薪应", vec!["b"]),
        ("民工欠", vec!["a"]),
        ("薪", vec!["b", "a"]),
        ("务", vec!["b"]),
        ("企业", vec!["c", "a"]),
        ("企業", vec!["c", "a"]),
        ("企业 欠薪", vec!["a"]),
        ("企业 -欠薪", vec!["c"]),
        ("企业 -薪", vec!["c"]),
        ("-企业", vec!["b"]),
        ("\"欠薪 企业\"", vec![]),
        ("欠薪企业", vec![]),
        ("工资", vec!["a"]),
        ("gb", vec!["a"]),
        ("9704", vec!["a"]),
        ("GB/T 9704", vec!["a"]),
        ("\"GB/T 9704\"", vec!["a"]),
        ("\"GBT 9704\"", vec![]),
        ("国办发〔2018〕3号", vec!["a"]),
        ("国办发（2018）003号", vec!["a"]),
        ("粤人社函[2017]012号", vec!["a"]),
        ("𠮷", vec!["a"]),
        ("𮧵镇", vec!["a"]),
        ("无此", vec![]),
        ("，。", vec![]),
        ("", vec!["c", "b", "a"]),
    ] {
        assert_eq!(found(&catalogue, &query(words)), expected, "{words}");
        let mut relevant = found(&catalogue, &Query { order: Order::Relevance, ..query(words) });
        relevant.sort();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(relevant, expected, "{words}");
    }
}

#[test]
fn fields_and_dates_narrow_what_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogue = build(folder.path(), samples());
    let some = |text: &str| Some(text.to_owned());
    let day = |text: &str| Some(text.parse().expect("a day"));
    let all = query("");
    for (query, expected) in [
        (Query { issuer: some("社会保障厅"), ..all.clone() }, vec!["a"]),
        (Query { issuer: some("东"), ..all.clone() }, vec!["a"]),
        (Query { issuer: some("人社厅"), ..all.clone() }, vec![]),
        (Query { number: some("粤人社"), ..all.clone() }, vec!["a"]),
        (Query { number: some("粤人社函(2017)第12号"), ..all.clone() }, vec!["a"]),
        (Query { title: some("名单"), ..all.clone() }, vec!["c"]),
        (Query { source: some("本网"), ..query("税务") }, vec!["b"]),
        (Query { site: some("人民政府"), ..all.clone() }, vec!["a"]),
        (Query { from: day("2018"), ..all.clone() }, vec!["c", "b"]),
        (Query { to: day("2017"), ..all.clone() }, vec!["a"]),
        (Query { from: day("2018-01-31"), to: day("2018-01-31"), ..query("企业") }, vec!["c"]),
        (Query { from: day("2018-02"), ..query("企业") }, vec![]),
        (Query { from: day("2017"), date_field: DateField::Written, ..all.clone() }, vec!["b"]),
        (
            Query { to: day("2020-06-01"), date_field: DateField::Captured, ..all.clone() },
            vec!["c", "b", "a"],
        ),
    ] {
        assert_eq!(found(&catalogue, &query), expected, "{query:?}");
    }
    let second = catalogue.search(&Query { limit: 1, offset: 1, ..query("") }).expect("hits");
    assert_eq!(second[0].id, "b");
}

#[test]
fn only_the_newest_version_is_found_unless_all_are_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(build(folder.path(), samples()));
    let mut writer = Catalogue::open_to_write(folder.path()).expect("a writer");
    let reader = Catalogue::open(folder.path()).expect("a reader");
    assert_eq!(found(&reader, &query("名单")), ["c"]);
    let newer = entry("c", 2, "2018-01-31", "企业目录", "企业目录：甲公司");
    writer.write(std::slice::from_ref(&newer), 2, "next").expect("written");
    assert_eq!(found(&reader, &query("名单")), Vec::<String>::new());
    assert_eq!(found(&reader, &query("甲公司")), ["cv2"]);
    assert_eq!(found(&reader, &Query { all_versions: true, ..query("甲公司") }), ["c", "cv2"]);
    // Twice is once: a writer that was killed writes it again.
    writer.write(&[newer], 3, "after").expect("written");
    assert_eq!(found(&reader, &Query { all_versions: true, ..query("甲公司") }), ["c", "cv2"]);
    assert_eq!(writer.state().expect("a state"), (3, "after".to_owned()));
}

#[test]
fn documents_of_one_minute_run_over_into_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let entries = (0..1200).map(|n| entry(&format!("{n:04}"), 1, "2018-01-31", "通知", "内容")).collect();
    let catalogue = build(folder.path(), entries);
    let one_day = Some("2018-01-31".parse().expect("a day"));
    let query = Query { from: one_day, to: one_day, limit: 2000, ..query("通知") };
    assert_eq!(found(&catalogue, &query).len(), 1200);
}

#[test]
fn what_is_no_catalogue_of_this_version_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || Catalogue::open(folder.path()).expect_err("an error");
    assert!(matches!(open(), CatalogueError::Missing { .. }));
    drop(build(folder.path(), samples()));
    let path = folder.path().join(FILE);
    let version = |n: u32| {
        Connection::open(&path).expect("open").pragma_update(None, "user_version", n).expect("a version");
    };
    version(9);
    assert!(matches!(open(), CatalogueError::Newer { found: 9, known: 1, .. }));
    version(0);
    assert!(matches!(open(), CatalogueError::Older { found: 0, known: 1, .. }));
    version(1);
    assert!(Catalogue::open(folder.path()).is_ok());
    std::fs::write(&path, b"SQLite format 3\0 and then rubbish".repeat(999)).expect("damage");
    assert!(matches!(open(), CatalogueError::Damaged { .. }), "{}", open());
    std::fs::write(&path, b"").expect("damage");
    assert!(matches!(open(), CatalogueError::Damaged { .. }), "{}", open());
    drop(build(folder.path(), samples()));
    assert!(Catalogue::open(folder.path()).is_ok());
}

#[test]
fn a_reader_keeps_its_state_while_the_catalogue_is_made_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let reader = build(folder.path(), samples());
    let fresh = build(folder.path(), vec![entry("d", 1, "2019-01-01", "欠薪", "欠薪")]);
    assert_eq!(found(&reader, &query("欠薪")), ["a"]);
    assert_eq!(found(&fresh, &query("欠薪")), ["d"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_typed_is_an_error_of_sql(typed in "[\"'*^:(){}+\\-ANDORNOTEAR\0 欠薪税{}〔〕;%_\\\\]{0,40}") {
        let folder = tempfile::tempdir().expect("a folder");
        let catalogue = build(folder.path(), samples());
        for order in [Order::Newest, Order::Relevance] {
            let typed = Some(typed.clone());
            let words = Query { order, ..query(typed.as_deref().unwrap_or_default()) };
            prop_assert!(catalogue.search(&words).is_ok());
            let fields = Query { issuer: typed.clone(), number: typed, order, ..query("") };
            prop_assert!(catalogue.search(&fields).is_ok());
        }
    }

    #[test]
    fn every_two_characters_of_a_document_find_it(text in "[欠薪资税企业A1 ，〔〕\n。號\u{20BB7}]{2,60}") {
        let folder = tempfile::tempdir().expect("a folder");
        let catalogue = build(folder.path(), vec![entry("a", 1, "2018-01-01", "", &text)]);
        let characters: Vec<char> = text.chars().collect();
        for pair in characters.windows(2).filter(|pair| pair.iter().all(|c| !c.is_ascii() && c.is_alphanumeric())) {
            let pair: String = pair.iter().collect();
            prop_assert_eq!(found(&catalogue, &query(&pair)), ["a"], "{} in {}", pair, text);
        }
    }
}
