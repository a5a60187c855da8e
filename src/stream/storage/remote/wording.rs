//! What an object store says is wrong, in a few words: its own code, without the document around it.

use std::error::Error as _;

use object_store::Error;

use super::client::one_line;

/// So many characters of what a store says besides its code are shown.
const MESSAGE: usize = 160;

/// The client's words for an `http://` endpoint that it was not allowed.
const NO_HTTP: &str = "URL scheme is not allowed";

/// Why something could not be had or put. What the client says around it (addresses, times, how often it tried) tells
/// nothing, and differs from run to run.
pub(super) fn words(error: &Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        said = inner.to_string();
        cause = inner.source();
    }
    if said == NO_HTTP {
        return "the endpoint is plain HTTP; if that is meant, set AWS_ALLOW_HTTP=true".to_owned();
    }
    let Some(code) = between(&said, "<Code>", "</Code>") else {
        return one_line(&said.replace("Server returned non-2xx status code: ", "status "));
    };
    let message = between(&said, "<Message>", "</Message>").unwrap_or_default();
    let message: String = one_line(message).chars().take(MESSAGE).collect();
    if message.is_empty() { one_line(code) } else { format!("{}: {message}", one_line(code)) }
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use object_store::Error;

    use super::words;

    fn said(text: &str) -> String {
        words(&Error::Generic { store: "S3", source: text.into() })
    }

    #[test]
    fn the_stores_own_code_is_what_is_told() {
        let xml = "Server returned non-2xx status code: 404 Not Found: <?xml version=\"1.0\"?>\n<Error>\
                   <Code>NoSuchBucket</Code><Message>The bucket\n does not exist</Message><RequestId>7</RequestId></Error>";
        assert_eq!(said(xml), "NoSuchBucket: The bucket does not exist");
        assert_eq!(said("<Code>SlowDown</Code>"), "SlowDown");
        assert_eq!(
            said("Server returned non-2xx status code: 503 Service Unavailable: "),
            "status 503 Service Unavailable:"
        );
        assert!(said("URL scheme is not allowed").contains("AWS_ALLOW_HTTP=true"));
    }
}
