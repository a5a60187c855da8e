//! Weighs what bytes say about their own encoding: UTF-8, UTF-16, GB18030, Big5, others.

use std::fmt;
use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding as Charset, GB18030, UTF_16BE, UTF_16LE};

/// How bytes fare as UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Utf8 {
    /// Characters of two bytes.
    pub(super) two: usize,
    /// Characters of three bytes, such as Han, or four.
    pub(super) more: usize,
    /// Malformed sequences.
    pub(super) errors: usize,
}

impl Utf8 {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut tally = Self::default();
        // The whole at once is several times quicker than chunk by chunk.
        if std::str::from_utf8(bytes).is_ok() {
            tally.add(bytes);
            return tally;
        }
        for chunk in bytes.utf8_chunks() {
            tally.add(chunk.valid().as_bytes());
            tally.errors += usize::from(!chunk.invalid().is_empty());
        }
        tally
    }

    fn add(&mut self, valid: &[u8]) {
        self.two += count(valid, |byte| (0xC0..0xE0).contains(&byte));
        self.more += count(valid, |byte| byte >= 0xE0);
    }

    pub(super) fn is_ascii(&self) -> bool {
        *self == Self::default()
    }

    /// Whether this is UTF-8, perhaps with some damage. Chinese text in UTF-8 is characters of three bytes.
    pub(super) fn outweighs_its_errors(&self) -> bool {
        self.more > 0 && self.errors * 4 <= self.more
    }

    /// Whether this can hardly be UTF-8.
    pub(super) fn has_more_errors(&self) -> bool {
        self.errors * 2 > self.two + self.more
    }
}

/// The number of `bytes` that are `wanted`.
pub(super) fn count(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    // In blocks of 255 a byte can hold the count, so that sixteen bytes are counted at once.
    bytes
        .chunks(255)
        .map(|block| usize::from(block.iter().map(|byte| u8::from(wanted(*byte))).fold(0, u8::wrapping_add)))
        .sum()
}

/// UTF-16 without a byte order mark: markup is ASCII, so every other byte of it is NUL.
pub(super) fn utf16_shape(bytes: &[u8]) -> Option<&'static Charset> {
    let head = &bytes[..bytes.len().min(4096)];
    let (mut even, mut odd) = (0, 0);
    for pair in head.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let pairs = head.len() / 2;
    let (charset, many, few) = if odd > even { (UTF_16LE, odd, even) } else { (UTF_16BE, even, odd) };
    (pairs >= 4 && many * 4 > pairs && few * 50 <= pairs).then_some(charset)
}

/// How bytes fare as GB18030 and as Big5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chinese {
    gb18030: Tally,
    big5: Tally,
}

/// How bytes fare in a double-byte encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    /// Characters of the encoding's level of common characters, and punctuation.
    common: usize,
    /// Those of them that are frequent in official documents.
    frequent: usize,
    /// Other characters.
    rare: usize,
    /// Malformed sequences.
    errors: usize,
}

impl Tally {
    /// The share of common characters, in per mille.
    fn share(&self) -> usize {
        // A malformed sequence speaks against an encoding more than a rare character.
        let all = self.common + self.rare + 3 * self.errors;
        (self.common * 1000).checked_div(all).unwrap_or(0)
    }

    /// The share of common characters, frequent ones counted twice, in per mille.
    fn weight(&self) -> usize {
        let all = self.common + self.rare + 3 * self.errors;
        ((self.common + self.frequent) * 1000).checked_div(all).unwrap_or(0)
    }
}

impl Chinese {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { gb18030: gb18030(bytes), big5: big5(bytes) }
    }

    /// The encoding of the two that fits better, if either reads as Chinese.
    pub(super) fn better(&self) -> Option<&'static Charset> {
        // Short texts can consist of common characters in both; which of those are frequent then decides.
        let (charset, tally) = if self.big5.weight() > self.gb18030.weight() {
            (BIG5, &self.big5)
        } else {
            (GB18030, &self.gb18030)
        };
        (tally.share() >= 600).then_some(charset)
    }

    /// The encoding of the two that the bytes leave no doubt about.
    pub(super) fn certain(&self) -> Option<&'static Charset> {
        let (gb18030, big5) = (self.gb18030.share(), self.big5.share());
        let enough = self.gb18030.common.max(self.big5.common) >= 10;
        let charset = self.better().filter(|_| enough)?;
        let (ours, theirs) = if charset == BIG5 { (big5, gb18030) } else { (gb18030, big5) };
        (ours >= 850 && ours >= theirs + 100).then_some(charset)
    }
}

impl fmt::Display for Chinese {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut part = |name: &str, tally: &Tally| {
            write!(
                f,
                "{name}: {} common ({} frequent), {} rare, {} malformed",
                tally.common, tally.frequent, tally.rare, tally.errors
            )
        };
        part("gb18030", &self.gb18030)?;
        part("; Big5", &self.big5)
    }
}

