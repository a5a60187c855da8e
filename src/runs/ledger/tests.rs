use jiff::Timestamp;

use super::{Check, FILE, Ledger, LedgerError, Listed, Notice, NoticeKind, PageOutcome, RunOutcome, Seen};

const JOB: &str = "省政府文件";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_500_000 + second).expect("a time")
}

fn entry(number: usize) -> Listed {
    Listed {
        url: format!("https://www.gd.gov.cn/zc/{number}.html"),
        parent: Some("https://www.gd.gov.cn/zc/".to_owned()),
        date: Some("2024-05-06".to_owned()),
        title: Some(format!("第{number}号通知")),
        ..Listed::default()
    }
}

fn entries(number: usize) -> Vec<Listed> {
    (0..number).map(entry).collect()
}

fn check(second: i64, outcome: PageOutcome, due: i64) -> Check {
    Check {
        now: at(second),
        outcome,
        code: outcome.is_bad().then(|| "timeout".to_owned()),
        transient: outcome.is_bad(),
        version: (!outcome.is_bad()).then_some(1),
        due: Some(at(due)),
        notices: Vec::new(),
    }
}

fn ledger() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::open(folder.path()).expect("a ledger");
    (folder, ledger)
}

fn urls(ledger: &Ledger, now: i64, fresh: bool) -> Vec<String> {
    let due = ledger.due(JOB, at(now), fresh, 0, 100).expect("what is due");
    due.into_iter().map(|due| due.url.rsplit('/').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_is_listed_is_due_once_and_in_order() {
    let (_folder, mut ledger) = ledger();
    let (run, resumed) = ledger.begin(JOB, "id", at(0), true).expect("a run");
    assert!(!resumed);
    assert_eq!(ledger.list(run, JOB, &entries(2), at(0)).expect("seen"), Seen { new: 2, known: 0 });
    assert_eq!(ledger.list(run, JOB, &entries(3), at(1)).expect("seen"), Seen { new: 1, known: 2 });
    assert_eq!(urls(&ledger, 1, true), ["0.html", "1.html", "2.html"]);
    let first = ledger.due(JOB, at(1), true, 0, 1).expect("one").remove(0);
    ledger.checked(run, JOB, first.row, &check(2, PageOutcome::Created, 100)).expect("put down");
    assert_eq!(urls(&ledger, 3, true), ["1.html", "2.html"]);
    assert!(urls(&ledger, 99, false).is_empty());
    assert_eq!(urls(&ledger, 100, false), ["0.html"]);
    let counts = ledger.run(run).expect("the run").counts;
    assert_eq!((counts.listed, counts.new, counts.created), (5, 3, 1));
}

#[test]
fn another_date_in_the_list_makes_a_page_due() {
    let (_folder, mut ledger) = ledger();
    let (run, _) = ledger.begin(JOB, "id", at(0), true).expect("a run");
    ledger.list(run, JOB, &entries(1), at(0)).expect("seen");
    let row = ledger.due(JOB, at(0), true, 0, 1).expect("one")[0].row;
    ledger.checked(run, JOB, row, &check(1, PageOutcome::Created, 1000)).expect("put down");
    ledger.list(run, JOB, &entries(1), at(2)).expect("seen");
    assert!(urls(&ledger, 3, false).is_empty());
    let undated = Listed { date: None, ..entry(0) };
    ledger.list(run, JOB, &[undated], at(3)).expect("seen");
    assert!(urls(&ledger, 4, false).is_empty(), "no date is no other date");
    let dated = Listed { date: Some("2024-06-01".to_owned()), ..entry(0) };
    ledger.list(run, JOB, &[dated], at(5)).expect("seen");
    assert_eq!(urls(&ledger, 5, false), ["0.html"]);
    ledger.checked(run, JOB, row, &check(6, PageOutcome::Unchanged, 1000)).expect("put down");
    let modified = |second| Listed { date: None, modified: Some(at(second)), ..entry(0) };
    ledger.list(run, JOB, &[modified(6)], at(8)).expect("seen");
    ledger.list(run, JOB, &[modified(9_999)], at(8)).expect("seen");
    assert!(urls(&ledger, 8, false).is_empty(), "changed before, or in a future that nobody knows");
    ledger.list(run, JOB, &[modified(7)], at(8)).expect("seen");
    assert_eq!(urls(&ledger, 8, false), ["0.html"]);
}

#[test]
fn a_run_that_was_killed_is_gone_on_with() {
    let (folder, mut ledger) = ledger();
    let (run, _) = ledger.begin(JOB, "first", at(0), true).expect("a run");
    ledger.list(run, JOB, &entries(3), at(0)).expect("seen");
    ledger.discovered(JOB).expect("discovered");
    drop(ledger); // and nothing was ended
    let mut ledger = Ledger::open(folder.path()).expect("the ledger");
    let job = ledger.job(JOB).expect("the job");
    assert_eq!((job.hand, job.discovered, job.last), (Some(at(0)), true, None));
    let (run, resumed) = ledger.begin(JOB, "second", at(10), true).expect("a run");
    assert!(resumed);
    assert_eq!(urls(&ledger, 10, true).len(), 3);
    ledger.end(JOB, run, at(11), RunOutcome::Interrupted, None, 3, 0).expect("interrupted");
    assert_eq!(ledger.job(JOB).expect("the job").hand, Some(at(0)));
    let (run, resumed) = ledger.begin(JOB, "third", at(20), true).expect("a run");
    assert!(resumed);
    ledger.end(JOB, run, at(21), RunOutcome::Done, None, 0, 4).expect("done");
    let job = ledger.job(JOB).expect("the job");
    assert_eq!((job.hand, job.last, job.success), (None, Some(at(0)), Some(at(21))));
    let outcomes: Vec<_> = ledger
        .history(JOB, 10)
        .expect("runs")
        .into_iter()
        .map(|run| (run.id, run.outcome, run.counts.requests))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("first".to_owned(), None, 0),
            ("second".to_owned(), Some(RunOutcome::Interrupted), 0),
            ("third".to_owned(), Some(RunOutcome::Done), 4)
        ]
    );
}

