use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::{Archived, Contents, Filing, Original, PackageMetadata, SourceRole, warc};
use crate::archive::store::{Agent, ObjectId};
use crate::document::{
    Asset, AssetId, Attachment, Block, Document, Field, Figure, Image, Origin, Received, content_digest,
    sha256,
};

const PAGE: &[u8] = b"<html>\xB9\xE9\xB5\xB5</html>";

struct Case {
    document: Document,
    url: Url,
    attachments: BTreeMap<String, Arc<Vec<u8>>>,
    renditions: BTreeMap<String, Arc<Vec<u8>>>,
    id: ObjectId,
    agent: Agent,
}

fn case() -> Case {
    let url = Url::parse("https://www.gd.gov.cn/a/t1.html").expect("a URL");
    let mut document = Document::default();
    document.metadata.title = Some(Field::new("关于<甲>的通知".to_owned(), Origin::Heading));
    let id = AssetId(sha256(b"picture"));
    document.assets.insert(
        id.clone(),
        Asset {
            media_type: "image/png".to_owned(),
            width: 1,
            height: 1,
            bytes: Arc::new(b"picture".to_vec()),
        },
    );
    document.body = vec![Block::Figure(Figure {
        image: Image { source: "p1.png".to_owned(), asset: Some(id), ..Image::default() },
        caption: Vec::new(),
    })];
    let attachment = |name: &str, url: &str| Attachment {
        name: name.to_owned(),
        url: url.to_owned(),
        media_type: Some("application/pdf".to_owned()),
    };
    document.attachments = vec![
        attachment("附件1", "https://www.gd.gov.cn/a/f.PDF?v=1"),
        attachment("附件2", "https://www.gd.gov.cn/a/none.pdf"),
    ];
    document.provenance.attachments = vec![Received {
        url: "https://www.gd.gov.cn/a/f.PDF?v=1".to_owned(),
        sha256: sha256(b"%PDF"),
        bytes: 4,
    }];
    Case {
        document,
        attachments: BTreeMap::from([(
            "https://www.gd.gov.cn/a/f.PDF?v=1".to_owned(),
            Arc::new(b"%PDF".to_vec()),
        )]),
        renditions: BTreeMap::from([("document.txt".to_owned(), Arc::new("归档\n".as_bytes().to_vec()))]),
        id: ObjectId::of_url(&url).expect("an id"),
        agent: Agent { name: "guidang 0.1.0".to_owned(), operator: Some("王某 & 李某".to_owned()) },
        url,
    }
}

impl Case {
    fn contents(&self) -> Contents<'_> {
        Contents {
            page: Original {
                name: "t1.html",
                bytes: PAGE,
                url: Some(&self.url),
                requested: None,
                redirects: &[],
                captured: Some("2026-11-24T01:02:03+08:00"),
                charset: None,
                http_head: None,
            },
            parts: &[],
            document: &self.document,
            attachments: &self.attachments,
        }
    }

    fn filing<'a>(&'a self, archived: Option<&'a Archived>) -> Filing<'a> {
        Filing {
            id: &self.id,
            version: 1,
            created: Timestamp::UNIX_EPOCH,
            agent: &self.agent,
            job: None,
            robots: "obey",
            renditions: &self.renditions,
            verified: true,
            fonts: &[],
            remarks: &[],
            archived,
        }
    }

    fn files(&self) -> BTreeMap<String, Arc<Vec<u8>>> {
        self.contents().files(&self.filing(None))
    }
}

fn metadata(files: &BTreeMap<String, Arc<Vec<u8>>>) -> PackageMetadata {
    PackageMetadata::from_json(&files["metadata.json"]).expect("our own metadata")
}

#[test]
fn a_version_has_every_file_under_a_plain_path() {
    let files = case().files();
    let picture = format!("images/{}.png", sha256(b"picture"));
    let attachment = format!("attachments/001-{}.pdf", &sha256(b"%PDF")[..8]);
    assert_eq!(
        files.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            &attachment,
            "document.json",
            "document.txt",
            &picture,
            "metadata.json",
            "premis.xml",
            "source.warc.gz"
        ]
    );
}

