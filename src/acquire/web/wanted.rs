//! What is wanted of an address, beside the address.

use url::Url;

use super::exchange::Validators;

/// What is wanted of an address.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted<'a> {
    pub(super) validators: Option<&'a Validators>,
    /// Whether it may still be begun, asked when its first request has its turn.
    pub(super) begin: Option<&'a dyn Fn() -> bool>,
    /// The page that names it.
    pub(super) referrer: Option<&'a Url>,
    /// The largest answer, in bytes.
    pub(super) limit: u64,
    /// Whether it is a `robots.txt`.
    pub(super) robots: bool,
    pub(super) max_redirects: usize,
    /// Where redirects may lead; anywhere if there is none.
    pub(super) within: Option<&'a dyn Fn(&Url) -> bool>,
    /// Offset and length, if a part is wanted.
    pub(super) part: Option<(u64, u64)>,
}

impl Wanted<'_> {
    /// To ask for `robots.txt` is part of the manners and needs none; nor do parts of files, which are data and no pages.
    pub(super) fn without_manners(&self) -> bool {
        self.robots || self.part.is_some()
    }

    /// Whether the answer may be cut off at the limit. A server that knows no parts begins to send the whole file.
    pub(super) fn cut(&self) -> bool {
        self.robots || self.part.is_some()
    }

    /// The header fields that ask for a part (RFC 9110, 14.2): of the file as it is stored, hence of no other encoding.
    pub(super) fn range(&self) -> Vec<(&'static str, String)> {
        let Some((offset, length)) = self.part else { return Vec::new() };
        let last = offset.saturating_add(length.saturating_sub(1));
        vec![("Range", format!("bytes={offset}-{last}")), ("Accept-Encoding", "identity".to_owned())]
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn a_part_is_asked_for_by_its_first_and_last_byte() {
        let part = Wanted { part: Some((5, 9)), ..Wanted::default() };
        assert_eq!(part.range()[0], ("Range", "bytes=5-13".to_owned()));
        assert!(Wanted::default().range().is_empty() && part.without_manners());
    }
}
