//! The example is valid, and every kind of mistake is told with its place.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::{any, proptest};
use proptest::sample::Index;

use super::Configuration;
use crate::appraisal::Retention;
use crate::jobs::{ConfigurationError, Occasion, RobotsPolicy, SourceKind};
use crate::message::{Describe, Language};
use crate::write::Format;

const EXAMPLE: &str = include_str!("../../../input/jobs.toml");

const ONE_JOB: &str =
    "[[job]]\nname = \"甲\"\nevery = \"6h\"\nsources = [{ url = \"https://www.yunshan.example/1.html\" }]\n";

fn parse(text: &str) -> Result<Configuration, ConfigurationError> {
    Configuration::parse(text, Path::new("/etc/guidang"))
}

/// What is told about `text`, in English.
fn told(text: &str) -> String {
    parse(text).expect_err(text).to_string()
}

/// `ONE_JOB` with `line` put after its name.
fn with(line: &str) -> String {
    ONE_JOB.replace("every", &format!("{line}\nevery"))
}

#[test]
fn the_example_is_valid_and_means_what_its_comments_say() {
    let configuration = parse(EXAMPLE).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<&str> = configuration.jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["政策文件", "新闻", "移交网页", "重点网页"]);
    let policy = configuration.job("政策文件").expect("the first job");
    assert_eq!(policy.store, Path::new("/etc/guidang/../output/archive"));
    assert_eq!(policy.retention, Some(Retention::Permanent));
    assert_eq!(policy.formats, [Format::Pdf, Format::Docx, Format::Text]);
    assert_eq!(policy.limits.pages, Some(500));
    assert!(matches!(policy.sources[0].kind, SourceKind::Column { list_pages: Some(20), .. }));
    let news = configuration.job("新闻").expect("the second job");
    assert_eq!(news.web.delay, Some(Duration::from_secs(5)), "its own");
    assert_eq!(news.web.retries, Some(3), "taken over");
    assert_eq!(news.web.robots, Some(RobotsPolicy::Obey));
    assert_eq!(news.notifications.on, Occasion::ALL.into());
    let inbox = configuration.job("移交网页").expect("the third job");
    let SourceKind::Folder(folder) = &inbox.sources[0].kind else { panic!("{inbox:?}") };
    assert!(!inbox.enabled);
    assert_eq!(folder.done, Path::new("/etc/guidang/inbox/done"));
}

#[test]
fn the_least_that_can_be_said_is_enough() {
    let configuration = parse(ONE_JOB).unwrap_or_else(|error| panic!("{error}"));
    let job = &configuration.jobs[0];
    assert!(job.enabled && job.recheck.is_none() && job.retention.is_none());
    assert_eq!(job.store, Path::new("/etc/guidang/archive"));
}

#[test]
fn a_ping_watches_one_thing() {
    let text = format!(
        "[notifications]\nping = \"https://ping.example/run\"\nwebhooks = [\"https://hook.example/\"]\n{ONE_JOB}"
    );
    let configuration = parse(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        configuration.notifications.ping.as_ref().map(url::Url::as_str),
        Some("https://ping.example/run")
    );
    assert_eq!(configuration.jobs[0].notifications.ping, None);
    assert_eq!(configuration.jobs[0].notifications.webhooks.len(), 1);
}

#[test]
fn each_job_has_its_mistake_told() {
    let text = format!(
        "time-zone = \"Mars\"\n[limits]\npages = 0\n{}{ONE_JOB}{}",
        ONE_JOB.replace("6h", "soon"),
        ONE_JOB.replace("甲", "乙").replace("https://", "ftp://")
    );
    let told: Vec<String> = Configuration::mistakes(text.as_bytes(), Path::new(""))
        .iter()
        .map(|mistake| mistake.to_string().split(": ").take(2).collect::<Vec<_>>().join(": "))
        .collect();
    assert_eq!(
        told,
        ["1:13: time-zone", "3:9: limits.pages", "6:9: job[1].every", "15:20: job[3].sources[1].url"]
    );
    let twice = format!("{ONE_JOB}{ONE_JOB}");
    assert_eq!(Configuration::mistakes(twice.as_bytes(), Path::new("")).len(), 1, "the same name");
    assert_eq!(Configuration::mistakes(ONE_JOB.as_bytes(), Path::new("")), []);
    assert_eq!(Configuration::mistakes(b"[[job]", Path::new("")).len(), 1);
}

