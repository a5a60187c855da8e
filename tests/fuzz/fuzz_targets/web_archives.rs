//! Any bytes, taken for a WARC, WACZ or MHTML file, give pages or named damage: never a panic, and never more than was
//! asked for.
#![no_main]

use std::fs;
use std::sync::{Arc, LazyLock};

use guidang::acquire::AcquireOptions;
use guidang::acquire::container::{Archive, CaptureFilter, Captured, single_file};
use libfuzzer_sys::fuzz_target;

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));

fuzz_target!(|bytes: &[u8]| {
    let options = AcquireOptions { max_bytes: 1 << 20, base_url: None };
    let _ = single_file::claim(bytes);
    for name in ["a.warc.gz", "a.wacz"] {
        let path = FOLDER.path().join(name);
        fs::write(&path, bytes).expect("a file");
        let Ok((archive, _)) = Archive::open(&path, &CaptureFilter::default(), &mut |_| {}) else { continue };
        let archive = Arc::new(archive);
        assert_eq!(archive.outputs().len(), archive.pages().len());
        for page in 0..archive.pages().len() {
            let captured = Captured::of_archive(&archive, page);
            if let Ok(acquired) = captured.read(&options) {
                assert!(acquired.bytes.len() as u64 <= options.max_bytes);
            }
            let _ = captured.assets(None).fetch("a.png");
        }
    }
    let path = FOLDER.path().join("a.mhtml");
    fs::write(&path, bytes).expect("a file");
    let captured = Captured::of_mhtml(path);
    let _ = captured.read(&options);
    let _ = captured.assets(None).fetch("a.png");
});
