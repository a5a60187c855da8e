//! What fetching a page costs beyond a bare request with ureq, on loopback: `cargo bench --bench fetch`.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it should be")]
#![allow(dead_code, unused_imports, reason = "the site has more than is measured here")]

#[path = "../support/site/mod.rs"]
mod site;

use std::sync::Arc;
use std::time::Duration;

use divan::Bencher;
use guidang::acquire::web::{AddressPolicy, Validators, Web, WebOptions};
use site::{Reply, Site, TestClock, article};
use url::Url;

/// As large as a page is.
fn page() -> String {
    let paragraph = "各级人民政府要切实加强组织领导，明确责任分工，确保各项任务落到实处。".repeat(8);
    article("关于测试的通知", "2024-05-06", &[paragraph.as_str(); 40])
}

fn web(site: &Site) -> Web {
    let allow_net = vec!["127.0.0.0/8".parse().unwrap()];
    let policy = AddressPolicy { allow_net, ports: vec![site.port()], ..AddressPolicy::default() };
    let options = WebOptions { policy, delay: Duration::ZERO, ..WebOptions::default() };
    Web::new(options, Arc::new(TestClock::at("2026-11-29T08:00:00Z"))).unwrap()
}

fn site() -> Site {
    let site = Site::start();
    site.page("/plain", &page());
    site.put("/gzip", Reply::html(&page()).gzip());
    site
}

fn main() {
    divan::main();
}

#[divan::bench(args = ["/plain", "/gzip"])]
fn bare_ureq(bencher: Bencher<'_, '_>, path: &str) {
    let site = site();
    let url = site.url(path);
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).build().into();
    bencher.bench(|| agent.get(&url).call().unwrap().body_mut().read_to_vec().unwrap());
}

#[divan::bench(args = ["/plain", "/gzip"])]
fn guidang(bencher: Bencher<'_, '_>, path: &str) {
    let site = site();
    let (web, url) = (web(&site), Url::parse(&site.url(path)).unwrap());
    bencher.bench(|| web.get(&url, None, 1 << 20).unwrap());
}

#[divan::bench]
fn guidang_not_modified(bencher: Bencher<'_, '_>) {
    let site = site();
    let (web, url) = (web(&site), Url::parse(&site.url("/plain")).unwrap());
    let validators: Validators = web.get(&url, None, 1 << 20).unwrap().validators;
    bencher.bench(|| web.get(&url, Some(&validators), 1 << 20).unwrap());
}