#[test]
fn mistakes_are_told_with_line_column_and_key() {
    let cases = [
        (
            with("schedule = \"0\u{3000}3 * * *\"").replace("every = \"6h\"\n", ""),
            "3:14: job[1].schedule: a full-width or other special space",
        ),
        ("[[job]\nname='a'\n".to_owned(), "1:7: not TOML"),
        ("\n".to_owned(), "1:1: there is no [[job]]"),
        (
            with("shedule = \"0 3 * * *\""),
            "3:1: job[1].shedule: there is no key “shedule” here; there are name, ",
        ),
        (
            with("schedule = \"0 25 * * *\"").replace("every = \"6h\"\n", ""),
            "3:15: job[1].schedule: “25” is no hour (0-23)",
        ),
        (with("schedule = \"0 3 * * *\""), "4:9: job[1].every: give either “schedule” or “every”"),
        (ONE_JOB.replace("every = \"6h\"\n", ""), "1:1: job[1]: give either “schedule” or “every”"),
        (ONE_JOB.replace("6h", "6 hours"), "3:9: job[1].every: “6 hours” is no length of time"),
        (ONE_JOB.replace("6h", "30s"), "3:9: job[1].every: “30s” is less than a minute"),
        (ONE_JOB.replace("\"6h\"", "6"), "3:9: job[1].every: a string is expected, not integer `6`"),
        (ONE_JOB.replace("\"6h\"", "6h"), "3:"),
        (ONE_JOB.replace("name = \"甲\"\n", ""), "1:1: job[1]: “name” is missing"),
        (ONE_JOB.replace("甲", ""), "2:8: job[1].name: a name has 1 to 100 characters"),
        (format!("{ONE_JOB}{ONE_JOB}"), "6:8: job[2].name: another job is called “甲” too"),
        (
            ONE_JOB.replace("[{ url = \"https://www.yunshan.example/1.html\" }]", "[]"),
            "4:11: job[1].sources: a job needs at least one source",
        ),
        (
            ONE_JOB.replace("https://", "ftp://"),
            "4:20: job[1].sources[1].url: “ftp://www.yunshan.example/1.html” is no absolute http",
        ),
        (
            ONE_JOB.replace("https://", "https://a:b@"),
            "4:20: job[1].sources[1].url: an address must not hold a user name",
        ),
        (
            ONE_JOB.replace("{ url", "{ settle = \"1s\", url"),
            "4:23: job[1].sources[1].settle: a source with “url” has no “settle”",
        ),
        (
            ONE_JOB.replace("{ url", "{ feed = \"https://a.example/\", url"),
            "4:12: job[1].sources[1]: a source has exactly one of column, feed",
        ),
        (
            with("recheck = \"8d\"\nrecheck-at-most = \"7d\""),
            "4:19: job[1].recheck-at-most: “recheck-at-most” must not be",
        ),
        (with("formats = [\"pdf\", \"odt\"]"), "3:19: job[1].formats[2]: “odt” is none of pdf, docx, txt"),
        (with("retention = \"20年\""), "3:13: job[1].retention: “20年” is none of 永久, 定期30年, 定期10年"),
        (
            format!("{ONE_JOB}[job.rules]\ninclude = [\"*\", \"/zwgk/*\"]\n"),
            "6:17: job[1].rules.include[2]: “/zwgk/*” matches no whole",
        ),
        (
            format!("{ONE_JOB}[job.web]\nports = [80, 70000]\n"),
            "6:14: job[1].web.ports[2]: not within 1 to 65535",
        ),
        (format!("{ONE_JOB}[job.limits]\npages = -1\n"), "6:9: job[1].limits.pages: not within 1 to"),
        (
            format!("[web]\nallow-net = [\"10.0.0.0\", \"10.0.0.0/33\"]\n{ONE_JOB}"),
            "2:14: web.allow-net[1]: “10.0.0.0” is no network",
        ),
        (
            format!("[web]\ncontact = \"a\\nb\"\n{ONE_JOB}"),
            "2:11: web.contact: must not hold control characters",
        ),
        (format!("[web]\ncontact = \"云山\"\n{ONE_JOB}"), "2:11: web.contact: must be printable ASCII"),
        (
            format!("{ONE_JOB}[job.web]\nproxy = \"ftp://proxy.example:21\"\n"),
            "6:9: job[1].web.proxy: a proxy is an address such as",
        ),
        (format!("metrics = \"out/guidang.txt\"\n{ONE_JOB}"), "1:11: metrics: the name must end in .prom"),
        (
            format!("metrics = \"a/../x.prom\"\nreport = \"x.prom\"\n{ONE_JOB}"),
            "2:10: report: “metrics” is the same file",
        ),
        (
            format!("time-zone = \"Europe/Berlin\"\n{ONE_JOB}"),
            "1:13: time-zone: “Europe/Berlin” is no time zone",
        ),
        (format!("store = \"a\"\nstore = \"b\"\n{ONE_JOB}"), "2:1: store: this key is given twice"),
        (format!("store = \"a\n{ONE_JOB}"), "1:"),
        (String::new(), "1:1: there is no [[job]]"),
        ("store = \"a\"\n".to_owned(), "2:1: there is no [[job]]"),
    ];
    for (text, expected) in cases {
        let told = told(&text);
        assert!(told.starts_with(expected), "\n{text}\nexpected: {expected}\nfound:    {told}");
    }
}

