//! `guidang shard`: n processes share a list, each part is done once, and what is done is known.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::{answers, outcome, record, run_on, stream};
use crate::support::{Run, files, guidang, page};

fn shard(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    let mut command = guidang(folder);
    command.args(["shard", "--manifest", "list", "--output", "out", "-f", "txt"]).args(arguments);
    Run::from(command.envs(environment.iter().copied()).output().unwrap())
}

/// The answers that the shards have stored, by the name of their file.
fn stored(folder: &Path) -> Vec<(String, Vec<Value>)> {
    let out = folder.join("out");
    let names = files(&out).into_iter().filter(|name| name.starts_with("shards/"));
    names
        .map(|name| {
            let text = fs::read_to_string(out.join(&name)).unwrap();
            (name, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
        })
        .collect()
}

#[test]
fn the_shards_together_are_the_stream() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.html"), page("关于甲的通知", "甲")).unwrap();
    let records: Vec<String> = (0..7).map(|number| record(number).to_string()).collect();
    let list = format!("{}\n\na.html\nno/such.html\n", records.join("\n"));
    fs::write(folder.path().join("list"), &list).unwrap();
    for index in ["0", "1", "2"] {
        let run = shard(folder.path(), &["--index", index, "--count", "3"], &[]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    }
    let parts = stored(folder.path());
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["00000-of-00003.jsonl", "00001-of-00003.jsonl", "00002-of-00003.jsonl"]);
    let mut found: Vec<(String, String)> = parts
        .iter()
        .flat_map(|(_, part)| part)
        .map(|answer| (super::shown(&answer["id"]), outcome(answer)))
        .collect();
    found.sort();
    let whole = format!(
        "{}\n{{\"id\":\"a.html\",\"uri\":\"a.html\"}}\n{{\"id\":\"no/such.html\",\"uri\":\"no/such.html\"}}\n",
        records.join("\n")
    );
    let run = run_on(stream(folder.path(), &[]), whole.as_bytes());
    let mut expected: Vec<(String, String)> =
        answers(&run).iter().map(|answer| (super::shown(&answer["id"]), outcome(answer))).collect();
    expected.sort();
    assert_eq!(found, expected);
    assert!(
        answers(&run).iter().all(|answer| answer["outputs"]
            .as_array()
            .unwrap()
            .iter()
            .all(|output| output["put"] == "existed"))
    );
}

#[test]
fn what_is_done_is_not_done_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list"), format!("{}\n", record(1))).unwrap();
    let slurm = [
        ("SLURM_ARRAY_TASK_ID", "1"),
        ("SLURM_ARRAY_TASK_MIN", "1"),
        ("SLURM_ARRAY_TASK_MAX", "1"),
        ("SLURM_ARRAY_TASK_COUNT", "1"),
    ];
    assert!(shard(folder.path(), &["--count", "1"], &slurm).stderr.contains("1 converted"));
    let before = stored(folder.path());
    let again = shard(folder.path(), &["--index", "0", "--count", "1"], &[]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.stderr.contains("finished before") && !again.stderr.contains("converted"), "{again:?}");
    assert_eq!(stored(folder.path()), before);
    // Another list, or other options, is other work.
    assert!(
        shard(folder.path(), &["--index", "0", "--count", "1", "--wrap", "40"], &[])
            .stderr
            .contains("1 converted")
    );
    fs::write(folder.path().join("list"), format!("{}\n", record(2))).unwrap();
    let kubernetes = [("JOB_COMPLETION_INDEX", "0")];
    assert!(shard(folder.path(), &["--count", "1"], &kubernetes).stderr.contains("1 converted"));
}

