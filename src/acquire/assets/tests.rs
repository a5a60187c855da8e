use std::fs;
use std::path::Path;

use super::{AssetOptions, AssetSource, FolderAssets, NoAssets, load};
use crate::diagnostic::{Diagnostic, Diagnostics, PictureFault};
use crate::document::{Block, Cell, Document, Figure, Image, Inline, List, Marker, Paragraph, Row, Table};

/// The smallest PNG: 1 × 1 pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3A\x7E\x9B\x55\0\0\0\x0AIDAT\x78\x9C\x63\
    \x60\0\0\0\x02\0\x01\x48\xAF\xA4\x71\0\0\0\0IEND\xAE\x42\x60\x82";

fn figure(source: &str) -> Block {
    let image = Image { source: source.to_owned(), ..Image::default() };
    Block::Figure(Figure { image, caption: Vec::new() })
}

fn inline(source: &str) -> Block {
    let image = Image { source: source.to_owned(), ..Image::default() };
    Block::Paragraph(Paragraph { content: vec![Inline::Image(image)], ..Paragraph::default() })
}

fn source_and_asset(block: &Block) -> (&str, bool) {
    match block {
        Block::Figure(figure) => (&figure.image.source, figure.image.asset.is_some()),
        Block::Paragraph(paragraph) => match &paragraph.content[0] {
            Inline::Image(image) => (&image.source, image.asset.is_some()),
            _ => ("", false),
        },
        Block::List(list) => source_and_asset(&list.items[0][0]),
        Block::Table(table) => source_and_asset(&table.rows[0].cells[0].blocks[0]),
        Block::Quote { body } => source_and_asset(&body[0]),
        _ => ("", false),
    }
}

fn loaded(
    body: Vec<Block>,
    from: &dyn AssetSource,
    options: &AssetOptions,
) -> (Document, Vec<(String, String)>) {
    let mut document = Document { body, ..Document::default() };
    let mut diagnostics = Diagnostics::default();
    load(&mut document, from, options, &mut diagnostics);
    let missing = diagnostics.iter().filter_map(|diagnostic| match diagnostic {
        Diagnostic::AssetMissing { source, reason } => Some((source.clone(), reason.to_string())),
        _ => None,
    });
    let missing = missing.collect();
    (document, missing)
}

fn reason(from: &dyn AssetSource, source: &str) -> String {
    from.fetch(source).err().map(|fault| fault.to_string()).unwrap_or_default()
}

#[test]
fn data_urls_become_assets_wherever_they_stand() {
    let base64 = "data:image/x-wrong;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
    let svg = "DATA:image/svg+xml,%3Csvg%20width='2'%20height='3'/%3E";
    let cell = Cell { blocks: vec![inline(base64)], ..Cell::default() };
    let body = vec![
        figure(base64),
        inline(svg),
        Block::List(List { marker: Marker::Bullet, start: 1, items: vec![vec![figure(base64)]] }),
        Block::Table(Table {
            caption: Vec::new(),
            unit: Vec::new(),
            columns: 1,
            header_rows: 0,
            rows: vec![Row { cells: vec![cell] }],
        }),
        Block::Quote { body: vec![figure(base64)] },
    ];
    let (document, missing) = loaded(body, &NoAssets, &AssetOptions::default());
    assert_eq!(missing, []);
    let sources: Vec<_> = document.body.iter().map(source_and_asset).collect();
    let png = ("data:image/png", true);
    assert_eq!(sources, [png, ("data:image/svg+xml", true), png, png, png]);
    let assets: Vec<_> = document
        .assets
        .values()
        .map(|asset| (asset.media_type.as_str(), asset.width, asset.height))
        .collect();
    assert_eq!(assets.len(), 2);
    assert!(assets.contains(&("image/png", 1, 1)) && assets.contains(&("image/svg+xml", 2, 3)));
    assert!(document.assets.keys().all(|id| id.0.len() == 64));
    assert_eq!(crate::document::check(&document), []);
}

#[test]
fn data_urls_that_are_no_pictures_are_refused_and_shortened() {
    let options = AssetOptions { bytes: 100, ..AssetOptions::default() };
    let long = format!("data:image/png,{}", "x".repeat(1000));
    let body = vec![
        figure("data:image/png;base64,!"),
        figure("data:text/plain,hello"),
        figure("data:x"),
        figure(&long),
    ];
    let (document, missing) = loaded(body, &NoAssets, &options);
    let expected = [
        ("data:image/png", "a malformed data URL"),
        ("data:text/plain", "not a picture"),
        ("data:", "a malformed data URL"),
        ("data:image/png", "more than 100 bytes"),
    ];
    assert_eq!(missing, expected.map(|(source, reason)| (source.to_owned(), reason.to_owned())));
    assert!(document.assets.is_empty());
}

