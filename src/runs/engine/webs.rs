//! Turns settings into the web as jobs with the same settings share it: per-host pauses hold across them.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use jiff::Timestamp;
use url::Url;

use super::RunError;
use crate::acquire::web::{self, AddressPolicy, SettingsPlace, Web, WebClock, WebOptions};
use crate::jobs::{RobotsPolicy, WebSettings};

/// How long whoever is told may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same where the run was told to end.
const HASTE: Duration = Duration::from_millis(1000);

/// All webs of a run.
pub(super) struct Webs {
    clock: Arc<dyn WebClock>,
    made: Vec<(WebSettings, Arc<Web>)>,
}

impl Webs {
    pub(super) fn new(clock: Arc<dyn WebClock>) -> Self {
        Self { clock, made: Vec::new() }
    }

    /// The web as `settings` want it.
    ///
    /// # Errors
    /// If a setting cannot be used.
    pub(super) fn of(&mut self, settings: &WebSettings) -> Result<Arc<Web>, RunError> {
        if let Some((_, web)) = self.made.iter().find(|(made, _)| made == settings) {
            return Ok(Arc::clone(web));
        }
        let web = Arc::new(Web::new(options(settings)?, Arc::clone(&self.clock))?);
        self.made.push((settings.clone(), Arc::clone(&web)));
        Ok(web)
    }

    /// The web for telling somebody at `url`, which the configuration names: its port is allowed by that, its network
    /// only if it is public or in `allow_net`. `hasty` for a run that was told to end.
    ///
    /// # Errors
    /// If a setting cannot be used.
    pub(super) fn for_telling(
        &self,
        url: &Url,
        allow_net: &[IpNet],
        hasty: bool,
    ) -> Result<Web, web::WebError> {
        let patience = if hasty { HASTE } else { PATIENCE };
        let ports = url.port().into_iter().collect();
        let options = WebOptions {
            policy: AddressPolicy {
                allow_net: allow_net.to_vec(),
                ports,
                written: SettingsPlace::Notifications,
                ..AddressPolicy::default()
            },
            delay: Duration::ZERO,
            connect_timeout: patience,
            timeout: patience,
            max_redirects: 0,
            retries: u32::from(!hasty),
            robots: web::RobotsPolicy::Ignore,
            ..WebOptions::default()
        };
        let clock = Arc::clone(&self.clock);
        Web::new(options, if hasty { Arc::new(Last(clock)) } else { clock })
    }
}

/// The clock for the last words of a run that was told to end: it has given up its pages, not these. They have little time
/// enough.
struct Last(Arc<dyn WebClock>);

impl WebClock for Last {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) {
        self.0.sleep(duration);
    }

    fn stopped(&self) -> bool {
        self.0.stopped()
    }

    fn given_up(&self) -> bool {
        false
    }
}

/// `settings` over the defaults.
fn options(settings: &WebSettings) -> Result<WebOptions, RunError> {
    let default = WebOptions::default();
    let extra_roots = match &settings.extra_roots {
        Some(path) => Some(fs::read(path).map_err(|error| RunError::Unreadable {
            path: path.display().to_string(),
            why: error.to_string(),
        })?),
        None => None,
    };
    Ok(WebOptions {
        policy: AddressPolicy {
            allow_net: settings.allow_net.clone(),
            ports: settings.ports.clone(),
            written: SettingsPlace::JobsFile,
            ..AddressPolicy::default()
        },
        user_agent: settings.user_agent.clone(),
        contact: settings.contact.clone(),
        delay: settings.delay.unwrap_or(default.delay),
        connections_per_host: settings.connections_per_host.unwrap_or(default.connections_per_host),
        connect_timeout: settings.connect_timeout.unwrap_or(default.connect_timeout),
        timeout: settings.timeout.unwrap_or(default.timeout),
        max_redirects: settings.max_redirects.map_or(default.max_redirects, |most| most as usize),
        retries: settings.retries.unwrap_or(default.retries),
        robots: match settings.robots.unwrap_or_default() {
            RobotsPolicy::Obey => web::RobotsPolicy::Obey,
            RobotsPolicy::Ignore => web::RobotsPolicy::Ignore,
        },
        proxy: settings.proxy.as_ref().map(Url::to_string),
        legacy_tls: settings.legacy_tls.iter().cloned().collect(),
        extra_roots,
        ..default
    })
}
