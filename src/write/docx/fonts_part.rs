//! Turns the fonts of the house style into `fontTable.xml`, with the names they go by on other systems.

use super::xml::Xml;

/// A font: its name, its other names, character set, generic family, pitch.
struct Font {
    name: &'static str,
    alternatives: &'static str,
    charset: &'static str,
    family: &'static str,
    pitch: &'static str,
}

#[rustfmt::skip]
const FONTS: [Font; 11] = [
    Font { name: "Times New Roman", alternatives: "", charset: "00", family: "roman", pitch: "variable" },
    Font { name: "仿宋", alternatives: "FangSong,仿宋_GB2312,FangSong_GB2312,华文仿宋,STFangsong,方正仿宋_GBK", charset: "86", family: "modern", pitch: "fixed" },
    Font { name: "方正小标宋简体", alternatives: "FZXiaoBiaoSong-B05S,方正小标宋_GBK,FZXiaoBiaoSong-B05,小标宋,华文中宋,STZhongsong", charset: "86", family: "auto", pitch: "default" },
    Font { name: "黑体", alternatives: "SimHei,方正黑体_GBK,华文黑体,STHeiti", charset: "86", family: "modern", pitch: "fixed" },
    Font { name: "楷体", alternatives: "KaiTi,楷体_GB2312,KaiTi_GB2312,华文楷体,STKaiti,方正楷体_GBK", charset: "86", family: "modern", pitch: "fixed" },
    Font { name: "Microsoft Uighur", alternatives: "UKIJ Tuz Tom,ALKATIP Basma Tom,Noto Naskh Arabic", charset: "B2", family: "auto", pitch: "variable" },
    Font { name: "Microsoft Himalaya", alternatives: "Kailasa,Noto Serif Tibetan", charset: "00", family: "auto", pitch: "variable" },
    Font { name: "Mongolian Baiti", alternatives: "Noto Sans Mongolian", charset: "00", family: "script", pitch: "variable" },
    Font { name: "Microsoft Yi Baiti", alternatives: "Noto Sans Yi", charset: "00", family: "script", pitch: "variable" },
    Font { name: "Leelawadee UI", alternatives: "Thonburi,Noto Serif Thai", charset: "DE", family: "swiss", pitch: "variable" },
    Font { name: "宋体", alternatives: "SimSun,方正书宋_GBK,华文宋体,STSong", charset: "86", family: "auto", pitch: "variable" },
];

/// The font table part.
pub(super) fn font_table() -> String {
    let mut xml = Xml::part();
    xml.open("w:fonts", &[("xmlns:w", &super::WORDPROCESSING)]);
    for font in &FONTS {
        xml.open("w:font", &[("w:name", &font.name)]);
        if !font.alternatives.is_empty() {
            xml.empty("w:altName", &[("w:val", &font.alternatives)]);
        }
        xml.empty("w:charset", &[("w:val", &font.charset)]);
        xml.empty("w:family", &[("w:val", &font.family)]);
        xml.empty("w:pitch", &[("w:val", &font.pitch)]);
        xml.close();
    }
    xml.finish()
}
