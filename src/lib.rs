//! guidang (归档) archives what Chinese government sites publish.
//!
//! # The way of a page
//!
//! Data flows one way. Each arrow is one folder of `src/` and one function; no stage calls another, and only
//! [`pipeline`] names them all, in this order:
//!
//! 1. [`acquire`](acquire::acquire) gets the bytes of a [`Source`](acquire::Source) and what is known about where
//!    they come from.
//! 2. [`decode`](decode::decode) turns the bytes into characters and records what the choice of encoding rests on.
//! 3. [`parse`](parse::parse) turns the characters into a tree of elements, within limits.
//! 4. [`extract`](extract::extract) turns the tree into what the document says: its metadata, and its body as
//!    blocks. Navigation, share bars and the like are left behind, each by name.
//! 5. [`assets::load`](acquire::assets::load) finds the pictures that the body refers to.
//! 6. The [`Document`](document::Document) is what all this works towards, and what every writer works from.
//! 7. [`lay_out`](layout::lay_out) sets the Document in pages by GB/T 9704-2012. Only the PDF needs pages.
//! 8. [`write::pdf::pdf`], [`write::docx::docx`], [`write::text::text`], [`write::markdown::markdown`],
//!    [`write::html::html`] and [`document::to_json`] write it.
//! 9. [`verify`] reads each output back with code that shares nothing with its writer, and compares the text.
//! 10. [`archive`] puts the finished files in their places, whole or not at all.
//!
//! How long it is kept, and under which 档号, is proposed and recorded by [`appraisal`].
//!
//! What is in an archive is held against each other by [`compare`](compare::compare), clause by clause, and found by
//! [`catalogue`], which can always be made anew from the archive.
//!
//! What is in an archive goes out, and comes back, as bags, hand-over folders and web archives: [`export`].
//!
//! What is archived without being asked is said in a jobs file: [`jobs`] reads it and knows when what is due,
//! [`discovery`] finds the pages in the lists of a site, [`runs`] fetches and files them and remembers.
//!
//! [`batch`] maps this over many sources; [`stream`] over records, for an engine that runs many such processes; [`cli`]
//! is the command line around it.
//!
//! # Laws
//!
//! - **Conservation**: Document = text = Markdown = HTML = DOCX = PDF text layer, character for character, white space aside. What a
//!   writer adds (page numbers, list marks) it returns as [`furniture`], and [`verify`] takes away exactly that.
//! - **Same input, same version, same bytes**: stages know no clock, no random source, no file system. What they
//!   need from outside comes in through [`environment::Environment`].
//! - **Nothing is lost or guessed in silence**: what stops a conversion is an [`error::Error`], what does not is a
//!   [`diagnostic::Diagnostic`] with a stable code. Both are told in [two languages](message).
//!
//! Who may name whom is a test: `tests/architecture.rs`.

pub mod acquire;
pub mod appraisal;
pub mod archive;
pub mod audit;
pub mod batch;
pub mod catalogue;
pub mod cli;
pub mod colophon;
pub mod compare;
pub mod decode;
pub mod diagnostic;
pub mod discovery;
pub mod document;
pub mod environment;
pub mod error;
pub mod explain;
pub mod export;
pub mod extract;
pub mod fonts;
pub mod furniture;
pub mod jobs;
pub mod layout;
pub mod message;
pub mod parse;
pub mod pipeline;
pub mod runs;
pub mod stream;
pub mod verify;
pub mod write;
