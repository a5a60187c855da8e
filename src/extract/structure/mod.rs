//! Turns drafts of blocks into the structure of an official document: title, outline, roles, captions.

pub(super) mod captions;
pub(super) mod compose;
pub(super) mod outline;
pub(super) mod roles;