/// Characters that few official documents do without, simplified and traditional.
const FREQUENT: &str = "\
    的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多\
    定行学法所民得经十三之进着等部度家电力里如水化高自二理起小现实加量都两体制机当使点从业本去把性好应开它合还因由\
    其些然前外天政四日那社义事平形相全表间与关各重新线内数正心反你看原又么利比或但质气第向道命此变条只没结解问意建\
    月公无系很情者最立代想已通并提直题党程展五员位入文总次品式活设及管特件长求老基资边流路级少图山统知组见计别期根\
    论农指区强决做先则任取处队给色光门即保治北造百规七海口东导器志世金增济油术极交受联六共权收证改清己再采转单切打\
    教速花带安场身务具万每目至达示议声报类八名确科张信节话整元况今集传许步广记需段研界律究越织装书布复容际商非验连\
    深近千周委素技备办青省习响约支般劳市消府称准精号率族划选标存督检查财厅局县镇乡街村员会号令函批示通知公告意见\
    這為個國時來們對會發動過說產種後學經進電裡現實體機當點從業應開還義與關數質氣變條沒結問無係長資邊級圖統組見計\
    別農強決處隊給門規東導濟術極聯權證轉單務萬議報類張話況傳廣記許連備辦習響約勞稱準號劃選標財廳縣鎮鄉員會佈訂總\
    、。，；：“”《》（）「」１２３４５６７８９０";

/// The characters of [`FREQUENT`] in a double-byte encoding: a bit for each pair of bytes.
struct Frequent(Vec<u64>);

impl Frequent {
    fn of(charset: &'static Charset) -> Self {
        let mut bits = vec![0; 1024];
        for c in FREQUENT.chars() {
            let mut utf8 = [0; 4];
            let (bytes, _, unmappable) = charset.encode(c.encode_utf8(&mut utf8));
            if let ([lead, trail], false) = (bytes.as_ref(), unmappable) {
                let (word, bit) = Self::place(*lead, *trail);
                bits[word] |= bit;
            }
        }
        Self(bits)
    }

    fn has(&self, lead: u8, trail: u8) -> bool {
        let (word, bit) = Self::place(lead, trail);
        self.0[word] & bit != 0
    }

    fn place(lead: u8, trail: u8) -> (usize, u64) {
        (usize::from(lead) * 4 + usize::from(trail / 64), 1 << (trail % 64))
    }
}

static FREQUENT_IN_GB18030: LazyLock<Frequent> = LazyLock::new(|| Frequent::of(GB18030));
static FREQUENT_IN_BIG5: LazyLock<Frequent> = LazyLock::new(|| Frequent::of(BIG5));

/// Common are the symbols and full-width forms of GB 2312 (rows 1 and 3) and its level 1 (rows 16 to 55).
fn gb18030(bytes: &[u8]) -> Tally {
    let frequent = &*FREQUENT_IN_GB18030;
    let mut tally = Tally::default();
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        let trail = bytes.get(at + 1).copied().unwrap_or(0);
        at += match (lead, trail) {
            (0..=0x7F, _) => 1,
            (0xA1 | 0xA3 | 0xB0..=0xD7, 0xA1..=0xFE) => {
                tally.common += 1;
                tally.frequent += usize::from(frequent.has(lead, trail));
                2
            }
            (0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE) => {
                tally.rare += 1;
                2
            }
            (0x81..=0xFE, 0x30..=0x39)
                if matches!(bytes.get(at + 2..at + 4), Some([0x81..=0xFE, 0x30..=0x39])) =>
            {
                tally.rare += 1;
                4
            }
            _ => {
                tally.errors += 1;
                1
            }
        };
    }
    tally
}

/// Common are the symbols (0xA140 to 0xA3BF) and level 1 (0xA440 to 0xC67E).
fn big5(bytes: &[u8]) -> Tally {
    let frequent = &*FREQUENT_IN_BIG5;
    let mut tally = Tally::default();
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        let trail = bytes.get(at + 1).copied().unwrap_or(0);
        at += match (lead, trail) {
            (0..=0x7F, _) => 1,
            (0xA1..=0xC5, 0x40..=0x7E | 0xA1..=0xFE) | (0xC6, 0x40..=0x7E) => {
                tally.common += 1;
                tally.frequent += usize::from(frequent.has(lead, trail));
                2
            }
            (0x87..=0xFE, 0x40..=0x7E | 0xA1..=0xFE) => {
                tally.rare += 1;
                2
            }
            _ => {
                tally.errors += 1;
                1
            }
        };
    }
    tally
}

/// What chardetng takes the bytes for, told that they are from China.
pub(super) fn any_language(bytes: &[u8]) -> &'static Charset {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(Some(b"cn"), Utf8Detection::Allow)
}
