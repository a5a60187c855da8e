use jiff::Timestamp;

use super::{Found, JobReport, Report, Troubles, html};
use crate::compare::Summary;
use crate::message::Language;
use crate::runs::ledger::{Counts, Notice, NoticeKind, RunOutcome, RunRecord, Standing, Trouble};
use crate::runs::notify::Page;

fn job() -> JobReport {
    let run = |day: i64, created, outcome| RunRecord {
        number: day,
        id: "x".to_owned(),
        begun: Timestamp::from_second(1_795_500_000 + day * 86_400).expect("a time"),
        ended: Timestamp::from_second(1_795_500_075 + day * 86_400).ok(),
        outcome: Some(outcome),
        code: None,
        counts: Counts { created, changed: 1, failed: 2, requests: 9, ..Counts::default() },
    };
    let change = Notice {
        kind: NoticeKind::Change,
        url: "https://www.gd.gov.cn/a.html?x=1&y=\"2\"".to_owned(),
        title: Some("关于<script>alert(1)</script>的通知".to_owned()),
        code: None,
        message: None,
        old: Some(1),
        new: Some(2),
    };
    let page = Page {
        notice: change,
        difference: Some((Summary { changed: 1, ..Summary::default() }, "- <b>".to_owned())),
    };
    JobReport {
        job: "省政府<文件>".to_owned(),
        history: vec![run(0, 30, RunOutcome::Done), run(1, 4, RunOutcome::Partly)],
        runs: 2,
        totals: Counts { created: 34, ..Counts::default() },
        standing: Standing { items: 36, failing: vec![("timeout".to_owned(), 2)], ..Standing::default() },
        failures: 0,
        next: None,
        troubles: Troubles::default(),
        found: vec![(NoticeKind::Change, Found { pages: vec![page], all: 3 })],
    }
}

#[test]
fn words_of_pages_are_words_and_nothing_loads() {
    let jobs = [job(), JobReport { job: "new".to_owned(), ..JobReport::default() }];
    for language in [Language::English, Language::Chinese] {
        let page = html(&Report { time: Timestamp::UNIX_EPOCH, run: "id", jobs: &jobs }, language);
        assert!(page.contains("default-src 'none'") && !page.contains("<script") && !page.contains("src=\""));
        assert!(page.contains("关于&lt;script&gt;") && page.contains("省政府&lt;文件&gt;"));
        assert!(page.contains("href=\"https://www.gd.gov.cn/a.html?x=1&amp;y=&quot;2&quot;\""));
        assert!(page.contains("<pre>- &lt;b&gt;</pre>") && page.contains("v1 → v2"));
        assert!(!page.contains("style=\""), "inline styles are not allowed by the policy");
        assert_eq!(page.matches("<svg viewBox=\"0 0 760").count(), 1, "a job that never ran has no plot");
    }
}

#[test]
fn a_job_that_failed_says_why_and_shows_no_empty_plot() {
    let mut job = job();
    job.history.truncate(1);
    job.history[0].outcome = Some(RunOutcome::Failed);
    job.history[0].code = Some("connect".to_owned());
    job.history[0].counts = Counts::default();
    job.totals = Counts::default();
    job.troubles.sources = vec![Trouble {
        url: "http://www.gd.gov.cn/tz/".to_owned(),
        code: Some("connect".to_owned()),
        ..Trouble::default()
    }];
    let page = html(&Report { time: Timestamp::UNIX_EPOCH, run: "id", jobs: &[job] }, Language::Chinese);
    assert!(page.contains("所有来源均未能读取：<strong><span title=\"connect\">无法连接</span>"), "{page}");
    assert!(page.contains("无法读取的来源") && page.contains("http://www.gd.gov.cn/tz/"));
    assert!(!page.contains("失败 0 个") && !page.contains("<figure>"));
}

#[test]
fn pages_that_cannot_be_had_are_named() {
    let mut job = job();
    let trouble = |title: &str, code: &str| Trouble {
        url: format!("http://www.gd.gov.cn/{code}.html"),
        title: Some(title.to_owned()),
        code: Some(code.to_owned()),
        failures: 3,
        checked: Some(Timestamp::UNIX_EPOCH),
    };
    job.troubles.failing = vec![trouble("甲通知", "timeout")];
    job.troubles.gone = vec![trouble("乙通知", "gone")];
    let page = html(&Report { time: Timestamp::UNIX_EPOCH, run: "id", jobs: &[job] }, Language::Chinese);
    assert!(
        page.contains("甲通知</a>") && page.contains("<span title=\"timeout\">超时</span> · 连续 3 次"),
        "{page}"
    );
    assert!(page.contains("乙通知</a>") && page.contains("网站已撤下的网页"));
    assert!(page.contains("另有 1 个"), "one of two is listed");
}

#[test]
fn an_address_that_is_no_link_is_not_made_one() {
    let mut job = job();
    job.found[0].1.pages[0].notice.url = "javascript:alert(1)".to_owned();
    let page = html(&Report { time: Timestamp::UNIX_EPOCH, run: "id", jobs: &[job] }, Language::English);
    assert!(!page.contains("href=\"javascript"));
}
