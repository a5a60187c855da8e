//! Maps the pinned font files into memory and says which glyph of which face draws a character.
//!
//! Fonts come in from outside: [`FontLibrary::open`] is called once, by whoever starts the process, and the library
//! is shared by all documents and threads. Opening maps the files and reads their table directories; everything
//! else is read where it is needed.

mod compact;
mod coverage;
mod faces;
mod script;
mod shaping;
mod substitution;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;
use skrifa::FontRef;

use crate::message::messages;

use compact::CompactFont;

pub use compact::glyphs_of_skeleton;
pub use coverage::{Coverage, Glyph};
pub use faces::{Face, Role};
pub use script::Script;
pub use shaping::{ShapedCluster, ShapedGlyph};

messages! {
    /// Why the fonts cannot be used.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum FontError {
        /// A font file is not there or cannot be read.
        Missing { file: String, why: String } = "font-missing",
            "cannot open the font {file}: {why}", "无法打开字体 {file}：{why}";
        /// A file is not a font.
        Malformed { file: String, why: String } = "font-malformed",
            "{file} is not a usable font: {why}", "{file} 不是可用的字体：{why}";
    }
}

impl std::error::Error for FontError {}

/// The bytes of a font file.
pub type FontBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// The pinned fonts, mapped into memory. Cloning shares the maps.
#[derive(Clone)]
pub struct FontLibrary {
    faces: Arc<[FontBytes; Face::ALL.len()]>,
}

impl std::fmt::Debug for FontLibrary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FontLibrary")
    }
}

impl FontLibrary {
    /// Opens the fonts in `folder`.
    ///
    /// # Errors
    /// The first file that is missing or is not a font.
    pub fn open(folder: &Path) -> Result<Self, FontError> {
        let mut faces: Vec<FontBytes> = Vec::with_capacity(Face::ALL.len());
        for face in Face::ALL {
            let file = face.file_name();
            let map = map(&folder.join(file))
                .map_err(|error| FontError::Missing { file: file.to_owned(), why: error.to_string() })?;
            FontRef::new(&map)
                .map_err(|error| FontError::Malformed { file: file.to_owned(), why: error.to_string() })?;
            faces.push(Arc::new(map));
        }
        let Ok(faces) = faces.try_into() else { unreachable!("one entry for each face") };
        Ok(Self { faces: Arc::new(faces) })
    }

    /// The whole file of `face`.
    #[must_use]
    pub fn bytes(&self, face: Face) -> FontBytes {
        Arc::clone(&self.faces[face.index()])
    }

    /// `face` without its outlines, if they are in Compact Font Format: a font file whose glyphs have their widths and
    /// are empty. From what others make of it, [`glyphs_of_skeleton`] tells which glyphs they took.
    #[must_use]
    pub fn skeleton(&self, face: Face) -> Option<Vec<u8>> {
        let font = self.font(face);
        CompactFont::new(&font)?;
        compact::skeleton(&font, face)
    }

    /// The Compact Font Format program of some glyphs of `face`, `.notdef` first, CID-keyed in their order. `None` if
    /// its outlines are in another format or malformed, or a glyph is not there.
    #[must_use]
    pub fn font_program(&self, face: Face, glyphs: &[u16]) -> Option<Vec<u8>> {
        CompactFont::new(&self.font(face))?.subset(glyphs)
    }

    /// The file of `face` as a font.
    fn font(&self, face: Face) -> FontRef<'_> {
        let bytes: &[u8] = (*self.faces[face.index()]).as_ref();
        FontRef::new(bytes).expect("checked when the library was opened")
    }
}

