//! Turns a folder that was handed on into the versions in it, once it is certain that it is what was handed on.

use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{bag, handover};
use crate::archive::package::{METADATA, SOURCE};
use crate::message::messages;

messages! {
    /// Why a folder is not taken in.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum CheckError {
        /// It cannot be read.
        Unreadable { path: String, why: String } = "unreadable", "cannot read {path}: {why}", "无法读取 {path}：{why}";
        /// A file is not the one that was handed on.
        Altered { path: String, algorithm: String } = "altered",
            "{path} has been altered: its {algorithm} is not the one in the list", "{path} 已被改动：{algorithm} 摘要与清单不符";
        /// A file that should be there is not.
        Missing { path: String } = "missing", "{path} is missing", "缺少 {path}";
        /// A file is there that no list names.
        Stray { path: String } = "stray", "{path} is in no list", "{path} 不在清单之内";
        /// A path leads out of the folder, or is written in a way that no list may.
        Path { path: String, list: String } = "path", "{list} names an impossible path: {path}", "{list} 列有不允许的路径：{path}";
        /// A symbolic link, device or pipe.
        Foreign { path: String } = "foreign",
            "{path} is neither a regular file nor a folder", "{path} 不是普通文件或文件夹";
        /// A list or a description is malformed, or too large.
        Malformed { path: String, why: String } = "malformed", "{path}: {why}", "{path}：{why}";
        /// Numbers or sizes do not agree.
        Oxum { path: String, stated: String, found: String } = "oxum",
            "{path} states {stated} (bytes.files), but there are {found}", "{path} 载明 {stated}（字节数.文件数），实为 {found}";
    }
}

impl std::error::Error for CheckError {}

/// What kind of folder was handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bag (RFC 8493).
    Bag,
    /// A hand-over folder.
    Handover,
}

/// The kind of `folder`; none if it is a folder like any other.
#[must_use]
pub fn kind(folder: &Path) -> Option<Kind> {
    if folder.join(bag::DECLARATION).is_file() {
        Some(Kind::Bag)
    } else if handover::check::is_handover(folder) {
        Some(Kind::Handover)
    } else {
        None
    }
}

/// What stands beside each other in the folder of a version.
const VERSION_FILES: [&str; 2] = [METADATA, SOURCE];

/// Folders are no deeper than this in what guidang hands on.
const DEEPEST: usize = 12;

/// The folders of versions in `folder`, once it is certain that it is whole and unaltered: each object's in their order.
/// Empty if no version of guidang's is in it.
///
/// # Errors
/// The first thing that is wrong with it, by name.
pub fn versions(folder: &Path, kind: Kind) -> Result<Vec<PathBuf>, CheckError> {
    match kind {
        Kind::Bag => bag::check(folder)?,
        Kind::Handover => handover::check::check(folder)?,
    }
    // By the folder of the object, then the number: v10 comes after v9.
    let mut found: Vec<(PathBuf, u32, PathBuf)> = Vec::new();
    for entry in WalkDir::new(folder).max_depth(DEEPEST).sort_by_file_name() {
        let entry = entry.map_err(|error| CheckError::Unreadable {
            path: error.path().unwrap_or(folder).display().to_string(),
            why: io::Error::from(error).to_string(),
        })?;
        let path = entry.path();
        if !entry.file_type().is_dir() || !VERSION_FILES.iter().all(|file| path.join(file).is_file()) {
            continue;
        }
        let number = entry.file_name().to_str().and_then(|name| name.strip_prefix('v')?.parse().ok());
        let object = path.parent().unwrap_or(folder).to_owned();
        found.push((object, number.unwrap_or(u32::MAX), path.to_owned()));
    }
    found.sort();
    Ok(found.into_iter().map(|(_, _, path)| path).collect())
}
