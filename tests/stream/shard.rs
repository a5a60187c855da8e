//! `guidang shard`: n processes share a list, each part is done once, and what is done is known.

use std::fs;
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
    let slurm =
        [("SLURM_ARRAY_TASK_ID", "5"), ("SLURM_ARRAY_TASK_MIN", "5"), ("SLURM_ARRAY_TASK_COUNT", "1")];
    assert!(shard(folder.path(), &[], &slurm).stderr.contains("1 converted"));
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
fn numbers_that_make_no_sense_are_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list"), "a\n").unwrap();
    for arguments in
        [&[][..], &["--index", "0"], &["--index", "3", "--count", "3"], &["--index", "0", "--count", "0"]]
    {
        assert_eq!(shard(folder.path(), arguments, &[]).code, 2, "{arguments:?}");
    }
    fs::remove_file(folder.path().join("list")).unwrap();
    assert_eq!(shard(folder.path(), &["--index", "0", "--count", "1"], &[]).code, 2);
}