#[test]
fn many_runs_are_taken_together_and_none_is_left_out() {
    let (_folder, mut ledger) = ledger();
    assert_eq!(ledger.overview(JOB, 5).expect("none"), (Vec::new(), 0));
    for number in 0..22 {
        let (run, _) = ledger.begin(JOB, &number.to_string(), at(number), false).expect("a run");
        let outcome = if number == 6 { RunOutcome::Failed } else { RunOutcome::Done };
        ledger.end(JOB, run, at(number), outcome, None, 0, 1).expect("its end");
    }
    let (all, runs) = ledger.overview(JOB, 50).expect("runs");
    assert_eq!((all, runs), (ledger.history(JOB, 50).expect("runs"), 22));
    let (some, runs) = ledger.overview(JOB, 4).expect("runs");
    let shown: Vec<_> = some.iter().map(|run| (run.id.as_str(), run.outcome, run.counts.requests)).collect();
    let done = Some(RunOutcome::Done);
    assert_eq!(
        shown,
        [("6", Some(RunOutcome::Failed), 7), ("13", done, 7), ("20", done, 7), ("21", done, 1)]
    );
    assert_eq!((some[1].begun, runs), (at(13), 22));
}

#[test]
fn failures_in_a_row_are_counted_and_forgiven() {
    let (_folder, mut ledger) = ledger();
    let (run, _) = ledger.begin(JOB, "id", at(0), true).expect("a run");
    ledger.list(run, JOB, &entries(2), at(0)).expect("seen");
    let row = ledger.due(JOB, at(0), true, 0, 1).expect("one")[0].row;
    let url = entry(0).url;
    let failures = |ledger: &Ledger| ledger.item(JOB, &url).expect("read").expect("the page").failures;
    ledger.checked(run, JOB, row, &check(1, PageOutcome::Failed, 2)).expect("put down");
    ledger.checked(run, JOB, row, &check(2, PageOutcome::Refused, 3)).expect("put down");
    assert_eq!(failures(&ledger), 2);
    let standing = ledger.standing(JOB).expect("how it stands");
    assert_eq!((standing.items, standing.waiting), (2, 1));
    assert_eq!(standing.failing, [("timeout".to_owned(), 1)]);
    ledger.checked(run, JOB, row, &check(3, PageOutcome::Unchanged, 4)).expect("put down");
    assert_eq!(failures(&ledger), 0);
    for (run_outcome, failures) in [(RunOutcome::Failed, 1), (RunOutcome::Failed, 2), (RunOutcome::Partly, 0)]
    {
        let (run, _) = ledger.begin(JOB, "id", at(5), true).expect("a run");
        ledger.end(JOB, run, at(6), run_outcome, Some("connect"), 0, 0).expect("ended");
        assert_eq!(ledger.job(JOB).expect("the job").failures, failures);
    }
}

