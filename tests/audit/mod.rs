//! The 四性检测: every damage is named by file, a sound store has none, and the report is the same however it is made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use guidang::archive::events::{Event, EventKind, Outcome};
use guidang::archive::store::{Agent, Durability, ObjectId, Store, Submission};
use guidang::audit::{self, Check, Depth, Options, Progress, Selection, Tally};

use crate::support::{compare, files, guidang, page, root, run};

const ADDRESS: &str = "https://www.gd.gov.cn/zwgk/post_1.html";

/// A store in `folder/store`: a page in two versions, and another.
fn filed(folder: &Path) {
    let picture = "<p>　　附件：<a href=\"f.csv\">1.明细表</a></p>";
    let first = page("关于甲的通知", "各地、各部门：现将有关事项通知如下，请遵照执行。");
    let second = page("关于甲的通知", "各地、各部门：现将有关事项通知如下，请认真执行。");
    let first = first.replace("</div></body>", &format!("{picture}</div></body>"));
    fs::write(folder.join("f.csv"), "甲,1\n乙,2\n").unwrap();
    for (time, text) in [("1600000000", first), ("1600086400", second)] {
        fs::write(folder.join("a.html"), text).unwrap();
        archive(folder, time, &["a.html", "--base-url", ADDRESS]);
    }
    fs::write(folder.join("b.html"), page("关于乙的公告", "经研究决定，现予公告。特此公告。")).unwrap();
    archive(folder, "1600086400", &["b.html"]);
}

fn archive(folder: &Path, time: &str, arguments: &[&str]) {
    let output = guidang(folder)
        .args(["archive", "--store", "store", "--no-fsync"])
        .args(arguments)
        .env("SOURCE_DATE_EPOCH", time)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn options(depth: Depth, workers: usize) -> Options {
    Options {
        depth,
        all_digests: depth == Depth::Full,
        workers,
        limit: None,
        selection: Selection::All,
        stopwatch: || Duration::ZERO,
    }
}

fn look(store: &Path, options: &Options) -> Tally {
    let store = Store::suspected(store).unwrap();
    let mut progress = Progress::new(options);
    let outcome = audit::run(&store, options, &mut progress, &AtomicBool::new(false), |_| {});
    assert!(outcome.finished);
    outcome.tally
}

/// The files of the store but the catalogue, which can be made anew: SQLite tells of much damage to it, but not of all.
fn kept(store: &Path) -> Vec<String> {
    files(store).into_iter().filter(|file| !file.starts_with("catalogue.sqlite")).collect()
}

/// The files that are named by faults.
fn named(tally: &Tally) -> BTreeSet<String> {
    tally.findings.iter().filter_map(|finding| finding.file.clone()).collect()
}

/// Numbers that are always the same (Marsaglia's xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

#[test]
fn a_sound_store_passes_and_the_report_is_readable() {
    let folder = tempfile::tempdir().unwrap();
    filed(folder.path());
    let found = run(folder.path(), &["verify", "--store", "store", "--lang", "zh"]);
    assert_eq!(found.code, 0, "{}{}", found.stdout, found.stderr);
    // How long the renditions are is none of this test's business.
    let (before, after) = found.stdout.rsplit_once(" 字节").unwrap();
    let told = format!("{}…{after}", before.trim_end_matches(|digit: char| digit.is_ascii_digit()));
    compare(&root().join("tests/audit/sound.txt"), &told).unwrap();
}

/// PDF 2.0 keeps title and date elsewhere: every standard that can be chosen has to pass.
#[test]
fn a_store_of_any_standard_passes() {
    for standard in ["a-2u", "a-3a", "a-4", "a-4f"] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.html"), page("关于甲的通知", "现将有关事项通知如下。")).unwrap();
        archive(folder.path(), "1600000000", &["a.html", "--pdf-standard", standard]);
        let tally = look(&folder.path().join("store"), &options(Depth::Full, 1));
        assert_eq!(
            (tally.faults(), tally.count(Check::FileProperties).faults),
            (0, 0),
            "{standard}: {:?}",
            tally.findings
        );
        assert!(tally.count(Check::FileProperties).checked > 1, "{standard}");
    }
}

