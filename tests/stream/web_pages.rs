//! Pages that records name by an address of the web: fetched as everywhere else, and never from where nobody allowed.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::stores::response;
use super::{answers, lines, outcome, outcomes, record, run_on, stream, told};
use crate::support::page;
use crate::support::site::{Reply, Site};

/// `guidang stream` that may use the network of this machine and the ports of `sites`, without pauses.
fn open(folder: &Path, sites: &[&Site], arguments: &[&str]) -> Command {
    let mut command = stream(folder, &["--delay", "0", "--retries", "0", "--allow-net", "127.0.0.0/8"]);
    for site in sites {
        command.args(["--allow-port", &site.port().to_string()]);
    }
    command.args(arguments);
    command
}

fn uris(uris: &[&str]) -> String {
    let records: Vec<Value> = uris.iter().map(|uri| json!({ "id": uri, "uri": uri })).collect();
    lines(&records)
}

/// The Document of an answer.
fn document(folder: &Path, answer: &Value) -> Value {
    let outputs = answer["outputs"].as_array().unwrap();
    let key = outputs.iter().find(|output| output["role"] == "json").unwrap()["key"].as_str().unwrap();
    serde_json::from_slice(&std::fs::read(folder.join("out").join(key)).unwrap()).unwrap()
}

#[test]
fn an_address_is_asked_for_with_its_query_and_told_in_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start();
    site.page("/view?id=1", &page("关于甲的通知", "甲"));
    site.page("/view?id=2", &page("关于乙的通知", "乙"));
    let addresses = [site.url("/view?id=1"), site.url("/view?id=2")];
    let input = uris(&[&addresses[0], &addresses[1]]);
    let run = run_on(open(folder.path(), &[&site], &["-f", "json"]), input.as_bytes());
    let all = answers(&run);
    assert_eq!((run.code, all.len()), (0, 2), "{run:?}");
    for ((answer, address), title) in all.iter().zip(&addresses).zip(["关于甲的通知", "关于乙的通知"])
    {
        let document = document(folder.path(), answer);
        assert!(document.to_string().contains(title), "{answer}");
        assert_eq!(document["metadata"]["url"]["value"], **address);
        assert!(document["provenance"]["captured"].is_string(), "{document}");
    }
}

#[test]
fn pages_come_in_chunks_packed_and_in_gbk() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start();
    let html = page("关于甲的通知", "甲");
    site.put("/chunked", Reply::html(&html).chunked());
    site.put("/packed", Reply::html(&html).gzip());
    site.put("/gbk", Reply::gbk(&html));
    site.put("/octets", Reply::new("binary/octet-stream", html));
    let addresses = ["/chunked", "/packed", "/gbk", "/octets"].map(|path| site.url(path));
    let input = uris(&addresses.each_ref().map(String::as_str));
    let run = run_on(open(folder.path(), &[&site], &[]), input.as_bytes());
    let expected: Vec<(String, String)> =
        addresses.iter().map(|address| (address.clone(), "ok".to_owned())).collect();
    assert_eq!(outcomes(&run), expected, "{run:?}");
}

#[test]
fn what_goes_wrong_on_the_web_is_an_answer_and_the_next_record_is_converted() {
    let folder = tempfile::tempdir().unwrap();
    let (site, mut dead) = (Site::start(), Site::start());
    dead.down();
    site.put("/fault", Reply::html("").status(500));
    site.put("/short", Reply::html(&page("关于甲的通知", "甲")).truncated(9));
    site.put("/empty", Reply::html(""));
    let addresses =
        [dead.url("/"), site.url("/none"), site.url("/fault"), site.url("/short"), site.url("/empty")];
    let mut input = uris(&addresses.each_ref().map(String::as_str));
    input += &lines(&[record(1)]);
    let run = run_on(open(folder.path(), &[&site, &dead], &[]), input.as_bytes());
    let codes: Vec<String> = answers(&run).iter().map(outcome).collect();
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(codes, ["connect", "gone", "server-error", "truncated", "empty-file", "ok"]);
}

#[test]
fn redirects_stay_with_their_server_and_below_the_root() {
    let folder = tempfile::tempdir().unwrap();
    let (site, other) = (Site::start(), Site::start());
    other.page("/a", &page("关于甲的通知", "甲"));
    site.page("/in/b", &page("关于乙的通知", "乙"));
    site.page("/secret", &page("关于丙的通知", "丙"));
    site.put("/in/inside", Reply::redirect(302, "/in/b"));
    site.put("/in/outside", Reply::redirect(302, "/secret"));
    site.put("/in/away", Reply::redirect(302, &other.url("/a")));
    let [inside, outside, away] = ["/in/inside", "/in/outside", "/in/away"].map(|path| site.url(path));
    let input = uris(&[&inside, &outside, &away]);
    let codes = |command: Command| -> Vec<String> {
        answers(&run_on(command, input.as_bytes())).iter().map(outcome).collect()
    };
    let sites = [&site, &other];
    assert_eq!(codes(open(folder.path(), &sites, &[])), ["ok", "ok", "redirect-outside"]);
    let root = site.url("/in");
    let rooted = ["--input-root", root.as_str()];
    assert_eq!(codes(open(folder.path(), &sites, &rooted)), ["ok", "redirect-outside", "redirect-outside"]);
    assert!(other.requests().is_empty(), "{:?}", other.requests());
}

#[test]
fn this_machine_is_no_place_for_pages_unless_it_was_named() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start();
    site.page("/in/a", &page("关于甲的通知", "甲"));
    let port = site.port().to_string();
    let addresses = [site.url("/in/a"), site.url_at("localhost", "/in/a")];
    let input = uris(&addresses.each_ref().map(String::as_str));
    let closed = stream(folder.path(), &["--retries", "0", "--allow-port", &port]);
    let codes: Vec<String> = answers(&run_on(closed, input.as_bytes())).iter().map(outcome).collect();
    assert_eq!(codes, ["refused-address", "refused-address"]);
    assert!(site.requests().is_empty(), "{:?}", site.requests());

    let named = stream(folder.path(), &["--delay", "0", "--input-root", &site.url("/in")]);
    let codes: Vec<String> = answers(&run_on(named, input.as_bytes())).iter().map(outcome).collect();
    assert_eq!(codes, ["ok", "input-outside"]);
}

#[test]
fn a_part_of_a_warc_file_is_asked_for_alone() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start();
    let member = response("https://www.gd.gov.cn/zw/post_7.html", &page("关于甲的通知", "甲"));
    let range = format!("bytes 100-{}/5000", 99 + member.len());
    let part = Reply::new("application/warc", member.clone()).status(206).field("Content-Range", &range);
    site.put("/x.warc.gz", part);
    // This server knows no parts.
    site.put("/whole.warc.gz", Reply::new("application/warc", member.clone()));
    let warc = |name: &str| {
        let place = json!({ "uri": site.url(name), "offset": 100, "length": member.len() });
        json!({ "id": name, "warc": place })
    };
    let input = lines(&[warc("/x.warc.gz"), warc("/whole.warc.gz")]);
    let run = run_on(open(folder.path(), &[&site], &[]), input.as_bytes());
    assert_eq!(outcomes(&run), told(&[("/x.warc.gz", "ok"), ("/whole.warc.gz", "no-part")]), "{run:?}");
    let asked = &site.requests()[0];
    assert_eq!(asked.fields["range"], format!("bytes=100-{}", 99 + member.len()));
    assert_eq!(site.count("/robots.txt"), 0);
}
