//! Turns versions into a bag (`BagIt` 1.0, RFC 8493), and a bag into the certainty that nothing in it was altered.
//!
//! `data/HOST/DIGITS/vN/` holds the files of version N of a page; DIGITS are the first 16 of the SHA-256 of its identifier,
//! which `objects.tsv` gives in full. Paths are ASCII without `%`, so that every reader of manifests reads them alike.

mod check;
mod manifest;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use jiff::tz::Offset;
use url::Url;

pub use check::check;

use self::manifest::Manifests;
use super::copy::{Digesting, copy, put};
use super::{ExportError, Order, Summary};
use crate::archive::store::{Object, ObjectId};
use crate::document::sha256;

/// The file that makes a folder a bag.
pub const DECLARATION: &str = "bagit.txt";
/// Its content (RFC 8493, 2.1.1).
const DECLARED: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// The metadata of the bag (RFC 8493, 2.2.2).
const INFO: &str = "bag-info.txt";
/// The list of folders and what they hold.
const OBJECTS: &str = "objects.tsv";
/// The payload.
const DATA: &str = "data";

/// Says to people what is in the bag.
const DESCRIPTION: &str = "Web pages archived by guidang. data/HOST/DIGITS/vN/ holds the files of version N of a page: \
     source.warc.gz (as captured, WARC 1.1), document.json, .pdf (PDF/A), .docx, .txt, images, attachments, metadata.json, \
     premis.xml (PREMIS 3). objects.tsv names the page of each folder.";

/// Writes what `order` asks for into the empty folder `folder`. The digest of the summary is that of
/// `manifest-sha256.txt`.
///
/// # Errors
/// If nothing is selected, something in the store was altered, or the folder cannot be written.
pub fn write(order: &Order<'_>, folder: &Path) -> Result<Summary, ExportError> {
    let mut summary = Summary::default();
    let mut payload = Manifests::create(folder, "manifest")?;
    let list = folder.join(OBJECTS);
    let failed = |error| ExportError::writing(&list, &error);
    let mut objects = Digesting::new(BufWriter::new(File::create_new(&list).map_err(failed)?));
    objects.write_all(b"folder\tidentifier\tversions\n").map_err(failed)?;
    for object in order.objects() {
        let object = object?;
        let place = place(object.id());
        let home = folder.join(&place);
        // Two identifiers of one place would be a collision of SHA-256: made known rather than mixed up.
        if let Some(host) = home.parent() {
            fs::create_dir_all(host).map_err(|error| ExportError::writing(host, &error))?;
        }
        fs::create_dir(&home).map_err(|error| ExportError::writing(&home, &error))?;
        let numbers = order.numbers(&object);
        for &number in &numbers {
            version(order, &object, number, &place, folder, &mut payload, &mut summary)?;
        }
        let named: Vec<String> = numbers.iter().map(|number| format!("v{number}")).collect();
        writeln!(objects, "{place}\t{}\t{}", object.id(), named.join(" ")).map_err(failed)?;
        summary.objects += 1;
        summary.versions += numbers.len() as u64;
    }
    if summary.objects == 0 {
        return Err(ExportError::Nothing);
    }
    let (mut file, listed) = objects.finish();
    file.flush().map_err(failed)?;

    let mut tags = Manifests::create(folder, "tagmanifest")?;
    tags.line(OBJECTS, &listed)?;
    tags.line(DECLARATION, &put(&folder.join(DECLARATION), DECLARED.as_bytes())?)?;
    tags.line(INFO, &put(&folder.join(INFO), info(order, &summary).as_bytes())?)?;
    for (name, written) in payload.finish()? {
        if name == "manifest-sha256.txt" {
            summary.digest.clone_from(&written.sha256);
        }
        tags.line(&name, &written)?;
    }
    tags.finish()?;
    Ok(summary)
}

fn version(
    order: &Order<'_>,
    object: &Object,
    number: u32,
    place: &str,
    folder: &Path,
    payload: &mut Manifests,
    summary: &mut Summary,
) -> Result<(), ExportError> {
    for (logical, stored) in object.files(number)? {
        order.proceed()?;
        let path = format!("{place}/v{number}/{logical}");
        let copied = copy(object, &stored, &folder.join(&path))?;
        payload.line(&path, &copied)?;
        summary.files += 1;
        summary.bytes += copied.bytes;
    }
    Ok(())
}

/// Where the versions of an object are: `data/www.gd.gov.cn/0123456789abcdef`.
fn place(id: &ObjectId) -> String {
    let host = Url::parse(id.as_str()).ok().and_then(|url| url.host_str().map(str::to_owned));
    // Hosts come in ASCII from the parser of addresses; an address in numbers of IPv6 has colons and brackets.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let host = host.filter(|host| host.len() <= 200 && host.chars().all(plain) && !host.starts_with('.'));
    format!("{DATA}/{}/{}", host.as_deref().unwrap_or("other"), &sha256(id.as_str().as_bytes())[..16])
}

/// `bag-info.txt`.
fn info(order: &Order<'_>, summary: &Summary) -> String {
    let date = Offset::UTC.to_datetime(order.created).date();
    let mut text = String::new();
    if let Some(operator) = &order.agent.operator {
        text += &format!("Source-Organization: {operator}\n");
    }
    text += &format!("Bagging-Date: {date}\n");
    text += &format!("Bag-Software-Agent: {}\n", order.agent.name);
    text += &format!("External-Description: {DESCRIPTION}\n");
    text += &format!(
        "Internal-Sender-Description: {} objects in {} versions\n",
        summary.objects, summary.versions
    );
    text + &format!("Payload-Oxum: {}.{}\n", summary.bytes, summary.files)
}

#[cfg(test)]
mod tests {
    use super::{ObjectId, place};

    #[test]
    fn places_are_plain_ascii() {
        let place = |id: &str| place(&ObjectId::parse(id).expect("an id"));
        assert_eq!(place("https://www.gd.gov.cn/a/b.html"), "data/www.gd.gov.cn/1aafa324919a1499");
        assert!(place("https://归档.中国/a").starts_with("data/xn--"));
        assert!(place("urn:sha256:00").starts_with("data/other/"));
        assert!(place("http://[::1]/a").starts_with("data/other/"));
    }
}
