//! Where pages come from and outputs go: local folders, and with the feature `cloud` object stores.

mod folder;
#[cfg_attr(not(feature = "cloud"), path = "without_cloud.rs")]
mod remote;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::message::{Told, messages};
use folder::Folder;
use remote::Remote;

pub(super) use remote::{Remotes, is_store};

messages! {
    /// Why something names no place.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum NoPlace {
        /// Nothing that could be a name.
        Unnamed = "unnamed", "it is empty or has a null character", "为空或含有空字符";
        /// A `file:` address with a host.
        Elsewhere = "elsewhere", "a file is on this machine", "文件须在本机";
        /// An address without a bucket or host.
        NoHost = "no-host", "it has no bucket or host", "其中没有存储桶或主机";
        /// An address of another kind.
        Scheme { scheme: String } = "scheme", "{scheme}: is not supported", "不支持 {scheme}:";
        /// A place on the web.
        ReadOnly = "read-only", "outputs cannot be written over plain HTTP", "不能通过普通 HTTP 写入输出";
        /// No address at all.
        Malformed { why: String } = "malformed", "{why}", "{why}";
    }
}

messages! {
    /// Why something that is asked for cannot be had, where its store can be used.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum NotThere {
        /// It is no file.
        NotAFile = "not-a-file", "it is no regular file", "不是普通文件";
        /// Its name leads elsewhere.
        Outside = "outside", "it leads out of the store", "超出存储之外";
        /// More than any output.
        TooLarge = "too-large", "something larger than 4 GiB is stored there", "其中存有大于 4 GiB 的内容";
        /// Another writer has not finished, or never will.
        Unfinished = "unfinished", "it is said to exist and cannot be read", "据称存在，却无法读取";
        /// This program was built without object stores.
        NotBuilt = "not-built", "this guidang was built without object stores (feature cloud)",
            "此程序未编入对象存储支持（特性 cloud）";
        /// What the store says.
        Said { why: String } = "said", "{why}", "{why}";
    }
}

messages! {
    /// Why a store cannot be used.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum StorageError {
        /// It is named in a way that is not known.
        Location { text: String, why: NoPlace } = "storage-location",
            "{text} names no folder and no object store: {why}", "{text} 不是文件夹或对象存储：{why}";
        /// This program was built without object stores.
        NotBuilt { text: String } = "storage-not-built",
            "{text}: this guidang was built without object stores (feature cloud)",
            "{text}：此程序未编入对象存储支持（特性 cloud）";
        /// What is configured does not suffice to open it.
        Configuration { text: String, why: String } = "storage-configuration",
            "{text} cannot be opened: {why}", "无法打开 {text}：{why}";
        /// A file is in the way of the folder.
        NotAFolder { text: String, file: String } = "storage-configuration",
            "{text} cannot be opened: {file} is no folder", "无法打开 {text}：{file} 不是文件夹";
        /// Something in it cannot be read.
        Read { key: String, why: String } = "storage-read", "cannot read {key}: {why}", "无法读取 {key}：{why}";
        /// It does not let us read something.
        Denied { key: String, why: String } = "storage-denied",
            "access to {key} is denied (S3 says so of a missing key too, unless s3:ListBucket is allowed): {why}",
            "拒绝访问 {key}（未授予 s3:ListBucket 时，S3 对不存在的键也如此应答）：{why}";
        /// Something cannot be written to it.
        Write { key: String, why: Told } = "storage-write", "cannot write {key}: {why}", "无法写入 {key}：{why}";
    }
}

impl std::error::Error for StorageError {}

/// Why something cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The store is there and there is no such thing in it.
    Missing,
    /// It is a folder or a whole store.
    NoObject,
    /// It ends before the part that is asked for does.
    Beyond,
    /// The store does not give it, and would not the next time.
    Refused {
        /// In a few words.
        why: NotThere,
    },
    /// It is larger than the limit.
    TooLarge,
    /// The store cannot be used.
    Storage(StorageError),
}

/// A folder, a file, or a place in an object store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// On this machine.
    Folder(PathBuf),
    /// Elsewhere.
    Remote(Url),
}

impl Location {
    /// Reads `path`, `file:///path`, `s3://bucket/key`, `gs://…`, `az://…`, `abfss://…`, `https://…`. The key of an object
    /// is taken as it is written, `%`, `?` and `#` included; an `https://` address is one of the web, where `%20` is a space.
    ///
    /// # Errors
    /// If it is none of these.
    pub fn parse(text: &str) -> Result<Self, StorageError> {
        let wrong = |why: NoPlace| StorageError::Location { text: shown(text), why };
        if text.is_empty() || text.contains('\0') {
            return Err(wrong(NoPlace::Unnamed));
        }
        if !text.contains("://") {
            return Ok(Self::Folder(PathBuf::from(text)));
        }
        let url = Url::parse(&escaped(text))
            .map_err(|error| wrong(NoPlace::Malformed { why: error.to_string() }))?;
        match url.scheme() {
            "file" => url.to_file_path().map(Self::Folder).map_err(|()| wrong(NoPlace::Elsewhere)),
            "s3" | "s3a" | "gs" | "az" | "adl" | "azure" | "abfs" | "abfss" | "http" | "https" => {
                if url.host_str().is_none_or(str::is_empty) {
                    return Err(wrong(NoPlace::NoHost));
                }
                Ok(Self::Remote(url))
            }
            scheme => Err(wrong(NoPlace::Scheme { scheme: scheme.to_owned() })),
        }
    }

