//! Tells which characters need shaping, by script, and which face has a script that the Chinese faces lack.

use super::Face;

/// A script whose characters change their shape or place with their neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Script {
    /// Arabic letters, as Uyghur, Kazakh and Kirghiz use them; set from right to left.
    Arabic,
    /// Tibetan.
    Tibetan,
    /// Mongolian, Todo, Sibe and Manchu. Lines of Chinese are horizontal, so the letters lie on their side.
    Mongolian,
    /// Thai.
    Thai,
    /// A Latin, Greek or Cyrillic letter with marks on it.
    Western,
}

impl Script {
    /// Every script, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Arabic, Self::Tibetan, Self::Mongolian, Self::Thai, Self::Western];

    /// The script that `c` must be shaped in. Marks for Western letters have none of their own: see
    /// [`is_western_mark`](Self::is_western_mark). Arabic digits and punctuation need no shaping.
    #[must_use]
    pub fn of(c: char) -> Option<Self> {
        match c {
            '\u{60C}' | '\u{61B}'..='\u{61F}' | '\u{660}'..='\u{66D}' | '\u{6D4}' | '\u{6F0}'..='\u{6F9}' => {
                None
            }
            '\u{610}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{8A0}'..='\u{8FF}' => Some(Self::Arabic),
            '\u{F00}'..='\u{FFF}' => Some(Self::Tibetan),
            '\u{1807}' | '\u{180A}'..='\u{180F}' | '\u{1820}'..='\u{18AF}' => Some(Self::Mongolian),
            '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' => Some(Self::Thai),
            _ => None,
        }
    }

    /// Whether `c` is a mark that stands on Western letters.
    #[must_use]
    pub fn is_western_mark(c: char) -> bool {
        matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}')
    }

    /// Whether `c` has no ink but joins or parts letters of this script inside a word.
    #[must_use]
    pub fn holds(self, c: char) -> bool {
        match c {
            '\u{200C}' | '\u{200D}' => self != Self::Western,
            // Before Mongolian suffixes; the letters after it take other forms.
            '\u{202F}' => self == Self::Mongolian,
            _ => false,
        }
    }

    /// The face that has it.
    #[must_use]
    pub fn face(self) -> Face {
        match self {
            Self::Arabic => Face::Arabic,
            Self::Tibetan => Face::Tibetan,
            Self::Mongolian => Face::Mongolian,
            Self::Thai => Face::Thai,
            Self::Western => Face::Western,
        }
    }

    /// Its number, from 0.
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// The faces that are asked for `c`, in order, when no face of a role's chain has it.
pub(super) fn last_resort(c: char) -> &'static [Face] {
    match c {
        '\u{600}'..='\u{6FF}'
        | '\u{750}'..='\u{77F}'
        | '\u{8A0}'..='\u{8FF}'
        | '\u{FB50}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFC}' => &[Face::Arabic],
        '\u{F00}'..='\u{FFF}' => &[Face::Tibetan],
        '\u{1800}'..='\u{18AF}' => &[Face::Mongolian],
        '\u{E00}'..='\u{E7F}' => &[Face::Thai],
        '\u{A000}'..='\u{A4CF}' => &[Face::Yi],
        '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7FF}' => &[Face::Korean],
        // Symbola's pictures are of another hand than Noto's; of those Noto has, all come from Noto.
        '\u{1F000}'.. => &[Face::Emoji, Face::Symbols],
        _ => &[Face::Western, Face::Symbols],
    }
}
