//! Pages that other machines converted: only read again here, and filed with what they made of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::acquire::Acquired;
use crate::archive::package::Remark;
use crate::error::Error;

/// A page that another machine converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// How it is shown to the user.
    pub shown: String,
    /// What its outputs were stored under. It goes into the event log: what stands there is not filed again.
    pub key: String,
    /// Which it is for the [`Supply`].
    pub number: usize,
}

/// What another machine made of a page.
#[derive(Clone, Debug)]
pub struct ConvertedPage {
    /// The page.
    pub page: Acquired,
    /// Lower-case hexadecimal SHA-256 of the Document that it read.
    pub document: String,
    /// What it wrote, by path: `document.pdf`.
    pub renditions: BTreeMap<String, Arc<Vec<u8>>>,
    /// Whether it read them back.
    pub verified: bool,
    /// What it noticed.
    pub remarks: Vec<Remark>,
}

/// Where pages that were converted elsewhere come from.
pub trait Supply: Sync {
    /// The page with this number.
    ///
    /// # Errors
    /// If it cannot be had, or is not what it is said to be.
    fn fetch(&self, page: &Elsewhere) -> Result<ConvertedPage, Error>;
}

/// For runs that file no such pages.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSupply;

impl Supply for NoSupply {
    fn fetch(&self, page: &Elsewhere) -> Result<ConvertedPage, Error> {
        Err(Error::Internal(format!("nothing supplies {}", page.shown)))
    }
}
