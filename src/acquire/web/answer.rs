//! Turns an answer into what it means: a page, a redirect, or why there is none.

use std::io::{self, Read};

use jiff::Timestamp;
use url::Url;

use super::error::WebError;
use super::exchange::Validators;
use super::transport::Answer;
use super::{Wanted, cleaned, retry};
use crate::acquire::coding;
use crate::acquire::container::head;
use crate::message::Size;

/// How much of a body is looked at for a challenge, in bytes.
const LOOKED_AT: usize = 64 << 10;

/// The header fields that ask for the body only if it is not what we have.
pub(super) fn conditions(validators: Option<&Validators>) -> Vec<(&'static str, String)> {
    let Some(validators) = validators else { return Vec::new() };
    let etag = validators.etag.clone().map(|etag| ("If-None-Match", etag));
    let date = validators.last_modified.clone().map(|date| ("If-Modified-Since", date));
    // They came out of a head and go into one: nothing that ends a line may be among them.
    let sound = |(_, value): &(&str, String)| value.bytes().all(|byte| (0x20..0x7F).contains(&byte));
    etag.into_iter().chain(date).filter(sound).collect()
}

/// Whether there is something to go on with: a page, a redirect, or 304 where that was asked for.
pub(super) fn verdict(answer: &Answer, conditional: bool, now: Timestamp) -> Result<(), WebError> {
    let status = u64::from(answer.status);
    Err(match answer.status {
        200 | 203 | 301 | 302 | 303 | 307 | 308 => return Ok(()),
        304 if conditional => return Ok(()),
        404 | 410 => WebError::Gone { status },
        412 => WebError::Challenge { status },
        202 | 400 | 403 | 503 | 521 if is_challenge(answer) => WebError::Challenge { status },
        429 | 503 => {
            match answer.fields.get("retry-after").and_then(|field| retry::retry_after(field, now)) {
                Some(seconds) => WebError::RateLimited { seconds },
                None if answer.status == 429 => WebError::TooManyRequests,
                None => WebError::ServerError { status },
            }
        }
        401 | 403 => WebError::Forbidden { status },
        500..=599 => WebError::ServerError { status },
        _ => WebError::Status { status },
    })
}

/// Whether the body is a page that wants its script run: it has one that sets a cookie or goes elsewhere, and hardly a
/// word to be read.
fn is_challenge(answer: &Answer) -> bool {
    let Ok(reader) = coding::undo(Box::new(answer.body.as_slice()), &answer.fields) else { return false };
    let mut body = Vec::new();
    // What was read before an error is looked at all the same.
    let _ = reader.take(LOOKED_AT as u64).read_to_end(&mut body);
    let body = String::from_utf8_lossy(&body).to_ascii_lowercase();
    let acts = ["document.cookie", "location", "eval(", "$_ts", "createelement"];
    body.contains("<script") && acts.iter().any(|act| body.contains(act)) && !body.contains("</p>")
}

/// Where the answer redirects to.
pub(super) fn redirect(answer: &Answer, from: &Url) -> Result<Option<Url>, WebError> {
    if !(300..400).contains(&answer.status) || answer.status == 304 {
        return Ok(None);
    }
    let location = answer.fields.get("location").filter(|location| !location.is_empty());
    let Some(location) = location else { return Err(WebError::Status { status: answer.status.into() }) };
    let to = from.join(location).map_err(|_| WebError::Scheme { url: location.to_owned() })?;
    cleaned(&to).map(Some)
}

/// The body without its encodings.
pub(super) fn decoded(answer: &Answer, host: &str, wanted: &Wanted<'_>) -> Result<Vec<u8>, WebError> {
    let limit = wanted.limit;
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => WebError::Truncated { host: host.to_owned() },
        _ => WebError::Encoding { why: error.to_string() },
    };
    let reader = coding::undo(Box::new(answer.body.as_slice()), &answer.fields).map_err(failed)?;
    let mut body = Vec::new();
    match reader.take(limit.saturating_add(1)).read_to_end(&mut body) {
        Ok(_) => {}
        // The beginning of a long robots.txt may end anywhere.
        Err(_) if wanted.robots => {}
        Err(error) => return Err(failed(error)),
    }
    if body.len() as u64 > limit {
        if !wanted.robots {
            return Err(WebError::Bomb { limit: Size(limit) });
        }
        body.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(body)
}

/// The charset that the header names.
pub(super) fn charset(answer: &Answer) -> Option<String> {
    head::parameter(answer.fields.last("content-type")?, "charset")
}

/// The media type that the header names.
pub(super) fn media_type(answer: &Answer) -> Option<String> {
    answer.fields.last("content-type").map(head::media_type).filter(|media_type| !media_type.is_empty())
}
