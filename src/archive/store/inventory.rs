//! Turns the bytes of an OCFL inventory into its parts, and back. OCFL 1.1, section 3.5.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::error::InventoryFault;

/// OCFL 1.1, section 3.5.1.
pub(crate) const KIND: &str = "https://ocfl.io/1.1/spec/#inventory";
/// The algorithm of the manifest.
pub(crate) const ALGORITHM: &str = "sha512";
/// The algorithm of the fixity block that is kept for every file.
pub(crate) const FIXITY: &str = "sha256";
/// The folder of content in a version.
pub(crate) const CONTENT: &str = "content";
/// Some four thousand versions of a page; larger inventories are refused.
pub(crate) const LARGEST: u64 = 64 << 20;

/// Paths by the digest of the content.
pub(crate) type ByDigest = Unique<String, Vec<String>>;

/// An inventory as it stands in JSON, its order of members that of the specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Inventory {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) digest_algorithm: String,
    pub(crate) head: VersionName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_directory: Option<String>,
    /// Content paths by SHA-512.
    pub(crate) manifest: ByDigest,
    pub(crate) versions: Unique<VersionName, VersionBlock>,
    /// By algorithm: content paths by digest.
    #[serde(default, skip_serializing_if = "Unique::is_empty")]
    pub(crate) fixity: Unique<String, ByDigest>,
}

/// A version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionBlock {
    /// RFC 3339, kept as it was written.
    pub(crate) created: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<User>,
    /// Logical paths by SHA-512.
    pub(crate) state: ByDigest,
}

/// Who made a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct User {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
}

/// `v1`, `v2` …: from 1, without leading zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct VersionName(pub(crate) u32);

impl VersionName {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('v')?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        digits.parse().ok().filter(|_| plain).map(Self)
    }
}

impl fmt::Display for VersionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl From<VersionName> for String {
    fn from(name: VersionName) -> Self {
        name.to_string()
    }
}

impl TryFrom<String> for VersionName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("not a version: {text}"))
    }
}

/// An object of JSON in which no key occurs twice: with two values for a key, two readers may see two stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Unique<K: Ord, V>(pub(crate) BTreeMap<K, V>);

impl<K: Ord, V> Unique<K, V> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Ord, V> Default for Unique<K, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, K: Ord + Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Unique<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys<K, V>(std::marker::PhantomData<(K, V)>);

        impl<'de, K: Ord + Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Keys<K, V> {
            type Value = Unique<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut map = BTreeMap::new();
                while let Some((key, value)) = access.next_entry()? {
                    if map.insert(key, value).is_some() {
                        return Err(serde::de::Error::custom("a key occurs twice"));
                    }
                }
                Ok(Unique(map))
            }
        }

        deserializer.deserialize_map(Keys(std::marker::PhantomData))
    }
}

impl Inventory {
    /// Reads the bytes of an inventory. What it says is not checked yet.
    ///
    /// # Errors
    /// If they are not JSON of the right form.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, InventoryFault> {
        serde_json::from_slice(bytes).map_err(|error| InventoryFault::Malformed { why: error.to_string() })
    }

    /// JSON with two spaces of indentation and a final line feed, digests in order.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        // Nothing in it can fail to be JSON.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Content paths by logical path, with their SHA-512, in one version.
    pub(crate) fn files(&self, version: u32) -> Option<BTreeMap<&str, (&str, &str)>> {
        let block = self.versions.0.get(&VersionName(version))?;
        let mut files = BTreeMap::new();
        for (digest, logical) in &block.state.0 {
            let content = self.manifest.0.get(digest).and_then(|paths| paths.first())?;
            for path in logical {
                files.insert(path.as_str(), (digest.as_str(), content.as_str()));
            }
        }
        Some(files)
    }

    /// SHA-256 by content path.
    pub(crate) fn fixity(&self) -> BTreeMap<&str, &str> {
        let Some(block) = self.fixity.0.get(FIXITY) else { return BTreeMap::new() };
        let pairs = block
            .0
            .iter()
            .flat_map(|(digest, paths)| paths.iter().map(|path| (path.as_str(), digest.as_str())));
        pairs.collect()
    }
}
