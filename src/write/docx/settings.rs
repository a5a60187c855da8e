//! Turns the house style into `settings.xml`: odd and even footers, Chinese punctuation, compatibility with Word 2013 on.

use super::xml::Xml;

/// The settings part, with or without footnotes.
pub(super) fn settings(with_notes: bool) -> String {
    let mut xml = Xml::part();
    xml.open("w:settings", &[("xmlns:w", &super::WORDPROCESSING)]);
    // Children in the order of CT_Settings (ECMA-376 Part 1, A.1).
    xml.raw(concat!(
        r#"<w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>"#,
        r#"<w:defaultTabStop w:val="640"/><w:evenAndOddHeaders/>"#,
        r#"<w:drawingGridVerticalSpacing w:val="579"/><w:noPunctuationKerning/>"#,
        r#"<w:characterSpacingControl w:val="compressPunctuation"/>"#,
    ));
    if with_notes {
        xml.raw(r#"<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>"#);
    }
    xml.raw(concat!(
        // A line that ends in a line break is not stretched to the margin (doNotExpandShiftReturn).
        r#"<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>"#,
        r#"<w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:useFELayout/>"#,
        r#"<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>"#,
        r#"</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>"#,
        r#"<w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2" "#,
        r#"w:accent3="accent3" w:accent4="accent4" w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink" "#,
        r#"w:followedHyperlink="followedHyperlink"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>"#,
    ));
    xml.finish()
}