#[test]
fn the_metadata_describe_every_file_and_read_back() {
    let case = case();
    let files = case.files();
    let metadata = metadata(&files);
    assert_eq!(metadata.content_digest, content_digest(&case.document));
    for file in &metadata.files {
        assert_eq!(file.digests.sha256, sha256(&files[&file.path]), "{}", file.path);
    }
    assert_eq!(metadata.files.len(), files.len() - 2);
    let had: Vec<bool> = metadata.attachments.iter().map(|attachment| attachment.path.is_some()).collect();
    assert_eq!(had, [true, false]);
    assert_eq!(metadata.fingerprint(), case.contents().fingerprint());
    assert!(PackageMetadata::from_json(b"{\"schema\":\"other/1\"}").is_err());
}

#[test]
fn the_captured_files_come_back_from_the_warc_in_the_order_of_the_metadata() {
    let files = case().files();
    let records = warc::read(&files["source.warc.gz"], 1 << 20).expect("our own WARC");
    let sources = metadata(&files).sources;
    let roles: Vec<SourceRole> = sources.iter().map(|source| source.role).collect();
    assert_eq!(roles, [SourceRole::Page, SourceRole::Picture, SourceRole::Attachment]);
    assert_eq!(records.len(), sources.len());
    for (record, source) in records.iter().zip(&sources) {
        assert_eq!((&record.id, &record.target), (&source.record, &source.target));
        assert_eq!(sha256(&record.payload), source.digests.sha256);
    }
    assert_eq!(records[0].payload, PAGE);
    assert_eq!(records[0].date, "2026-11-23T17:02:03Z");
    assert_eq!(records[1].target, "https://www.gd.gov.cn/a/p1.png");
}

#[test]
fn the_same_conversion_gives_the_same_files_and_an_archived_source_is_taken_over() {
    let case = case();
    let files = case.files();
    assert_eq!(files, case.files());
    let archived = Archived { warc: Arc::clone(&files["source.warc.gz"]), metadata: metadata(&files) };
    let later = Filing { version: 2, created: Timestamp::MAX, ..case.filing(Some(&archived)) };
    let again = case.contents().files(&later);
    assert_eq!(again["source.warc.gz"], files["source.warc.gz"]);
    assert_eq!(metadata(&again).sources, metadata(&files).sources);
    assert!(String::from_utf8_lossy(&again["premis.xml"]).contains(">migration<"));
}

#[test]
fn premis_is_well_formed_and_escapes_what_people_write() {
    let files = case().files();
    let text = String::from_utf8_lossy(&files["premis.xml"]).into_owned();
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut depth = 0_i32;
    loop {
        match reader.read_event().expect("well-formed XML") {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    assert!(text.contains("关于&lt;甲&gt;的通知") && text.contains("王某 &amp; 李某"));
    for algorithm in ["SHA-512", "SHA-256", "SM3"] {
        let count = text.matches(&format!(">{algorithm}<")).count();
        // Every file but premis.xml itself.
        assert_eq!(count, files.len() - 1, "{algorithm}");
    }
}

#[test]
fn a_page_without_an_address_is_known_by_its_digest() {
    let mut case = case();
    case.id = ObjectId::of_content(&content_digest(&case.document)).expect("an id");
    let contents = case.contents();
    let contents = Contents { page: Original { url: None, ..contents.page }, ..contents };
    let files = contents.files(&case.filing(None));
    let records = warc::read(&files["source.warc.gz"], 1 << 20).expect("our own WARC");
    assert_eq!(records[0].target, format!("urn:sha256:{}", sha256(PAGE)));
    assert_eq!(records[1].target, format!("urn:sha256:{}", sha256(b"picture")));
}
