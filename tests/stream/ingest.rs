//! `guidang ingest`: what a stream converted becomes what `guidang archive` would have made.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::stores::response;
use super::{answers, lines, record, run_on};
use crate::support::{Run, files, guidang, page};

const EPOCH: &str = "1795500000";

fn command(folder: &Path, arguments: &[&str]) -> std::process::Command {
    let mut command = guidang(folder);
    command.env("SOURCE_DATE_EPOCH", EPOCH).args(arguments);
    command
}

/// Converts `records`, and keeps the answers as `manifest`.
fn convert(folder: &Path, records: &[Value]) -> Vec<Value> {
    let run =
        run_on(command(folder, &["stream", "--output", "out", "--archivable"]), lines(records).as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    fs::write(folder.join("manifest"), &run.stdout).unwrap();
    answers(&run)
}

fn ingest(folder: &Path, arguments: &[&str]) -> Run {
    let base = ["ingest", "manifest", "--outputs", "out", "--store", "store"];
    Run::from(command(folder, &[&base, arguments].concat()).output().unwrap())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// All files of the objects of a store with their bytes.
fn objects(store: &Path) -> Vec<(String, Vec<u8>)> {
    let root = store.join("objects");
    files(&root).into_iter().map(|name| (name.clone(), fs::read(root.join(name)).unwrap())).collect()
}

#[test]
fn the_objects_are_those_of_archive() {
    let folder = tempfile::tempdir().unwrap();
    let html = |number: usize| {
        page(&format!("关于第{number}号事项的通知"), "有关事项通知如下。")
            .replace("</div></body>", "<p><a href=\"/files/form.doc\">附件：申请表.doc</a></p></div></body>")
    };
    let members: Vec<Vec<u8>> = (0..3)
        .map(|number| response(&format!("https://www.gd.gov.cn/zw/post_{number}.html"), &html(number)))
        .collect();
    fs::write(folder.path().join("x.warc.gz"), members.concat()).unwrap();
    let archived = command(folder.path(), &["archive", "x.warc.gz", "--store", "archived"]).output().unwrap();
    assert!(archived.status.success(), "{archived:?}");
    let mut offset = 0;
    let mut records = Vec::new();
    for (number, member) in members.iter().enumerate() {
        let warc = json!({ "uri": "x.warc.gz", "offset": offset, "length": member.len() });
        records.push(json!({ "id": format!("page {number}"), "warc": warc }));
        offset += member.len();
    }
    convert(folder.path(), &records);
    let run = ingest(folder.path(), &[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stderr.contains("3 created, 0 new versions, 0 unchanged, 0 failed"), "{run:?}");
    let (ours, theirs) = (objects(&folder.path().join("store")), objects(&folder.path().join("archived")));
    let names =
        |objects: &[(String, Vec<u8>)]| objects.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&ours), names(&theirs));
    for ((name, ours), (_, theirs)) in ours.iter().zip(&theirs) {
        assert!(
            ours == theirs,
            "{name} differs:\n{}\n{}",
            String::from_utf8_lossy(ours),
            String::from_utf8_lossy(theirs)
        );
    }
    let verified = command(folder.path(), &["verify", "--store", "store"]).output().unwrap();
    assert!(verified.status.success(), "{verified:?}");
}

#[test]
fn again_changes_nothing_and_errors_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut twin = record(1);
    twin["id"] = json!("twin");
    convert(folder.path(), &[record(1), twin, json!({ "id": "bad" }), record(2)]);
    let run = ingest(folder.path(), &["--report", "report"]);
    assert_eq!(run.code, 0, "{run:?}");
    let summary = "2 created, 0 new versions, 0 unchanged, 0 failed, 1 filed before, 1 not converted";
    assert!(run.stderr.contains(summary), "{run:?}");
    assert_eq!(fs::read_to_string(folder.path().join("report")).unwrap().lines().count(), 2);
    let before: Vec<(String, Vec<u8>)> = objects(&folder.path().join("store"));
    let log = fs::read(folder.path().join("store/events/log.jsonl")).unwrap();
    let again = ingest(folder.path(), &[]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(
        again.stderr.contains("0 created, 0 new versions, 0 unchanged, 0 failed, 3 filed before"),
        "{again:?}"
    );
    assert!(objects(&folder.path().join("store")) == before);
    assert_eq!(fs::read(folder.path().join("store/events/log.jsonl")).unwrap(), log);
}

#[test]
fn what_is_not_as_the_manifest_says_is_not_filed() {
    let folder = tempfile::tempdir().unwrap();
    let answers = convert(folder.path(), &[record(1), record(2), record(3)]);
    let path = |answer: usize, role: &str| {
        let outputs = answers[answer]["outputs"].as_array().unwrap();
        let output = outputs.iter().find(|output| output["role"] == role).unwrap();
        folder.path().join("out").join(output["key"].as_str().unwrap())
    };
    let mut pdf = fs::read(path(0, "pdf")).unwrap();
    let middle = pdf.len() / 2;
    pdf[middle] ^= 1;
    fs::write(path(0, "pdf"), pdf).unwrap();
    fs::remove_file(path(1, "source")).unwrap();
    let run = ingest(folder.path(), &["--report", "report"]);
    assert_eq!(run.code, 3, "{run:?}");
    let report = fs::read_to_string(folder.path().join("report")).unwrap();
    let codes: Vec<Value> = report
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["error"]["code"].clone())
        .collect();
    assert_eq!(codes, [json!("output-digest"), json!("output-missing"), Value::Null]);
    assert!(
        run.stderr.contains("error: r1 [archive] ")
            && run.stderr.contains("its pdf is not what the manifest says"),
        "{run:?}"
    );
    assert!(
        run.stderr.contains("error: r2 [archive] ")
            && run.stderr.contains("its source is missing from the outputs"),
        "{run:?}"
    );
    assert!(run.stderr.contains("1 created, 0 new versions, 0 unchanged, 2 failed"), "{run:?}");

    // A manifest of someone who would like to have something else filed.
    let hostile = fs::read_to_string(folder.path().join("manifest")).unwrap();
    let outside = hostile
        .lines()
        .last()
        .unwrap()
        .replace(&answers[2]["outputs"][0]["key"].as_str().unwrap().to_owned(), "../../secret");
    fs::write(folder.path().join("manifest"), format!("{outside}\nno answer\n")).unwrap();
    fs::remove_dir_all(folder.path().join("store")).unwrap();
    let run = ingest(folder.path(), &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("leads out of the store"), "{run:?}");
    assert!(run.stderr.contains("manifest, line 2 is no answer"), "{run:?}");
}

