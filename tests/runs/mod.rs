//! `guidang run` against a site on loopback: what is fetched, filed, noticed and told, run after run.

mod consuming;
mod interrupted;
mod limits;
mod lists;
mod patience;
mod stopping;
mod stores;
mod ten_runs;
mod told;
mod troubles;
mod turns;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::site::Site;
use crate::support::{Run, files, guidang};

/// The moment of the first run: 2026-11-24T12:00:00+08:00.
const START: i64 = 1_795_492_800;
/// However old a page is.
const DAILY: &str = "recheck = \"1d\"\nrecheck-at-most = \"1d\"";
/// Seconds.
const DAY: i64 = 86_400;

/// A folder with a jobs file and a store, and the site that the jobs are about.
struct Scene {
    folder: TempDir,
    site: Site,
}

impl Scene {
    /// A job “通知” over the column `/tz/` of a new site, every hour; each page, however old, is looked at again after a day.
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap(), site: Site::start() };
        scene.jobs("", &format!("sources = [{{ column = \"{}\" }}]\n{DAILY}", scene.site.url("/tz/")));
        scene
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn store(&self) -> PathBuf {
        self.path().join("store")
    }

    /// Writes the jobs file: `top` for all, `job` for the job.
    fn jobs(&self, top: &str, job: &str) {
        let port = self.site.port();
        let text = format!(
            "store = \"store\"\nmetrics = \"out/guidang.prom\"\nreport = \"out/run.html\"\n{top}\n\
             [web]\nallow-net = [\"127.0.0.0/8\"]\nports = [{port}]\ndelay = \"0s\"\nretries = 0\ntimeout = \"20s\"\n\
             [[job]]\nname = \"通知\"\nevery = \"1h\"\n{job}\n"
        );
        fs::write(self.path().join("jobs.toml"), text).unwrap();
    }

    /// `guidang run` at `second` after the first run.
    fn command(&self, second: i64, arguments: &[&str]) -> Command {
        let mut command = guidang(self.path());
        command
            .env("SOURCE_DATE_EPOCH", (START + second).to_string())
            .args(["run", "--no-fsync"])
            .args(arguments);
        command
    }

    fn run(&self, second: i64, arguments: &[&str]) -> Run {
        Run::from(self.command(second, arguments).output().unwrap())
    }

    /// Runs, and gives the result as JSON. Every line of the log is JSON of the same run.
    fn result(&self, second: i64, arguments: &[&str]) -> (i32, serde_json::Value) {
        let run = self.run(second, &[arguments, &["--log-format", "json"]].concat());
        let result: serde_json::Value =
            serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
        for line in run.stderr.lines() {
            let event: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{run:?}"));
            assert_eq!(event["run"], result["run"], "{run:?}");
        }
        (run.code, result)
    }

    /// The event log of the store.
    fn log(&self) -> Vec<serde_json::Value> {
        let run =
            Run::from(guidang(self.path()).args(["log", "--store", "store", "--json"]).output().unwrap());
        assert_eq!(run.code, 0, "{run:?}");
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// How many versions each page has, by the last part of its address.
    fn versions(&self) -> BTreeMap<String, u64> {
        let mut versions = BTreeMap::new();
        for entry in self.log() {
            let event = &entry["event"];
            if event["kind"] == "ingestion" {
                let name = event["object"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
                let number = event["version"].as_u64().unwrap();
                assert_eq!(
                    versions.insert(name.clone(), number).unwrap_or(0) + 1,
                    number,
                    "{name} skips a version"
                );
            }
        }
        versions
    }

    fn metrics(&self) -> String {
        fs::read_to_string(self.path().join("out/guidang.prom")).unwrap()
    }

    fn report(&self) -> String {
        fs::read_to_string(self.path().join("out/run.html")).unwrap()
    }
}

/// The numbers of a result by name.
fn count(result: &serde_json::Value, name: &str) -> u64 {
    result["counts"][name].as_u64().unwrap()
}

/// What a store consists of, byte for byte: the objects and the event log.
fn archive(store: &Path) -> BTreeMap<String, Vec<u8>> {
    files(store)
        .into_iter()
        .filter(|name| name.starts_with("objects/") || name == "events/log.jsonl")
        .map(|name| {
            let bytes = fs::read(store.join(&name)).unwrap();
            (name, bytes)
        })
        .collect()
}

/// Names of what differs between two archives.
fn differences(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    names.into_iter().filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}
