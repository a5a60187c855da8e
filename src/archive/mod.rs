//! Puts finished files in their places, whole or not at all: [single files](place()) under names of their own, and
//! captures into a preservation [`store`] with a log of [`events`].

pub mod events;
pub mod package;
mod place;
pub mod store;

pub use place::{PlaceError, place, place_new, sweep, sync_folder};
