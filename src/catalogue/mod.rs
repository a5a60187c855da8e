//! The catalogue.
mod fold;
mod number;
mod unit;