#[test]
fn a_flipped_bit_in_any_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    filed(folder.path());
    let store = folder.path().join("store");
    let options = options(Depth::Fixity, 1);
    assert_eq!(look(&store, &options).faults(), 0);
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut flipped = 0;
    for file in kept(&store) {
        let path = store.join(&file);
        let whole = fs::read(&path).unwrap();
        if whole.is_empty() {
            assert_eq!(file, "lock");
            continue;
        }
        // The first, the last, and some in between.
        let between = [numbers.below(whole.len()), numbers.below(whole.len()), numbers.below(whole.len())];
        for at in [0, whole.len() - 1].into_iter().chain(between) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << numbers.below(8);
            fs::write(&path, bytes).unwrap();
            let tally = look(&store, &options);
            assert!(
                tally.faults() > 0 && named(&tally).contains(&file),
                "byte {at} of {file}: {:?}",
                tally.findings
            );
            flipped += 1;
        }
        fs::write(&path, whole).unwrap();
    }
    assert!(flipped > 100, "{flipped}");
    assert_eq!(look(&store, &options).faults(), 0);
}

#[test]
fn a_missing_file_and_one_too_many_are_named() {
    let folder = tempfile::tempdir().unwrap();
    filed(folder.path());
    let store = folder.path().join("store");
    let options = options(Depth::Fixity, 1);
    for file in kept(&store) {
        let path = store.join(&file);
        let whole = fs::read(&path).unwrap();
        if whole.is_empty() {
            continue;
        }
        fs::remove_file(&path).unwrap();
        let tally = look(&store, &options);
        assert!(tally.faults() > 0 && named(&tally).contains(&file), "{file}: {:?}", tally.findings);
        fs::write(&path, whole).unwrap();

        let beside = path.with_file_name("Thumbs.db");
        fs::write(&beside, "x").unwrap();
        let tally = look(&store, &options);
        let beside_name = beside.strip_prefix(&store).unwrap().to_str().unwrap().to_owned();
        assert!(
            tally.faults() > 0 && named(&tally).contains(&beside_name),
            "{beside_name}: {:?}",
            tally.findings
        );
        fs::remove_file(beside).unwrap();
    }
}

#[test]
fn a_cut_log_and_swapped_versions_are_found() {
    let folder = tempfile::tempdir().unwrap();
    filed(folder.path());
    let store = folder.path().join("store");
    let options = options(Depth::Fixity, 2);
    let log = store.join("events/log.jsonl");
    let whole = fs::read_to_string(&log).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();

    fs::write(&log, lines[..lines.len() - 1].concat()).unwrap();
    assert_eq!(look(&store, &options).count(Check::EventCoverage).faults, 1);
    fs::write(&log, &whole[..whole.len() - 1]).unwrap();
    assert!(look(&store, &options).count(Check::EventChain).faults > 0);
    let (first, last) = (lines[0], lines[lines.len() - 1]);
    fs::write(&log, whole.replace(first, last)).unwrap();
    assert!(look(&store, &options).count(Check::EventChain).faults > 0);
    fs::write(&log, &whole).unwrap();

    let id = ObjectId::parse(ADDRESS).unwrap();
    let object = Store::open(&store).unwrap().object(&id).unwrap().unwrap();
    let (one, two, away) = (object.path().join("v1"), object.path().join("v2"), object.path().join("v3"));
    fs::rename(&one, &away).unwrap();
    fs::rename(&two, &one).unwrap();
    fs::rename(&away, &two).unwrap();
    let tally = look(&store, &options);
    for version in ["v1", "v2"] {
        let file = object
            .path()
            .strip_prefix(store.canonicalize().unwrap())
            .unwrap()
            .join(version)
            .join("inventory.json");
        assert!(named(&tally).contains(file.to_str().unwrap()), "{:?}", tally.findings);
    }
}

#[cfg(unix)]
#[test]
fn links_are_named_and_never_followed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    filed(folder.path());
    let store = folder.path().join("store");
    let inside = files(&store).into_iter().find(|file| file.ends_with("document.pdf")).unwrap();
    let outside = folder.path().join("outside.pdf");
    fs::rename(store.join(&inside), &outside).unwrap();
    symlink(&outside, store.join(&inside)).unwrap();
    symlink("/", store.join("objects/abc")).unwrap();
    let tally = look(&store, &options(Depth::Full, 1));
    let links: BTreeSet<String> = tally
        .findings
        .iter()
        .filter(|finding| finding.check == Check::Links)
        .filter_map(|finding| finding.file.clone())
        .collect();
    assert_eq!(links, BTreeSet::from([inside, "objects/abc".to_owned()]));
}