#[test]
fn a_missing_picture_is_reported_once() {
    let (document, missing) =
        loaded(vec![figure("a.png"), figure("a.png")], &NoAssets, &AssetOptions::default());
    assert_eq!(missing.len(), 1);
    assert!(document.body.iter().all(|block| !source_and_asset(block).1));
}

#[test]
fn the_pictures_of_a_page_are_bounded_together() {
    struct Named;
    impl AssetSource for Named {
        fn fetch(&self, source: &str) -> Result<Vec<u8>, PictureFault> {
            Ok([PNG, source.as_bytes()].concat())
        }
    }
    let options = AssetOptions { total_bytes: 2 * PNG.len() + 2, ..AssetOptions::default() };
    let (document, missing) = loaded(vec![figure("a"), figure("b"), figure("c")], &Named, &options);
    assert_eq!((document.assets.len(), missing.len()), (2, 1));
}

/// `site/page/a b.png`, `site/img/c.png`, `site/page/text.png` (no picture), `secret.png` outside.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["site/page", "site/img"] {
        fs::create_dir_all(folder.path().join(name)).expect("a folder");
    }
    for name in ["site/page/a b.png", "site/page/图.png", "site/img/c.png", "secret.png"] {
        fs::write(folder.path().join(name), PNG).expect("a file");
    }
    fs::write(folder.path().join("site/page/text.png"), "root:x:0:0").expect("a file");
    folder
}

fn beside(folder: &Path) -> FolderAssets {
    FolderAssets::new(folder.join("site/page"), folder.join("site"))
}

#[test]
fn relative_references_find_the_files_of_the_folder() {
    let folder = site();
    let mut assets = beside(folder.path());
    for source in [
        "a b.png",
        "a%20b.png?v=1#x",
        "./a b.png",
        "%E5%9B%BE.png",
        "图.png",
        "../img/c.png",
        "..\\img\\c.png",
    ] {
        assert_eq!(assets.fetch(source).as_deref(), Ok(PNG), "{source}");
    }
    assets.page_url = Some("https://www.example.gov.cn/zw/page/t1.html".parse().expect("a URL"));
    for source in ["https://www.example.gov.cn/zw/page/a%20b.png", "https://www.example.gov.cn/zw/img/c.png"]
    {
        assert_eq!(assets.fetch(source).as_deref(), Ok(PNG), "{source}");
    }
    assert_eq!(reason(&assets, "https://other.example/zw/page/a%20b.png"), "not beside the page");
    assert_eq!(reason(&assets, "https://www.example.gov.cn/img/c.png"), "no such file");
}

#[test]
fn nothing_else_is_read() {
    let folder = site();
    let assets = beside(folder.path());
    let secret = folder.path().join("secret.png");
    let secret = secret.to_str().expect("UTF-8");
    for (source, expected) in [
        ("../../secret.png", "outside the folder"),
        ("%2e%2e/%2e%2e/secret.png", "outside the folder"),
        ("..%2F..%2Fsecret.png", "outside the folder"),
        (secret, "an absolute path"),
        (&format!("file://{secret}"), "not beside the page"),
        ("//www.example.gov.cn/a.png", "an absolute path"),
        ("%2Fetc%2Fpasswd", "an absolute path"),
        ("https://www.example.gov.cn/a.png", "not beside the page"),
        ("C:\\a.png", "not beside the page"),
        ("text.png", "not a picture"),
        ("none.png", "no such file"),
        ("../img", "not a regular file"),
        (".", "not a regular file"),
        ("a%00.png", "not a file name"),
        ("%FF.png", "not a file name"),
        ("", "not a file name"),
        ("?x", "not a file name"),
    ] {
        assert_eq!(reason(&assets, source), expected, "{source}");
    }
    let small = FolderAssets { bytes: PNG.len() - 1, ..assets };
    assert_eq!(reason(&small, "图.png"), format!("more than {} bytes", PNG.len() - 1));
}

#[cfg(unix)]
#[test]
fn symbolic_links_do_not_lead_out_of_the_folder() {
    let folder = site();
    let page = folder.path().join("site/page");
    std::os::unix::fs::symlink(folder.path().join("secret.png"), page.join("link.png")).expect("a link");
    std::os::unix::fs::symlink(folder.path(), page.join("up")).expect("a link");
    std::os::unix::fs::symlink("图.png", page.join("inside.png")).expect("a link");
    let assets = beside(folder.path());
    assert_eq!(reason(&assets, "link.png"), "outside the folder");
    assert_eq!(reason(&assets, "up/secret.png"), "outside the folder");
    assert_eq!(assets.fetch("inside.png").as_deref(), Ok(PNG));
}
