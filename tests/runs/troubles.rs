//! When things go wrong: exit codes, metrics and messages say so, once, and nothing is lost.

use super::{DAILY, DAY, Scene, count};
use crate::support::site::{Column, Reply, Site, article};

/// What a service was told, in order.
pub(super) fn told(service: &Site, path: &str) -> Vec<serde_json::Value> {
    service
        .requests()
        .into_iter()
        .filter(|request| request.path == path)
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect()
}

fn notifications(service: &Site) -> String {
    format!("[notifications]\nwebhooks = [\"{}\"]\nallow-net = [\"127.0.0.1/32\"]\n", service.url("/hook"))
}

/// A site whose messages go to the service that is returned.
pub(super) fn watched(articles: usize) -> (Scene, Site) {
    let (scene, service) = (Scene::new(), Site::start());
    service.put("/hook", Reply::html("ok"));
    Column::of("/tz/", articles).publish(&scene.site);
    let job = format!(
        "sources = [{{ column = \"{}\" }}]\n{DAILY}\n[job.notifications]\nping = \"{}\"",
        scene.site.url("/tz/"),
        service.url("/ping")
    );
    scene.jobs(&notifications(&service), &job);
    (scene, service)
}

/// The paths that were asked for, without their queries.
pub(super) fn pings(service: &Site) -> Vec<String> {
    let paths = service.requests().into_iter().map(|request| request.path);
    paths
        .filter(|path| path.starts_with("/ping"))
        .map(|path| path.split('?').next().unwrap().to_owned())
        .collect()
}

#[test]
fn a_site_that_is_down_is_told_once_and_loses_nothing() {
    let (mut scene, service) = watched(4);
    assert_eq!(scene.result(0, &[]).0, 0);
    let before = scene.versions();
    assert!(told(&service, "/hook").is_empty());

    scene.site.down();
    let (code, down) = scene.result(DAY, &[]);
    assert_eq!(
        (code, &down["jobs"][0]["outcome"], &down["jobs"][0]["code"]),
        (1, &"failed".into(), &"connect".into())
    );
    assert_eq!(count(&down, "failed"), 0, "pages are not to blame: {down}");
    assert!(scene.metrics().contains("guidang_job_last_run_outcome{job=\"通知\",outcome=\"failed\"} 1"));
    assert!(scene.metrics().contains("guidang_job_consecutive_failures{job=\"通知\"} 1"));
    assert!(scene.report().contains("connect"));
    let messages = told(&service, "/hook");
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(
        (&messages[0]["event"], &messages[0]["pages"][0]["kind"]),
        (&"first-failure".into(), &"job-failure".into())
    );

    assert_eq!(scene.result(DAY + 3600, &[]).0, 1);
    assert_eq!(told(&service, "/hook").len(), 1, "the same failure twice");

    scene.site.up();
    let (code, up) = scene.result(DAY + 7200, &[]);
    assert_eq!((code, count(&up, "unchanged")), (0, 4), "{up}");
    let messages = told(&service, "/hook");
    assert_eq!((messages.len(), &messages[1]["event"]), (2, &"recovery".into()), "{messages:?}");
    assert_eq!(scene.versions(), before);
    assert_eq!(
        pings(&service),
        ["/ping/start", "/ping", "/ping/start", "/ping/1", "/ping/start", "/ping/1", "/ping/start", "/ping"]
    );
}