#[test]
fn a_line_that_is_no_answer_costs_itself_only() {
    let folder = tempfile::tempdir().unwrap();
    convert(folder.path(), &[record(1), record(2)]);
    let manifest = fs::read_to_string(folder.path().join("manifest")).unwrap();
    let (first, second) = manifest.split_once('\n').unwrap();
    fs::write(folder.path().join("manifest"), format!("\n\n{first}\n \nno answer\n{second}")).unwrap();
    let run = ingest(folder.path(), &[]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stderr.contains("manifest, line 5 is no answer"), "{run:?}");
    assert!(run.stderr.contains("2 created, 0 new versions, 0 unchanged, 0 failed, 1 not read"), "{run:?}");
    fs::remove_dir_all(folder.path().join("store")).unwrap();
    fs::write(folder.path().join("manifest"), gzip(manifest.as_bytes())).unwrap();
    let run = ingest(folder.path(), &[]);
    assert!(run.code == 0 && run.stderr.contains("2 created"), "{run:?}");
}

#[test]
fn a_file_that_is_no_manifest_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    convert(folder.path(), &[record(1)]);
    let good = fs::read_to_string(folder.path().join("manifest")).unwrap();
    let rubbish = "no answer\n".repeat(40);
    fs::write(folder.path().join("manifest"), &rubbish).unwrap();
    let run = ingest(folder.path(), &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("manifest is no manifest: none of its 40 lines"), "{run:?}");
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error:")).count(), 1, "{run:?}");
    // One answer at its end makes it a manifest, of which every other line is told.
    fs::write(folder.path().join("manifest"), rubbish + &good).unwrap();
    let run = ingest(folder.path(), &[]);
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(run.stderr.lines().filter(|line| line.contains("is no answer")).count(), 40, "{run:?}");
    assert!(run.stderr.contains("1 created"), "{run:?}");
}

#[test]
fn what_failed_was_not_filed_before() {
    let folder = tempfile::tempdir().unwrap();
    let answers = convert(folder.path(), &[record(1), record(2)]);
    let outputs = answers[0]["outputs"].as_array().unwrap();
    let pdf = outputs.iter().find(|output| output["role"] == "pdf").unwrap()["key"].as_str().unwrap();
    fs::write(folder.path().join("out").join(pdf), "altered").unwrap();
    // Each page twice, and the manifest twice.
    let manifest = fs::read_to_string(folder.path().join("manifest")).unwrap();
    let twice: String = manifest.lines().map(|line| format!("{line}\n{line}\n")).collect();
    fs::write(folder.path().join("manifest"), twice).unwrap();
    let run = ingest(folder.path(), &["manifest"]);
    assert_eq!(run.code, 3, "{run:?}");
    let summary = "1 created, 0 new versions, 0 unchanged, 4 failed, 3 filed before";
    assert!(run.stderr.contains(summary), "{run:?}");
}

