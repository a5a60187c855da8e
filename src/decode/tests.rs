use encoding_rs::{BIG5, GB18030};
use proptest::prelude::*;

use super::{DecodeError, DecodeOptions, Decoded, decode};
use crate::diagnostic::Diagnostics;
use crate::message::Describe;

const SIMPLIFIED: &str = "国务院办公厅关于印发政府网站发展指引的通知";
const TRADITIONAL: &str = "國務院辦公廳關於印發政府網站發展指引的通知";

fn read(bytes: &[u8], transport: Option<&str>) -> (Result<Decoded, DecodeError>, Vec<&'static str>) {
    let mut diagnostics = Diagnostics::default();
    let result = decode(bytes, transport, &DecodeOptions::default(), &mut diagnostics);
    (result, diagnostics.iter().map(Describe::code).collect())
}

/// (text, encoding, evidence, diagnostics)
fn outcome(bytes: &[u8], transport: Option<&str>) -> (String, String, String, Vec<&'static str>) {
    let (result, codes) = read(bytes, transport);
    let decoded = result.expect("it is text");
    (decoded.text, decoded.encoding.name, decoded.encoding.evidence, codes)
}

fn gb(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

fn page(label: &str) -> String {
    format!("<html><head><meta charset=\"{label}\"></head><body><p>{SIMPLIFIED}</p></body></html>")
}

#[test]
fn the_page_s_declaration_decides_where_the_bytes_agree() {
    let text = page("gb2312");
    assert_eq!(outcome(&gb(&text), None), (text, "gb18030".into(), "meta".into(), vec![]));
    let text = page("utf-8");
    assert_eq!(outcome(text.as_bytes(), None), (text, "UTF-8".into(), "meta".into(), vec![]));
}

#[test]
fn the_transport_goes_before_the_page_and_a_mark_before_both() {
    let text = format!("<meta charset=big5><p>{SIMPLIFIED}");
    assert_eq!(outcome(&gb(&text), Some("GBK")).2, "transport");
    let marked = format!("\u{FEFF}{text}");
    assert_eq!(
        outcome(marked.as_bytes(), Some("GBK")),
        (text, "UTF-8".into(), "bom".into(), vec!["encoding-contradicted"])
    );
}

#[test]
fn a_stray_mark_does_not_make_gbk_text_utf_8() {
    let text = page("gbk");
    let bytes = [b"\xEF\xBB\xBF".as_slice(), &gb(&text)].concat();
    assert_eq!(outcome(&bytes, None), (text, "gb18030".into(), "meta".into(), vec![]));
}

#[test]
fn the_user_goes_before_the_page_even_against_the_bytes() {
    let options = DecodeOptions { encoding: Some("windows-1252".to_owned()) };
    let decoded =
        decode("中".as_bytes(), Some("utf-8"), &options, &mut Diagnostics::default()).expect("text");
    assert_eq!((decoded.text.as_str(), decoded.encoding.evidence.as_str()), ("ä¸\u{AD}", "override"));
    let options = DecodeOptions { encoding: Some("klingon".to_owned()) };
    let error = decode(b"x", None, &options, &mut Diagnostics::default()).expect_err("no label");
    assert_eq!(error.code(), "unknown-encoding");
}

#[test]
fn a_declaration_that_the_bytes_contradict_loses() {
    let text = page("utf-8");
    assert_eq!(
        outcome(&gb(&text), None),
        (text, "gb18030".into(), "statistics".into(), vec!["encoding-contradicted", "encoding-guessed"])
    );
    let text = page("gb2312");
    assert_eq!(
        outcome(text.as_bytes(), None),
        (text, "UTF-8".into(), "utf-8".into(), vec!["encoding-contradicted"])
    );
    let text = page("iso-8859-1");
    assert_eq!(outcome(&gb(&text), None).1, "gb18030");
    // A wrong header does not hide a right declaration.
    let text = page("gbk");
    assert_eq!(outcome(&gb(&text), Some("utf-8")).2, "meta");
}

#[test]
fn big5_and_gb18030_are_told_apart_without_a_declaration() {
    for length in 2..SIMPLIFIED.chars().count() {
        let (simplified, traditional): (String, String) =
            (SIMPLIFIED.chars().take(length).collect(), TRADITIONAL.chars().take(length).collect());
        assert_eq!(outcome(&gb(&simplified), None).0, simplified);
        let bytes = BIG5.encode(&traditional).0.into_owned();
        assert_eq!(outcome(&bytes, None).0, traditional);
    }
}

#[test]
fn big5_with_hkscs_is_big5() {
    // 0x8840 and 0xFEFE are in the Hong Kong supplement alone.
    let mut bytes = b"<meta charset=big5-hkscs>".to_vec();
    bytes.extend_from_slice(&BIG5.encode(TRADITIONAL).0);
    bytes.extend_from_slice(b"\x88\x40");
    let (text, name, evidence, codes) = outcome(&bytes, None);
    assert!(text.ends_with('\u{F303}') || !text.contains('\u{FFFD}'), "{text}");
    assert_eq!((name.as_str(), evidence.as_str(), codes), ("Big5", "meta", vec![]));
}

#[test]
fn utf_16_is_read_with_and_without_a_mark() {
    let text = page("utf-8");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(outcome(&little, None).0, text);
    assert_eq!(outcome(&big, None).0, text);
    assert_eq!(outcome(&[b"\xFE\xFF", big.as_slice()].concat(), None).0, text);
    assert_eq!(outcome(&[b"\xFF\xFE", little.as_slice()].concat(), None).0, text);
}

#[test]
fn one_damaged_sequence_costs_one_character_never_the_page() {
    let mut bytes = gb("<meta charset=gb2312><p>中国");
    bytes.push(0xB9);
    bytes.extend_from_slice(b"</p>");
    let (text, _, _, codes) = outcome(&bytes, None);
    assert_eq!(text, "<meta charset=gb2312><p>中国\u{FFFD}</p>");
    assert_eq!(codes, ["replacement-character"]);
    assert_eq!(outcome(b"\xD6", Some("gbk")).0, "\u{FFFD}".to_owned());
}

#[test]
fn a_page_s_own_replacement_characters_are_not_reported() {
    let text = "<meta charset=utf-8>\u{FFFD}\u{FFFD}\u{FFFD}";
    assert_eq!(outcome(text.as_bytes(), None).3, Vec::<&str>::new());
}

#[test]
fn more_than_five_per_cent_undecodable_fails_the_page() {
    let filler = "国".repeat(190);
    let damaged = |times: usize| {
        let mut bytes = gb(&format!("<meta charset=gbk>{filler}"));
        bytes.extend(b"\xFF ".repeat(times));
        read(&bytes, None).0
    };
    assert!(damaged(10).is_ok());
    assert_eq!(damaged(20).map_err(|error| error.code()), Err("mojibake"));
}

#[test]
fn what_is_no_text_is_named() {
    let failure = |bytes: &[u8]| read(bytes, None).0.map_err(|error| error.code());
    assert_eq!(failure(b"").err(), Some("empty-file"));
    assert_eq!(failure(b"\xEF\xBB\xBF").err(), Some("empty-file"));
    assert_eq!(failure(b"%PDF-1.4\n").err(), Some("not-text"));
    assert_eq!(failure(&[0; 4096]).err(), Some("not-text"));
}

#[test]
fn private_use_characters_are_reported() {
    assert_eq!(outcome("中\u{E5E5}".as_bytes(), None).3, ["private-use-character"]);
}

#[test]
fn every_step_up_to_the_decision_is_recorded() {
    let decoded = read(&gb(&page("utf-8")), None).0.expect("text");
    let steps: Vec<_> = decoded.steps.iter().map(|step| (step.evidence, step.decided)).collect();
    let expected = ["bom", "override", "transport", "meta", "utf-8"].map(|evidence| (evidence, false));
    assert_eq!(steps[..5], expected);
    assert_eq!(steps[5..], [("statistics", true)]);
    assert_eq!(decoded.encoding.declared.as_deref(), Some("utf-8"));
}

/// Characters that GB18030 holds as the Encoding Standard writes it: it cannot encode U+E5E5, and it moved some
/// characters of the private use area.
fn encodable() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        any::<char>().prop_filter("not private", |c| !('\u{E000}'..='\u{F8FF}').contains(c)),
        0..60,
    )
    .prop_map(|characters| characters.into_iter().collect())
}

