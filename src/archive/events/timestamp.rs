//! Turns the head of the event log into a time-stamp request, and a response into what it proves. RFC 3161.
//!
//! Sending the request and keeping the response are the caller's. What is checked here is that the response answers the
//! request; the authority's signature is for the verifier of a later day: `openssl ts -verify`, as `FORMAT.md` says.

use jiff::Timestamp;

use super::Head;
use super::der::{
    BOOLEAN, CONTEXT_0, Elements, GENERALIZED_TIME, INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE,
    SET, UTF8_STRING, element, integer, number,
};
use crate::message::messages;

/// 2.16.840.1.101.3.4.2.1, SHA-256.
const SHA_256: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// 1.2.840.113549.1.7.2, signed data. RFC 5652, section 5.1.
const SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.9.16.1.4, `TSTInfo`. RFC 3161, section 2.4.2.
const TST_INFO: [u8; 11] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];

/// The media type of the request, in HTTP. RFC 3161, section 3.4.
pub const QUERY_MEDIA_TYPE: &str = "application/timestamp-query";
/// The media type of the response.
pub const REPLY_MEDIA_TYPE: &str = "application/timestamp-reply";

messages! {
    /// Why a response proves nothing about the log.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum TimestampError {
        /// Not a response of RFC 3161 in DER.
        Malformed { part: &'static str } = "timestamp-malformed",
            "not a time-stamp response: {part}", "不是时间戳响应：{part}";
        /// The authority refused.
        Refused { status: String, why: String } = "timestamp-refused",
            "the time-stamp authority refused (status {status}) {why}", "时间戳服务拒绝（状态 {status}）{why}";
        /// It is about something else.
        Imprint = "timestamp-imprint",
            "the time-stamp is not over the head of the log", "时间戳并非针对日志末条";
        /// It answers another request.
        Nonce = "timestamp-nonce",
            "the time-stamp answers another request", "时间戳对应另一请求";
    }
}

impl std::error::Error for TimestampError {}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// When the authority saw the digest.
    pub time: Timestamp,
    /// Its number among the authority's, in hexadecimal.
    pub serial: String,
}

/// The request for a token over `head`: its digest is the message imprint as it is, being a SHA-256. `nonce` ties the
/// response to the request; the authority's certificate is asked for. None if the digest is none.
#[must_use]
pub fn request(head: &Head, nonce: u64) -> Option<Vec<u8>> {
    let parts = [integer(1), imprint(head)?, integer(nonce), element(BOOLEAN, &[0xff])];
    Some(element(SEQUENCE, &parts.concat()))
}

/// `MessageImprint`. RFC 3161, section 2.4.1.
fn imprint(head: &Head) -> Option<Vec<u8>> {
    let digest: Option<Vec<u8>> = (0..64)
        .step_by(2)
        .map(|at| head.digest.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect();
    let algorithm = element(SEQUENCE, &[element(OBJECT_IDENTIFIER, &SHA_256), element(NULL, &[])].concat());
    Some(element(SEQUENCE, &[algorithm, element(OCTET_STRING, &digest?)].concat()))
}

/// Checks that `response` grants a token over `head` and, if `nonce` is given, answers the request with it. A token
/// that was kept is checked without the nonce, which is not.
///
/// # Errors
/// What is wrong with it.
pub fn check(response: &[u8], head: &Head, nonce: Option<u64>) -> Result<Token, TimestampError> {
    let malformed = |part| move || TimestampError::Malformed { part };
    let mut whole = Elements(response);
    let mut parts = whole.within(SEQUENCE).ok_or_else(malformed("TimeStampResp"))?;
    whole.end().ok_or_else(malformed("more than a TimeStampResp"))?;
    granted(parts.within(SEQUENCE).ok_or_else(malformed("PKIStatusInfo"))?)?;
    let information = information(parts).ok_or_else(malformed("TimeStampToken"))?;
    let stated = stated(information).ok_or_else(malformed("TSTInfo"))?;
    if !same_imprint(stated.imprint, head) {
        return Err(TimestampError::Imprint);
    }
    if nonce.is_some_and(|nonce| stated.nonce != Some(number(nonce).as_slice())) {
        return Err(TimestampError::Nonce);
    }
    let time = time(stated.time).ok_or_else(malformed("genTime"))?;
    Ok(Token { time, serial: stated.serial.iter().map(|byte| format!("{byte:02x}")).collect() })
}

/// `PKIStatusInfo`: 0 is granted, 1 granted with modifications.
fn granted(mut status_info: Elements<'_>) -> Result<(), TimestampError> {
    let status = status_info.take(INTEGER).ok_or(TimestampError::Malformed { part: "PKIStatus" })?;
    if matches!(status, [0 | 1]) {
        return Ok(());
    }
    let why = status_info.within(SEQUENCE).and_then(|mut texts| texts.take(UTF8_STRING)).unwrap_or_default();
    let plain =
        String::from_utf8_lossy(why).chars().filter(|character| !character.is_control()).take(200).collect();
    Err(TimestampError::Refused {
        status: status.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
        why: plain,
    })
}

/// The `TSTInfo` within a `TimeStampToken`: RFC 5652, sections 3, 5.1 and 5.2.
fn information(mut parts: Elements<'_>) -> Option<&[u8]> {
    let mut content_info = parts.within(SEQUENCE)?;
    parts.end()?;
    content_info.take(OBJECT_IDENTIFIER).filter(|kind| *kind == SIGNED_DATA)?;
    let mut signed = content_info.within(CONTEXT_0)?.within(SEQUENCE)?;
    signed.take(INTEGER)?;
    signed.take(SET)?;
    let mut encapsulated = signed.within(SEQUENCE)?;
    encapsulated.take(OBJECT_IDENTIFIER).filter(|kind| *kind == TST_INFO)?;
    encapsulated.within(CONTEXT_0)?.take(OCTET_STRING)
}

/// The members of a `TSTInfo` that count here.
struct Stated<'a> {
    imprint: Elements<'a>,
    serial: &'a [u8],
    time: &'a [u8],
    nonce: Option<&'a [u8]>,
}