#[test]
fn a_notice_waits_until_it_is_told() {
    let (_folder, mut ledger) = ledger();
    let (run, _) = ledger.begin(JOB, "id", at(0), true).expect("a run");
    ledger.list(run, JOB, &entries(1), at(0)).expect("seen");
    let notice = |kind| Notice {
        kind,
        url: entry(0).url,
        title: None,
        code: None,
        message: None,
        old: Some(1),
        new: Some(2),
    };
    let row = ledger.due(JOB, at(0), true, 0, 1).expect("one")[0].row;
    let changed = Check { notices: vec![notice(NoticeKind::Change)], ..check(1, PageOutcome::Changed, 9) };
    ledger.checked(run, JOB, row, &changed).expect("put down");
    ledger.notice(run, JOB, &notice(NoticeKind::Change)).expect("put down");
    let (number, first, last) = ledger.untold(JOB, NoticeKind::Change, 1).expect("untold");
    assert_eq!((number, first), (2, vec![notice(NoticeKind::Change)]));
    ledger.end(JOB, run, at(2), RunOutcome::Done, None, 0, 0).expect("done");
    let (next, _) = ledger.begin(JOB, "id", at(3), true).expect("a run");
    assert_eq!(ledger.untold(JOB, NoticeKind::Change, 9).expect("untold").0, 2, "nobody has been told");
    ledger.notice(next, JOB, &notice(NoticeKind::Change)).expect("put down");
    assert_eq!(ledger.noticed(next, JOB, NoticeKind::Change, 9).expect("noticed").0, 1);
    ledger.told(JOB, NoticeKind::Change, last).expect("told");
    assert_eq!(ledger.untold(JOB, NoticeKind::Change, 9).expect("untold").0, 1);
    assert_eq!(ledger.untold("another", NoticeKind::Change, 9).expect("untold").0, 0);
}

#[test]
fn another_setting_makes_other_dates() {
    let (_folder, mut ledger) = ledger();
    let (run, _) = ledger.begin(JOB, "id", at(0), true).expect("a run");
    ledger.list(run, JOB, &entries(2500), at(0)).expect("seen");
    for due in ledger.due(JOB, at(0), true, 0, 2499).expect("all but one") {
        ledger.checked(run, JOB, due.row, &check(1, PageOutcome::Created, 1000)).expect("put down");
    }
    ledger
        .reschedule(JOB, "1m", |_, _, item| {
            Some(item.checked.map_or(item.first_seen, |checked| checked + jiff::Span::new().minutes(1)))
        })
        .expect("anew");
    assert_eq!(ledger.job(JOB).expect("the job").recheck, "1m");
    assert_eq!(ledger.count_due(JOB, at(60)).expect("a number"), 1, "the one never looked at");
    assert_eq!(ledger.count_due(JOB, at(61)).expect("a number"), 2500);
}

#[test]
fn readers_need_no_ledger_and_no_permission() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(Ledger::open_reader(folder.path()).expect("none").is_none());
    std::fs::write(folder.path().join(FILE), b"").expect("an empty file");
    assert!(Ledger::open_reader(folder.path()).expect("none").is_none());
    let mut ledger = Ledger::open(folder.path()).expect("a ledger");
    ledger.begin(JOB, "id", at(0), true).expect("a run");
    let reader = Ledger::open_reader(folder.path()).expect("read").expect("a ledger");
    assert_eq!(reader.job(JOB).expect("the job").hand, Some(at(0)));
    assert_eq!(reader.job("unknown").expect("the default"), Default::default());
}

#[test]
fn other_files_are_no_ledgers() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE);
    std::fs::write(&path, "no database, however long it is ".repeat(100)).expect("a file");
    assert!(matches!(Ledger::open(folder.path()), Err(LedgerError::Damaged { .. })));
    assert!(matches!(Ledger::open_reader(folder.path()), Err(LedgerError::Damaged { .. })));
    std::fs::remove_file(&path).expect("removed");
    let other = rusqlite::Connection::open(&path).expect("a database");
    other.execute_batch("CREATE TABLE theirs (a)").expect("a table");
    drop(other);
    assert!(matches!(Ledger::open(folder.path()), Err(LedgerError::Foreign { .. })));
    assert!(Ledger::open_or_renew(folder.path(), at(0)).is_err() && path.exists(), "not ours to move");
    std::fs::remove_file(&path).expect("removed");
    drop(Ledger::open(folder.path()).expect("a ledger"));
    let newer = rusqlite::Connection::open(&path).expect("the database");
    newer.pragma_update(None, "user_version", 2).expect("a newer schema");
    drop(newer);
    let found = Ledger::open(folder.path()).expect_err("too new");
    assert!(matches!(found, LedgerError::Schema { found: 2, known: 1, .. }), "{found}");
}

