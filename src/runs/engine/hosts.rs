//! Remembers which hosts do not answer, so that a run leaves them alone instead of waiting for each of their pages.

use std::collections::BTreeMap;

use url::Url;

use crate::acquire::web::{Phase, WebError};
use crate::runs::look::Look;

/// After so many pages in a row that could not be had, a host is left alone until the next run.
const PATIENCE: u32 = 3;

/// Failures in a row, by host.
#[derive(Debug, Default)]
pub(super) struct Hosts(BTreeMap<String, u32>);

impl Hosts {
    /// A list of `host` could not be had. One that cannot be connected to, or asks to come again later, is left alone at
    /// once; one that answers with a fault may have the pages that were listed before. Whether it is left alone from now
    /// on, and was not before.
    pub(super) fn missed(&mut self, host: &str, error: &WebError) -> bool {
        match error {
            WebError::Dns { .. }
            | WebError::DnsTemporary { .. }
            | WebError::Connect { .. }
            | WebError::Tls { .. }
            | WebError::TlsExpired { .. }
            | WebError::Timeout { phase: Phase::Lookup | Phase::Connect, .. }
            | WebError::RateLimited { .. }
            | WebError::TooManyRequests => self.give_up(host),
            error if error.is_transient() => self.failed(host),
            _ => {
                self.answered(host);
                false
            }
        }
    }

    /// `host` answered.
    pub(super) fn answered(&mut self, host: &str) {
        self.0.remove(host);
    }

    fn failed(&mut self, host: &str) -> bool {
        let failures = self.0.entry(host.to_owned()).or_default();
        *failures += 1;
        *failures == PATIENCE
    }

    /// `host` cannot be reached: it is left alone from now on. Whether that is news.
    pub(super) fn give_up(&mut self, host: &str) -> bool {
        self.0.insert(host.to_owned(), PATIENCE).is_none_or(|failures| failures < PATIENCE)
    }

    /// Whether `host` is left alone.
    pub(super) fn is_down(&self, host: &str) -> bool {
        self.0.get(host).is_some_and(|failures| *failures >= PATIENCE)
    }

    /// A page of `host` was looked at. Whether the host is left alone from now on, and was not before.
    pub(super) fn looked(&mut self, host: &str, look: &Look) -> bool {
        if !look.transient {
            self.answered(host);
            return false;
        }
        if look.code.as_deref() == Some("rate-limited") {
            return self.give_up(host);
        }
        self.failed(host)
    }
}

/// The host of an address; nothing for what is none.
pub(in crate::runs) fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Hosts, PATIENCE, WebError, host};
    use crate::runs::ledger::PageOutcome;
    use crate::runs::look::Look;

    #[test]
    fn a_host_that_does_not_answer_is_left_alone() {
        let (failed, well) = (
            Look::badly(PageOutcome::Failed, "timeout", String::new(), true),
            Look::well(PageOutcome::Unchanged, 1),
        );
        let mut hosts = Hosts::default();
        let name = host("http://www.gd.gov.cn:80/a.html");
        for _ in 1..PATIENCE {
            assert!(!hosts.looked(&name, &failed));
        }
        assert!(!hosts.looked(&name, &well), "it answers");
        let news: Vec<bool> = (0..=PATIENCE).map(|_| hosts.looked(&name, &failed)).collect();
        assert_eq!(news, [false, false, true, false]);
        assert!(hosts.is_down("www.gd.gov.cn") && !hosts.is_down("www.gz.gov.cn"));
        let limited = Look::badly(PageOutcome::Failed, "rate-limited", String::new(), true);
        assert!(hosts.looked("www.gz.gov.cn", &limited) && hosts.is_down("www.gz.gov.cn"));
        let fault = WebError::ServerError { status: 500 };
        assert!(
            !hosts.missed("www.sz.gov.cn", &fault) && !hosts.is_down("www.sz.gov.cn"),
            "one list of many"
        );
        let refused = WebError::Connect { host: String::new(), why: String::new() };
        assert!(hosts.missed("www.sz.gov.cn", &refused) && hosts.is_down("www.sz.gov.cn"));
        let missing = Look::badly(PageOutcome::Failed, "gone", String::new(), false);
        assert!(!hosts.looked("other", &missing) && !hosts.is_down("other"));
    }
}
