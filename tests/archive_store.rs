//! The preservation store beside others: readers during commits, writers in other processes, a process killed, a folder
//! that cannot be written, a disk that is full.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use guidang::archive::events::timestamp::{self, TimestampError};
use guidang::archive::events::{Event, EventKind, Head, Outcome};
use guidang::archive::store::{Agent, Durability, ObjectId, Receipt, Store, StoreError, Submission};
use jiff::Timestamp;

/// A process of this test binary that writes into the store that this variable names.
const CHILD_STORE: &str = "GUIDANG_TEST_STORE";
/// Pages that a child files, in three rounds.
const PAGES: u64 = 12;

/// Capture `round` of page `number`: files that name the capture they belong to, and one that never changes.
fn submission(number: u64, round: u64) -> Submission {
    let time = Timestamp::from_second(1_600_000_000 + i64::try_from(number + 1000 * round).unwrap()).unwrap();
    let text =
        |kind: &str| Arc::new(format!("{kind} of page {number}, capture {round}\n").repeat(50).into_bytes());
    Submission {
        id: ObjectId::parse(&format!("https://www.gd.gov.cn/zwgk/post_{number}.html?page=1")).unwrap(),
        files: BTreeMap::from([
            ("source.warc.gz".to_owned(), text("source")),
            ("document.json".to_owned(), text("document")),
            ("document.pdf".to_owned(), text("pdf")),
            ("images/seal.png".to_owned(), Arc::new(format!("seal of page {number}").into_bytes())),
            ("attachments/001-0a1b2c3d.xls".to_owned(), Arc::new(b"the same everywhere".to_vec())),
        ]),
        created: time,
        message: "captured".to_owned(),
        agent: Agent {
            name: "guidang 0.1.0".to_owned(),
            operator: Some("省档案馆 <archive@example.cn>".to_owned()),
        },
        event: Event {
            time,
            agent: "guidang 0.1.0".to_owned(),
            kind: EventKind::Ingestion,
            object: None,
            version: None,
            outcome: Outcome::Success,
            detail: BTreeMap::new(),
        },
    }
}

/// Files what a run of three rounds files, from where the log says the last one got to.
fn run(store: &Store) -> Result<(), StoreError> {
    let mut writer = store.writer(Duration::from_secs(60))?;
    let done = store.head()?.map_or(0, |head| head.sequence);
    for step in done..3 * PAGES {
        writer.commit(&submission(step % PAGES, step / PAGES))?;
    }
    Ok(())
}

/// Reads every file of the newest version of a page: all must be of one capture. Its number, from 1.
fn whole(store: &Store, number: u64) -> Option<u32> {
    let object = store.object(&submission(number, 0).id).unwrap()?;
    let head = object.head();
    for (path, bytes) in submission(number, u64::from(head) - 1).files {
        assert_eq!(object.read(head, &path).unwrap(), *bytes, "{path} of page {number}, version {head}");
    }
    Some(head)
}

fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .map(|path| {
            let bytes = if path.is_dir() { Vec::new() } else { fs::read(&path).unwrap() };
            (path.strip_prefix(folder).unwrap().to_owned(), bytes)
        })
        .collect()
}

/// The store that `tests/judges/ocfl` is shown: `target/tmp/archive-store`.
#[test]
fn a_store_for_the_judges() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("archive-store");
    let _ = fs::remove_dir_all(&root);
    let store = Store::create_or_open_with(&root, Durability::None).unwrap();
    run(&store).unwrap();
    let mut writer = store.writer(Duration::ZERO).unwrap();
    let mut long = submission(0, 0);
    long.id = ObjectId::parse(&format!("https://www.gd.gov.cn/{}", "很长的地址/".repeat(20))).unwrap();
    assert_eq!(writer.commit(&long), Ok(Receipt::Created { version: 1 }));
    let mut content = submission(0, 0);
    content.id = ObjectId::of_content(&"0123456789abcdef".repeat(4)).unwrap();
    content.agent.operator = None;
    assert_eq!(writer.commit(&content), Ok(Receipt::Created { version: 1 }));
    assert_eq!(store.objects().flatten().count() as u64, PAGES + 2);
}

