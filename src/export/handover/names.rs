//! Names of folders: short, without the title, the same whenever they are made, and the same on every file system.

use jiff::civil::Date;

use crate::appraisal::ReferenceCode;
use crate::document::sha256;

/// Where everything about documents is.
pub(super) const RECORDS: &str = "电子档案";
/// Where everything else is.
pub(super) const OTHER: &str = "其他";
/// The description of the medium.
pub(super) const EXPLANATION: &str = "说明文件.TXT";
/// Digests, in the form of `sha256sum`.
pub(super) const SHA256_LIST: &str = "其他/数字摘要-SHA256.TXT";
/// The same by SM3.
pub(super) const SM3_LIST: &str = "其他/数字摘要-SM3.TXT";
/// Beginning of the names of what both parties fill in and sign: it is in no list of digests.
pub(super) const FORM: &str = "其他/电子档案移交与接收登记表";
/// Class and 档号 of what nobody has decided on.
pub(super) const UNDECIDED: &str = "未定";
/// Metadata by DA/T 46, in the folder of a version.
pub(super) const RECORD_METADATA: &str = "文书类电子文件元数据.XML";
/// Metadata by GB/T 33480, in the folder of a version.
pub(super) const DOCUMENT_METADATA: &str = "电子公文元数据.XML";

/// Most characters taken from an index number.
const LONGEST: usize = 64;

/// The folder of an object in its class: 档号, else 索引号, else date; and the beginning of the digest of its address, so that
/// two objects with one 索引号 are two folders. With `whole`, all of the digest.
pub(super) fn folder(
    code: Option<&ReferenceCode>,
    index_number: Option<&str>,
    date: Date,
    object: &str,
    whole: bool,
) -> String {
    let digest = sha256(object.as_bytes());
    let digest = if whole { &digest[..] } else { &digest[..8] };
    let index_number = || index_number.map(plain).filter(|number| !number.is_empty());
    let key = code.map(ToString::to_string).or_else(index_number).unwrap_or_else(|| compact(date));
    format!("{key}_{digest}")
}

/// `20180131`.
pub(super) fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// `text` with what some file system forbids as `_`.
fn plain(text: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || "-·（）〔〕()".contains(c) { c } else { '_' };
    text.trim().chars().take(LONGEST).map(keep).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::folder;

    #[test]
    fn the_best_name_there_is_and_the_digest() {
        let code = "J001-WS·2018-Y-ZCWJ-0001".parse().ok();
        let day = date(2018, 1, 31);
        let name = |code, number| folder(code, number, day, "https://a.cn/", false);
        assert!(name(code.as_ref(), Some("1/2")).starts_with("J001-WS·2018-Y-ZCWJ-0001_"));
        assert!(name(None, Some("000014349/2017-00110")).starts_with("000014349_2017-00110_"));
        assert!(name(None, Some("  ")).starts_with("20180131_"));
        assert!(name(None, None).starts_with("20180131_"));
    }

    #[test]
    fn no_index_number_leads_out_of_the_folder() {
        for number in ["../../x", "..", ".", "C:\\x", "a\0b", "con.", &"甲".repeat(1000)] {
            let name = folder(None, Some(number), date(2018, 1, 31), "https://a.cn/", false);
            assert!(!name.contains(['/', '\\', '.', '\0', ':']), "{name}");
            assert!(name.len() <= 255, "{name}");
        }
    }

    #[test]
    fn one_index_number_of_two_pages_makes_two_folders() {
        let name = |object| folder(None, Some("1"), date(2018, 1, 31), object, false);
        assert_ne!(name("https://a.cn/1"), name("https://a.cn/2"));
    }
}