#[test]
fn a_damaged_ledger_makes_room_for_a_new_one_and_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE);
    let rubbish = "no database, however long it is ".repeat(100);
    std::fs::write(&path, &rubbish).expect("a file");
    let (mut ledger, aside) = Ledger::open_or_renew(folder.path(), at(0)).expect("a new ledger");
    let aside = aside.expect("moved");
    assert_eq!(
        aside.file_name().and_then(|name| name.to_str()),
        Some("ledger.sqlite3.damaged-20261124T060000Z")
    );
    assert_eq!(std::fs::read_to_string(&aside).expect("kept"), rubbish);
    let (run, _) = ledger.begin(JOB, "id", at(0), true).expect("a run");
    assert_eq!(ledger.list(run, JOB, &entries(1), at(0)).expect("seen"), Seen { new: 1, known: 0 });
    assert_ne!(ledger.renew(at(0)).expect("moved again"), aside);
    assert!(ledger.job(JOB).expect("unknown again").hand.is_none());
    let (_, moved) = Ledger::open_or_renew(folder.path(), at(0)).expect("the ledger");
    assert_eq!(moved, None);
}

#[test]
fn what_is_listed_as_before_is_only_seen_again() {
    let (_folder, mut ledger) = ledger();
    let (run, _) = ledger.begin(JOB, "id", at(0), true).expect("a run");
    ledger.list(run, JOB, &entries(2), at(0)).expect("seen");
    let row = ledger.due(JOB, at(0), true, 0, 1).expect("one")[0].row;
    ledger.checked(run, JOB, row, &check(1, PageOutcome::Created, 1000)).expect("put down");
    assert_eq!(ledger.list(run, JOB, &entries(2), at(5)).expect("seen"), Seen { new: 0, known: 2 });
    let item = ledger.item(JOB, &entry(0).url).expect("read").expect("the page");
    assert_eq!((item.first_seen, item.last_seen, item.checked), (at(0), at(5), Some(at(1))));
    let renamed = Listed { title: Some("第0号通告".to_owned()), ..entry(0) };
    ledger.list(run, JOB, &[renamed], at(6)).expect("seen");
    let due = ledger.due(JOB, at(2000), false, 0, 1).expect("one");
    assert_eq!((due[0].title.as_deref(), due[0].since), (Some("第0号通告"), at(1000)));
}

#[test]
fn the_end_of_the_event_log_is_kept() {
    let (_folder, mut ledger) = ledger();
    assert_eq!(ledger.log_end().expect("none"), None);
    for sequence in [3, 7] {
        ledger.keep_log_end(sequence, "abc").expect("put down");
    }
    assert_eq!(ledger.log_end().expect("the end"), Some((7, "abc".to_owned())));
}

#[test]
fn a_source_that_fails_is_told_of_once_and_when_it_is_back() {
    let (_folder, mut ledger) = ledger();
    let (run, _) = ledger.begin(JOB, "id", at(0), true).expect("a run");
    let down = Some(("connect", "no route"));
    for failure in [None, down, down, None, None, down] {
        ledger.source(run, JOB, "https://www.gd.gov.cn/zc/", failure).expect("put down");
    }
    let told = |kind| ledger.noticed(run, JOB, kind, 9).expect("noticed");
    let (failures, first) = told(NoticeKind::Failure);
    assert_eq!((failures, first[0].code.as_deref()), (2, Some("connect")));
    assert_eq!(told(NoticeKind::Recovery).0, 1);
}

#[test]
fn what_a_wrong_clock_put_down_does_not_keep_pages_waiting() {
    let (_folder, mut ledger) = ledger();
    let (run, _) = ledger.begin(JOB, "id", at(0), true).expect("a run");
    ledger.list(run, JOB, &entries(2), at(0)).expect("seen");
    let rows: Vec<i64> = ledger.due(JOB, at(0), true, 0, 2).expect("two").iter().map(|due| due.row).collect();
    let decades = 1_000_000_000;
    ledger
        .checked(run, JOB, rows[0], &check(decades, PageOutcome::Created, decades + 700))
        .expect("put down");
    ledger.checked(run, JOB, rows[1], &check(1, PageOutcome::Created, 700)).expect("put down");
    assert_eq!(ledger.count_due(JOB, at(10)).expect("a number"), 0);
    ledger.repair(JOB, at(10)).expect("repaired");
    assert_eq!(urls(&ledger, 10, false), ["0.html"]);
}