#[test]
fn readers_see_whole_versions_during_two_hundred_commits() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create_or_open_with(folder.path(), Durability::None).unwrap();
    let done = AtomicBool::new(false);
    let seen = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| {
                let mut last = BTreeMap::new();
                let mut sequence = 0;
                while !done.load(Ordering::Relaxed) {
                    for number in 0..2 {
                        let head = whole(&store, number).unwrap_or(0);
                        let before = last.insert(number, head).unwrap_or(0);
                        assert!(head >= before, "a version vanished");
                        seen.fetch_add(1, Ordering::Relaxed);
                    }
                    let head = store.head().unwrap().map_or(0, |head| head.sequence);
                    assert!(head >= sequence, "an entry vanished");
                    let entries: Vec<_> = store.events_after(sequence).unwrap().map(Result::unwrap).collect();
                    assert!(entries.len() as u64 >= head - sequence);
                    sequence = head;
                }
            });
        }
        let mut writer = store.writer(Duration::ZERO).unwrap();
        for step in 0..200 {
            writer.commit(&submission(step % 2, step / 2)).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(whole(&store, 1), Some(100));
    assert!(seen.into_inner() > 50, "the readers hardly read");
}

/// Not a test of its own: the process that others start, see [`child`].
#[test]
fn child_writes_into_the_store_it_is_given() {
    if let Some(root) = std::env::var_os(CHILD_STORE) {
        run(&Store::create_or_open_with(Path::new(&root), Durability::None).unwrap()).unwrap();
    }
}

fn child(root: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "archive_store::child_writes_into_the_store_it_is_given"])
        .env(CHILD_STORE, root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn killed_at_any_moment_and_run_again_the_store_is_that_of_an_undisturbed_run() {
    let folder = tempfile::tempdir().unwrap();
    let undisturbed = folder.path().join("undisturbed");
    let begin = Instant::now();
    assert!(child(&undisturbed).wait().unwrap().success());
    let duration = begin.elapsed();
    let wanted = snapshot(&undisturbed);
    let mut killed = 0;
    for moment in 1..=10u32 {
        let root = folder.path().join(format!("killed-{moment}"));
        // Several deaths on the way, each later than the one before.
        for part in 1..=2 {
            let mut process = child(&root);
            std::thread::sleep(duration * moment * part / 22);
            killed += usize::from(process.try_wait().unwrap().is_none());
            process.kill().unwrap();
            process.wait().unwrap();
            if let Ok(store) = Store::open(&root) {
                for number in 0..PAGES {
                    whole(&store, number);
                }
            }
        }
        assert!(child(&root).wait().unwrap().success());
        assert!(snapshot(&root) == wanted, "killed at {moment} tenths");
    }
    assert!(killed > 3, "only {killed} processes lived long enough to be killed");
}

#[test]
fn writers_in_two_processes_wait_for_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("store");
    let mut children = [child(&root), child(&root)];
    for process in &mut children {
        assert!(process.wait().unwrap().success());
    }
    let store = Store::open(&root).unwrap();
    let entries: Vec<_> = store.events().unwrap().map(Result::unwrap).collect();
    assert_eq!(entries.len() as u64, 3 * PAGES);
    assert_eq!(whole(&store, PAGES - 1), Some(3));
}

/// Does something in a file system of its own of `size` bytes, which only root may mount: skipped for others.
fn in_a_file_system(size: u32, action: impl FnOnce(&Path, &dyn Fn(&str))) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mount = |options: &str| {
        let command = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(path).output();
        command.is_ok_and(|output| output.status.success())
    };
    if !mount(&format!("size={size}")) {
        return;
    }
    let remount = |options: &str| assert!(mount(&format!("remount,{options}")));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| action(path, &remount)));
    // Lazily: a process that another test is just starting may still hold a copy of an open file.
    assert!(Command::new("umount").arg("-l").arg(path).status().unwrap().success());
    result.unwrap();
}

