//! Writes a Document as a file.

pub mod pdf;
