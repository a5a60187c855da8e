//! Turns inline content into clusters: characters with their glyph, class and owner, ready for line breaking.

use std::ops::Range;

use unicode_bidi::Level;

use crate::document::{Image, Inline, Position, Style};
use crate::fonts::{Face, Glyph, Role, ShapedGlyph};
use crate::furniture::Kind;

use super::classes::{self, Class};
use super::frame::ElementId;
use super::{Context, bidi, figure, shaping};

/// A role and a size in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Type {
    pub(super) role: Role,
    pub(super) size: f32,
}

/// A character (or a picture) as line breaking sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cluster {
    pub(super) character: char,
    pub(super) class: Class,
    pub(super) glyph: Glyph,
    /// Size in points; of a picture, 1, so that its advance is its width.
    pub(super) size: f32,
    /// Index into [`Text::owners`].
    pub(super) owner: u32,
    /// Index into [`Text::shapes`], or [`UNSHAPED`].
    pub(super) shape: u32,
}

/// [`Cluster::shape`] of a character that is drawn by its one glyph.
pub(super) const UNSHAPED: u32 = u32::MAX;

/// What a cluster of a shaped word is made of.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Its characters, in [`Text::letters`].
    pub(super) text: Range<usize>,
    /// Its glyphs, in [`Text::ink`].
    pub(super) glyphs: Range<usize>,
}

impl Cluster {
    /// Width before any adjustment, in points.
    pub(super) fn width(&self) -> f32 {
        self.glyph.advance * self.size
    }
}

/// What a stretch of clusters belongs to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Owner {
    /// The element in the structure tree.
    pub(super) element: ElementId,
    pub(super) style: Style,
    pub(super) link: Option<String>,
    pub(super) furniture: Option<Kind>,
    /// The picture, of a [`Class::Object`].
    pub(super) picture: Option<figure::Sized>,
}

/// The clusters of a paragraph.
#[derive(Default)]
pub(super) struct Text {
    pub(super) clusters: Vec<Cluster>,
    pub(super) owners: Vec<Owner>,
    /// The clusters of words that needed shaping.
    pub(super) shapes: Vec<Shape>,
    pub(super) letters: String,
    pub(super) ink: Vec<ShapedGlyph>,
    /// Each cluster's embedding level, after [`settle`](Self::settle); empty where all is set from left to right.
    pub(super) levels: Vec<Level>,
    /// Whether a character asks to be set from right to left.
    right_to_left: bool,
    /// Whether the next `"` opens.
    quote_opens: bool,
}

impl Text {
    pub(super) fn new() -> Self {
        Self { quote_opens: true, ..Self::default() }
    }

    /// What `cluster` is made of, if it is of a shaped word.
    pub(super) fn shape(&self, cluster: &Cluster) -> Option<&Shape> {
        self.shapes.get(cluster.shape as usize)
    }

    /// Adds inline content of `element`.
    pub(super) fn push(
        &mut self,
        inlines: &[Inline],
        face: Type,
        element: ElementId,
        context: &mut Context<'_>,
    ) {
        for inline in inlines {
            match inline {
                Inline::Text(run) => {
                    let owner = self.owner(element, run.style, run.link.clone(), None);
                    self.characters(&run.text, face, run.style, owner, context);
                }
                Inline::LineBreak => {
                    let owner = self.owner(element, Style::default(), None, None);
                    self.clusters.push(blank('\n', Class::Forced, face.size, owner));
                }
                Inline::NoteReference { note } => {
                    if let Some(note) = context.document.notes.get(*note) {
                        let style = Style { position: Position::Superscript, ..Style::default() };
                        let owner = self.owner(element, style, None, None);
                        self.characters(&note.mark, face, style, owner, context);
                    }
                }
                Inline::Image(image) => self.image(image, face, element, context),
            }
        }
    }

    /// Adds plain text of `element`: the Document's own, or furniture of the given kind.
    pub(super) fn push_str(
        &mut self,
        text: &str,
        face: Type,
        element: ElementId,
        furniture: Option<Kind>,
        context: &mut Context<'_>,
    ) {
        let owner = self.owner(element, Style::default(), None, furniture);
        self.characters(text, face, Style::default(), owner, context);
    }

    fn owner(
        &mut self,
        element: ElementId,
        style: Style,
        link: Option<String>,
        furniture: Option<Kind>,
    ) -> u32 {
        self.owners.push(Owner { element, style, link, furniture, picture: None });
        u32::try_from(self.owners.len() - 1).unwrap_or(u32::MAX)
    }

    fn image(&mut self, image: &Image, face: Type, element: ElementId, context: &mut Context<'_>) {
        if let Some(picture) = figure::sized(image, context, context.style.measure()) {
            let advance = picture.width;
            let owner = self.owner(element, Style::default(), None, None);
            if let Some(owner) = self.owners.last_mut() {
                owner.picture = Some(picture);
            }
            let glyph = Glyph { face: Face::Song, id: 0, advance };
            let class = Class::Object;
            self.clusters.push(Cluster {
                character: '\u{FFFC}',
                class,
                glyph,
                size: 1.0,
                owner,
                shape: UNSHAPED,
            });
        } else {
            figure::report(image, context);
            let note = figure::missing_note(image);
            self.push_str(&note, face, element, Some(Kind::PictureNote), context);
        }
    }

