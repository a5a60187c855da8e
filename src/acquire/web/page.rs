//! A page of the web as a source like any other: fetched when its turn comes, with its pictures, its attachments and the
//! further pages of its article.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use url::Url;

use super::Web;
use super::error::WebError;
use super::exchange::{Exchange, Validators};
use crate::acquire::assets::{AssetOptions, AssetSource};
use crate::acquire::container::names;
use crate::acquire::sources::parts;
use crate::acquire::{AcquireError, AcquireOptions, Acquired};
use crate::diagnostic::PictureFault;
use crate::message::Told;

/// A page asks for more files than this: a mistake, or an attack on those it names.
const MOST_FILES: usize = 500;

/// Media types of answers that are read as pages. Some old servers name none, or plain text.
const PAGES: [&str; 4] = ["text/html", "application/xhtml+xml", "text/plain", "application/x-httpd-php"];

/// A page of the web.
#[derive(Clone)]
pub struct WebPage {
    /// Its address.
    pub url: Url,
    /// What fetches it.
    pub web: Arc<Web>,
    /// What it gave, if it was fetched already: it is not asked for again then.
    pub had: Option<Arc<Exchange>>,
    /// What to ask by whether it has changed. Only those who file pages can do anything with the news that it has not.
    pub validators: Option<Validators>,
}

/// What is known of a page because it came over the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The address asked for.
    pub requested: Url,
    /// The addresses between that and the one that answered.
    pub redirects: Vec<String>,
    /// How the site's `robots.txt` was treated.
    pub robots: String,
}

impl WebPage {
    /// The page at `url`.
    #[must_use]
    pub fn new(url: Url, web: Arc<Web>) -> Self {
        Self { url, web, had: None, validators: None }
    }

    /// The name of its file: the last part of its address.
    #[must_use]
    pub fn name(&self) -> String {
        names::file_name(self.url.as_str())
    }

    /// Asks for it, unless it was had already. With validators the answer may be that nothing has changed.
    ///
    /// # Errors
    /// As [`Web::get`].
    pub fn fetch(&self, limit: u64) -> Result<Arc<Exchange>, WebError> {
        match &self.had {
            Some(had) => Ok(Arc::clone(had)),
            None => self.web.get(&self.url, self.validators.as_ref(), limit).map(Arc::new),
        }
    }

    /// The same, where `begin` is asked when its turn comes whether it may still be begun.
    ///
    /// # Errors
    /// As [`Web::get_if`].
    pub fn fetch_if(&self, limit: u64, begin: &dyn Fn() -> bool) -> Result<Arc<Exchange>, WebError> {
        match &self.had {
            Some(had) => Ok(Arc::clone(had)),
            None => self.web.get_if(&self.url, self.validators.as_ref(), limit, begin).map(Arc::new),
        }
    }

    /// Reads it. Validators are not heeded: there must be something to read.
    ///
    /// # Errors
    /// As [`Web::get`]; also if it is empty, or a file of another type.
    pub fn read(&self, options: &AcquireOptions) -> Result<Acquired, AcquireError> {
        let had = self.had.as_ref().filter(|had| !had.not_modified).cloned();
        let unconditional = Self { validators: None, had, ..self.clone() };
        let exchange = unconditional.fetch(options.max_bytes)?;
        let media_type = exchange.media_type.clone().unwrap_or_default();
        if !media_type.is_empty() && !PAGES.contains(&media_type.as_str()) {
            return Err(WebError::NoPage { media_type }.into());
        }
        exchange.page()
    }

    /// The further pages of its article that `page`, which is it or one of them, names: `t1_1.html`, `t1_2.html` for
    /// `t1.html`, in a link or a call of `createPageHTML`.
    #[must_use]
    pub fn further(&self, first: &Url, page: &Acquired) -> Vec<Self> {
        let name = first.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
        parts::named(&page.bytes, name)
            .into_iter()
            .filter_map(|part| first.join(&part).ok())
            .map(|url| Self::new(url, Arc::clone(&self.web)))
            .collect()
    }

    /// The part of its article, whose first page is at `first`, that is called `name`.
    #[must_use]
    pub fn part(&self, first: &Url, name: &str) -> Option<Self> {
        Some(Self::new(first.join(name).ok()?, Arc::clone(&self.web)))
    }

    /// The pictures and attachments that the page, which is at `page`, refers to.
    #[must_use]
    pub fn assets(&self, page: Option<Url>) -> WebAssets {
        WebAssets {
            web: Arc::clone(&self.web),
            page: page.unwrap_or_else(|| self.url.clone()),
            bytes: AssetOptions::default().bytes,
            asked: Cell::new(0),
        }
    }
}

impl Exchange {
    /// The page that was answered, whatever type it is said to be.
    ///
    /// # Errors
    /// If it is empty.
    pub fn page(&self) -> Result<Acquired, AcquireError> {
        if self.body.is_empty() {
            return Err(AcquireError::Empty { path: self.url.to_string() });
        }
        Ok(Acquired {
            name: names::file_name(self.url.as_str()),
            bytes: self.body.clone(),
            url: Some(self.url.clone()),
            transport_charset: self.charset.clone(),
            captured: Some(self.captured.to_string()),
            http_head: Some(self.head.clone()),
            fetched: Some(Fetched {
                requested: self.requested.clone(),
                redirects: self.between(),
                robots: self.robots.clone(),
            }),
        })
    }
}

impl fmt::Debug for WebPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebPage({})", self.url)
    }
}

impl PartialEq for WebPage {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url && self.had == other.had && self.validators == other.validators
    }
}

impl Eq for WebPage {}

/// The files of a page, fetched one by one.
#[derive(Debug)]
pub struct WebAssets {
    web: Arc<Web>,
    page: Url,
    bytes: usize,
    asked: Cell<usize>,
}

impl AssetSource for WebAssets {
    fn fetch(&self, source: &str) -> Result<Vec<u8>, PictureFault> {
        self.attachment(source, self.bytes)
    }

    fn attachment(&self, url: &str, limit: usize) -> Result<Vec<u8>, PictureFault> {
        let url = self.page.join(url.trim()).map_err(|_| PictureFault::NoFileName)?;
        if self.asked.replace(self.asked.get() + 1) >= MOST_FILES {
            return Err(PictureFault::TooManyFiles { limit: MOST_FILES });
        }
        match self.web.get_for(&url, &self.page, limit as u64) {
            Ok(exchange) => Ok(exchange.body),
            Err(WebError::TooLarge { .. } | WebError::Bomb { .. }) => {
                Err(PictureFault::TooManyBytes { limit })
            }
            Err(WebError::Gone { .. }) => Err(PictureFault::NotFound),
            Err(error) => Err(PictureFault::Fetch { why: Told::of(&error) }),
        }
    }
}
