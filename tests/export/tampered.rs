//! A bag in which anything was altered is refused by name, and nothing of it is filed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use guidang::document::sha256;

use super::{archive, at, done, store};
use crate::support::files;

/// A bag of a small store, in a folder of its own.
fn bag(folder: &Path) -> PathBuf {
    store(folder);
    done(at(folder, 1_700_200_000, &["export", "--store", "store", "--bagit", "bag", "zw/t1.html"]));
    folder.join("bag")
}

/// Alters a copy of the bag and says what is told of it. Nothing may be filed.
fn told(folder: &Path, alter: impl FnOnce(&Path)) -> String {
    let copy = folder.join("copy");
    let _ = fs::remove_dir_all(&copy);
    for name in files(&folder.join("bag")) {
        let to = copy.join(&name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(folder.join("bag").join(&name), to).unwrap();
    }
    alter(&copy);
    let run = archive(folder, 1_700_300_000, "taken", "copy");
    assert_eq!(run.code, 1, "{run:?}");
    let objects = files(&folder.join("taken/objects"));
    assert!(objects.iter().all(|path| !path.contains("/content/")), "{objects:?}");
    assert_eq!(run.stderr.lines().count(), 2, "{run:?}");
    run.stderr
}

fn payload(bag: &Path, end: &str) -> String {
    files(bag).into_iter().find(|path| path.starts_with("data/") && path.ends_with(end)).unwrap()
}

/// Writes a manifest anew, and the digests of it, as one would who knows how bags are made.
fn rewrite(bag: &Path, change: impl Fn(&str) -> String) {
    for name in files(bag).iter().filter(|name| name.starts_with("tagmanifest-")) {
        fs::remove_file(bag.join(name)).unwrap();
    }
    for name in ["manifest-sha256.txt", "manifest-sha512.txt"] {
        let text = fs::read_to_string(bag.join(name)).unwrap();
        fs::write(bag.join(name), change(&text)).unwrap();
    }
}

#[test]
fn every_alteration_is_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let bag = bag(folder);
    let pdf = payload(&bag, "v2/document.pdf");
    let flipped = told(folder, |copy| {
        let mut bytes = fs::read(copy.join(&pdf)).unwrap();
        bytes[1000] ^= 1;
        fs::write(copy.join(&pdf), bytes).unwrap();
    });
    assert!(flipped.contains(&format!("{pdf} has been altered")), "{flipped}");
    let missing = told(folder, |copy| fs::remove_file(copy.join(&pdf)).unwrap());
    assert!(missing.contains(&format!("{pdf} is missing")), "{missing}");
    let stray = told(folder, |copy| fs::write(copy.join("data/extra.txt"), "x").unwrap());
    assert!(stray.contains("data/extra.txt is in no list"), "{stray}");
    let beside = told(folder, |copy| fs::write(copy.join("extra.txt"), "x").unwrap());
    assert!(beside.contains("extra.txt is in no list"), "{beside}");
    let info = told(folder, |copy| fs::write(copy.join("bag-info.txt"), "Payload-Oxum: 1.1\n").unwrap());
    assert!(info.contains("bag-info.txt has been altered"), "{info}");
    let oxum = told(folder, |copy| {
        rewrite(copy, str::to_owned);
        fs::write(copy.join("bag-info.txt"), "Payload-Oxum: 1.1\n").unwrap();
    });
    assert!(oxum.contains("states 1.1"), "{oxum}");
    let list = told(folder, |copy| fs::remove_file(copy.join("manifest-sha256.txt")).unwrap());
    assert!(list.contains("manifest-sha256.txt is missing"), "{list}");
    let none = told(folder, |copy| {
        rewrite(copy, str::to_owned);
        fs::remove_file(copy.join("manifest-sha256.txt")).unwrap();
        fs::remove_file(copy.join("manifest-sha512.txt")).unwrap();
    });
    assert!(none.contains("manifest-sha512.txt is missing"), "{none}");
    let declaration = told(folder, |copy| fs::write(copy.join("bagit.txt"), "BagIt-Version: 9\n").unwrap());
    assert!(declaration.contains("bagit.txt"), "{declaration}");
    let elsewhere = told(folder, |copy| fs::write(copy.join("fetch.txt"), "http://a/ 1 data/a\n").unwrap());
    assert!(elsewhere.contains("fetch.txt"), "{elsewhere}");

    // Whoever changes the lists too is found out by what the files say of each other.
    let source = payload(&bag, "v1/source.warc.gz");
    let other = payload(&bag, "v2/source.warc.gz");
    let run = {
        let copy = folder.join("copy");
        let old = sha256(&fs::read(bag.join(&source)).unwrap());
        told(folder, |copy| {
            fs::copy(bag.join(&other), copy.join(&source)).unwrap();
            rewrite(copy, |text| text.replace(&old, &sha256(&fs::read(bag.join(&other)).unwrap())));
            fs::remove_file(copy.join("manifest-sha512.txt")).unwrap();
            fs::remove_file(copy.join("bag-info.txt")).unwrap();
            fs::remove_dir_all(copy.join(other.trim_end_matches("/source.warc.gz"))).unwrap();
            let kept: String = fs::read_to_string(copy.join("manifest-sha256.txt"))
                .unwrap()
                .lines()
                .filter(|line| !line.contains("/v2/"))
                .map(|line| format!("{line}\n"))
                .collect();
            fs::write(copy.join("manifest-sha256.txt"), kept).unwrap();
        }) + copy.to_str().unwrap()
    };
    assert!(run.contains("is not the one that its metadata.json describes"), "{run}");
}