#[test]
fn whatever_decides_the_answers_makes_another_part() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list"), format!("{}\n", record(1))).unwrap();
    let one = ["--index", "0", "--count", "1"];
    let run = |more: &[&str]| shard(folder.path(), &[&one, more].concat(), &[]);
    assert!(run(&[]).stderr.contains("1 converted"));
    for other in [
        &["-f", "md"][..],
        &["--strict"],
        &["--no-verify"],
        &["--time-limit", "2m"],
        &["--memory-limit", "2GiB"],
        &["--max-bytes", "1048576"],
        &["--archivable"],
    ] {
        assert!(run(other).stderr.contains("1 converted"), "{other:?}");
        assert!(run(other).stderr.contains("finished before, with 0 errors"), "{other:?}");
    }
    // The order of formats decides nothing.
    assert!(run(&["-f", "md,docx"]).stderr.contains("1 converted"));
    assert!(run(&["-f", "docx,md"]).stderr.contains("finished before"));
    let written = files(&folder.path().join("out"));
    for format in ["txt", "md", "docx"] {
        assert!(written.iter().any(|name| name.ends_with(&format!("/document.{format}"))), "{written:?}");
    }
}

#[test]
fn errors_that_may_pass_are_tried_again_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list"), format!("late.html\n{}\nno record\nnever.html\n", record(1)))
        .unwrap();
    fs::write(folder.path().join("no record"), "<p>no document</p>").unwrap();
    let one = ["--index", "0", "--count", "1"];
    let retry = [&one[..], &["--retry-errors"]].concat();
    let first = shard(folder.path(), &one, &[]);
    assert!(first.code == 0 && first.stderr.contains("1 converted, 3 failed"), "{first:?}");
    fs::write(folder.path().join("late.html"), page("关于甲的通知", "甲")).unwrap();
    let before = shard(folder.path(), &one, &[]);
    assert!(before.stderr.contains("finished before, with 3 errors"), "{before:?}");
    assert!(before.stderr.contains("2 of them may pass: --retry-errors"), "{before:?}");
    let again = shard(folder.path(), &retry, &[]);
    assert!(again.code == 0 && again.stderr.contains("1 converted, 1 failed"), "{again:?}");
    let parts = stored(folder.path());
    let (name, answers) = &parts[1];
    assert!(name.ends_with("/00000-of-00001.retry-1.jsonl"), "{name}");
    let ids: Vec<String> = answers.iter().map(|answer| super::shown(&answer["id"])).collect();
    assert_eq!(ids, ["late.html", "never.html"]);
    let after = shard(folder.path(), &one, &[]);
    assert!(
        after.stderr.contains("with 2 errors") && after.stderr.contains("1 of them may pass"),
        "{after:?}"
    );
}

#[test]
fn a_list_may_be_compressed_or_come_on_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let list = format!("{}\n{}\n", record(1), record(2));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(list.as_bytes()).unwrap();
    fs::write(folder.path().join("list"), encoder.finish().unwrap()).unwrap();
    let run = shard(folder.path(), &["--index", "1", "--count", "2"], &[]);
    assert!(run.code == 0 && run.stderr.contains("1 converted, 0 failed"), "{run:?}");
    let mut command = guidang(folder.path());
    command.args([
        "shard",
        "--manifest",
        "-",
        "--output",
        "out",
        "-f",
        "txt",
        "--index",
        "0",
        "--count",
        "1",
    ]);
    let run = run_on(command, list.as_bytes());
    assert!(run.code == 0 && run.stderr.contains("2 converted, 0 failed"), "{run:?}");
}

#[test]
fn lists_of_something_else_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let one = ["--index", "0", "--count", "1"];
    for (list, told) in [
        ("\ncrawl-data/CC-MAIN-2026-21/segments/1/warc/CC-MAIN-1.warc.gz\n", "lists web archives"),
        ("PAR1\0\0\0\0PAR1", "is a Parquet file"),
    ] {
        fs::write(folder.path().join("list"), list).unwrap();
        let run = shard(folder.path(), &one, &[]);
        assert!(run.code == 2 && run.stderr.contains(told), "{run:?}");
    }
    let mut command = guidang(folder.path());
    command.args(["shard", "--manifest", "s3://bucket/list", "--output", "out"]).args(one);
    let run = Run::from(command.output().unwrap());
    assert!(run.code == 2 && run.stderr.contains("--manifest -"), "{run:?}");
    assert_eq!(files(&folder.path().join("out")), Vec::<String>::new());
}

