//! Puts a question to a service that the user names, as a time-stamp authority, and gives its answer.
//!
//! The address is typed by the operator, never taken from a page: it may be one of an intranet.

use std::time::Duration;

use crate::message::messages;

/// The largest answer, in bytes.
pub const MOST_BYTES: u64 = 1 << 20;
/// The longest time from the look-up of the host to the last byte of the answer.
pub const LONGEST: Duration = Duration::from_secs(30);

messages! {
    /// Why there is no answer.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum PostError {
        /// Not an address that can be asked.
        Address { url: String } = "http-address",
            "{url} is no http or https address", "{url} 不是 http 或 https 地址";
        /// The server answered, but not with what was asked for. Redirects are not followed.
        Status { url: String, status: u64 } = "http-status",
            "{url} answered with status {status}", "{url} 返回状态 {status}";
        /// The answer is longer than is wanted.
        TooLarge { url: String, bytes: u64 } = "http-too-large",
            "the answer of {url} is larger than {bytes} bytes", "{url} 的应答超过 {bytes} 字节";
        /// The server cannot be reached, or breaks off, or takes too long.
        Failed { url: String, why: String } = "http-failed",
            "{url} cannot be asked: {why}", "无法访问 {url}：{why}";
    }
}

impl std::error::Error for PostError {}

/// Sends `body` of the media type `sent` to `url`, and returns the answer's body, which should be of the type `wanted`.
/// Takes at most [`LONGEST`] and [`MOST_BYTES`]; follows no redirect, heeds no proxy variable, keeps no cookie.
///
/// # Errors
/// [`PostError`], also for any status but 200.
pub fn post(url: &str, sent: &str, wanted: &str, body: &[u8]) -> Result<Vec<u8>, PostError> {
    let parsed = url::Url::parse(url)
        .ok()
        .filter(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host());
    if parsed.is_none() {
        return Err(PostError::Address { url: url.to_owned() });
    }
    let failed = |error: ureq::Error| match error {
        ureq::Error::BodyExceedsLimit(bytes) => PostError::TooLarge { url: url.to_owned(), bytes },
        error => PostError::Failed { url: url.to_owned(), why: error.to_string() },
    };
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(LONGEST))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent(concat!("guidang/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut response =
        agent.post(url).header("Content-Type", sent).header("Accept", wanted).send(body).map_err(failed)?;
    if response.status().as_u16() != 200 {
        return Err(PostError::Status { url: url.to_owned(), status: response.status().as_u16().into() });
    }
    response.body_mut().with_config().limit(MOST_BYTES).read_to_vec().map_err(failed)
}
