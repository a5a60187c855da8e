//! Sets the notes after the last block, under a short rule, each with its mark.

use crate::document::Note;
use crate::fonts::Role;

use super::Context;
use super::block::Column;
use super::flow::{self, Kind, Line, Piece};
use super::frame::{Rectangle, Tag};
use super::inline::{Text, Type};
use super::justify::{self, Setting};

/// 小四: the size of notes.
const SIZE: f32 = 12.0;

/// Sets `notes`.
pub(super) fn notes(notes: &[Note], column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if notes.is_empty() {
        return pieces;
    }
    let rule = Rectangle { x: 0.0, y: SIZE, width: column.measure / 4.0, height: 0.5 };
    pieces.push(Piece {
        height: SIZE * 1.5,
        snap: false,
        break_after: false,
        kind: Kind::Line(Line { rules: vec![rule], ..Line::default() }),
    });
    let face = Type { role: Role::FangSong, size: SIZE };
    for note in notes {
        let element = context.structure.begin(Tag::Note);
        let mut text = Text::new();
        text.push_str(&note.mark, face, element, None, context);
        text.push(&note.content, face, element, context);
        let hang = context.string_width(&note.mark, face).min(4.0 * SIZE);
        let setting = Setting { rest: hang, pitch: SIZE * 1.5, size: SIZE, snap: false, ..column.plain() };
        let mut lines = justify::set(&mut text, setting, context);
        flow::control_orphans(&mut lines);
        pieces.append(&mut lines);
        context.structure.end();
    }
    pieces
}