fn stated(information: &[u8]) -> Option<Stated<'_>> {
    let mut whole = Elements(information);
    let mut members = whole.within(SEQUENCE)?;
    whole.end()?;
    members.take(INTEGER).filter(|version| *version == [1])?;
    members.take(OBJECT_IDENTIFIER)?; // the policy
    let imprint = members.within(SEQUENCE)?;
    let serial = members.take(INTEGER)?;
    let time = members.take(GENERALIZED_TIME)?;
    members.take(SEQUENCE); // the accuracy
    members.take(BOOLEAN); // the ordering
    let nonce = members.take(INTEGER);
    Some(Stated { imprint, serial, time, nonce })
}

/// The parameters of SHA-256 may be NULL or left out (RFC 5754, section 2), so the members are compared.
fn same_imprint(mut found: Elements<'_>, head: &Head) -> bool {
    let algorithm = found.within(SEQUENCE).and_then(|mut algorithm| algorithm.take(OBJECT_IDENTIFIER));
    let digest = found.take(OCTET_STRING).unwrap_or_default();
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    algorithm == Some(&SHA_256[..]) && digest == head.digest
}

/// `YYYYMMDDhhmmss[.f…]Z`. RFC 3161, section 2.4.2.
fn time(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (digits, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.len() != 14 || !plain(digits) || !plain(fraction) {
        return None;
    }
    let part = |from: usize, to: usize| &digits[from..to];
    format!(
        "{}-{}-{}T{}:{}:{}.{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14),
        &fraction[..fraction.len().min(9)]
    )
    .parse()
    .ok()
}

#[cfg(test)]
mod tests {
    use super::super::der::{
        CONTEXT_0, GENERALIZED_TIME, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, UTF8_STRING,
        element, integer,
    };
    use super::{Head, SIGNED_DATA, TST_INFO, TimestampError, check, imprint, request};

    fn head() -> Head {
        Head { sequence: 7, digest: "0123456789abcdef".repeat(4) }
    }

    fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
        element(SEQUENCE, &parts.concat())
    }

    /// A response as an authority would build it, without the signature.
    fn response(head: &Head, nonce: u64, time: &[u8]) -> Vec<u8> {
        let information = sequence(&[
            integer(1),
            element(OBJECT_IDENTIFIER, &[0x2a, 3, 4]),
            imprint(head).expect("a digest"),
            integer(0xabcd),
            element(GENERALIZED_TIME, time),
            sequence(&[integer(1)]),
            integer(nonce),
        ]);
        let encapsulated = sequence(&[
            element(OBJECT_IDENTIFIER, &TST_INFO),
            element(CONTEXT_0, &element(OCTET_STRING, &information)),
        ]);
        let signed = sequence(&[integer(3), element(SET, &[]), encapsulated, element(SET, &[])]);
        let token = sequence(&[element(OBJECT_IDENTIFIER, &SIGNED_DATA), element(CONTEXT_0, &signed)]);
        sequence(&[sequence(&[integer(0)]), token])
    }

    #[test]
    fn a_granted_token_over_the_head_is_read() {
        let token = check(&response(&head(), 99, b"20260102030405.25Z"), &head(), Some(99)).expect("granted");
        assert_eq!(token.time.to_string(), "2026-01-02T03:04:05.25Z");
        assert_eq!(token.serial, "00abcd");
        assert!(check(&response(&head(), 99, b"20260102030405Z"), &head(), None).is_ok());
    }

    #[test]
    fn a_token_over_something_else_proves_nothing() {
        let other = Head { sequence: 7, digest: "f".repeat(64) };
        let time = b"20260102030405Z";
        assert_eq!(check(&response(&other, 99, time), &head(), Some(99)), Err(TimestampError::Imprint));
        assert_eq!(check(&response(&head(), 98, time), &head(), Some(99)), Err(TimestampError::Nonce));
        assert_eq!(
            check(&response(&head(), 99, b"2026"), &head(), Some(99)),
            Err(TimestampError::Malformed { part: "genTime" })
        );
    }

    #[test]
    fn a_refusal_is_told_with_its_reason() {
        let refusal = sequence(&[sequence(&[
            element(INTEGER, &[2]),
            sequence(&[element(UTF8_STRING, "未登记".as_bytes())]),
        ])]);
        assert_eq!(
            check(&refusal, &head(), None),
            Err(TimestampError::Refused { status: "2".to_owned(), why: "未登记".to_owned() })
        );
    }

    #[test]
    fn no_piece_of_a_response_is_taken_for_one() {
        let whole = response(&head(), 99, b"20260102030405Z");
        for length in 0..whole.len() {
            assert!(check(&whole[..length], &head(), Some(99)).is_err(), "{length} bytes");
        }
        assert!(check(&[whole, vec![0]].concat(), &head(), Some(99)).is_err());
    }

    #[test]
    fn a_request_needs_a_digest() {
        assert!(request(&head(), 1).is_some());
        assert!(request(&Head { sequence: 1, digest: "xyz".to_owned() }, 1).is_none());
    }
}
