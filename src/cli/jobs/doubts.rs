//! What is no mistake in a jobs file, but will keep its jobs from working.

use std::path::Path;

use url::Url;

use crate::acquire::web::{AddressPolicy, SettingsPlace, WebError};
use crate::jobs::{Configuration, Job, Notifications, SourceKind};
use crate::message::messages;

messages! {
    /// What is odd about a jobs file that is right in itself.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) enum Doubt {
        /// A file or folder that is not there.
        Missing { job: String, path: String } = "jobs-missing-path",
            "{job}: there is no {path}", "{job}：{path} 不存在";
        /// An address that the settings do not let a job fetch.
        Closed { job: String, url: String, why: WebError } = "jobs-closed-address",
            "{job}: {url}: {why}", "{job}：{url}：{why}";
        /// An address at which the settings let nobody be told.
        Untold { url: String, why: WebError } = "jobs-closed-address", "{url}: {why}", "{url}：{why}";
        /// No job runs.
        Idle = "jobs-none-enabled", "no job is enabled", "没有启用任何任务";
    }
}

/// All doubts about `configuration`, each once.
pub(super) fn doubts(configuration: &Configuration) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if !configuration.jobs.iter().any(|job| job.enabled) {
        doubts.push(Doubt::Idle);
    }
    for job in configuration.jobs.iter().filter(|job| job.enabled) {
        let named = job.sources.iter().filter_map(|source| match &source.kind {
            SourceKind::Addresses { file } => Some(file.as_path()),
            SourceKind::Folder(folder) => Some(folder.path.as_path()),
            _ => None,
        });
        let missing =
            |path: &Path| Doubt::Missing { job: job.name.clone(), path: path.display().to_string() };
        doubts.extend(named.filter(|path| !path.exists()).map(missing));
        doubts.extend(closed(job));
    }
    let jobs = configuration.jobs.iter().filter(|job| job.enabled).map(|job| &job.notifications);
    for doubt in std::iter::once(&configuration.notifications).chain(jobs).flat_map(untold) {
        // Jobs have the webhooks of the top of the file too.
        if !doubts.contains(&doubt) {
            doubts.push(doubt);
        }
    }
    doubts
}

/// Addresses of `job` that it will not be let fetch: of names it is only known when they are looked up.
fn closed(job: &Job) -> Vec<Doubt> {
    let policy = AddressPolicy {
        allow_net: job.web.allow_net.clone(),
        ports: job.web.ports.clone(),
        written: SettingsPlace::JobsFile,
        ..AddressPolicy::default()
    };
    let addresses = job.sources.iter().filter_map(|source| match &source.kind {
        SourceKind::Column { url, .. }
        | SourceKind::Feed { url }
        | SourceKind::Sitemap { url }
        | SourceKind::Page { url } => Some(url),
        SourceKind::Addresses { .. } | SourceKind::Folder(_) => None,
    });
    addresses
        .filter_map(|url| {
            let why = policy.admit(url).err()?;
            Some(Doubt::Closed { job: job.name.clone(), url: url.to_string(), why })
        })
        .collect()
}

/// Addresses at which nobody can be told anything.
fn untold(notifications: &Notifications) -> Vec<Doubt> {
    let policy = |url: &Url| AddressPolicy {
        allow_net: notifications.allow_net.clone(),
        // The port of a webhook is allowed by naming it.
        ports: url.port().into_iter().collect(),
        written: SettingsPlace::Notifications,
        ..AddressPolicy::default()
    };
    let addresses = notifications.webhooks.iter().chain(&notifications.ping);
    addresses
        .filter_map(|url| {
            let why = policy(url).admit(url).err()?;
            Some(Doubt::Untold { url: url.to_string(), why })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Configuration, doubts};
    use crate::message::{Describe, Language};

    fn told(settings: &str) -> Vec<String> {
        let text = format!(
            "{settings}[[job]]\nname = \"甲\"\nevery = \"6h\"\nsources = [{{ url = \"http://127.0.0.1:8801/1\" }}, \
             {{ column = \"http://10.0.0.1/zw/\" }}, {{ feed = \"http://www.yunshan.example/rss\" }}]\n"
        );
        let configuration = Configuration::parse(&text, Path::new("")).expect("a configuration");
        doubts(&configuration).iter().map(|doubt| doubt.describe(Language::Chinese)).collect()
    }

    #[test]
    fn addresses_that_the_settings_close_are_told() {
        assert_eq!(
            told(""),
            [
                "甲：http://127.0.0.1:8801/1：不允许端口 8801（任务文件中的 web.ports）",
                "甲：http://10.0.0.1/zw/：10.0.0.1 不是公网地址（任务文件中的 web.allow-net）"
            ]
        );
        let open = "[web]\nports = [8801]\nallow-net = [\"127.0.0.0/8\", \"10.0.0.0/8\"]\n";
        assert_eq!(told(open), [""; 0]);
    }

    #[test]
    fn webhooks_have_networks_of_their_own() {
        let open = "[web]\nports = [8801]\nallow-net = [\"127.0.0.0/8\", \"10.0.0.0/8\"]\n";
        let hook = "[notifications]\nwebhooks = [\"http://127.0.0.1:9000/hook\"]\n";
        assert_eq!(
            told(&format!("{open}{hook}")),
            ["http://127.0.0.1:9000/hook：127.0.0.1 不是公网地址（任务文件中的 notifications.allow-net）"]
        );
        assert_eq!(told(&format!("{open}{hook}allow-net = [\"127.0.0.1/32\"]\n")), [""; 0]);
    }
}
