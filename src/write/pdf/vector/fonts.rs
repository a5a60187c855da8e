//! Chooses faces for the words in SVG pictures: the pinned ones only, never the system's.

use std::sync::Arc;

use usvg::fontdb::{Database, ID, Source};
use usvg::{FontFamily, FontResolver};

use crate::fonts::{Face, FontLibrary};

/// The pinned faces as usvg wants them.
#[derive(Clone)]
pub(in crate::write::pdf) struct VectorFonts {
    database: Arc<Database>,
    /// By the numbers of the faces.
    numbers: [Option<ID>; Face::ALL.len()],
}

impl VectorFonts {
    /// The faces of `library`: their names are read, nothing else.
    pub(in crate::write::pdf) fn new(library: &FontLibrary) -> Self {
        let mut database = Database::new();
        let mut numbers = [None; Face::ALL.len()];
        for face in Face::ALL {
            let loaded = database.load_font_source(Source::Binary(library.bytes(face)));
            numbers[face.index()] = loaded.first().copied();
        }
        Self { database: Arc::new(database), numbers }
    }

    pub(super) fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    /// The first family that is known by name decides; a character that its face has not is looked for in all others,
    /// in their order.
    pub(super) fn resolver(&self) -> FontResolver<'_> {
        FontResolver {
            select_font: Box::new(|font, _| {
                let face = font.families().iter().find_map(family).unwrap_or(Face::Song);
                self.numbers[face.index()]
            }),
            select_fallback: Box::new(|character, used, database| {
                let has = |id: &ID| {
                    let known = database.with_face_data(*id, |data, index| {
                        let font = skrifa::FontRef::from_index(data, index).ok()?;
                        skrifa::MetadataProvider::charmap(&font).map(character)
                    });
                    known.flatten().is_some()
                };
                self.numbers.iter().flatten().copied().find(|id| !used.contains(id) && has(id))
            }),
        }
    }
}

/// The face that stands for a family of fonts, if its name tells.
fn family(family: &FontFamily) -> Option<Face> {
    let name = match family {
        FontFamily::SansSerif | FontFamily::Monospace => return Some(Face::Hei),
        FontFamily::Serif => return Some(Face::Song),
        FontFamily::Cursive => return Some(Face::Kai),
        FontFamily::Fantasy => return None,
        FontFamily::Named(name) => name.to_lowercase(),
    };
    // 仿宋 before 宋.
    let known: [(Face, &[&str]); 4] = [
        (Face::FangSong, &["仿宋", "fangsong"]),
        (Face::Kai, &["楷", "kai"]),
        (Face::Hei, &["黑", "hei", "sans", "arial", "helvetica", "verdana", "tahoma"]),
        (Face::Song, &["宋", "song", "simsun", "serif", "times"]),
    ];
    known.iter().find(|(_, parts)| parts.iter().any(|part| name.contains(part))).map(|(face, _)| *face)
}