proptest! {
    #[test]
    fn decoding_undoes_encoding_in_utf_8(text in "[^\u{FEFF}\u{0}-\u{1F}]\\PC{0,60}") {
        let decoded = read(text.as_bytes(), Some("utf-8")).0.expect("text");
        prop_assert_eq!(decoded.encoding.replaced, 0);
        prop_assert_eq!(decoded.text, text);
    }

    #[test]
    fn decoding_undoes_encoding_in_gb18030(text in encodable()) {
        let text = format!("<p>{text}");
        let options = DecodeOptions { encoding: Some("gb2312".to_owned()) };
        match decode(&gb(&text), None, &options, &mut Diagnostics::default()) {
            Ok(decoded) => prop_assert_eq!(decoded.text, text),
            Err(error) => prop_assert_eq!(error.code(), "not-text"),
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), label in "[a-z0-9-]{0,12}") {
        let (result, _) = read(&bytes, Some(&label));
        if let Ok(decoded) = result {
            prop_assert!(decoded.encoding.replaced * 20 <= decoded.text.chars().count() as u64 || decoded.encoding.replaced == 1);
        }
    }

    #[test]
    fn no_markup_panics(html in "(<meta|<!--|-->|charset|=|\"|'|>|<script|</script|content|http-equiv|gbk|utf-16|/| |中){0,40}") {
        let _ = read(html.as_bytes(), None);
        let _ = read(&gb(&html), None);
    }
}
