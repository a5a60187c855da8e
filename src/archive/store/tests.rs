//! Laws of the store: a death at any point, the order of synchronisation, one writer.

mod hostile;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::fault::{self, Act};
use super::{
    Agent, Durability, InventoryFault, ObjectId, PathFault, Receipt, Store, StoreError, Submission, layout,
};
use crate::archive::events::{ChainError, Event, EventKind, Outcome};

fn id(name: &str) -> ObjectId {
    ObjectId::parse(&format!("https://www.gd.gov.cn/{name}.html")).expect("an id")
}

fn event(second: i64, kind: EventKind) -> Event {
    Event {
        time: Timestamp::from_second(1_500_000_000 + second).expect("a time"),
        agent: "guidang 0.1.0".to_owned(),
        kind,
        object: None,
        version: None,
        outcome: Outcome::Success,
        detail: BTreeMap::from([("source".to_owned(), "pages/甲.html".to_owned())]),
    }
}

fn submission(name: &str, second: i64, files: &[(&str, &str)]) -> Submission {
    let event = event(second, EventKind::Ingestion);
    Submission {
        id: id(name),
        files: files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), Arc::new(text.as_bytes().to_vec())))
            .collect(),
        created: event.time,
        message: "first capture".to_owned(),
        agent: Agent {
            name: "guidang 0.1.0".to_owned(),
            operator: Some("王某 <wang@example.cn>".to_owned()),
        },
        event,
    }
}

/// What a run does, step by step; every step adds one entry to the log.
enum Step {
    Commit(Submission),
    Record(Event),
}

fn script() -> Vec<Step> {
    vec![
        Step::Record(event(0, EventKind::Creation)),
        Step::Commit(submission("a", 1, &[("document.json", "{}"), ("images/x.png", "picture"), ("t", "1")])),
        Step::Record(event(2, EventKind::Capture)),
        Step::Commit(submission("b", 3, &[("document.json", "{}"), ("copy.json", "{}")])),
        Step::Commit(submission(
            "a",
            4,
            &[("document.json", "{2}"), ("images/x.png", "picture"), ("t", "1")],
        )),
        Step::Commit(submission("a", 5, &[("document.json", "{}"), ("t", "3"), ("u/v/w", "new")])),
        Step::Record(event(6, EventKind::Disappearance)),
    ]
}

/// Runs the script as a user would run it again: what the log says is done is not done again.
fn run(root: &Path, durability: Durability) -> Result<(), StoreError> {
    let store = Store::create_or_open_with(root, durability)?;
    let mut writer = store.writer(Duration::ZERO)?;
    let done = store.head()?.map_or(0, |head| head.sequence);
    for step in script().into_iter().skip(usize::try_from(done).expect("a few")) {
        match step {
            Step::Commit(submission) => drop(writer.commit(&submission)?),
            Step::Record(event) => drop(writer.record(&event)?),
        }
    }
    Ok(())
}

/// Every folder and every file with its bytes, below `folder`.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("an entry"))
        .map(|entry| {
            let bytes = if entry.file_type().is_dir() {
                b"folder".to_vec()
            } else {
                fs::read(entry.path()).expect("a file")
            };
            (entry.path().strip_prefix(folder).expect("below").to_owned(), bytes)
        })
        .collect()
}

/// What each object says in each version that it has, every file read and checked.
type State = BTreeMap<ObjectId, Vec<BTreeMap<String, Vec<u8>>>>;

fn state(store: &Store) -> State {
    store
        .objects()
        .map(|object| object.expect("a whole object"))
        .map(|object| {
            let versions = object.versions().iter().map(|version| {
                let files = object.files(version.number).expect("files");
                let read = |path: &String| (path.clone(), object.read(version.number, path).expect("a file"));
                files.keys().map(read).collect()
            });
            (object.id().clone(), versions.collect())
        })
        .collect()
}

fn undisturbed() -> (tempfile::TempDir, BTreeMap<PathBuf, Vec<u8>>, Vec<State>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("store");
    let store = Store::create_or_open_with(&root, Durability::None).expect("a store");
    let mut states = vec![state(&store)];
    {
        let mut writer = store.writer(Duration::ZERO).expect("a writer");
        for step in script() {
            match step {
                Step::Commit(submission) => drop(writer.commit(&submission).expect("a commit")),
                Step::Record(event) => drop(writer.record(&event).expect("an entry")),
            }
            states.push(state(&store));
        }
    }
    let whole = snapshot(&root);
    (folder, whole, states)
}