#[test]
fn a_change_is_told_with_the_difference_and_again_until_somebody_listens() {
    let (scene, mut service) = watched(2);
    assert_eq!(scene.result(0, &[]).0, 0);
    let title = "关于第2号事项的通知";
    scene.site.page("/tz/post_2.html", &article(title, "2024-01-03", &["一、自2027年1月1日起施行。"]));
    service.down();
    let (code, result) = scene.result(DAY, &[]);
    assert_eq!((code, count(&result, "changed")), (0, 1), "who cannot be told fails nothing: {result}");
    service.up();
    assert_eq!(scene.result(DAY + 3600, &[]).0, 0);
    let messages = told(&service, "/hook");
    assert_eq!(messages.len(), 1, "{messages:?}");
    let page = &messages[0]["pages"][0];
    assert_eq!((&messages[0]["event"], &page["kind"]), (&"change".into(), &"change".into()));
    assert_eq!((&page["old"], &page["new"], &page["title"]), (&1.into(), &2.into(), &title.into()));
    assert!(page["diff"].as_str().unwrap().contains("自2027年1月1日起施行"), "{page}");
    assert_eq!(scene.result(DAY + 7200, &[]).0, 0);
    assert_eq!(told(&service, "/hook").len(), 1, "it was told already");
}

#[test]
fn each_kind_of_failure_has_its_name_and_spares_the_others() {
    let scene = Scene::new();
    let site = &scene.site;
    Column::of("/tz/", 9).publish(site);
    let page = article("关于事项的通知", "2024-01-02", &["甲。"]);
    site.remove("/tz/post_1.html");
    site.put("/tz/post_2.html", Reply::challenge(412));
    site.put("/tz/post_3.html", Reply::redirect(302, "/tz/post_3.html"));
    site.put("/tz/post_4.html", Reply::redirect(302, "http://169.254.169.254/latest/meta-data/"));
    site.put("/tz/post_5.html", Reply::bomb(200 << 20));
    site.put("/tz/post_6.html", Reply::html(&page).truncated(100));
    site.put("/tz/post_7.html", Reply::html("<html><body>请先登录</body></html>").status(403));
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, count(&result, "created")), (3, 2), "{result}");
    assert_eq!(count(&result, "failed") + count(&result, "refused"), 7, "{result}");
    let report = scene.report();
    for code in ["gone", "challenge", "redirect-loop", "refused-address", "bomb", "truncated", "forbidden"] {
        assert!(report.contains(&format!("title=\"{code}\"")), "{code} is missing");
    }
    // What may pass is tried again soon, what will not is not.
    site.forget();
    site.page("/tz/post_6.html", &page);
    let (code, result) = scene.result(7200, &[]);
    assert_eq!((code, count(&result, "created"), count(&result, "failed")), (0, 1, 0), "{result}");
    assert_eq!(site.count("/tz/post_2.html"), 0);
}

#[test]
fn a_host_that_says_too_many_requests_is_left_alone() {
    let scene = Scene::new();
    Column::of("/tz/", 6).publish(&scene.site);
    for number in 1..=6 {
        scene.site.put(&format!("/tz/post_{number}.html"), Reply::rate_limited(3600));
    }
    let (code, result) = scene.result(0, &["-j", "1"]);
    assert_eq!(code, 3, "{result}");
    let asked = scene.site.requests().iter().filter(|request| request.path.contains("post_")).count();
    assert!(asked <= 2, "asked {asked} times after 429");
    Column::of("/tz/", 6).publish(&scene.site);
    let (code, result) = scene.result(2 * 3600, &[]);
    assert_eq!((code, count(&result, "created")), (0, 6), "{result}");
}

#[test]
fn a_column_that_has_become_empty_is_a_failure() {
    let scene = Scene::new();
    scene.site.page("/tz/", "<html><head><title>改版</title></head><body><p>欢迎访问</p></body></html>");
    let run = scene.run(0, &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("has the site changed"), "{run:?}");
}

#[test]
fn addresses_that_are_not_public_are_refused_unless_allowed() {
    let scene = Scene::new();
    Column::of("/tz/", 1).publish(&scene.site);
    let text = std::fs::read_to_string(scene.path().join("jobs.toml")).unwrap();
    std::fs::write(scene.path().join("jobs.toml"), text.replace("allow-net = [\"127.0.0.0/8\"]", ""))
        .unwrap();
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, &result["jobs"][0]["code"]), (1, &"refused-address".into()));
    assert!(scene.site.requests().is_empty());
}
