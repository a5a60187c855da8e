//! The `guidang` command.

fn main() {}
