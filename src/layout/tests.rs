//! The laws of layout on small Documents.
