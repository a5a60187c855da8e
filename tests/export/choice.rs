//! What is exported, and where to.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::{archive, at, done, store};
use crate::support::{Run, files};

fn export(folder: &Path, arguments: &[&str]) -> Run {
    at(folder, 1_700_200_000, &[&["export", "--store", "store"], arguments].concat())
}

/// Folder, identifier and versions of each object in a bag.
fn objects(bag: &Path) -> Vec<(String, String)> {
    let list = fs::read_to_string(bag.join("objects.tsv")).unwrap();
    let lines = list.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    lines.map(|fields| (fields[1].to_owned(), fields[2].to_owned())).collect()
}

#[test]
fn pages_are_named_by_a_part_of_their_address_or_searched_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(folder);
    let named = done(export(folder, &["--bagit", "named", "zw/t1.html", "--versions", "newest"]));
    assert!(named.stderr.starts_with("1 object, 1 version, "), "{named:?}");
    let page = |number| format!("https://www.gd.gov.cn/zw/t{number}.html");
    assert_eq!(objects(&folder.join("named")), [(page(1), "v2".to_owned())]);
    done(export(folder, &["--bagit", "searched", "--search", "号事项", "--site", "gd.gov.cn"]));
    let searched = [(page(1), "v1 v2".to_owned()), (page(2), "v1".to_owned())];
    assert_eq!(objects(&folder.join("searched")), searched);
    // The oldest version of a page is another object's first when it is alone.
    let back = done(archive(folder, 1_700_300_000, "back", "named"));
    assert!(back.stderr.contains("1 created"), "{back:?}");

    let ambiguous = export(folder, &["--bagit", "none", "zw/t"]);
    assert!(ambiguous.code == 2 && ambiguous.stderr.contains("zw/t may be any of"), "{ambiguous:?}");
    let unknown = export(folder, &["--bagit", "none", "nothing like it"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("nothing like it"), "{unknown:?}");
    let nothing = export(folder, &["--bagit", "none", "--search", "查无此词"]);
    assert!(nothing.code == 2 && nothing.stderr.contains("nothing to export"), "{nothing:?}");
    assert!(!folder.join("none").exists());
}

#[test]
fn nothing_is_overwritten_and_nothing_half_done_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(folder);
    let before = files(folder);
    fs::write(folder.join("out.wacz"), b"old").unwrap();
    let refused = export(folder, &["--wacz", "out.wacz"]);
    assert!(refused.code == 2 && refused.stderr.contains("--force"), "{refused:?}");
    assert_eq!(fs::read(folder.join("out.wacz")).unwrap(), b"old");
    done(export(folder, &["--wacz", "out.wacz", "--force"]));
    assert_ne!(fs::read(folder.join("out.wacz")).unwrap(), b"old");
    fs::remove_file(folder.join("out.wacz")).unwrap();
    assert_eq!(export(folder, &["--bagit", "site", "--force"]).code, 2);
    assert_eq!(export(folder, &["--bagit", "store/bag"]).code, 2);
    assert_eq!(export(folder, &["--bagit", "bag", "--wacz", "out.wacz"]).code, 2);
    assert_eq!(export(folder, &[]).code, 2);
    assert_eq!(export(folder, &["--layout", "x", "bag"]).code, 2);
    assert_eq!(export(folder, &["--bagit", "bag", "--operator", "a\nb"]).code, 2);

    // What was altered in the store does not go out.
    let pdf = before.iter().find(|path| path.ends_with("/source.warc.gz")).unwrap();
    let mut bytes = fs::read(folder.join(pdf)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(folder.join(pdf), bytes).unwrap();
    for (form, destination) in [("--bagit", "bag"), ("--warc", "out.warc.gz"), ("--wacz", "out.wacz")] {
        let damaged = export(folder, &[form, destination]);
        assert!(damaged.code == 1 && damaged.stderr.contains("has been altered"), "{damaged:?}");
    }
    let mut after = files(folder);
    after.retain(|path| !path.starts_with("store/"));
    let mut expected = before.clone();
    expected.retain(|path| !path.starts_with("store/"));
    assert_eq!(after, expected);
}

#[test]
fn a_wacz_holds_what_its_lists_say() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(folder);
    done(export(folder, &["--wacz", "out.wacz"]));
    let mut zip = zip::ZipArchive::new(fs::File::open(folder.join("out.wacz")).unwrap()).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let package: serde_json::Value = serde_json::from_slice(&read("datapackage.json")).unwrap();
    for resource in package["resources"].as_array().unwrap() {
        let bytes = read(resource["path"].as_str().unwrap());
        let digest = format!("sha256:{}", guidang::document::sha256(&bytes));
        assert_eq!(resource["hash"], digest, "{resource}");
        assert_eq!(resource["bytes"], bytes.len(), "{resource}");
    }
    let pages = String::from_utf8(read("pages/pages.jsonl")).unwrap();
    assert_eq!(pages.lines().count(), 1 + 6, "{pages}");
    assert!(
        pages.contains("关于采集网页的通知") && pages.contains("\"ts\":\"2021-01-02T03:04:05Z\""),
        "{pages}"
    );
    // Every line of the index leads to a record of that address.
    let mut index = String::new();
    flate2::read::MultiGzDecoder::new(read("indexes/index.cdx.gz").as_slice())
        .read_to_string(&mut index)
        .unwrap();
    let mut keys: Vec<&str> = Vec::new();
    for line in index.lines() {
        let (key, fields) = line.split_at(line.find('{').unwrap());
        keys.push(key);
        let fields: serde_json::Value = serde_json::from_str(fields).unwrap();
        let number = |name: &str| fields[name].as_str().unwrap().parse::<usize>().unwrap();
        let warc = read(&format!("archive/{}", fields["filename"].as_str().unwrap()));
        let member = &warc[number("offset")..][..number("length")];
        let mut record = Vec::new();
        let mut decoder = flate2::bufread::GzDecoder::new(member);
        decoder.read_to_end(&mut record).unwrap();
        assert!(decoder.into_inner().is_empty(), "{line}");
        let target = format!("WARC-Target-URI: {}\r\n", fields["url"].as_str().unwrap());
        assert!(String::from_utf8_lossy(&record).contains(&target), "{line}");
    }
    assert_eq!(keys.len(), 10, "{index}");
    assert!(keys.is_sorted(), "{index}");
}
