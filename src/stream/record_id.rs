//! Finds the `id` of a line, whatever else is wrong with it: an answer without one helps nobody.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// The longest `id`, in bytes.
pub(super) const LONGEST_ID: usize = 8192;

/// The `id` of a line that is no record, or of the beginning of one, if it stands there.
pub(super) fn id_of(line: &[u8]) -> Value {
    let mut found = Id::default();
    // It fails where the line is damaged or cut off; what was read before stands.
    let _ = DeserializeSeed::deserialize(&mut found, &mut serde_json::Deserializer::from_slice(line));
    found.0.filter(acceptable).unwrap_or_default()
}

/// The first `id` of an object, whatever else is in it.
#[derive(Default)]
struct Id(Option<Value>);

impl<'de> DeserializeSeed<'de> for &mut Id {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Id {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "id" && self.0.is_none() {
                self.0 = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Whether it is an `id`: text that is not too long, or a whole number.
pub(super) fn acceptable(id: &Value) -> bool {
    match id {
        Value::String(text) => text.len() <= LONGEST_ID,
        Value::Number(number) => number.is_i64() || number.is_u64(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::id_of;

    #[test]
    fn the_id_is_found_in_the_beginning_of_a_line() {
        assert_eq!(id_of(br#"{"v":1,"id":"x","html_b64":"AAAA"#), json!("x"));
        assert_eq!(id_of(br#"{"v":1,"html_b64":"AAAA"#), json!(null));
    }
}
