//! The pinned faces, the roles they play, and the chain of faces that serves each role.

/// One of the pinned font files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Face {
    /// `Gw FangSong` (`FandolFang` with fewer curves), 仿宋.
    FangSong,
    /// `Gw KaiTi` (`FandolKai` with fewer curves), 楷体.
    Kai,
    /// Noto Sans CJK SC Medium, 黑体.
    Hei,
    /// Noto Serif CJK SC Bold, in place of 小标宋.
    Title,
    /// Noto Serif CJK SC Regular, 宋体; the widest coverage.
    Song,
    /// The characters of 通用规范汉字表 that Fandol lacks.
    Rare,
    /// Noto Serif: letters and marks of Western scripts that the Chinese faces lack.
    Western,
    /// Noto Naskh Arabic: Uyghur, Kazakh, Kirghiz, Arabic.
    Arabic,
    /// Noto Serif Tibetan.
    Tibetan,
    /// Noto Sans Mongolian.
    Mongolian,
    /// Noto Sans Yi: 规范彝文.
    Yi,
    /// Noto Serif Thai.
    Thai,
    /// Noto Serif CJK KR: Hangul.
    Korean,
    /// Symbola: arrows, mathematical, technical and other symbols.
    Symbols,
    /// Noto Emoji, in outline.
    Emoji,
}

impl Face {
    /// Every face, in the order of their numbers.
    pub const ALL: [Self; 15] = [
        Self::FangSong,
        Self::Kai,
        Self::Hei,
        Self::Title,
        Self::Song,
        Self::Rare,
        Self::Western,
        Self::Arabic,
        Self::Tibetan,
        Self::Mongolian,
        Self::Yi,
        Self::Thai,
        Self::Korean,
        Self::Symbols,
        Self::Emoji,
    ];

    /// Its number, from 0: an index into tables of faces.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its file in the folder of fonts.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::FangSong => "GwFangSong-Regular.otf",
            Self::Kai => "GwKaiTi-Regular.otf",
            Self::Hei => "NotoSansCJKsc-Medium.gbk.otf",
            Self::Title => "NotoSerifCJKsc-Bold.gbk.otf",
            Self::Song => "NotoSerifCJKsc-Regular.han.otf",
            Self::Rare => "GwKaiFallback-Light.8105.ttf",
            Self::Western => "NotoSerif-Regular.ttf",
            Self::Arabic => "NotoNaskhArabic-Regular.ttf",
            Self::Tibetan => "NotoSerifTibetan-Regular.ttf",
            Self::Mongolian => "NotoSansMongolian-Regular.ttf",
            Self::Yi => "NotoSansYi-Regular.ttf",
            Self::Thai => "NotoSerifThai-Regular.ttf",
            Self::Korean => "NotoSerifCJKkr-Regular.hangul.otf",
            Self::Symbols => "Symbola.symbols.ttf",
            Self::Emoji => "NotoEmoji-Regular.emoji.ttf",
        }
    }

    /// The name by which people know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FangSong => "Gw FangSong",
            Self::Kai => "Gw KaiTi",
            Self::Hei => "Noto Sans CJK SC Medium",
            Self::Title => "Noto Serif CJK SC Bold",
            Self::Song => "Noto Serif CJK SC",
            Self::Rare => "GwKai Fallback",
            Self::Western => "Noto Serif",
            Self::Arabic => "Noto Naskh Arabic",
            Self::Tibetan => "Noto Serif Tibetan",
            Self::Mongolian => "Noto Sans Mongolian",
            Self::Yi => "Noto Sans Yi",
            Self::Thai => "Noto Serif Thai",
            Self::Korean => "Noto Serif CJK KR",
            Self::Symbols => "Symbola",
            Self::Emoji => "Noto Emoji",
        }
    }
}

/// The part a style of type plays on the page (GB/T 9704-2012).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// 仿宋: the body.
    FangSong,
    /// 楷体: second-level headings, emphasis.
    Kai,
    /// 黑体: first-level headings, strong text.
    Hei,
    /// 小标宋: the title.
    Title,
    /// 宋体: page numbers.
    Song,
}

impl Role {
    /// The faces that are asked for a character, in order.
    #[must_use]
    pub fn chain(self) -> &'static [Face] {
        match self {
            Self::FangSong => &[Face::FangSong, Face::Rare, Face::Song],
            Self::Kai => &[Face::Kai, Face::Rare, Face::Song],
            Self::Hei => &[Face::Hei, Face::Song],
            Self::Title => &[Face::Title, Face::Song],
            Self::Song => &[Face::Song],
        }
    }

    /// The face that must draw `c` in this role although an earlier one of the chain has it.
    #[must_use]
    pub fn preferred(self, c: char) -> Option<Face> {
        match (self, c) {
            // Fandol's dots leave a gap in the middle of …… and its full-width yuan sign is a dollar.
            (Self::FangSong | Self::Kai, '…' | '￥') => Some(Face::Song),
            // Kai's digits are wide and its 7 looks like a 1.
            (Self::Kai, '0'..='9') => Some(Face::FangSong),
            _ => None,
        }
    }
}
