//! Stores that somebody has tampered with: nothing is followed, nothing is believed, everything is named.

use super::*;

/// Changes the inventory of object `a` and its sidecars, as one who can write to the store would.
fn tampered(change: impl Fn(&str) -> String) -> StoreError {
    let (folder, ..) = undisturbed();
    let root = folder.path().join("store");
    let object = root.join(layout::object_folder(&id("a")));
    let inventory = fs::read_to_string(object.join("inventory.json")).expect("an inventory");
    let changed = change(&inventory);
    assert_ne!(inventory, changed, "nothing was changed");
    for place in [object.clone(), object.join("v3")] {
        fs::write(place.join("inventory.json"), &changed).expect("written");
        fs::write(
            place.join("inventory.json.sha512"),
            crate::archive::store::object::sidecar_of(changed.as_bytes()),
        )
        .expect("written");
    }
    let store = Store::open(&root).expect("a store");
    let error = store.object(&id("a")).expect_err("refused");
    // A writer does not build on it either.
    let mut writer = store.writer(Duration::ZERO).expect("a writer");
    assert_eq!(writer.commit(&submission("a", 9, &[("a", "x")])), Err(error.clone()));
    // Nor does one damaged object hide the others.
    assert_eq!(store.objects().flatten().count(), 1);
    error
}

