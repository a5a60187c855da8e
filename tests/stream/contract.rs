//! One line in, one line out, in order; outputs under names that say what they are made of.

use std::fs;

use serde_json::{Value, json};

use super::{Conversation, answers, base64, lines, outcomes, record, run_on, stream, told};
use crate::support::{files, page, run};

#[test]
fn an_answer_tells_what_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_on(stream(folder.path(), &[]), lines(&[record(1)]).as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    let [answer] = answers(&run).try_into().unwrap();
    assert_eq!(
        (&answer["id"], &answer["status"], &answer["error"]),
        (&json!("r1"), &json!("ok"), &Value::Null)
    );
    assert_eq!(answer["tool"], concat!("guidang ", env!("CARGO_PKG_VERSION")));
    let output = &answer["outputs"][0];
    assert_eq!((&output["role"], &output["put"]), (&json!("txt"), &json!("created")));
    let bytes = fs::read(folder.path().join("out").join(output["key"].as_str().unwrap())).unwrap();
    assert_eq!(output["bytes"], bytes.len());
    assert_eq!(output["sha256"], guidang::document::sha256(&bytes));
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["diagnostics", "error", "id", "outputs", "status", "tool"]);
}

#[test]
fn the_bytes_are_those_of_convert() {
    let folder = tempfile::tempdir().unwrap();
    let html = page("关于甲的通知", "甲");
    fs::write(folder.path().join("post_1.html"), &html).unwrap();
    let url = "https://www.gd.gov.cn/zw/post_1.html";
    let formats = "pdf,docx,txt,json,md,html";
    assert_eq!(run(folder.path(), &["post_1.html", "--base-url", url, "-f", formats, "-o", "files"]).code, 0);
    let record = json!({ "id": 1, "url": url, "html_b64": base64(html.as_bytes()) });
    let run = run_on(stream(folder.path(), &["-f", formats]), lines(&[record]).as_bytes());
    let [answer] = answers(&run).try_into().unwrap();
    let outputs = answer["outputs"].as_array().unwrap();
    assert_eq!(outputs.len(), 6, "{run:?}");
    for output in outputs {
        let stored = fs::read(folder.path().join("out").join(output["key"].as_str().unwrap())).unwrap();
        let path = format!("files/post_1.{}", output["role"].as_str().unwrap());
        assert!(stored == fs::read(folder.path().join(&path)).unwrap(), "{path} differs");
    }
}

#[test]
fn whatever_is_wrong_with_a_line_is_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.html"), page("关于甲的通知", "甲")).unwrap();
    let mut unknown = record(2);
    unknown["topic"] = json!({ "a": [1] });
    let login = "<html><head><title>用户登录</title></head><body><form action=\"/login\"><input type=\"password\"></form></body></html>";
    let input = [
        record(1).to_string(),
        String::new(),
        "{\"id\":\"half\",\"html_b64\":\"PGh0".to_owned(),
        "no JSON".to_owned(),
        "[1,2]".to_owned(),
        json!({ "id": "empty", "html_b64": "" }).to_string(),
        json!({ "id": "none" }).to_string(),
        json!({ "id": "two", "uri": "a.html", "html_b64": "AA==" }).to_string(),
        json!({ "id": "no-file", "uri": "b.html" }).to_string(),
        json!({ "id": "folder", "uri": "." }).to_string(),
        json!({ "id": "file", "uri": "a.html" }).to_string(),
        json!({ "id": "login", "html_b64": base64(login.as_bytes()) }).to_string(),
        json!({ "id": "binary", "html_b64": base64(&[0, 159, 146, 150]) }).to_string(),
        json!({ "id": "new", "v": 2, "uri": "a.html" }).to_string(),
        json!({ "id": "ftp", "uri": "ftp://x/y" }).to_string(),
        unknown.to_string(),
        record(1).to_string(),
    ];
    // The last line has no line feed.
    let run = run_on(stream(folder.path(), &[]), input.join("\n").as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    let found = outcomes(&run);
    let expected = told(&[
        ("r1", "ok"),
        ("null", "record-malformed"),
        ("half", "record-malformed"),
        ("null", "record-malformed"),
        ("null", "record-malformed"),
        ("empty", "empty-file"),
        ("none", "record-page"),
        ("two", "record-page"),
        ("no-file", "not-found"),
        ("folder", "not-a-file"),
        ("file", "ok"),
        ("login", &found[11].1),
        ("binary", &found[12].1),
        ("new", "record-version"),
        ("ftp", "input-place"),
        ("r2", "ok"),
        ("r1", "ok"),
    ]);
    assert_eq!(found, expected);
    assert!(found[11].1 != "ok" && found[12].1 != "ok", "{found:?}");
    let all = answers(&run);
    assert_eq!(all[15]["diagnostics"][0]["code"], "unknown-member");
    assert!(all[1]["error"]["message"].as_str().unwrap().starts_with("line 2 is no record"), "{}", all[1]);
    assert!(all.iter().all(|answer| !answer["error"]["message"].to_string().contains("\\n")));
}