/// Dies at every point, twice in a row at some; what readers see in between is a state that the undisturbed run had,
/// and the run that comes after ends where the undisturbed run ended, to the byte.
fn dies_and_runs_again(durability: Durability, second_deaths: &[usize]) -> usize {
    let (_folder, whole, states) = undisturbed();
    let mut point = 0;
    loop {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("store");
        let mut died = false;
        for death in std::iter::once(&point).chain(second_deaths) {
            fault::die_after(*death);
            let result = run(&root, durability);
            let dead = fault::live();
            assert_eq!(result.is_err(), dead, "point {point}: {result:?}");
            died |= dead;
            match Store::open(&root) {
                Ok(store) => assert!(states.contains(&state(&store)), "point {point}: a state in between"),
                Err(error) => {
                    assert!(matches!(error, StoreError::NotAStore { .. }), "point {point}: {error}");
                }
            }
        }
        run(&root, durability).unwrap_or_else(|error| panic!("point {point}: {error}"));
        let found = snapshot(&root);
        assert_eq!(found.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>(), "point {point}");
        assert!(found == whole, "point {point}: other bytes");
        if !died {
            return point;
        }
        point += 1;
    }
}

#[test]
fn dead_at_any_point_then_run_again_is_as_if_nothing_had_happened() {
    let points = dies_and_runs_again(Durability::None, &[]);
    assert!(points > 100, "only {points} points");
}

#[test]
fn dead_again_while_cleaning_up_is_as_if_nothing_had_happened() {
    for second in [1, 4] {
        dies_and_runs_again(Durability::None, &[second, 1]);
    }
}

#[test]
#[ignore = "waits for the disk some ten thousand times"]
fn dead_at_any_synchronisation_is_as_if_nothing_had_happened() {
    dies_and_runs_again(Durability::Fsync, &[]);
}

/// What gets its name is durable by then: the file, or the folder with all that is in it. And what has changed at the
/// end of a commit is durable.
#[test]
fn nothing_gets_its_name_before_it_is_durable() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fault::acts();
    run(&folder.path().join("store"), Durability::Fsync).expect("a run");
    let mut waiting: BTreeSet<PathBuf> = BTreeSet::new();
    let mut renames = 0;
    for act in fault::acts() {
        match act {
            Act::Changed(path) => {
                waiting.insert(path);
            }
            Act::Synced(path) => {
                waiting.remove(&path);
            }
            Act::Renamed(from, to) => {
                renames += 1;
                let late: Vec<_> = waiting.iter().filter(|path| path.starts_with(&from)).collect();
                assert!(late.is_empty(), "{} was not durable: {late:?}", to.display());
            }
        }
    }
    assert!(renames > 15, "only {renames} names were given");
    waiting.retain(|path| path.exists());
    assert_eq!(waiting, BTreeSet::new());
}

#[test]
fn versions_keep_what_they_share_once() {
    let (folder, ..) = undisturbed();
    let store = Store::open(&folder.path().join("store")).expect("a store");
    let object = store.object(&id("a")).expect("readable").expect("there");
    assert_eq!(object.head(), 3);
    assert_eq!(object.versions()[1].created.as_second(), 1_500_000_004);
    assert_eq!(object.versions()[1].user, "王某");
    assert_eq!(object.read(3, "document.json").expect("a file"), b"{}");
    assert_eq!(object.files(1).expect("v1")["document.json"], object.files(3).expect("v3")["document.json"]);
    assert!(object.content().iter().all(|file| file.sha256.is_some()));
    assert_eq!(object.content().len(), 6);
    assert_eq!(store.object(&id("b")).expect("readable").expect("there").content().len(), 1);
    assert!(store.object(&id("c")).expect("readable").is_none());
    assert!(matches!(object.read(4, "t"), Err(StoreError::NoVersion { version: 4, .. })));
    assert!(matches!(object.read(3, "images/x.png"), Err(StoreError::NoFile { .. })));
}