/// A version that was filed in good order, but whose text file is not its document's.
#[test]
fn a_rendition_that_says_something_else_is_found() {
    let folder = tempfile::tempdir().unwrap();
    filed(folder.path());
    let path = folder.path().join("store");
    let store = Store::create_or_open_with(&path, Durability::None).unwrap();
    let id = ObjectId::parse(ADDRESS).unwrap();
    let object = store.object(&id).unwrap().unwrap();
    let mut held: BTreeMap<String, Arc<Vec<u8>>> = BTreeMap::new();
    for logical in object.files(2).unwrap().into_keys() {
        held.insert(logical.clone(), Arc::new(object.read(2, &logical).unwrap()));
    }
    let text = String::from_utf8(held["document.txt"].to_vec()).unwrap().replace("认真执行", "酌情执行");
    held.insert("document.txt".to_owned(), Arc::new(text.into_bytes()));
    let time = "2026-01-01T00:00:00Z".parse().unwrap();
    let event = Event {
        time,
        agent: "somebody".to_owned(),
        kind: EventKind::Ingestion,
        object: None,
        version: None,
        outcome: Outcome::Success,
        detail: BTreeMap::new(),
    };
    let agent = Agent { name: "somebody".to_owned(), operator: None };
    let submission =
        Submission { id, files: held, created: time, message: "captured".to_owned(), agent, event };
    store.writer(Duration::ZERO).unwrap().commit(&submission).unwrap();

    let tally = look(&path, &options(Depth::Full, 1));
    let told: BTreeSet<(Check, bool)> = tally
        .findings
        .iter()
        .filter(|finding| finding.version == Some(3))
        .map(|finding| (finding.check, finding.file.as_ref().unwrap().ends_with("/v3/content/document.txt")))
        .collect();
    assert!(told.contains(&(Check::RenditionText, true)), "{told:?}");
    assert!(told.contains(&(Check::MetadataAgreement, true)), "{told:?}");
    assert!(told.contains(&(Check::FixityDigests, true)), "{told:?}");
    let text = tally.findings.iter().find(|finding| finding.check == Check::RenditionText).unwrap();
    assert!(text.english.contains("认真执行"), "{}", text.english);
    assert_eq!(tally.count(Check::FixityManifest).faults, 0, "OCFL sees nothing wrong");
}

#[test]
fn any_number_of_workers_and_any_interruption_give_the_same() {
    let folder = tempfile::tempdir().unwrap();
    filed(folder.path());
    let path = folder.path().join("store");
    let whole = look(&path, &options(Depth::Full, 1));
    assert_eq!(look(&path, &options(Depth::Full, 3)), whole);

    let store = Store::open(&path).unwrap();
    let full = options(Depth::Full, 1);
    let mut progress = Progress::new(&full);
    let stop = AtomicBool::new(true);
    let outcome = audit::run(&store, &full, &mut progress, &stop, |_| {});
    assert!(!outcome.finished);
    let mut progress = Progress::from_json(&progress.to_json(), &full).unwrap();
    stop.store(false, Ordering::Relaxed);
    let outcome = audit::run(&store, &full, &mut progress, &stop, |_| {});
    assert!(outcome.finished);
    assert_eq!(outcome.tally, whole);
    // Going on from the end looks at nothing again.
    assert_eq!(audit::run(&store, &full, &mut progress, &stop, |_| {}).tally, whole);
}