#[test]
fn a_read_only_store_is_read_and_gives_one_clear_error_to_writers() {
    in_a_file_system(1 << 20, |folder, remount| {
        let root = folder.join("store");
        let store = Store::create_or_open_with(&root, Durability::None).unwrap();
        store.writer(Duration::ZERO).unwrap().commit(&submission(0, 0)).unwrap();
        remount("ro");
        let store = Store::open(&root).unwrap();
        assert_eq!(whole(&store, 0), Some(1));
        assert!(matches!(store.writer(Duration::ZERO), Err(StoreError::Write { .. })));
        assert!(matches!(Store::create_or_open(&folder.join("new")), Err(StoreError::Write { .. })));
        remount("rw");
        let mut writer = store.writer(Duration::ZERO).unwrap();
        assert_eq!(writer.commit(&submission(0, 1)), Ok(Receipt::NewVersion { version: 2 }));
    });
}

#[test]
fn a_full_disk_gives_one_clear_error_and_leaves_the_old_state() {
    in_a_file_system(1 << 20, |folder, _| {
        let root = folder.join("store");
        let store = Store::create_or_open_with(&root, Durability::None).unwrap();
        let mut writer = store.writer(Duration::ZERO).unwrap();
        writer.commit(&submission(0, 0)).unwrap();
        let before = snapshot(&root);
        let mut large = submission(0, 1);
        large.files.insert("attachments/002.zip".to_owned(), Arc::new(vec![7; 2 << 20]));
        let error = writer.commit(&large).unwrap_err();
        assert!(matches!(error, StoreError::Write { .. }), "{error}");
        assert!(snapshot(&root) == before, "something was left behind");
        assert_eq!(writer.commit(&submission(0, 1)), Ok(Receipt::NewVersion { version: 2 }));
        assert_eq!(whole(&store, 0), Some(2));
    });
}

/// Run by `tests/judges/timestamp`, which makes the authority.
#[test]
#[ignore = "needs an authority"]
fn an_authority_stamps_the_head_of_the_log() {
    let authority = PathBuf::from(std::env::var_os("GUIDANG_TEST_AUTHORITY").unwrap());
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").current_dir(&authority).args(arguments).output().unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), said)
    };
    let root = authority.join("store");
    let store = Store::create_or_open(&root).unwrap();
    let mut writer = store.writer(Duration::ZERO).unwrap();
    writer.commit(&submission(0, 0)).unwrap();
    let head = store.head().unwrap().unwrap();
    let nonce = 0xfedc_ba98_7654_3210;
    fs::write(authority.join("request.tsq"), timestamp::request(&head, nonce).unwrap()).unwrap();
    let (_, said) = openssl(&["ts", "-query", "-in", "request.tsq", "-text"]);
    assert!(said.contains("Hash Algorithm: sha256") && said.contains("Nonce: 0xFEDCBA9876543210"), "{said}");
    assert!(said.contains("Certificate required: yes"), "{said}");

    let reply =
        ["ts", "-reply", "-config", "authority.cnf", "-queryfile", "request.tsq", "-out", "reply.tsr"];
    let (done, said) = openssl(&reply);
    assert!(done, "{said}");
    let response = fs::read(authority.join("reply.tsr")).unwrap();
    let token = timestamp::check(&response, &head, Some(nonce)).unwrap();
    assert!(token.time > Timestamp::from_second(1_700_000_000).unwrap());
    assert_eq!(timestamp::check(&response, &head, Some(nonce - 1)), Err(TimestampError::Nonce));
    let other = Head { digest: "0".repeat(64), ..head.clone() };
    assert_eq!(timestamp::check(&response, &other, None), Err(TimestampError::Imprint));

    writer.keep_timestamp(head.sequence, &response).unwrap();
    assert_eq!(store.timestamps().unwrap(), [head.sequence]);
    assert_eq!(store.timestamp(head.sequence).unwrap().as_ref(), Some(&response));
    assert_eq!(store.timestamp(head.sequence + 1).unwrap(), None);
    // What FORMAT.md tells a later reader to do.
    let kept = format!("store/events/timestamps/{}.tsr", head.sequence);
    let verify =
        |digest: &str| openssl(&["ts", "-verify", "-digest", digest, "-in", &kept, "-CAfile", "root.pem"]);
    let (valid, said) = verify(&head.digest);
    assert!(valid, "{said}");
    assert!(!verify(&other.digest).0);

    // A digest that the authority does not take: its refusal is told.
    let mut request = timestamp::request(&head, nonce).unwrap();
    let sha512 = request.windows(9).position(|bytes| bytes.ends_with(&[0x03, 0x04, 0x02, 0x01])).unwrap() + 8;
    request[sha512] = 0x03;
    fs::write(authority.join("request.tsq"), request).unwrap();
    openssl(&reply);
    let refused = timestamp::check(&fs::read(authority.join("reply.tsr")).unwrap(), &head, Some(nonce));
    assert!(matches!(refused, Err(TimestampError::Refused { .. })), "{refused:?}");
    fs::write(authority.join("verified"), "").unwrap();
}

