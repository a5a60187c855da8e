//! Gets bytes.

pub mod assets;
