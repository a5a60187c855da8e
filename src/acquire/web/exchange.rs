//! What a request gave.

use jiff::Timestamp;
use url::Url;

use crate::acquire::container::head::Head;

/// What a server is asked by, so that it need not send again what we have (RFC 9110, 8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The field `ETag`, as it was sent.
    pub etag: Option<String>,
    /// The field `Last-Modified`, as it was sent.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to ask by.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

impl Validators {
    /// Those in the head of an answer.
    #[must_use]
    pub fn of_head(head: &[u8]) -> Self {
        let fields = Head::parse(head, true);
        let field = |name| fields.get(name).map(str::to_owned);
        Self { etag: field("etag"), last_modified: field("last-modified") }
    }
}

/// One step from the address asked for to the address that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The address that redirected.
    pub from: Url,
    /// Where to.
    pub to: Url,
    /// Its status: 301, 302, 303, 307 or 308.
    pub status: u16,
}

/// A request that was answered with a page or file, or with the news that it is what we have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The address asked for, without fragment.
    pub requested: Url,
    /// The address that answered.
    pub url: Url,
    /// The way between them.
    pub redirects: Vec<Redirect>,
    /// The status of the answer: 200, 203, 206 or 304.
    pub status: u16,
    /// Its status line and header fields as they came, up to and including the empty line. Lines end in CR LF.
    pub head: Vec<u8>,
    /// The body, decoded; empty with 304.
    pub body: Vec<u8>,
    /// When the answer was there, in whole seconds.
    pub captured: Timestamp,
    /// What to ask by the next time.
    pub validators: Validators,
    /// The charset that the header names.
    pub charset: Option<String>,
    /// The media type that the header names, in lower case, without parameters.
    pub media_type: Option<String>,
    /// How the site's `robots.txt` was treated, as it is recorded with the capture.
    pub robots: String,
    /// Whether the server says that nothing has changed (304).
    pub not_modified: bool,
}

impl Exchange {
    /// The addresses between the one that was asked for and the one that answered.
    #[must_use]
    pub fn between(&self) -> Vec<String> {
        let count = self.redirects.len().saturating_sub(1);
        self.redirects.iter().take(count).map(|step| step.to.to_string()).collect()
    }
}
