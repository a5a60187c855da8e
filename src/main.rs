//! The `guidang` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    guidang::cli::run(&arguments).into()
}