    /// Whether outputs can go there, as far as that can be said without making or asking anything.
    ///
    /// # Errors
    /// What is in the way.
    pub fn check(&self, settings: &Settings) -> Result<(), StorageError> {
        match self {
            Self::Folder(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                match path.ancestors().find(|path| path.exists()) {
                    Some(file) if !file.is_dir() => Err(StorageError::NotAFolder {
                        text: path.display().to_string(),
                        file: file.display().to_string(),
                    }),
                    _ => Ok(()),
                }
            }
            Self::Remote(url) => Remote::open(url, settings).map(drop),
        }
    }
}

/// The address of an object as a URL: what a URL would take for its query, decode or pass over belongs to the key.
fn escaped(text: &str) -> String {
    if ["http:", "https:", "file:"].iter().any(|web| text.to_ascii_lowercase().starts_with(web)) {
        return text.to_owned();
    }
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        if matches!(c, '%' | '?' | '#' | ' ') || c.is_ascii_control() {
            escaped += &format!("%{:02X}", u32::from(c));
        } else {
            escaped.push(c);
        }
        escaped
    })
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Remote(url) => f.write_str(url.as_str()),
        }
    }
}

fn shown(text: &str) -> String {
    text.chars().take(300).collect()
}

/// How object stores are opened.
#[derive(Clone, Default)]
pub struct Settings {
    /// Environment variables that configure them: `AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT`, `GOOGLE_…`, `AZURE_…`.
    pub variables: Vec<(String, String)>,
    /// How long a store that does not answer is tried again.
    pub patience: Duration,
}

impl fmt::Debug for Settings {
    /// Without the values, which are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("patience", &self.patience).finish_non_exhaustive()
    }
}

/// Something to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its name in the store: parts between `/`.
    pub key: String,
    /// Lower-case hexadecimal SHA-256 of `bytes`.
    pub sha256: String,
    /// What it is.
    pub bytes: Vec<u8>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is stored now and was not before.
    Created,
    /// Something was stored under its key before, and still is.
    Existed {
        /// Lower-case hexadecimal SHA-256 of what is stored.
        sha256: String,
        /// Its size in bytes.
        bytes: u64,
    },
}

/// Where outputs go.
pub enum Store {
    /// A folder on this machine.
    Folder(Folder),
    /// An object store.
    Remote(Remote),
}

impl Store {
    /// Opens the store at `location`; a folder is made if it is not there.
    ///
    /// # Errors
    /// If it cannot be made, or is not configured.
    pub fn open(location: &Location, settings: &Settings) -> Result<Self, StorageError> {
        Ok(match location {
            Location::Folder(path) => Self::Folder(Folder::open(path)?),
            Location::Remote(url) => Self::Remote(Remote::open(url, settings)?),
        })
    }

    /// Stores each of `objects` unless something is stored under its key. At any moment, and whoever else writes, a key
    /// has nothing or a whole object, and what it has it keeps.
    ///
    /// # Errors
    /// If the store cannot be written. Some of the objects may be stored then; the same call completes it later.
    pub fn put(&self, objects: &[Object]) -> Result<Vec<Stored>, StorageError> {
        match self {
            Self::Folder(folder) => folder.put(objects),
            Self::Remote(remote) => remote.put(objects),
        }
    }

    /// Stores `object` in place of what is stored under its key, in one step: that is damaged.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn replace(&self, object: &Object) -> Result<(), StorageError> {
        match self {
            Self::Folder(folder) => folder.replace(object),
            Self::Remote(remote) => remote.replace(object),
        }
    }

    /// What is stored under `key`, at most `limit` bytes.
    ///
    /// # Errors
    /// If there is no such object, it is larger, or the store cannot be read.
    pub fn get(&self, key: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        if !is_key(key) {
            return Err(ReadError::Refused { why: NotThere::Outside });
        }
        match self {
            Self::Folder(folder) => folder.get(key, limit),
            Self::Remote(remote) => remote.get(key, limit),
        }
    }
}

/// Whether `key` names something within a store: parts of letters, digits, `.`, `-` and `_`, none of them hidden.
fn is_key(key: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    key.len() <= 1024 && key.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Location, is_key};
    use crate::message::Describe;

    #[test]
    fn places_are_told_apart() {
        let folder = |text: &str| match Location::parse(text) {
            Ok(Location::Folder(path)) => Some(path),
            _ => None,
        };
        assert_eq!(folder("out/a b"), Some(PathBuf::from("out/a b")));
        assert_eq!(folder("file:///data/a%20b"), Some(PathBuf::from("/data/a b")));
        let remote = |text: &str| match Location::parse(text) {
            Ok(Location::Remote(url)) => Some(url.to_string()),
            _ => None,
        };
        assert_eq!(remote("s3://bucket/prefix").as_deref(), Some("s3://bucket/prefix"));
        assert_eq!(remote("s3://b/in/a?b#c%2F.html ").as_deref(), Some("s3://b/in/a%3Fb%23c%252F.html%20"));
        assert_eq!(remote("http://a.cn/view?id=1").as_deref(), Some("http://a.cn/view?id=1"));
        for wrong in ["", "ftp://a/b", "s3:///x", "file://host/x", "http://"] {
            assert_eq!(Location::parse(wrong).expect_err(wrong).code(), "storage-location", "{wrong}");
        }
    }

    #[test]
    fn no_key_leads_out_of_the_store() {
        assert!(is_key("0f3/0f3a/document.pdf"));
        for wrong in
            ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/./b", ".incoming/x", "a\\b", "a/b\0", "ä"]
        {
            assert!(!is_key(wrong), "{wrong}");
        }
    }
}
