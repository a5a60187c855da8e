//! Turns all that an output depends on into its name in the store.

use std::fmt;

use sha2::{Digest, Sha256};

use super::answer::TOOL;
use crate::acquire::{AcquireOptions, Acquired};
use crate::document::{Moment, sha256};
use crate::extract::ExtractOptions;
use crate::fonts::{Face, FontLibrary};
use crate::pipeline::Options;

/// What the bytes of outputs depend on besides the page: every option that changes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile(String);

impl Profile {
    /// The profile of `options`, with the date of last resort and the user's site rules as text.
    ///
    /// Which formats are written is no part of it: a format is the same whatever others are written beside it. Nor is
    /// what only decides whether there is an output.
    #[must_use]
    pub fn new(options: &Options, epoch: Option<Moment>, sites: Option<&str>) -> Self {
        // Taken apart without `..`: an option that is added has to be thought of here.
        let Options {
            formats: _,
            acquire: AcquireOptions { max_bytes: _, base_url },
            decode,
            parse,
            extract: ExtractOptions { generic_only, ignore_tags, sites: _ },
            assets,
            attachments,
            page,
            pdf_standard,
            text,
            colophon,
            verify: _,
            strict: _,
        } = options;
        let sites = sites.map(|text| sha256(text.as_bytes()));
        Self(format!(
            "{base_url:?} {decode:?} {parse:?} {generic_only} {ignore_tags} {sites:?} {assets:?} {attachments:?} \
             {page:?} {pdf_standard:?} {text:?} {colophon} {epoch:?}"
        ))
    }

    /// Lower-case hexadecimal SHA-256 of it.
    #[must_use]
    pub fn digest(&self) -> String {
        sha256(self.0.as_bytes())
    }
}

/// Lower-case hexadecimal SHA-256 of all font files.
#[must_use]
pub fn font_set(library: &FontLibrary) -> String {
    let mut hash = Fields::new("guidang-fonts/1");
    for face in Face::ALL {
        hash.add(face.file_name().as_bytes());
        hash.add((*library.bytes(face)).as_ref());
    }
    hash.finish()
}

/// The digest that names what is made of a page: its bytes and what is known about it, the options, the version of the
/// program and the fonts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key of `page`, converted with `profile` in the fonts with the digest `fonts`.
    #[must_use]
    pub fn new(page: &Acquired, profile: &Profile, fonts: &str) -> Self {
        // How it was fetched is in no output.
        let Acquired { name, bytes, url, transport_charset, captured, http_head, fetched: _ } = page;
        let mut hash = Fields::new("guidang-key/1");
        hash.add(bytes);
        hash.add(name.as_bytes());
        for known in [url.as_ref().map(url::Url::as_str), transport_charset.as_deref(), captured.as_deref()] {
            hash.add_known(known.map(str::as_bytes));
        }
        hash.add_known(http_head.as_deref());
        hash.add(profile.0.as_bytes());
        hash.add(TOOL.as_bytes());
        hash.add(fonts.as_bytes());
        Self(hash.finish())
    }

    /// The name of the output `file`: `0f3/0f3a…/document.pdf`. Three digits make 4,096 folders, each of which has 24,000
    /// entries for 100 million pages.
    #[must_use]
    pub fn of_file(&self, file: &str) -> String {
        format!("{}/{}/{file}", &self.0[..3], self.0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A digest over fields, each with its length: no two lists of fields give the same bytes.
struct Fields(Sha256);

impl Fields {
    fn new(kind: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.add(kind.as_bytes());
        fields
    }

    fn add(&mut self, field: &[u8]) {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
    }

    /// A field that may be unknown, which is something else than empty.
    fn add_known(&mut self, field: Option<&[u8]>) {
        self.0.update([u8::from(field.is_some())]);
        self.add(field.unwrap_or_default());
    }

    fn finish(self) -> String {
        use std::fmt::Write;
        self.0.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Profile};
    use crate::acquire::Acquired;
    use crate::pipeline::Options;
    use crate::write::Format;

    fn page() -> Acquired {
        Acquired {
            name: "a.html".to_owned(),
            bytes: b"<p>".to_vec(),
            url: None,
            transport_charset: None,
            captured: None,
            http_head: None,
            fetched: None,
        }
    }

    #[test]
    fn whatever_an_output_depends_on_makes_another_key() {
        let profile = Profile::new(&Options::default(), None, None);
        let key = |page: &Acquired| Key::new(page, &profile, "fonts").to_string();
        let pages = [
            page(),
            Acquired { name: "b.html".to_owned(), ..page() },
            Acquired { bytes: b"<p>x".to_vec(), ..page() },
            Acquired { url: url::Url::parse("http://a/").ok(), ..page() },
            Acquired { transport_charset: Some(String::new()), ..page() },
            Acquired { captured: Some(String::new()), ..page() },
            Acquired { http_head: Some(Vec::new()), ..page() },
        ];
        let mut keys: Vec<String> = pages.iter().map(key).collect();
        let strict = Options { strict: true, formats: vec![Format::Json], ..Options::default() };
        let plain = Options { colophon: false, ..Options::default() };
        keys.push(Key::new(&page(), &Profile::new(&plain, None, None), "fonts").to_string());
        keys.push(
            Key::new(&page(), &Profile::new(&Options::default(), None, Some("[[site]]")), "fonts")
                .to_string(),
        );
        keys.push(Key::new(&page(), &profile, "other fonts").to_string());
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
        assert_eq!(Profile::new(&strict, None, None), profile);
    }

    #[test]
    fn a_name_in_the_store_begins_with_the_key() {
        let key = Key::new(&page(), &Profile::new(&Options::default(), None, None), "fonts");
        let digits = key.to_string();
        assert_eq!(digits.len(), 64);
        assert_eq!(key.of_file("document.pdf"), format!("{}/{digits}/document.pdf", &digits[..3]));
    }
}