fn inventory_fault(change: impl Fn(&str) -> String) -> InventoryFault {
    match tampered(change) {
        StoreError::Inventory { fault, .. } => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn inventories_that_lead_astray_are_refused_before_anything_is_opened() {
    let path = |fault| match fault {
        InventoryFault::Path { why, .. } => why,
        other => panic!("{other:?}"),
    };
    let content = "v1/content/document.json";
    let to = |path: &'static str| move |text: &str| text.replace(content, path);
    assert_eq!(path(inventory_fault(to("v1/content/../../../../../../../etc/passwd"))), PathFault::Dots);
    assert_eq!(path(inventory_fault(to("/etc/passwd"))), PathFault::Empty);
    assert_eq!(path(inventory_fault(to("v1\\\\content"))), PathFault::Character);
    assert_eq!(path(inventory_fault(to("v1/content/a\\u0000b"))), PathFault::Character);
    assert_eq!(path(inventory_fault(to("v4/content/a"))), PathFault::Outside);
    assert_eq!(path(inventory_fault(to("v1/other/a"))), PathFault::Outside);
    let long = "x".repeat(300);
    assert_eq!(
        path(inventory_fault(|text| text.replace(content, &format!("v1/content/{long}")))),
        PathFault::Long
    );
    assert_eq!(path(inventory_fault(|text| text.replace("\"u/v/w\"", "\"u/../w\""))), PathFault::Dots);
    assert!(matches!(
        inventory_fault(|text| text.replace("\"u/v/w\"", "\"t\"")),
        InventoryFault::Conflict { .. }
    ));
    assert!(matches!(
        inventory_fault(|text| text.replace("\"u/v/w\"", "\"t/u\"")),
        InventoryFault::Conflict { .. }
    ));
    assert!(matches!(inventory_fault(to("v1/content/t")), InventoryFault::Conflict { .. }));
}

#[test]
fn inventories_that_contradict_themselves_are_refused() {
    let is =
        |found: InventoryFault, wanted: fn(&InventoryFault) -> bool| assert!(wanted(&found), "{found:?}");
    is(
        inventory_fault(|text| {
            text.replace("\"digestAlgorithm\": \"sha512\"", "\"digestAlgorithm\": \"md5\"")
        }),
        |fault| matches!(fault, InventoryFault::Algorithm { .. }),
    );
    is(inventory_fault(|text| text.replace("ocfl.io/1.1", "ocfl.io/2.0")), |fault| {
        matches!(fault, InventoryFault::Kind { .. })
    });
    is(inventory_fault(|text| text.replace("\"v2\": {", "\"v4\": {")), |fault| {
        matches!(fault, InventoryFault::Versions)
    });
    is(inventory_fault(|text| text.replace("\"v2\": {", "\"v02\": {")), |fault| {
        matches!(fault, InventoryFault::Malformed { .. })
    });
    is(inventory_fault(|text| text.replace("\"v2\": {", "\"v1\": {")), |fault| {
        matches!(fault, InventoryFault::Malformed { .. })
    });
    is(inventory_fault(|text| text.replace("2017-07-14T02:40:04Z", "yesterday")), |fault| {
        matches!(fault, InventoryFault::Created { .. })
    });
    is(inventory_fault(|text| text.replace("/a.html\"", "/b.html\"")), |fault| {
        matches!(fault, InventoryFault::Identity { .. })
    });
    is(inventory_fault(|text| text[..text.len() / 2].to_owned()), |fault| {
        matches!(fault, InventoryFault::Malformed { .. })
    });
    is(inventory_fault(|_| "[".repeat(100_000)), |fault| matches!(fault, InventoryFault::Malformed { .. }));
    assert!(matches!(
        tampered(|text| text.replace("\"head\": \"v3\"", "\"head\": \"v9\"")),
        StoreError::Missing { .. }
    ));
    assert!(matches!(
        tampered(|text| text.replace("\"head\": \"v3\"", "\"head\": \"v2\"")),
        StoreError::Inventory { fault: InventoryFault::Sidecar, .. }
    ));
}

#[test]
fn an_inventory_without_end_is_not_read() {
    let (folder, ..) = undisturbed();
    let root = folder.path().join("store");
    let inventory = root.join(layout::object_folder(&id("a"))).join("inventory.json");
    fs::OpenOptions::new()
        .write(true)
        .open(inventory)
        .and_then(|file| file.set_len(1 << 40))
        .expect("a hole");
    let store = Store::open(&root).expect("a store");
    assert!(matches!(store.object(&id("a")), Err(StoreError::TooLarge { .. })));
}

#[test]
fn links_are_never_followed_wherever_they_are() {
    let a = layout::object_folder(&id("a"));
    let in_object = |name: &str| format!("{a}/{name}");
    let places = [
        "objects".to_owned(),
        "events".to_owned(),
        "staging".to_owned(),
        layout::LOG.to_owned(),
        "lock".to_owned(),
        a[..a.len() - a.rsplit('/').next().expect("a name").len() - 1].to_owned(),
        a.clone(),
        in_object("inventory.json"),
        in_object("v3"),
        in_object("v3/inventory.json.sha512"),
        in_object("v3/content"),
        in_object("v3/content/u/v/w"),
    ];
    for place in places {
        let (folder, ..) = undisturbed();
        let root = folder.path().join("store");
        let outside = folder.path().join("outside");
        // The same thing, elsewhere: nothing but the link is wrong.
        fs::rename(root.join(&place), &outside).expect("moved");
        symlink(&outside, root.join(&place)).expect("a link");
        let before = if outside.is_dir() { snapshot(&outside) } else { BTreeMap::new() };
        let tried = (|| {
            let store = Store::open(&root)?;
            let mut writer = store.writer(Duration::ZERO)?;
            let object = store.object(&id("a"))?.expect("there");
            object.read(3, "u/v/w")?;
            writer.commit(&submission("a", 9, &[("a", "x")]))
        })();
        match tried {
            Err(StoreError::Foreign { path }) => assert!(path.ends_with(&place), "{place}: {path}"),
            other => panic!("{place}: {other:?}"),
        }
        if outside.is_dir() {
            assert!(snapshot(&outside) == before, "{place}: written through a link");
        }
    }
}

#[test]
fn a_flipped_byte_is_named() {
    let (folder, ..) = undisturbed();
    let root = folder.path().join("store");
    let store = Store::open(&root).expect("a store");
    let object = store.object(&id("a")).expect("readable").expect("there");
    let path = object.files(3).expect("files")["u/v/w"].path.clone();
    fs::write(&path, "nev").expect("altered");
    match object.read(3, "u/v/w") {
        Err(StoreError::Altered { path: named, .. }) => assert_eq!(Path::new(&named), path),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_journal_that_does_not_fit_stops_writers_only() {
    let (folder, ..) = undisturbed();
    let root = folder.path().join("store");
    let store = Store::open(&root).expect("a store");
    let line = fs::read_to_string(root.join(layout::LOG)).expect("the log").lines().nth(1).map(str::to_owned);
    let old = serde_json::json!({ "format": 1, "object": id("a").as_str(), "version": 1, "line": line });
    for text in ["", "{}", "{\"format\":2}", &old.to_string()] {
        fs::write(root.join("journal.json"), text).expect("a journal");
        assert!(matches!(store.writer(Duration::ZERO), Err(StoreError::Journal { .. })), "{text}");
        assert_eq!(state(&store).len(), 2);
    }
}

#[test]
fn what_lies_where_a_version_belongs_is_not_overwritten() {
    let (folder, ..) = undisturbed();
    let root = folder.path().join("store");
    let stray = root.join(layout::object_folder(&id("a"))).join("v4");
    fs::create_dir(&stray).expect("a folder");
    let store = Store::open(&root).expect("a store");
    let mut writer = store.writer(Duration::ZERO).expect("a writer");
    let refused = writer.commit(&submission("a", 9, &[("a", "x")]));
    assert!(matches!(refused, Err(StoreError::Occupied { .. })), "{refused:?}");
    assert_eq!(store.object(&id("a")).expect("readable").expect("there").head(), 3);
}
