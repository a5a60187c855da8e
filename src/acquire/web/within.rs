//! What lists of others name, as records of a stream do: pages and parts of files that are fetched without leaving the
//! places that the user opened.

use url::Url;

use super::Web;
use super::error::WebError;
use super::exchange::Exchange;
use super::wanted::Wanted;
use crate::acquire::container::head::Head;

impl Web {
    /// Gets the page at `url` as [`Web::get`] does, and follows only redirects to where `within` says that they may lead.
    ///
    /// # Errors
    /// As [`Web::get`]; [`WebError::RedirectOutside`].
    pub fn get_within(
        &self,
        url: &Url,
        within: &dyn Fn(&Url) -> bool,
        limit: u64,
    ) -> Result<Exchange, WebError> {
        self.fetch(url, &Wanted { within: Some(within), limit, ..self.wanted() })
    }

    /// Gets `length` bytes from `offset` of the file at `url`. A file that is read in parts is a set of data whose place
    /// the user was given, and not a page that was found: neither `robots.txt` nor the pause between pages is for it.
    ///
    /// # Errors
    /// As [`Web::get_within`]; [`WebError::NoPart`] if the server gives anything else, as a whole file.
    pub fn part_within(
        &self,
        url: &Url,
        within: &dyn Fn(&Url) -> bool,
        (offset, length): (u64, u64),
    ) -> Result<Vec<u8>, WebError> {
        if length == 0 {
            return Ok(Vec::new());
        }
        let part = Some((offset, length));
        let exchange =
            self.fetch(url, &Wanted { within: Some(within), part, limit: length, ..self.wanted() })?;
        let whole = exchange.status == 206 && exchange.body.len() as u64 == length;
        if whole && begins_at(&exchange.head, offset) {
            Ok(exchange.body)
        } else {
            Err(WebError::NoPart { host: exchange.url.host_str().unwrap_or_default().to_owned() })
        }
    }
}

/// Whether the head is of a part that begins at `offset` (RFC 9110, 14.4).
fn begins_at(head: &[u8], offset: u64) -> bool {
    let fields = Head::parse(head, true);
    let begin =
        fields.get("content-range").and_then(|field| field.trim().strip_prefix("bytes ")?.split('-').next());
    begin.and_then(|begin| begin.trim().parse().ok()) == Some(offset)
}

#[cfg(test)]
mod tests {
    use super::begins_at;

    #[test]
    fn a_part_that_came_says_where_it_begins() {
        let head = b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-13/100\r\n\r\n";
        assert!(begins_at(head, 5) && !begins_at(head, 0));
        assert!(!begins_at(b"HTTP/1.1 206 Partial Content\r\n\r\n", 0));
    }
}
