//! Reads and writes the little of DER (ITU-T X.690) that time-stamp requests and responses need.

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]`, constructed: explicit in the structures read here.
pub(super) const CONTEXT_0: u8 = 0xa0;

/// One element: tag, length in the shortest form, content.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let digits = &length[length.iter().take_while(|byte| **byte == 0).count().min(length.len() - 1)..];
    match digits {
        [short] if *short < 0x80 => out.push(*short),
        _ => {
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(content);
    out
}

/// A number from 0 as an INTEGER.
pub(super) fn integer(value: u64) -> Vec<u8> {
    element(INTEGER, &number(value))
}

/// The content of an INTEGER: the fewest bytes with the sign bit clear.
pub(super) fn number(value: u64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(7);
    let mut content = bytes[zeros..].to_vec();
    if content[0] >= 0x80 {
        content.insert(0, 0);
    }
    content
}

/// The elements of a structure, one after the other. Nothing is copied; lengths are those of DER, definite and in the
/// shortest form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elements<'a>(pub(super) &'a [u8]);

impl<'a> Elements<'a> {
    /// The next element, whatever it is: tag and content. None at the end, and where there is no DER.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, first], rest) = self.0.split_first_chunk::<2>()?;
        // Tags of more than one byte do not occur.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let count = usize::from(first & 0x7f);
            let digits = rest.get(..count).filter(|digits| (1..=4).contains(&count) && digits[0] != 0)?;
            let length = digits.iter().fold(0usize, |length, digit| length << 8 | usize::from(*digit));
            (length, rest.get(count..).filter(|_| length >= 0x80)?)
        };
        let content = rest.get(..length)?;
        self.0 = &rest[length..];
        Some((tag, content))
    }

    /// The content of the next element if it has this tag; else nothing is taken.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, content) = ahead.any()?;
        if found != tag {
            return None;
        }
        *self = ahead;
        Some(content)
    }

    /// As [`Elements::take`], for what is made of elements itself.
    pub(super) fn within(&mut self, tag: u8) -> Option<Self> {
        self.take(tag).map(Elements)
    }

    /// Nothing is left.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Elements, INTEGER, OCTET_STRING, SEQUENCE, element, integer};

    #[test]
    fn lengths_and_numbers_are_in_the_shortest_form() {
        assert_eq!(integer(0), [INTEGER, 1, 0]);
        assert_eq!(integer(127), [INTEGER, 1, 127]);
        assert_eq!(integer(128), [INTEGER, 2, 0, 128]);
        assert_eq!(integer(u64::MAX)[..3], [INTEGER, 9, 0]);
        assert_eq!(element(OCTET_STRING, &[7; 127])[..2], [OCTET_STRING, 127]);
        assert_eq!(element(OCTET_STRING, &[7; 128])[..3], [OCTET_STRING, 0x81, 128]);
        assert_eq!(element(OCTET_STRING, &[7; 300])[..4], [OCTET_STRING, 0x82, 1, 44]);
    }

    #[test]
    fn what_is_written_is_read() {
        let inner = [integer(5), element(OCTET_STRING, &[7; 300])].concat();
        let outer = element(SEQUENCE, &inner);
        let mut elements = Elements(&outer).within(SEQUENCE).expect("a sequence");
        assert_eq!(elements.take(OCTET_STRING), None);
        assert_eq!(elements.take(INTEGER), Some(&[5][..]));
        assert_eq!(elements.take(OCTET_STRING).map(<[u8]>::len), Some(300));
        assert_eq!(elements.end(), Some(()));
    }

    #[test]
    fn other_forms_of_length_are_no_der() {
        for bytes in [
            &[4, 0x80, 0, 0][..],
            &[4, 0x81, 5, 0, 0, 0, 0, 0],
            &[4, 0x82, 0, 200],
            &[4, 5, 0],
            &[4],
            &[0x1f, 1, 0],
        ] {
            assert_eq!(Elements(bytes).any(), None, "{bytes:?}");
        }
    }
}
