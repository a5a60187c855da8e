//! Tells a service of the operator's something, as a webhook; and how much was asked so far.

use std::sync::atomic::Ordering;

use url::Url;

use super::error::WebError;
use super::{Web, cleaned, retry};

impl Web {
    /// Sends `body` of this media type to `url` by POST. What is answered is not read; redirects are not followed, there is no
    /// pause and no `robots.txt`: the address was given by the operator, not found in a page. Where to is checked as for
    /// any other request, and what may pass is tried again.
    ///
    /// # Errors
    /// [`WebError`], also for any status but 2xx.
    pub fn post(&self, url: &Url, media_type: &str, body: &[u8]) -> Result<(), WebError> {
        let url = cleaned(url)?;
        self.admit(&url)?;
        let mut attempt = 0;
        loop {
            if self.clock.stopped() {
                return Err(WebError::Stopped);
            }
            let error = match self.agents.send(&url, media_type, body).map(verdict) {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) | Err(error) => error,
            };
            attempt += 1;
            if !error.is_transient() || attempt > self.options.retries {
                return Err(error);
            }
            self.clock.sleep(retry::pause(self.options.backoff, attempt));
        }
    }

    /// How many requests were made so far, of every kind.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.agents.asked.load(Ordering::Relaxed)
    }
}

/// What a status means for what was sent.
fn verdict(status: u16) -> Result<(), WebError> {
    match status {
        200..=299 => Ok(()),
        429 => Err(WebError::TooManyRequests),
        500..=599 => Err(WebError::ServerError { status: status.into() }),
        401 | 403 => Err(WebError::Forbidden { status: status.into() }),
        _ => Err(WebError::Status { status: status.into() }),
    }
}
