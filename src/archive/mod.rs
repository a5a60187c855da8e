//! Puts finished files in their places: whole or not at all.

mod place;

pub use place::{PlaceError, place, sweep};