#[test]
fn places_that_are_none_are_told_and_nothing_is_made_there() {
    let folder = tempfile::tempdir().unwrap();
    convert(folder.path(), &[record(1)]);
    let missing =
        Run::from(command(folder.path(), &["ingest", "manifest", "--outputs", "nowhere"]).output().unwrap());
    assert!(missing.code == 2 && missing.stderr.contains("no such folder: nowhere"), "{missing:?}");
    assert!(!folder.path().join("nowhere").exists());
    fs::write(folder.path().join("table"), "PAR1\0\0PAR1").unwrap();
    fs::create_dir(folder.path().join("tables")).unwrap();
    fs::write(folder.path().join("tables/part-0.snappy.parquet"), "PAR1\0\0PAR1").unwrap();
    for (manifest, told) in [
        ("table", "integrations/spark/answers.py table"),
        ("tables", "integrations/spark/answers.py tables"),
        ("s3://bucket/manifest", "from standard input with -"),
    ] {
        let run =
            Run::from(command(folder.path(), &["ingest", manifest, "--outputs", "out"]).output().unwrap());
        assert!(run.code == 1 && run.stderr.contains(told), "{run:?}");
    }
}

#[cfg(feature = "cloud")]
#[test]
fn outputs_that_cannot_be_reached_fail_no_page() {
    let folder = tempfile::tempdir().unwrap();
    convert(folder.path(), &[record(1), record(2), record(3)]);
    let mut command = command(folder.path(), &["ingest", "manifest", "--outputs", "s3://bucket/x"]);
    command.args(["--store", "store", "--store-timeout", "1ms", "-j", "1", "--report", "report"]);
    command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b").env("AWS_REGION", "x");
    // Discard: nobody listens there.
    command.env("AWS_ENDPOINT", "http://127.0.0.1:9").env("AWS_ALLOW_HTTP", "true");
    let run = Run::from(command.output().unwrap());
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{run:?}");
    assert!(run.stderr.contains("0 created, 0 new versions, 0 unchanged, 0 failed"), "{run:?}");
    assert_eq!(fs::read_to_string(folder.path().join("report")).unwrap(), "");
    // When they can be reached again, everything is filed.
    let run = ingest(folder.path(), &[]);
    assert!(run.code == 0 && run.stderr.contains("3 created"), "{run:?}");
}

#[test]
fn what_was_made_otherwise_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    convert(folder.path(), &[record(1)]);
    let run = ingest(folder.path(), &["--pdf-standard", "a-2u"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("made with other options"), "{run:?}");
    let run = run_on(command(folder.path(), &["stream", "--output", "out"]), lines(&[record(2)]).as_bytes());
    fs::write(folder.path().join("manifest"), run.stdout).unwrap();
    let run = ingest(folder.path(), &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("was it converted with --archivable?"), "{run:?}");
}

#[test]
fn what_ingest_cannot_file_is_not_converted_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let archivable = ["stream", "--output", "out", "--archivable"];
    for option in [
        &["--contents"][..],
        &["--no-colophon"],
        &["--wrap", "40"],
        &["--text-encoding", "gb18030"],
        &["--line-ending", "crlf"],
    ] {
        let run =
            run_on(command(folder.path(), &[&archivable, option].concat()), lines(&[record(1)]).as_bytes());
        assert!(run.code == 2 && run.stdout.is_empty() && run.stderr.contains(option[0]), "{run:?}");
    }
    // Formats are added to, as the archive has them all.
    let run = run_on(
        command(folder.path(), &[&archivable, &["-f", "md"][..]].concat()),
        lines(&[record(1)]).as_bytes(),
    );
    fs::write(folder.path().join("manifest"), run.stdout).unwrap();
    let run = ingest(folder.path(), &[]);
    assert!(run.code == 0 && run.stderr.contains("1 created"), "{run:?}");
}

#[test]
fn two_that_file_at_a_time_make_one_store_and_one_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    convert(folder.path(), &[record(1)]);
    for _ in 0..3 {
        let _ = fs::remove_dir_all(folder.path().join("store"));
        let arguments = ["ingest", "manifest", "--outputs", "out", "--store", "store", "--lock-wait", "60"];
        let begun: Vec<_> = (0..4)
            .map(|_| command(folder.path(), &arguments).stderr(std::process::Stdio::piped()).spawn().unwrap())
            .collect();
        for child in begun {
            let run = Run::from(child.wait_with_output().unwrap());
            assert!(run.code == 0 && run.stderr.lines().count() == 1, "{run:?}");
        }
        let found = command(folder.path(), &["search", "--store", "store", "通知"]).output().unwrap();
        assert!(found.status.success(), "{found:?}");
    }
}

#[test]
fn a_byte_order_mark_costs_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    convert(folder.path(), &[record(1), record(2)]);
    let manifest = fs::read_to_string(folder.path().join("manifest")).unwrap();
    let marked: String = manifest.lines().map(|line| format!("\u{FEFF}{line}\n")).collect();
    fs::write(folder.path().join("manifest"), marked).unwrap();
    let run = ingest(folder.path(), &[]);
    assert!(run.code == 0 && run.stderr.contains("2 created"), "{run:?}");
}
