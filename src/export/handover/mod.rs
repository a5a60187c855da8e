//! Turns versions into a folder that an archive office takes in (《电子档案移交与接收办法》, annex 2).

pub mod check;

use std::path::Path;

use super::{ExportError, Order, Summary};

/// What else is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How the characters of 文件目录.XML and 说明文件.TXT are written.
    pub encoding: Encoding,
    /// Hand over what nobody has decided on, too.
    pub undecided: bool,
}

/// How characters are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// GB 18030.
    #[default]
    Gb18030,
    /// UTF-8.
    Utf8,
}

/// Writes what `order` asks for into the empty folder `folder`.
///
/// # Errors
/// If nothing is selected, something in the store was altered, or the folder cannot be written.
pub fn write(_order: &Order<'_>, _folder: &Path, _options: &Options) -> Result<Summary, ExportError> {
    Err(ExportError::Nothing)
}