#[test]
fn the_log_is_read_from_any_point_and_shows_what_was_altered() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("store");
    let store = Store::create_or_open_with(&root, Durability::None).expect("a store");
    let mut writer = store.writer(Duration::ZERO).expect("a writer");
    for second in 0..3000 {
        writer.record(&event(second, EventKind::Capture)).expect("an entry");
    }
    for after in [0, 1, 299, 1500, 2999, 3000, 9000] {
        let found: Vec<u64> =
            store.events_after(after).expect("the log").map(|entry| entry.expect("whole").sequence).collect();
        assert_eq!(found, (after + 1..=3000).collect::<Vec<_>>(), "after {after}");
    }
    assert_eq!(store.head().expect("the log").expect("an entry").sequence, 3000);

    let log = root.join(layout::LOG);
    let text = fs::read_to_string(&log).expect("the log");
    let mut lines: Vec<&str> = text.lines().collect();
    let faults = |lines: &[&str]| -> Vec<ChainError> {
        fs::write(&log, lines.join("\n") + "\n").expect("the log");
        store.events().expect("the log").filter_map(Result::err).collect()
    };
    let altered = lines[9].replace("1500000009", "x").replace("guidang 0.1.0", "guidang 0.1.1");
    let original = std::mem::replace(&mut lines[9], &altered);
    assert_eq!(faults(&lines), [ChainError::Altered { sequence: 10 }]);
    lines[9] = original;
    lines.remove(20);
    assert_eq!(faults(&lines), [ChainError::Gap { expected: 21, found: 22 }]);
    lines.insert(20, "{}");
    assert!(matches!(faults(&lines)[..], [ChainError::Malformed { line: 21, .. }]));
}

#[test]
fn a_torn_last_line_is_no_entry_and_the_next_writer_cuts_it_off() {
    let (folder, whole, _) = undisturbed();
    let root = folder.path().join("store");
    let log = root.join(layout::LOG);
    let mut bytes = fs::read(&log).expect("the log");
    bytes.extend_from_slice(b"{\"sequence\":8,\"prev");
    fs::write(&log, &bytes).expect("the log");
    let store = Store::open(&root).expect("a store");
    assert_eq!(store.head().expect("the log").expect("an entry").sequence, 7);
    let entries: Result<Vec<_>, _> = store.events().expect("the log").collect();
    assert_eq!(entries.expect("whole").len(), 7);
    drop(store.writer(Duration::ZERO).expect("a writer"));
    assert!(snapshot(&root) == whole);
}

#[test]
fn one_writes_at_a_time() {
    let (folder, ..) = undisturbed();
    let store = Store::open(&folder.path().join("store")).expect("a store");
    let first = store.writer(Duration::ZERO).expect("a writer");
    assert!(matches!(store.writer(Duration::from_millis(50)), Err(StoreError::Locked { .. })));
    std::thread::scope(|scope| {
        let second = scope.spawn(|| store.writer(Duration::from_secs(60)).map(drop));
        std::thread::sleep(Duration::from_millis(60));
        drop(first);
        second.join().expect("no panic").expect("its turn");
    });
}

#[test]
fn what_cannot_be_filed_is_refused_and_leaves_no_trace() {
    let (folder, whole, _) = undisturbed();
    let root = folder.path().join("store");
    let store = Store::open(&root).expect("a store");
    let mut writer = store.writer(Duration::ZERO).expect("a writer");
    let faults: [(&[(&str, &str)], PathFault); 5] = [
        (&[], PathFault::NoFiles),
        (&[("../../../../escaped", "x")], PathFault::Dots),
        (&[("/etc/x", "x")], PathFault::Empty),
        (&[("a\\b", "x")], PathFault::Character),
        (&[("a", "x"), ("a/b", "x")], PathFault::Conflict),
    ];
    for (files, fault) in faults {
        match writer.commit(&submission("c", 9, files)) {
            Err(StoreError::Submission { why, .. }) => assert_eq!(why, fault),
            other => panic!("{other:?}"),
        }
    }
    assert!(snapshot(&root) == whole);
    assert_eq!(writer.commit(&submission("c", 9, &[("a", "x")])), Ok(Receipt::Created { version: 1 }));
    assert_eq!(writer.commit(&submission("c", 9, &[("a", "y")])), Ok(Receipt::NewVersion { version: 2 }));
}

#[test]
fn a_folder_of_other_things_never_becomes_a_store() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("report.pdf"), "precious").expect("a file");
    assert!(matches!(Store::create_or_open(folder.path()), Err(StoreError::NotAStore { .. })));
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
    assert!(matches!(Store::open(&folder.path().join("none")), Err(StoreError::NotAStore { .. })));
}