/// `store` at the top and a job that watches a folder.
fn watching(store: &str, folder: &str) -> String {
    let source = format!("{{ folder = {folder} }}");
    let job = ONE_JOB.replace("{ url = \"https://www.yunshan.example/1.html\" }", &source);
    format!("store = \"{store}\"\n{job}")
}

#[test]
fn a_store_and_a_watched_folder_lie_apart() {
    for store in ["in", "in/store", "./in/x/../store", "/etc/guidang/in", "."] {
        let told = told(&watching(store, "\"in\""));
        assert!(told.starts_with("1:9: store: the store /etc/guidang"), "{store}: {told}");
    }
    let told_of = |folder: &str| told(&watching("archive", folder));
    assert!(
        told_of("\"in\", done = \".\"").contains("job[1].sources[1].done: “done” must not be the watched")
    );
    assert!(told_of("\"in\", failed = \"/etc\"").contains("sources[1].failed: “failed” must not be"));
    assert!(
        told_of("\"in\", done = \"../archive/done\"").contains("sources[1].done: “done” must not lie within")
    );
    // The store that goes without saying.
    let unsaid = watching("", "\"archive/in\"").replace("store = \"\"\n", "");
    assert!(told(&unsaid).starts_with("4:23: job[1].sources[1].folder: the store"), "{}", told(&unsaid));
    assert!(parse(&watching("instore", "\"in\", done = \"/srv/done\"")).is_ok());
}

#[test]
#[cfg(not(feature = "legacy-tls"))]
fn old_tls_needs_a_build_that_has_it() {
    let told = told(&format!("{ONE_JOB}[job.web]\nlegacy-tls = [\"old.yunshan.example\"]\n"));
    assert!(told.starts_with("6:15: job[1].web.legacy-tls[1]: this program was built without"), "{told}");
}

#[test]
fn a_file_in_another_encoding_is_told_with_its_first_wrong_byte() {
    let read = |bytes: &[u8]| Configuration::read(bytes, Path::new(""));
    let gbk = b"[[job]]\nname = \"\xbc\xd7\"\n";
    assert_eq!(read(gbk).expect_err("GBK").to_string(), "2:9: a jobs file is in UTF-8; this is not");
    assert!(read(format!("\u{feff}{ONE_JOB}").as_bytes()).is_ok(), "a byte order mark");
}

#[test]
fn mistakes_are_told_in_chinese_too() {
    let error = parse(&ONE_JOB.replace("6h", "六小时")).expect_err("no length of time");
    assert_eq!(
        error.describe(Language::Chinese),
        "3:9: job[1].every：“六小时”不是时长（如 30s、15m、6h、7d、2w、1h30m）"
    );
    let chinese = |text: &str| parse(text).expect_err("a mistake").describe(Language::Chinese);
    assert_eq!(chinese(&ONE_JOB.replace("\"6h\"", "6")), "3:9: job[1].every：应为字符串，此处为整数“6”");
    assert_eq!(
        chinese(&ONE_JOB.replace("\"6h\"", "6h")),
        "3:9: job[1].every：不是有效的 TOML：字符串须加引号"
    );
    let cron = ONE_JOB.replace("every = \"6h\"", "schedule = \"0 3 32 * *\"");
    assert_eq!(
        parse(&cron).expect_err("no day").describe(Language::Chinese),
        "3:17: job[1].schedule：“32”不是有效的日（1–31、L）"
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = parse(&text);
    }

    /// The example with a piece cut out or doubled: whatever is told, it is told about a place within the file.
    #[test]
    fn a_damaged_example_is_read_or_refused_with_a_place(begin in any::<Index>(), length in 0usize..200, double in any::<bool>()) {
        let from = EXAMPLE.floor_char_boundary(begin.index(EXAMPLE.len()));
        let to = EXAMPLE.ceil_char_boundary((from + length).min(EXAMPLE.len()));
        let middle = if double { EXAMPLE[from..to].repeat(2) } else { String::new() };
        let text = format!("{}{middle}{}", &EXAMPLE[..from], &EXAMPLE[to..]);
        if let Err(error) = parse(&text) {
            assert!(error.line >= 1 && error.line <= text.lines().count() + 1, "{error}");
            let line = text.split('\n').nth(error.line - 1).expect("a line");
            assert!(error.column >= 1 && error.column <= line.chars().count() + 1, "{error}");
        }
    }
}