    fn characters(&mut self, text: &str, face: Type, style: Style, owner: u32, context: &mut Context<'_>) {
        let role = match (style.strong, style.emphasis) {
            (true, _) if face.role != Role::Title => Role::Hei,
            (false, true) if face.role != Role::Title => Role::Kai,
            _ => face.role,
        };
        let size = match style.position {
            Position::Baseline => face.size,
            Position::Superscript | Position::Subscript => face.size * 0.6,
        };
        self.clusters.reserve(text.len() / 3 + 1);
        if !shaping::may_need(text) {
            self.plain(text, role, size, owner, context);
            return;
        }
        self.right_to_left |= text.chars().any(bidi::is_right_to_left);
        for (part, script) in shaping::parts(text) {
            let shaped = script.is_some_and(|script| self.word(part, script, size, owner, context));
            if !shaped {
                self.plain(part, role, size, owner, context);
            }
        }
    }

    /// Adds text in which each character has its one glyph.
    fn plain(&mut self, text: &str, role: Role, size: f32, owner: u32, context: &mut Context<'_>) {
        for character in text.chars() {
            let mut class = Class::of(character);
            if character == '"' {
                class = if self.quote_opens { Class::LatinOpening } else { Class::LatinClosing };
                self.quote_opens = !self.quote_opens;
            }
            let glyph = match class {
                // Drawn as a space without width, so that the character is still in the text.
                Class::Ignorable => Glyph { advance: 0.0, ..context.glyph(role, ' ') },
                _ => context.glyph(role, character),
            };
            self.clusters.push(Cluster { character, class, glyph, size, owner, shape: UNSHAPED });
        }
    }

    /// Settles what only the neighbourhood tells. Call once, after the last [`push`](Self::push).
    pub(super) fn settle(&mut self, context: &Context<'_>) {
        for index in 1..self.clusters.len().saturating_sub(1) {
            let western = |cluster: &Cluster| cluster.class.is_western();
            if self.clusters[index].character == '’'
                && western(&self.clusters[index - 1])
                && western(&self.clusters[index + 1])
            {
                // An apostrophe (don’t): the mark is full-width in Chinese faces, its ink is in the left half.
                let cluster = &mut self.clusters[index];
                cluster.class = Class::Latin;
                cluster.glyph.advance = cluster.glyph.advance.min(0.4);
            }
        }
        if self.right_to_left {
            self.levels = bidi::levels(self);
            for (cluster, level) in self.clusters.iter_mut().zip(&self.levels) {
                let mirrored = bidi::mirrored(cluster.character);
                if level.is_rtl() && mirrored != cluster.character {
                    // The role is not known any more; the face is.
                    if let Some(glyph) = context.coverage.glyph_of(cluster.glyph.face, mirrored) {
                        cluster.glyph = glyph;
                    }
                }
            }
        }
    }
}

/// A cluster without ink or width.
fn blank(character: char, class: Class, size: f32, owner: u32) -> Cluster {
    let glyph = Glyph { face: Face::Song, id: 0, advance: 0.0 };
    Cluster { character, class, glyph, size, owner, shape: UNSHAPED }
}

impl Context<'_> {
    /// The glyph for `c`, or 〓 where that is allowed; what is missing is remembered.
    pub(super) fn glyph(&mut self, role: Role, c: char) -> Glyph {
        let slot = (c as usize).wrapping_mul(31).wrapping_add(role as usize * 977) % GLYPH_CACHE;
        if let Some((cached_role, cached, glyph)) = self.glyphs[slot]
            && cached == c
            && cached_role == role
        {
            return glyph;
        }
        let glyph = self.find_glyph(role, c);
        self.glyphs[slot] = Some((role, c, glyph));
        glyph
    }

    fn find_glyph(&mut self, role: Role, c: char) -> Glyph {
        let private = classes::is_private_use(c);
        self.private_use |= private;
        // Only U+0020 is drawn with the width of its face; other spaces have their own.
        if let Some(glyph) = self.coverage.glyph(role, c) {
            if glyph.face != role.chain()[0] && role.preferred(c).is_none() && Class::of(c) == Class::Han {
                self.fallback.entry(glyph.face).or_default().insert(c);
            }
            return glyph;
        }
        let blank_width = match c {
            '\u{2000}' | '\u{2002}' | '\u{2007}' => Some(0.5),
            '\u{2001}' | '\u{2003}' => Some(1.0),
            '\u{2004}' => Some(1.0 / 3.0),
            '\u{2005}' | '\u{205F}' => Some(0.25),
            '\u{2006}' | '\u{2009}' | '\u{202F}' => Some(0.2),
            '\u{200A}' => Some(0.1),
            _ if c.is_whitespace() => Some(0.25),
            _ => None,
        };
        if let (Some(advance), Some(space)) = (blank_width, self.coverage.glyph(role, ' ')) {
            return Glyph { advance, ..space };
        }
        if private || c == '\u{FFFD}' || self.style.substitute_missing {
            self.substituted.insert(c);
        } else {
            self.missing.insert(c);
        }
        // 〓 as printers have it for a sort they lack.
        self.coverage.glyph(role, '〓').unwrap_or(Glyph { face: Face::Song, id: 0, advance: 1.0 })
    }
}

/// Number of slots of the glyph cache.
pub(super) const GLYPH_CACHE: usize = 4096;
