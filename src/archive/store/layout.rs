//! Turns an object identifier into its folder below the storage root, by the OCFL community extension
//! `0003-hash-and-id-n-tuple-storage-layout`; and holds the names of what a store consists of.

use super::ObjectId;
use super::digest::sha256;

/// The OCFL storage root within the store.
pub(crate) const OBJECTS: &str = "objects";
/// The folder of the event log.
pub(crate) const EVENTS: &str = "events";
/// The event log.
pub(crate) const LOG: &str = "events/log.jsonl";
/// The folder of time-stamp tokens over its head.
pub(crate) const TIMESTAMPS: &str = "events/timestamps";
/// Versions in preparation.
pub(crate) const STAGING: &str = "staging";
/// The version in preparation; there is one writer, so there is one.
pub(crate) const STAGED_OBJECT: &str = "staging/object";
/// A single file in preparation.
pub(crate) const STAGED_FILE: &str = "staging/file";
/// The commit that is being published.
pub(crate) const JOURNAL: &str = "journal.json";
/// The file that the writer locks.
pub(crate) const LOCK: &str = "lock";
/// The rules of appraisal, if they are kept in the store.
pub(crate) const RULES: &str = "appraisal.toml";
/// The layout in prose.
pub(crate) const FORMAT: &str = "FORMAT.md";

/// OCFL 1.1, section 4.1: declares the storage root. Written last, so that a store with it is complete.
pub(crate) const ROOT_DECLARATION: &str = "objects/0=ocfl_1.1";
/// Its content.
pub(crate) const ROOT_CONFORMANCE: &str = "ocfl_1.1\n";
/// OCFL 1.1, section 3.2: declares an object, within its folder.
pub(crate) const OBJECT_DECLARATION: &str = "0=ocfl_object_1.1";
/// Its content.
pub(crate) const OBJECT_CONFORMANCE: &str = "ocfl_object_1.1\n";
/// The inventory, in an object and in each of its versions.
pub(crate) const INVENTORY: &str = "inventory.json";
/// The digest of the inventory beside it.
pub(crate) const SIDECAR: &str = "inventory.json.sha512";
/// OCFL 1.1, section 4.1: names the layout.
pub(crate) const LAYOUT: &str = "objects/ocfl_layout.json";
/// Its content.
pub(crate) const LAYOUT_TEXT: &str = "{\n  \"extension\": \"0003-hash-and-id-n-tuple-storage-layout\",\n  \
     \"description\": \"Hashed truncated n-tuple trees with object ID encapsulating directory\"\n}\n";
/// The folder of the parameters of the layout.
pub(crate) const EXTENSION: &str = "objects/extensions/0003-hash-and-id-n-tuple-storage-layout";
/// The parameters of the layout.
pub(crate) const EXTENSION_CONFIGURATION: &str =
    "objects/extensions/0003-hash-and-id-n-tuple-storage-layout/config.json";
/// Their content: the defaults of the extension, written out.
pub(crate) const EXTENSION_TEXT: &str = "{\n  \"extensionName\": \"0003-hash-and-id-n-tuple-storage-layout\",\n  \
     \"digestAlgorithm\": \"sha256\",\n  \"tupleSize\": 3,\n  \"numberOfTuples\": 3\n}\n";

/// Folders above an object's: the number of tuples.
pub(crate) const TUPLES: usize = 3;
/// Digits in the name of each.
const TUPLE_SIZE: usize = 3;
/// A longer encoded identifier is cut here, and the digest tells the rest.
const LONGEST_NAME: usize = 100;

/// The folder of an object below the store: `objects/abc/def/012/https%3a%2f%2fwww%2e…`.
pub(crate) fn object_folder(id: &ObjectId) -> String {
    let digest = sha256(id.as_str().as_bytes());
    let mut path = OBJECTS.to_owned();
    for tuple in 0..TUPLES {
        path.push('/');
        path.push_str(&digest[tuple * TUPLE_SIZE..(tuple + 1) * TUPLE_SIZE]);
    }
    path.push('/');
    let mut name = String::new();
    for byte in id.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02x}"));
        }
    }
    if name.len() > LONGEST_NAME {
        name.truncate(LONGEST_NAME);
        name.push('-');
        name.push_str(&digest);
    }
    path + &name
}

#[cfg(test)]
mod tests {
    use super::{EXTENSION_TEXT, LAYOUT_TEXT, ObjectId, object_folder};

    fn folder(id: &str) -> String {
        object_folder(&ObjectId::parse(id).expect("an id"))
    }

    /// The examples that the extension's specification gives (sha256, 3, 3).
    #[test]
    fn folders_are_those_of_the_specification() {
        assert_eq!(folder("object-01"), "objects/3c0/ff4/240/object-01");
        assert_eq!(folder("..hor/rib:le-$id"), "objects/487/326/d8c/%2e%2ehor%2frib%3ale-%24id");
        let long = "abcdefghij".repeat(10) + "a";
        assert_eq!(
            folder(&long),
            format!(
                "objects/5cc/73e/648/{}-5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01464220",
                "abcdefghij".repeat(10)
            )
        );
    }

    #[test]
    fn declarations_are_json() {
        for text in [LAYOUT_TEXT, EXTENSION_TEXT] {
            serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        }
    }
}