#[expect(unsafe_code, reason = "40 MB of fonts are mapped, not read: a document touches a few pages of them")]
fn map(path: &Path) -> std::io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: the fonts are pinned files that nobody writes to while the program runs; a replaced file is a new
    // inode and leaves the map as it was.
    unsafe { Mmap::map(&file) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The library of the repository.
    pub(crate) fn library() -> FontLibrary {
        FontLibrary::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).expect("the pinned fonts")
    }

    #[test]
    fn a_folder_without_fonts_is_named() {
        let error = FontLibrary::open(Path::new("no-such-folder")).expect_err("nothing there");
        assert!(matches!(error, FontError::Missing { file, .. } if file == "GwFangSong-Regular.otf"));
    }

    #[test]
    fn every_role_draws_a_common_character_in_its_own_face() {
        let library = library();
        let coverage = Coverage::new(&library);
        for (role, face) in [
            (Role::FangSong, Face::FangSong),
            (Role::Kai, Face::Kai),
            (Role::Hei, Face::Hei),
            (Role::Title, Face::Title),
            (Role::Song, Face::Song),
        ] {
            let glyph = coverage.glyph(role, '国').expect("国");
            assert_eq!((glyph.face, glyph.advance), (face, 1.0));
        }
    }

    #[test]
    fn rare_names_come_from_the_fallbacks() {
        let library = library();
        let coverage = Coverage::new(&library);
        for name in ['㛃', '䶮', '𬱖', '喆', '堃', '珺', '祎'] {
            assert!(coverage.glyph(Role::FangSong, name).is_some(), "{name}");
        }
        assert_eq!(coverage.glyph(Role::FangSong, '𬱖').map(|glyph| glyph.face), Some(Face::Rare));
        assert_eq!(coverage.glyph(Role::FangSong, '\u{E000}'), None);
    }

    #[test]
    fn the_overrides_hold() {
        let library = library();
        let coverage = Coverage::new(&library);
        assert_eq!(coverage.glyph(Role::Kai, '…').map(|glyph| glyph.face), Some(Face::Song));
        assert_eq!(coverage.glyph(Role::Kai, '7').map(|glyph| glyph.face), Some(Face::FangSong));
    }

    #[test]
    fn page_numbers_are_half_width_and_the_dash_is_whole() {
        let library = library();
        let coverage = Coverage::new(&library);
        for digit in '0'..='9' {
            assert_eq!(coverage.half_width(digit).map(|glyph| glyph.advance), Some(0.5), "{digit}");
        }
        // The Noto fonts map U+2014 to a glyph of 890 units; Simplified Chinese substitutes one of 1000.
        for role in [Role::Song, Role::Title, Role::Hei] {
            assert_eq!(coverage.glyph(role, '—').map(|glyph| glyph.advance), Some(1.0));
        }
    }

    #[test]
    fn words_are_shaped_in_the_order_of_their_characters() {
        let library = library();
        let coverage = Coverage::new(&library);
        for (script, word) in [
            (Script::Arabic, "ئۇيغۇر"),
            (Script::Tibetan, "བསྒྲུབས་"),
            (Script::Mongolian, "ᠮᠣᠩᠭᠣᠯ"),
            (Script::Thai, "ที่นี่"),
            (Script::Western, "e\u{302}\u{301}"),
        ] {
            let clusters = coverage.shape(script, word).expect("the face has the word");
            let said: String = clusters.iter().map(|cluster| &word[cluster.text.clone()]).collect();
            assert_eq!(said, word);
        }
        // A letter inside a word has another form than the letter alone.
        let joined = coverage.shape(Script::Arabic, "ببب").expect("Arabic");
        let alone = coverage.glyph(Role::FangSong, 'ب').expect("Arabic");
        assert_ne!(joined[1].glyphs[0].id, alone.id);
        // A stack is narrower than its letters side by side.
        let width: f32 =
            coverage.shape(Script::Tibetan, "སྐྱ").expect("Tibetan").iter().map(ShapedCluster::advance).sum();
        assert!(width < 1.0);
        assert_eq!(coverage.shape(Script::Arabic, "\u{8FF}甲"), None);
    }

    /// Every character that two bytes of GB 18030 (and so of GBK) stand for, private-use ones apart.
    fn two_byte_characters() -> Vec<char> {
        let mut characters = Vec::new();
        for lead in 0x81..=0xFE_u8 {
            for trail in (0x40..=0xFE_u8).filter(|&trail| trail != 0x7F) {
                let pair = [lead, trail];
                let (text, _, malformed) = encoding_rs::GB18030.decode(&pair);
                if !malformed {
                    characters.extend(text.chars().filter(|c| !('\u{E000}'..='\u{F8FF}').contains(c)));
                }
            }
        }
        characters
    }

    #[test]
    fn every_role_has_all_of_gbk_and_of_the_two_byte_part_of_gb_18030() {
        let library = library();
        let coverage = Coverage::new(&library);
        let characters = two_byte_characters();
        assert!(characters.len() >= 21_886, "{}", characters.len());
        for role in [Role::FangSong, Role::Kai, Role::Hei, Role::Title, Role::Song] {
            let lacking: String = characters.iter().filter(|&&c| coverage.glyph(role, c).is_none()).collect();
            assert_eq!(lacking, "", "{role:?}");
        }
    }

    #[test]
    fn every_role_has_levels_one_and_two_of_gb_18030() {
        let library = library();
        let coverage = Coverage::new(&library);
        for role in [Role::FangSong, Role::Hei, Role::Title] {
            let lacking: String = ('\u{4E00}'..='\u{9FEF}')
                .chain('\u{3400}'..='\u{4DB5}')
                .filter(|&c| coverage.glyph(role, c).is_none())
                .collect();
            assert_eq!(lacking, "", "{role:?}");
        }
    }

    #[test]
    fn hangul_and_the_symbols_of_web_pages_have_glyphs() {
        let library = library();
        let coverage = Coverage::new(&library);
        let lacking: String = ('가'..='힣')
            .chain('ㄱ'..='ㅣ')
            .chain(
                "☺☻✓✔✗✘★☆→⇒①⑳㈠㊀♀♂☎✆✉❤←↑↓↔↕⇐⇔▲▼◀▶►◄■□●○◆◇☑☒☐♥♠♣♦✿❀❖☞☛✈⌚⏰☀☁☂⚠⚡♨⒈⒛Ⅻⅻ⑴⒇ⓐ㎡㏎№℡‰′″".chars(),
            )
            .chain("😀😂👍🙏🇨🇳🤔🥰🧧🪙🔥🎉💪📞📅🏠🚗".chars())
            .chain(('─'..='╋').chain('▁'..='▏').chain('∀'..='⋿').chain('←'..='⇿'))
            .filter(|&c| coverage.glyph(Role::FangSong, c).is_none())
            .collect();
        assert_eq!(lacking, "");
        assert_eq!(
            coverage.glyph(Role::Kai, '한').map(|glyph| (glyph.face, glyph.advance)),
            Some((Face::Korean, 0.966))
        );
    }
}