#[test]
fn findings_end_with_1_and_are_told_in_json_and_as_a_document() {
    let folder = tempfile::tempdir().unwrap();
    filed(folder.path());
    let store = folder.path().join("store");
    let altered = files(&store).into_iter().find(|file| file.ends_with("document.txt")).unwrap();
    let mut text = fs::read(store.join(&altered)).unwrap();
    text.push(b'!');
    fs::write(store.join(&altered), text).unwrap();
    let before = kept(&store).into_iter().map(|file| fs::read(store.join(file)).unwrap()).collect::<Vec<_>>();
    let arguments = ["verify", "--store", "store", "--json", "--report", "r.pdf", "--report", "r.txt"];
    let found = run(folder.path(), &arguments);
    assert_eq!(found.code, 1, "{}", found.stderr);
    let report: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(report["schema"], "guidang-audit/1");
    assert_eq!(report["findings"][0]["file"], altered.as_str());
    assert_eq!(report["findings"][0]["code"], "altered");
    let pdf = crate::support::pdf_as_text(&fs::read(folder.path().join("r.pdf")).unwrap());
    assert!(pdf.contains("四性检测报告"), "{pdf}");
    let text = fs::read_to_string(folder.path().join("r.txt")).unwrap();
    assert!(text.contains("真实性：不合格") && text.contains("可用性：合格"), "{text}");
    let after = kept(&store).into_iter().map(|file| fs::read(store.join(file)).unwrap()).collect::<Vec<_>>();
    assert!(before == after, "verify writes nothing into the store");

    let recorded = run(folder.path(), &["verify", "--store", "store", "--fixity", "--record"]);
    assert_eq!(recorded.code, 1);
    let log = run(folder.path(), &["log", "--store", "store", "-n", "1"]);
    assert!(log.stdout.contains("validation (fail)"), "{}{}", log.stdout, log.stderr);
}

#[test]
fn what_is_no_store_and_what_is_no_share_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["verify", "--store", "nowhere"]).code, 2);
    assert_eq!(run(folder.path(), &["verify", "--store", ".", "--sample", "5"]).code, 2);
    assert_eq!(run(folder.path(), &["verify", "--store", ".", "--resume"]).code, 2);
}

/// Reads 400 MB in 2,000 objects beside `sha512sum`: `cargo test --release -- --ignored --nocapture verify_reads`.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, reason = "what it measures is for the reader")]
fn verify_reads_as_fast_as_sha512sum() {
    use std::process::{Command, Stdio};
    use std::time::Instant;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = Store::create_or_open_with(&path, Durability::None).unwrap();
    let mut writer = store.writer(Duration::ZERO).unwrap();
    let mut numbers = Numbers(7);
    let time = "2026-01-01T00:00:00Z".parse().unwrap();
    for number in 0..2000 {
        let mut held = BTreeMap::new();
        for (name, size) in
            [("document.pdf", 100 << 10), ("source.warc.gz", 40 << 10), ("document.docx", 60 << 10)]
        {
            let mut bytes = vec![0; size];
            bytes.fill_with(|| u8::try_from(numbers.below(256)).unwrap());
            held.insert(name.to_owned(), Arc::new(bytes));
        }
        let event = Event {
            time,
            agent: "somebody".to_owned(),
            kind: EventKind::Ingestion,
            object: None,
            version: None,
            outcome: Outcome::Success,
            detail: BTreeMap::new(),
        };
        let id = ObjectId::parse(&format!("https://www.gd.gov.cn/{number}")).unwrap();
        let agent = Agent { name: "somebody".to_owned(), operator: None };
        let submission =
            Submission { id, files: held, created: time, message: "captured".to_owned(), agent, event };
        writer.commit(&submission).unwrap();
    }
    drop(writer);
    let list = folder.path().join("list");
    let content: Vec<String> = files(&path).into_iter().filter(|file| file.contains("/content/")).collect();
    fs::write(&list, content.join("\0")).unwrap();
    let theirs = || {
        let start = Instant::now();
        let status = Command::new("xargs")
            .args(["-0", "-a", list.to_str().unwrap(), "sha512sum"])
            .current_dir(&path)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        start.elapsed()
    };
    let ours = |options: &Options| {
        let start = Instant::now();
        let tally = look(&path, options);
        assert_eq!((tally.faults(), tally.files), (0, 6000), "{:?}", tally.findings.first());
        (start.elapsed(), tally.bytes)
    };
    let all = Options { all_digests: true, ..options(Depth::Fixity, 1) };
    theirs(); // everything is in memory from here on
    for _ in 0..3 {
        let (sum, (fixity, bytes), (every, _), (two, _)) =
            (theirs(), ours(&options(Depth::Fixity, 1)), ours(&all), ours(&options(Depth::Fixity, 2)));
        let ratio = |time: Duration| 100.0 * sum.as_secs_f64() / time.as_secs_f64();
        println!(
            "{bytes} bytes: sha512sum {sum:.2?}; verify --fixity -j1 {fixity:.2?} ({:.0} %), -j2 {two:.2?} ({:.0} %), --all-digests -j1 {every:.2?} ({:.0} %)",
            ratio(fixity),
            ratio(two),
            ratio(every)
        );
    }
}