#[test]
fn no_path_of_a_manifest_leads_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let bag = bag(folder);
    fs::write(folder.join("secret"), "secret").unwrap();
    let pdf = payload(&bag, "v1/document.pdf");
    for path in
        ["data/../../secret", "/etc/passwd", "../secret", "data/./x", "data//x", "data\\..\\secret", "secret"]
    {
        let run = told(folder, |copy| rewrite(copy, |text| text.replace(&pdf, path)));
        assert!(run.contains("names an impossible path"), "{path}: {run}");
    }
    let linked = told(folder, |copy| {
        fs::remove_file(copy.join(&pdf)).unwrap();
        symlink(folder.join("bag").join(&pdf), copy.join(&pdf)).unwrap();
    });
    assert!(linked.contains(&format!("{pdf} is neither a regular file nor a folder")), "{linked}");
    let folder_linked = told(folder, |copy| symlink("/etc", copy.join("data/etc")).unwrap());
    assert!(folder_linked.contains("data/etc is neither"), "{folder_linked}");
}

#[test]
fn lists_that_are_bombs_are_refused_without_being_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    bag(folder);
    let long = told(folder, |copy| rewrite(copy, |text| format!("{}{text}", "0".repeat(100 << 20))));
    assert!(long.contains("line 1 is no digest and path"), "{long}");
    let twice = told(folder, |copy| rewrite(copy, |text| text.to_owned() + text));
    assert!(twice.contains("is listed twice"), "{twice}");
    let nonsense = told(folder, |copy| rewrite(copy, |_| "\u{0}\u{1}".to_owned()));
    assert!(nonsense.contains("line 1 is no digest and path"), "{nonsense}");
    let huge = told(folder, |copy| {
        rewrite(copy, str::to_owned);
        let file = fs::File::create(copy.join("bag-info.txt")).unwrap();
        file.set_len(8 << 30).unwrap();
    });
    assert!(huge.contains("bag-info.txt: too large"), "{huge}");
}

#[test]
fn a_bag_of_others_is_a_folder_of_sources_once_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let bag = folder.join("bag");
    fs::create_dir_all(bag.join("data")).unwrap();
    let page = super::addressed(7, "丁");
    fs::write(bag.join("data/a.html"), &page).unwrap();
    fs::write(bag.join("bagit.txt"), "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n").unwrap();
    fs::write(bag.join("manifest-sha256.txt"), format!("{} *data/a.html\n", sha256(page.as_bytes())))
        .unwrap();
    let taken = done(archive(folder, 1_700_300_000, "taken", "bag"));
    assert!(taken.stderr.contains("1 created"), "{taken:?}");
}
