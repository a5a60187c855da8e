//! guidang (归档)

pub mod acquire;
pub mod decode;
pub mod diagnostic;
pub mod document;
pub mod extract;
pub mod fonts;
pub mod furniture;
pub mod layout;
pub mod message;
pub mod parse;
pub mod verify;
pub mod write;
