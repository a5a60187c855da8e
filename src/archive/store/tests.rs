//! Laws of the store.