#[test]
fn the_same_content_is_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut twin = record(1);
    twin["id"] = json!("twin");
    let input = lines(&[record(1), twin, record(2)]);
    let first = run_on(stream(folder.path(), &[]), input.as_bytes());
    let stored = files(&folder.path().join("out"));
    assert_eq!(stored.len(), 2, "{stored:?}");
    let second = run_on(stream(folder.path(), &["--jobs", "3"]), input.as_bytes());
    assert_eq!(files(&folder.path().join("out")), stored);
    let puts = |run| -> Vec<String> {
        answers(run).iter().map(|answer| answer["outputs"][0]["put"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(puts(&first), ["created", "existed", "created"]);
    assert_eq!(puts(&second), ["existed", "existed", "existed"]);
    let digests = |run| -> Vec<Value> {
        answers(run).iter().map(|answer| answer["outputs"][0]["sha256"].clone()).collect()
    };
    assert_eq!(digests(&first), digests(&second));
}

#[test]
fn what_is_stored_otherwise_is_kept_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let input = lines(&[record(1)]);
    let first = answers(&run_on(stream(folder.path(), &[]), input.as_bytes()));
    let path = folder.path().join("out").join(first[0]["outputs"][0]["key"].as_str().unwrap());
    fs::write(&path, "something else").unwrap();
    let second = answers(&run_on(stream(folder.path(), &[]), input.as_bytes()));
    assert_eq!(second[0]["outputs"][0]["sha256"], guidang::document::sha256(b"something else"));
    assert_eq!(second[0]["outputs"][0]["bytes"], 14);
    assert!(second[0]["diagnostics"].to_string().contains("stored-differs"), "{}", second[0]);
    assert_eq!(fs::read(path).unwrap(), b"something else");
}

#[test]
fn options_that_change_outputs_change_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let input = lines(&[record(1)]);
    let key = |arguments: &[&str]| {
        let run = run_on(stream(folder.path(), arguments), input.as_bytes());
        answers(&run)[0]["outputs"][0]["key"].as_str().unwrap().to_owned()
    };
    let plain = key(&[]);
    assert_eq!(key(&["--jobs", "2", "--strict", "-f", "txt,json"]), plain);
    for arguments in
        [&["--wrap", "40"][..], &["--text-encoding", "gb18030"], &["--no-colophon"], &["--max-nesting", "64"]]
    {
        assert_ne!(key(arguments), plain, "{arguments:?}");
    }
}

#[test]
fn answers_come_at_once_and_in_order_whatever_the_number_of_lanes() {
    let folder = tempfile::tempdir().unwrap();
    let mut talk = Conversation::begin(stream(folder.path(), &["--jobs", "2"]));
    for number in 0..3 {
        talk.give(&record(number));
        assert_eq!(talk.answer()["id"], format!("r{number}"));
    }
    assert_eq!(talk.end(), 0);
    let mut records: Vec<Value> = (0..24).map(record).collect();
    // The first is the slowest.
    records.insert(0, super::heavy("slow", 300));
    let run = run_on(stream(folder.path(), &["--jobs", "4"]), lines(&records).as_bytes());
    let ids: Vec<String> = outcomes(&run).into_iter().map(|(id, _)| id).collect();
    let expected: Vec<String> =
        std::iter::once("slow".to_owned()).chain((0..24).map(|number| format!("r{number}"))).collect();
    assert_eq!(ids, expected);
}

#[test]
fn nothing_in_is_nothing_out_and_nothing_made() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_on(stream(folder.path(), &[]), b"");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn what_is_odd_about_a_record_is_told_and_costs_no_page() {
    let folder = tempfile::tempdir().unwrap();
    let mut odd = record(1);
    odd["fetched_at"] = json!("2024-05-06 01:02:03");
    odd["charset_hint"] = json!("klingon");
    let twice = record(2).to_string().replacen('{', "{\"uri\":null,\"uri\":null,", 1);
    // Some programs begin a file with a byte order mark.
    let input = format!("\u{FEFF}{odd}\n{twice}\n{}\n", record(3));
    let run = run_on(stream(folder.path(), &["--max-bytes", "100MiB"]), input.as_bytes());
    assert_eq!(outcomes(&run), told(&[("r1", "ok"), ("r2", "record-malformed"), ("r3", "ok")]), "{run:?}");
    let all = answers(&run);
    let codes: Vec<&str> = all[0]["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|remark| remark["code"].as_str().unwrap())
        .filter(|code| code.starts_with("record-"))
        .collect();
    assert_eq!(codes, ["record-time", "record-charset"]);
}

#[test]
fn wrong_usage_is_told_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["stream"][..],
        &["stream", "--output", "ftp://x/y"],
        &["stream", "--output", "http://"],
        &["stream", "--output", "http://www.gd.gov.cn/out"],
        &["stream", "--output", "out", "--base-url", "http://a/"],
        &["stream", "--output", "out", "--time-limit", "0"],
        &["stream", "--output", "out", "--memory-limit", "much"],
        &["stream", "--output", "out", "--memory-limit", "1"],
        &["stream", "--output", "out", "--fonts", "nowhere"],
    ] {
        let run = run(folder.path(), arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?} {run:?}");
    }
}
