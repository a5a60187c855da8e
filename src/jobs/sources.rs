//! Where the pages of a job come from.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::discovery::LinkRules;

/// A source of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobSource {
    /// What it is.
    pub kind: SourceKind,
    /// Which of its links are pages to be filed. Not for [`SourceKind::Page`] and [`SourceKind::Folder`].
    pub rules: LinkRules,
    /// `name`: what the column is called, recorded with each of its pages; else the list page's own words count.
    pub name: Option<String>,
}

/// The kinds of source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// `column`: the list pages of a column, from the first.
    Column {
        /// The first list page.
        url: Url,
        /// `list-pages`: how many list pages are read at most. `None`: as the limits say.
        list_pages: Option<usize>,
    },
    /// `feed`: RSS or Atom.
    Feed {
        /// Its address.
        url: Url,
    },
    /// `sitemap`: a sitemap or an index of sitemaps.
    Sitemap {
        /// Its address.
        url: Url,
    },
    /// `urls`: a file of addresses, one a line.
    Addresses {
        /// The file.
        file: PathBuf,
    },
    /// `url`: one page.
    Page {
        /// Its address.
        url: Url,
    },
    /// `folder`: pages that others put there.
    Folder(ConsumeFolder),
}

impl SourceKind {
    /// The key of the kind in the file: `column`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Column { .. } => "column",
            Self::Feed { .. } => "feed",
            Self::Sitemap { .. } => "sitemap",
            Self::Addresses { .. } => "urls",
            Self::Page { .. } => "url",
            Self::Folder(_) => "folder",
        }
    }

    /// The address or path of it.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Column { url, .. } | Self::Feed { url } | Self::Sitemap { url } | Self::Page { url } => {
                url.to_string()
            }
            Self::Addresses { file } => file.display().to_string(),
            Self::Folder(folder) => folder.path.display().to_string(),
        }
    }
}

/// A folder whose files are filed and then moved away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumeFolder {
    /// The folder.
    pub path: PathBuf,
    /// `done`: where filed files go. Default: `done` within the folder.
    pub done: PathBuf,
    /// `failed`: where the others go. Default: `failed` within the folder.
    pub failed: PathBuf,
    /// `settle`: a file is taken once it has not changed for so long. Default 30 s.
    pub settle: Duration,
}

impl ConsumeFolder {
    /// The default of `settle`.
    pub const SETTLE: Duration = Duration::from_secs(30);
}