/// `cargo test --release --test suite -- --ignored --nocapture archive_store::numbers_of_filing`
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, reason = "what it measures is for the reader")]
fn numbers_of_filing() {
    let folder = tempfile::tempdir().unwrap();
    for (durability, rounds) in [(Durability::None, 500), (Durability::Fsync, 100)] {
        let root = folder.path().join(format!("{durability:?}"));
        let store = Store::create_or_open_with(&root, durability).unwrap();
        let mut writer = store.writer(Duration::ZERO).unwrap();
        let pages: Vec<Submission> =
            (0..rounds).map(|number| realistic(submission(number, 0), number)).collect();
        let begin = Instant::now();
        for page in &pages {
            writer.commit(page).unwrap();
        }
        let first = begin.elapsed() / u32::try_from(rounds).unwrap();
        let pages: Vec<Submission> =
            (0..rounds).map(|number| realistic(submission(number, 1), number)).collect();
        let begin = Instant::now();
        for page in &pages {
            writer.commit(page).unwrap();
        }
        let second = begin.elapsed() / u32::try_from(rounds).unwrap();
        println!("{durability:?}: {first:?} a first version, {second:?} a second version (360 kB, 7 files)");
    }
}

/// `cargo test --release --test suite -- --ignored --nocapture archive_store::numbers_of_many`
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, reason = "what it measures is for the reader")]
fn numbers_of_many() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("many");
    let store = Store::create_or_open_with(&root, Durability::None).unwrap();
    {
        let mut writer = store.writer(Duration::ZERO).unwrap();
        for number in 0..100_000 {
            let mut page = submission(number, 0);
            page.files.retain(|path, _| path == "document.json");
            writer.commit(&page).unwrap();
        }
    }
    let begin = Instant::now();
    let store = Store::open(&root).unwrap();
    let opened = begin.elapsed();
    let found = store.object(&submission(99_999, 0).id).unwrap().unwrap();
    let object = begin.elapsed();
    let head = store.head().unwrap().unwrap();
    let entries = store.events_after(99_990).unwrap().count();
    let log = begin.elapsed();
    drop(store.writer(Duration::ZERO).unwrap());
    let writer = begin.elapsed();
    println!(
        "100,000 objects: opened {opened:?}, + object v{} {object:?}, + head {} and last {entries} events {log:?}, + writer \
         {writer:?}",
        found.head(),
        head.sequence,
    );
    let begin = Instant::now();
    println!("walked {} objects in {:?}", store.objects().flatten().count(), begin.elapsed());
    let begin = Instant::now();
    println!("checked {} events in {:?}", store.events().unwrap().flatten().count(), begin.elapsed());
}

/// Files of the sizes that a page of government text has.
fn realistic(mut page: Submission, seed: u64) -> Submission {
    let sizes = [
        ("document.docx", 30_000),
        ("document.pdf", 200_000),
        ("document.txt", 20_000),
        ("source.warc.gz", 60_000),
    ];
    for (name, size) in sizes {
        let mut bytes = page.created.to_string().into_bytes();
        bytes.extend((0..size).map(|index: u64| index.wrapping_mul(seed | 1).to_le_bytes()[1]));
        page.files.insert(name.to_owned(), Arc::new(bytes));
    }
    page.files.insert("premis.xml".to_owned(), Arc::new(vec![b' '; 50_000]));
    page
}