#[test]
fn a_line_beyond_the_limit_costs_its_own_answer_only() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{{\"id\":\"long\",\"x\":\"{}\"}}", "x".repeat(3 << 20));
    fs::write(folder.path().join("list"), format!("{}\n{long}\n{}\n", record(1), record(2))).unwrap();
    let run = shard(folder.path(), &["--index", "0", "--count", "1", "--max-bytes", "1048576"], &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let outcomes: Vec<(String, String)> = stored(folder.path())[0]
        .1
        .iter()
        .map(|answer| (super::shown(&answer["id"]), outcome(answer)))
        .collect();
    assert_eq!(outcomes, super::told(&[("r1", "ok"), ("long", "record-too-long"), ("r2", "ok")]));
}

#[test]
fn a_task_that_slurm_runs_again_alone_does_not_take_the_whole_list() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list"), format!("{}\n{}\n", record(1), record(2))).unwrap();
    let slurm = [
        ("SLURM_ARRAY_TASK_ID", "1"),
        ("SLURM_ARRAY_TASK_MIN", "1"),
        ("SLURM_ARRAY_TASK_MAX", "1"),
        ("SLURM_ARRAY_TASK_COUNT", "1"),
    ];
    let run = shard(folder.path(), &[], &slurm);
    assert!(run.code == 2 && run.stderr.contains("--index and --count"), "{run:?}");
    // As integrations/slurm/array.sh does it.
    let run = shard(folder.path(), &["--index", "1", "--count", "2"], &slurm);
    assert!(run.code == 0 && run.stderr.contains("1 converted"), "{run:?}");
}

#[test]
fn numbers_that_make_no_sense_are_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list"), "a\n").unwrap();
    for arguments in
        [&[][..], &["--index", "0"], &["--index", "3", "--count", "3"], &["--index", "0", "--count", "0"]]
    {
        assert_eq!(shard(folder.path(), arguments, &[]).code, 2, "{arguments:?}");
    }
    fs::remove_file(folder.path().join("list")).unwrap();
    // A list that is not there may be on a volume that is not there yet: the engine tries again.
    let run = shard(folder.path(), &["--index", "0", "--count", "1"], &[]);
    assert!(run.code == 1 && run.stderr.contains("cannot read list"), "{run:?}");
}

#[test]
fn a_completion_marker_that_was_emptied_completes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list"), format!("{}\n{}\n", record(1), record(2))).unwrap();
    let one = ["--index", "0", "--count", "1"];
    assert!(shard(folder.path(), &one, &[]).stderr.contains("2 converted"));
    let name = stored(folder.path())[0].0.clone();
    fs::write(folder.path().join("out").join(&name), "").unwrap();
    let again = shard(folder.path(), &one, &[]);
    assert!(again.code == 0 && again.stderr.contains("2 converted"), "{again:?}");
    assert_eq!(stored(folder.path())[0].1.len(), 2);
    assert!(shard(folder.path(), &one, &[]).stderr.contains("finished before, with 0 errors"));
    // A part without lines is finished too.
    for _ in 0..2 {
        assert_eq!(shard(folder.path(), &["--index", "2", "--count", "3"], &[]).code, 0);
    }
    assert!(shard(folder.path(), &["--index", "2", "--count", "3"], &[]).stderr.contains("finished before"));
}

#[test]
fn what_will_not_change_is_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    fs::write(folder.path().join("empty.html"), "").unwrap();
    fs::write(folder.path().join("list"), "folder\nempty.html\nmissing.html\n").unwrap();
    let one = ["--index", "0", "--count", "1"];
    assert!(shard(folder.path(), &one, &[]).stderr.contains("3 failed"));
    let again = shard(folder.path(), &one, &[]);
    assert!(
        again.stderr.contains("with 3 errors") && again.stderr.contains("1 of them may pass"),
        "{again:?}"
    );
}
