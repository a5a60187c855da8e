//! Turns the attachments that a Document names into their files, as far as they can be had.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assets::AssetSource;
use crate::diagnostic::{Diagnostic, Diagnostics, PictureFault};
use crate::document::{Document, Received, sha256};

/// Limits of attachments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentOptions {
    /// Look for attachments at all. Off by default: only an archive keeps them.
    pub wanted: bool,
    /// An attachment may have this many bytes. Default 128 MiB.
    pub bytes: usize,
    /// The attachments of one page may have this many bytes together. Default 512 MiB.
    pub total_bytes: usize,
}

impl Default for AttachmentOptions {
    fn default() -> Self {
        Self { wanted: false, bytes: 128 << 20, total_bytes: 512 << 20 }
    }
}

/// The files of a Document's attachments by their address.
pub type Attachments = BTreeMap<String, Arc<Vec<u8>>>;

/// Looks for the attachments that `document` names, each address once, and records in its provenance which were had.
/// One that cannot be had is told of.
pub fn load(
    document: &mut Document,
    from: &dyn AssetSource,
    options: &AttachmentOptions,
    diagnostics: &mut Diagnostics,
) -> Attachments {
    let mut had = Attachments::new();
    if !options.wanted {
        return had;
    }
    let mut tried = Vec::new();
    let mut left = options.total_bytes;
    for attachment in &document.attachments {
        let url = &attachment.url;
        if tried.contains(&url) {
            continue;
        }
        tried.push(url);
        let fetched = from.attachment(url, options.bytes.min(left)).map_err(|fault| match fault {
            PictureFault::TooManyBytes { limit } if limit < options.bytes => {
                PictureFault::AttachmentsTooLarge { limit: options.total_bytes }
            }
            fault => fault,
        });
        match fetched {
            Ok(bytes) => {
                left -= bytes.len();
                document.provenance.attachments.push(Received {
                    url: url.clone(),
                    sha256: sha256(&bytes),
                    bytes: bytes.len() as u64,
                });
                had.insert(url.clone(), Arc::new(bytes));
            }
            Err(reason) => diagnostics.push(Diagnostic::AttachmentMissing { url: url.clone(), reason }),
        }
    }
    had
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{AttachmentOptions, load};
    use crate::acquire::assets::{FolderAssets, NoAssets};
    use crate::diagnostic::Diagnostics;
    use crate::document::{Attachment, Document, sha256};
    use crate::message::Describe;

    fn naming(urls: &[&str]) -> Document {
        let attachment =
            |url: &&str| Attachment { name: "附件".to_owned(), url: (*url).to_owned(), media_type: None };
        Document { attachments: urls.iter().map(attachment).collect(), ..Document::default() }
    }

    const WANTED: AttachmentOptions = AttachmentOptions { wanted: true, bytes: 10, total_bytes: 15 };

    #[test]
    fn files_beside_the_page_are_had_once_and_no_others() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("secret.pdf"), b"secret").expect("a file");
        let root = folder.path().join("site");
        fs::create_dir_all(root.join("files")).expect("a folder");
        fs::write(root.join("files/a b.xls"), b"cells").expect("a file");
        fs::write(root.join("files/long.doc"), b"0123456789+").expect("a file");
        let mut document = naming(&[
            "files/a%20b.xls",
            "files/a%20b.xls",
            "../secret.pdf",
            "files/long.doc",
            "none.pdf",
            "https://www.gd.gov.cn/a.pdf",
        ]);
        let mut diagnostics = Diagnostics::default();
        let had = load(&mut document, &FolderAssets::new(&root, &root), &WANTED, &mut diagnostics);
        assert_eq!(had.keys().collect::<Vec<_>>(), ["files/a%20b.xls"]);
        let received = &document.provenance.attachments;
        assert_eq!(received.len(), 1);
        assert_eq!((received[0].bytes, &received[0].sha256), (5, &sha256(b"cells")));
        let told: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "attachment missing: ../secret.pdf (outside the folder)",
                "attachment missing: files/long.doc (more than 10 bytes)",
                "attachment missing: none.pdf (no such file)",
                "attachment missing: https://www.gd.gov.cn/a.pdf (not beside the page)",
            ]
        );
    }

    #[test]
    fn all_together_have_a_limit_too() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["a.pdf", "b.pdf", "c.pdf"] {
            fs::write(folder.path().join(name), b"12345678").expect("a file");
        }
        let mut document = naming(&["a.pdf", "b.pdf"]);
        let mut diagnostics = Diagnostics::default();
        let from = FolderAssets::new(folder.path(), folder.path());
        let had = load(&mut document, &from, &WANTED, &mut diagnostics);
        assert_eq!(had.len(), 1);
        assert!(diagnostics.iter().any(|diagnostic| diagnostic.to_string().contains("exceed 15 bytes")));
    }

    #[test]
    fn nothing_is_looked_for_unasked() {
        let mut diagnostics = Diagnostics::default();
        let mut document = naming(&["a.pdf"]);
        assert!(load(&mut document, &NoAssets, &AttachmentOptions::default(), &mut diagnostics).is_empty());
        assert_eq!(diagnostics.iter().count(), 0);
        load(&mut document, &NoAssets, &WANTED, &mut diagnostics);
        assert_eq!(diagnostics.iter().map(Describe::code).collect::<Vec<_>>(), ["attachment-missing"]);
    }
}
